// What an order needs to be told: which two taggers to compare, which shuffle; and what it lacks.
// These hold for the whole project, so that all who correct it go the same way.

import { h } from '../app/dom.js';
import { choice, labelled } from './filters.js';

export class OrderChoice {
  // choose({compared} or {seed}): tells the store
  constructor(choose) {
    this.element = h('div', {
      class: 'se-panel se-order',
      role: 'group',
      'aria-label': 'About this order',
      hidden: true,
    });
    this.choose = choose;
    this.says = '';
  }

  show(order, overview) {
    const says = JSON.stringify([
      order,
      overview?.taggers,
      overview?.compared,
      overview?.seed,
      overview?.clustered,
    ]);
    if (!overview || says === this.says) return;
    this.says = says;
    const shown = PARTS[order]?.(overview, this.choose) ?? [];
    this.element.replaceChildren(...shown);
    this.element.hidden = !shown.length;
  }
}

const PARTS = {
  disagreement({ taggers, compared }, choose) {
    if (taggers.length < 2) {
      return note(
        'Two taggers have to look at the texts before they can disagree: tag them with a second one.',
      );
    }
    const names = Object.fromEntries(taggers.map((name) => [name, name]));
    const both = ['compare-one', 'compare-other'].map((id, at) => {
      const select = choice(id, compared.length ? names : { '': 'choose', ...names }, () => {
        const pair = both.map(({ value }) => value);
        if (pair[0] === pair[1] && pair[0]) {
          const [other] = taggers.filter((name) => name !== select.value);
          both[1 - at].value = other;
          pair[1 - at] = other;
        }
        if (pair.every(Boolean)) choose({ compared: pair });
      });
      select.value = compared[at] ?? '';
      return select;
    });
    return [
      labelled('Compare', both[0]),
      labelled('with', both[1]),
      ...note(
        compared.length
          ? 'Texts that only one of them has seen come last.'
          : 'Until two are chosen, texts come in order of import.',
      ),
    ];
  },

  coverage({ clustered }) {
    return note(
      clustered
        ? 'One text of each cluster, then the second of each, and so on.'
        : 'The texts have no clusters yet: a library makes them. Until then they come in order of import.',
    );
  },

  random({ seed }, choose) {
    const field = h('input', {
      type: 'number',
      class: 'se-field se-seed',
      min: 0,
      max: 2147483647,
      step: 1,
      value: seed,
      'data-testid': 'seed',
    });
    field.addEventListener('change', () => {
      if (field.value && field.checkValidity()) choose({ seed: Number(field.value) });
      else field.reportValidity();
    });
    return [
      labelled('Seed', field),
      ...note('The same seed gives the same order, for everybody in this project.'),
    ];
  },
};

function note(words) {
  return [h('p', { class: 'se-order-note', 'data-testid': 'order-note' }, words)];
}
