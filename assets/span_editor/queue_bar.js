// Above the text: where it stands, back and forth, which texts to see, how far the project is.

import { h } from '../app/dom.js';
import { choice, Filters } from './filters.js';
import { OrderChoice } from './order_choice.js';
import { ORDERS, STATUSES } from './place.js';
import { Progress } from './progress.js';

const OPEN = ['new', 'suggested', 'review'];

export class QueueBar {
  // actions: {previous(), next(), jump(number), filter(change), choose(choice), figures()}
  constructor(root, actions) {
    this.back = step('Previous text', '‹', 'previous', actions.previous);
    this.forth = step('Next text', '›', 'next', actions.next);
    this.number = h('input', {
      type: 'text',
      inputmode: 'numeric',
      class: 'se-number',
      'aria-label': 'Number of the text',
      'data-testid': 'jump',
    });
    this.number.addEventListener('change', () =>
      actions.jump(Number.parseInt(this.number.value, 10)),
    );
    this.number.addEventListener('focus', () => this.number.select());
    this.of = h('span', { class: 'se-of' });
    this.state = h('span', { class: 'se-status', 'data-testid': 'text-status' });
    this.blind = h('span', { class: 'se-blind', 'data-testid': 'blind', hidden: true }, 'Blind');
    this.blind.title =
      'Suggestions are hidden on this text: what is marked here measures what the tagger misses.';
    this.note = h('p', { class: 'se-note', 'data-testid': 'note-shown', hidden: true });
    this.status = choice('queue-status', STATUSES, (status) => actions.filter({ status }));
    this.status.setAttribute('aria-label', 'Which texts');
    this.order = choice('queue-order', ORDERS, (order) => actions.filter({ order }));
    this.order.setAttribute('aria-label', 'In which order');
    this.filters = new Filters(actions.filter);
    this.choice = new OrderChoice(actions.choose);
    this.progress = new Progress(actions.figures);
    root.replaceChildren(
      h(
        'div',
        { class: 'se-steps' },
        this.back,
        this.forth,
        h('label', { class: 'se-jump' }, 'Text ', this.number, this.of),
        this.state,
        this.blind,
      ),
      h('div', { class: 'se-filters' }, this.status, this.order, this.filters.button),
      this.progress.element,
      this.choice.element,
      this.filters.panel,
      this.note,
      this.progress.panel,
    );
  }

  // payload: the open text or null; overview: see GET /api/queue; place: see place.js;
  // status, flagged, note: as shown here; wayBack: whether texts were seen before this one
  show({ payload, overview, place, status, wayBack, flagged, note }) {
    const counts = overview?.counts ?? {};
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const total = (name) =>
      name === 'all' ? all : name === 'open' ? sum(counts, OPEN) : (counts[name] ?? 0);
    for (const option of this.status.options) {
      const number = overview ? ` (${total(option.value).toLocaleString('en')})` : '';
      option.textContent = STATUSES[option.value] + number;
    }
    this.status.value = place.status;
    this.order.value = place.order;
    this.back.disabled = !wayBack && !payload?.previous;
    // Texts come in and others let go of theirs: whether there is a next one is asked when it is wanted.
    this.forth.disabled = !payload;
    if (document.activeElement !== this.number) this.number.value = payload ? payload.number : '';
    this.of.textContent = overview ? ` of ${all.toLocaleString('en')}` : '';
    this.state.textContent = payload ? (STATUSES[status] ?? status) : '';
    this.state.dataset.is = status ?? '';
    this.blind.hidden = !payload?.blind;
    this.note.hidden = !flagged;
    this.note.textContent = note ? `⚑ ${note}` : '⚑ Flagged, without a note.';
    this.filters.show(place, overview);
    this.choice.show(place.order, overview);
    if (overview) this.progress.show(overview);
  }
}

function sum(counts, names) {
  return names.reduce((total, name) => total + (counts[name] ?? 0), 0);
}

function step(label, sign, id, action) {
  return h(
    'button',
    {
      type: 'button',
      class: 'se-step',
      'aria-label': label,
      title: label,
      'data-testid': id,
      onclick: () => action(),
    },
    sign,
  );
}
