// What was rejected on the open text, folded away under the list of spans, each with a way back.

import { h } from '../app/dom.js';
import { percent } from './paint.js';
import { paint } from './palette.js';

const SHOWN = 300; // rows drawn at once; the rest follow on demand

export class RejectedList {
  // actions: {look(id), restore(id)}
  constructor(actions) {
    this.actions = actions;
    this.limit = SHOWN;
    this.title = h('summary', { class: 'se-side-title', 'data-testid': 'show-rejected' });
    this.rows = h('ul', { class: 'se-rows', 'aria-label': 'Rejected on this text' });
    this.more = h('button', { type: 'button', class: 'se-more', onclick: () => this.extend() });
    this.element = h(
      'details',
      { class: 'se-rejected', 'data-testid': 'rejected', hidden: true },
      this.title,
      this.rows,
      this.more,
    );
    this.element.addEventListener('toggle', () => this.draw());
  }

  reset() {
    this.limit = SHOWN;
    this.says = '';
  }

  extend() {
    this.limit += SHOWN;
    this.draw();
  }

  // rejected: see document.js; types: code -> type
  show(rejected, types) {
    this.shown = [rejected, types];
    this.element.hidden = !rejected.length;
    this.title.textContent = `Rejected (${rejected.length.toLocaleString('en')})`;
    this.draw();
  }

  // A folded list costs nothing; one that says the same keeps its focus and its place.
  draw() {
    const [rejected, types] = this.shown;
    if (!this.element.open) return;
    const wanted = rejected.slice(0, this.limit);
    const says = JSON.stringify([wanted, wanted.map(({ code }) => types.get(code))]);
    this.more.hidden = wanted.length === rejected.length;
    this.more.textContent = `Show more (${rejected.length - wanted.length} not shown)`;
    if (says === this.says) return;
    this.says = says;
    this.rows.replaceChildren(...wanted.map((one) => this.row(one, types.get(one.code))));
  }

  row(one, type) {
    const { id, start, surface, code, score, tagger } = one;
    const from = [tagger ?? 'a file', score === null ? '' : percent(score)].filter(Boolean);
    const words = [
      h('bdi', { class: 'se-row-surface' }, surface),
      h('span', { class: 'se-row-type' }, type?.name ?? code),
      h('span', { class: 'se-row-state' }, from.join(' ')),
    ];
    const look = { type: 'button', class: 'se-row-main', onclick: () => this.actions.look(id) };
    const element = h(
      'li',
      { class: 'se-row', 'data-kind-of': 'rejected' },
      start === null ? h('div', { class: 'se-row-main' }, words) : h('button', look, words),
      h(
        'button',
        {
          type: 'button',
          class: 'se-row-do',
          'aria-label': `Restore ${surface}`,
          title: 'Suggest it again',
          onclick: () => this.actions.restore(id),
        },
        '↺',
      ),
    );
    return paint(element, type?.colour);
  }
}
