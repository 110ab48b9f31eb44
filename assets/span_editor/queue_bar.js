// Above the text: where it stands, back and forth, which texts to see, how far the project is.

import { h } from '../app/dom.js';

export const STATUSES = {
  open: 'To review',
  all: 'All texts',
  new: 'New',
  suggested: 'Suggested',
  review: 'In review',
  accepted: 'Accepted',
  skipped: 'Skipped',
};
export const ORDERS = { uncertainty: 'Least certain first', position: 'Order of import' };
const OPEN = ['new', 'suggested', 'review'];

export class QueueBar {
  // actions: {previous(), next(), jump(number), filter({status, order})}
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
    this.status = choice('Which texts', 'queue-status', STATUSES, (status) =>
      actions.filter({ status }),
    );
    this.order = choice('In which order', 'queue-order', ORDERS, (order) =>
      actions.filter({ order }),
    );
    this.meter = h('span', { class: 'se-meter-fill' });
    this.done = h('span', { class: 'se-done', 'data-testid': 'progress' });
    root.replaceChildren(
      h(
        'div',
        { class: 'se-steps' },
        this.back,
        this.forth,
        h('label', { class: 'se-jump' }, 'Text ', this.number, this.of),
        this.state,
      ),
      h('div', { class: 'se-filters' }, this.status, this.order),
      h(
        'div',
        { class: 'se-progress' },
        h('span', { class: 'se-meter', 'aria-hidden': 'true' }, this.meter),
        this.done,
      ),
    );
  }

  // payload: the open text or null; overview: counts a status; place: {status, order};
  // wayBack: whether texts were seen before this one
  show(payload, overview, place, status, wayBack) {
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
    this.forth.disabled = !payload?.next;
    if (document.activeElement !== this.number) this.number.value = payload ? payload.number : '';
    this.of.textContent = overview ? ` of ${all.toLocaleString('en')}` : '';
    this.state.textContent = payload ? (STATUSES[status] ?? status) : '';
    this.state.dataset.is = status ?? '';
    const finished = (counts.accepted ?? 0) + (counts.skipped ?? 0);
    const progress = `${finished.toLocaleString('en')} of ${all.toLocaleString('en')} done`;
    this.done.textContent = overview ? progress : '';
    this.meter.style.width = all ? `${(100 * finished) / all}%` : '0%';
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

function choice(label, id, options, action) {
  const select = h(
    'select',
    { class: 'se-choice', 'aria-label': label, 'data-testid': id },
    Object.entries(options).map(([value, name]) => h('option', { value }, name)),
  );
  select.addEventListener('change', () => action(select.value));
  return select;
}
