// How far the project is, and behind a button how the review goes.

import { h } from '../app/dom.js';
import { drawFigures } from '../app/figures.js';

export class Progress {
  // ask(): the figures, see GET /api/queue/figures
  constructor(ask) {
    this.ask = ask;
    this.meter = h('span', { class: 'se-meter-fill' });
    this.done = h('span', { class: 'se-done', 'data-testid': 'progress' });
    this.button = h(
      'button',
      {
        type: 'button',
        class: 'se-fold',
        'aria-controls': 'se-figures-panel',
        'data-testid': 'show-figures',
        onclick: () => this.open(this.panel.hidden),
      },
      'Figures',
    );
    this.element = h(
      'div',
      { class: 'se-progress' },
      h('span', { class: 'se-meter', 'aria-hidden': 'true' }, this.meter),
      this.done,
      this.button,
    );
    this.panel = h('div', {
      class: 'se-panel',
      id: 'se-figures-panel',
      role: 'group',
      'aria-label': 'How the review goes',
      hidden: true,
    });
    this.open(false);
  }

  open(open) {
    this.panel.hidden = !open;
    this.button.setAttribute('aria-expanded', String(open));
    if (open) this.draw();
  }

  show(overview) {
    const { counts, kinds } = overview;
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const finished = counts.accepted + counts.skipped;
    this.names = Object.fromEntries(kinds.map(({ code, name }) => [code, name]));
    this.done.textContent = `${finished.toLocaleString('en')} of ${all.toLocaleString('en')} done`;
    this.meter.style.width = all ? `${(100 * finished) / all}%` : '0%';
  }

  // The store has counted anew: so does an open panel.
  refresh() {
    if (!this.panel.hidden) this.draw();
  }

  async draw() {
    const figures = await this.ask().catch(() => null);
    this.panel.replaceChildren(
      figures
        ? drawFigures(figures, this.names)
        : h('p', {}, 'The studio does not answer; close and open this to try again.'),
    );
  }
}
