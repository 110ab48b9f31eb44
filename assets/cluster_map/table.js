// The points of a map as a table: the same points and the same selection as the figure, for keys,
// for readers of the screen, and for looking something up.

import { h, plural } from '../app/dom.js';
import { fitting, groups, named } from './points.js';

const SHOWN = 60; // rows drawn at once; the rest follow on demand

export class PointTable {
  // actions: {select(keys|null), filtered()}
  constructor(root, actions) {
    this.root = root;
    this.actions = actions;
    this.group = '';
    this.words = '';
    this.limit = SHOWN;
    this.find = h('input', {
      type: 'search',
      placeholder: 'Words in a text',
      'aria-label': 'Find points by words',
      'data-testid': 'map-find',
      oninput: () => this.narrow({ words: this.find.value }),
    });
    this.choice = h('select', {
      'aria-label': 'Only one group',
      'data-testid': 'map-group',
      onchange: () => this.narrow({ group: this.choice.value }),
    });
    this.head = h('p', { class: 'cm-count', 'aria-live': 'polite' });
    this.clear = h(
      'button',
      { type: 'button', class: 'ns-filter', 'data-testid': 'map-clear', onclick: () => actions.select(null) },
      'Clear selection',
    );
    this.body = h('tbody', {});
    this.more = h(
      'button',
      { type: 'button', class: 'ns-button', onclick: () => this.extend() },
      'Show more',
    );
    const table = h(
      'table',
      { class: 'cm-table', 'data-testid': 'map-table' },
      h('caption', { class: 'cm-hidden' }, 'Points of the map'),
      this.body,
    );
    root.replaceChildren(
      h('div', { class: 'cm-filter' }, this.find, this.choice),
      h('div', { class: 'cm-head' }, this.head, this.clear),
      h('div', { class: 'cm-rows' }, table, this.more),
    );
    this.body.addEventListener('keydown', (event) => this.walk(event));
  }

  reset() {
    this.group = '';
    this.limit = SHOWN;
  }

  narrow(change) {
    Object.assign(this, change);
    this.limit = SHOWN;
    this.actions.filtered();
  }

  extend() {
    this.limit += SHOWN;
    this.actions.filtered();
  }

  show(all, types, by, selected) {
    this.drawChoice(all, types, by);
    // One selected point is marked among the others; several are shown alone.
    const keys = selected && selected.size > 1 ? selected : null;
    const { group, words } = this;
    const found = fitting(all, { group, words, keys }, by, types);
    const alone = selected?.size === 1 ? found.findIndex(({ key }) => selected.has(key)) : -1;
    const limit = Math.max(this.limit, alone + 1);
    const focused = this.root.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const names = new Map(types.map(({ code, name }) => [code, name]));
    const colours = new Map(groups(all, by, types).flatMap(({ points, colour }) => points.map(({ key }) => [key, colour])));
    const rows = found.slice(0, limit).map((point) => this.row(point, names, selected, colours.get(point.key)));
    this.body.replaceChildren(...rows);
    this.head.textContent = keys ? `${plural(found.length, 'point')} selected` : plural(found.length, 'point');
    this.clear.hidden = !selected;
    this.more.hidden = found.length <= limit;
    if (focused) this.body.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    else if (alone >= 0) this.reveal(found[alone].key);
  }

  drawChoice(all, types, by) {
    const found = groups(all, by, types);
    const says = JSON.stringify([by, found.map(({ name, points }) => [name, points.length])]);
    if (says !== this.says) {
      this.says = says;
      this.choice.replaceChildren(
        h('option', { value: '' }, by === 'type' ? 'All types' : 'All clusters'),
        ...found.map(({ group, name, points }) => h('option', { value: String(group) }, `${name} (${points.length})`)),
      );
    }
    this.choice.value = this.group;
  }

  row(point, names, selected, colour) {
    const chosen = selected?.has(point.key) ?? false;
    const facts = [named(point), ...point.codes.map((code) => names.get(code) ?? code)];
    if (point.status === 'rejected') facts.push('rejected');
    const sign = { text: '●', medoid: '★', example: '◆' }[point.kind];
    return h(
      'tr',
      { 'data-kind-of': point.kind },
      h(
        'td',
        {},
        h(
          'button',
          {
            type: 'button',
            class: 'cm-row',
            'data-key': point.key,
            'aria-pressed': String(chosen),
            onclick: () => this.actions.select(chosen && selected.size === 1 ? null : [point.key]),
          },
          h('span', { class: 'cm-sign', 'aria-hidden': 'true', style: `color:${colour}` }, sign),
          h('span', { class: 'cm-words', dir: 'auto' }, point.text),
          h('span', { class: 'cm-facts' }, facts.join(' · ')),
        ),
      ),
    );
  }

  reveal(key) {
    const row = this.body.querySelector(`[data-key="${CSS.escape(key)}"]`);
    const box = this.body.closest('.cm-rows');
    if (!row || box.scrollHeight <= box.clientHeight) return;
    const [own, around] = [row.getBoundingClientRect(), box.getBoundingClientRect()];
    if (own.top < around.top) box.scrollTop += own.top - around.top;
    else if (own.bottom > around.bottom) box.scrollTop += own.bottom - around.bottom;
  }

  walk(event) {
    const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
    const next = step && event.target.closest('tr')?.[step]?.querySelector('button');
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}
