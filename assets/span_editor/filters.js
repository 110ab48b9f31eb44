// The filters of the queue, behind a button that says how many are on and how much they leave.

import { h, plural } from '../app/dom.js';
import { filtersOn, LIMITS, listOf, NO_FILTER } from './place.js';

const BANDS = {
  '': 'Any',
  '0-50': 'Below 50%',
  '50-80': '50 to 80%',
  '80-95': '80 to 95%',
  '95-100': '95% and above',
};

export class Filters {
  // filter(change): goes to the first text of another queue
  constructor(filter) {
    this.filter = filter;
    this.button = h('button', {
      type: 'button',
      class: 'se-fold',
      'aria-controls': 'se-filter-panel',
      'data-testid': 'filters',
      onclick: () => this.open(this.panel.hidden),
    });
    this.type = choice('queue-type', {}, (type) => filter({ type }));
    this.score = choice('queue-score', BANDS, (score) => filter({ score }));
    this.contains = h('input', {
      type: 'search',
      class: 'se-field',
      placeholder: 'words',
      maxlength: 500,
      'data-testid': 'queue-contains',
    });
    this.contains.addEventListener('change', () => filter({ contains: this.contains.value }));
    this.ticks = Object.keys(LIMITS).map((name) => this.tick(name));
    this.clear = h(
      'button',
      { type: 'button', class: 'ns-button', 'data-testid': 'clear-filters', onclick: () => filter(NO_FILTER) },
      'Clear filters',
    );
    this.panel = h(
      'div',
      { class: 'se-panel', id: 'se-filter-panel', role: 'group', 'aria-label': 'Filters', hidden: true },
      labelled('Type', this.type),
      labelled('Least sure suggestion', this.score),
      labelled('Contains', this.contains),
      h('div', { class: 'se-ticks' }, this.ticks.map(({ element }) => element)),
      this.clear,
    );
    this.panel.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || this.contains.value) return;
      this.open(false);
      this.button.focus();
    });
    this.open(false);
  }

  open(open) {
    this.panel.hidden = !open;
    this.button.setAttribute('aria-expanded', String(open));
  }

  tick(name) {
    const box = h('input', { type: 'checkbox', 'data-testid': `only-${name}` });
    const count = h('span', { class: 'se-of' });
    box.addEventListener('change', () => {
      const only = this.ticks.filter((each) => each.box.checked).map((each) => each.name);
      this.filter({ only: only.join() });
    });
    return { name, box, count, element: h('label', {}, box, LIMITS[name], count) };
  }

  // overview: see GET /api/queue
  show(place, overview) {
    const on = filtersOn(place);
    const left = on && overview ? `: ${plural(overview.matching, 'text')}` : '';
    this.button.textContent = on ? `Filters (${on})${left}` : 'Filters';
    this.button.classList.toggle('is-on', on > 0);
    this.showTypes(overview?.kinds ?? [], place.type);
    this.type.value = place.type;
    this.showBand(place.score);
    if (document.activeElement !== this.contains) this.contains.value = place.contains;
    const only = listOf(place.only);
    for (const { name, box, count } of this.ticks) {
      box.checked = only.includes(name);
      count.textContent = overview ? ` ${overview.only[name].toLocaleString('en')}` : '';
    }
    this.clear.disabled = !on;
  }

  // A type of the address that is none any more is still said.
  showTypes(kinds, wanted) {
    const all = [{ code: '', name: 'Any' }, ...kinds];
    if (!all.some(({ code }) => code === wanted)) all.push({ code: wanted, name: wanted });
    const says = JSON.stringify(all);
    if (this.typed === says) return;
    this.typed = says;
    this.type.replaceChildren(...all.map(({ code, name }) => h('option', { value: code }, name)));
  }

  showBand(score) {
    if (!(score in BANDS) && ![...this.score.options].some(({ value }) => value === score))
      this.score.append(h('option', { value: score }, `${score.replace('-', ' to ')}%`));
    this.score.value = score;
  }
}

export function labelled(label, field) {
  return h('label', { class: 'se-labelled' }, h('span', {}, label), field);
}

export function choice(id, options, action) {
  const select = h(
    'select',
    { class: 'se-choice', 'data-testid': id },
    Object.entries(options).map(([value, name]) => h('option', { value }, name)),
  );
  select.addEventListener('change', () => action(select.value));
  return select;
}
