// Accepts at once what a tagger is sure of: every suggestion in sight at or above a score.

import { h } from '../app/dom.js';

const KEPT = 'ner-studio-sure';
const USUAL = 80; // percent

export class Sure {
  constructor(accept) {
    this.input = h('input', {
      type: 'number',
      class: 'se-field se-sure-score',
      'data-testid': 'sure-score',
      'aria-label': 'Least score of what is accepted, in percent',
      min: 0,
      max: 100,
      step: 5,
    });
    this.input.value = kept();
    this.input.addEventListener('change', () => this.keep());
    const button = h(
      'button',
      {
        type: 'button',
        class: 'ns-button se-sure-do',
        title: 'Accept what is in sight from this score on (Shift A)',
        'data-testid': 'accept-sure',
        onclick: () => accept(),
      },
      'Accept in sight',
    );
    this.element = h('div', { class: 'se-sure', hidden: true }, button, ' from ', this.input, ' %');
  }

  // Worth its place from two suggestions on.
  show(open) {
    this.element.hidden = open < 2;
  }

  get percent() {
    return within(this.input.valueAsNumber);
  }

  // The same for the next texts, and the next day.
  keep() {
    this.input.value = this.percent;
    try {
      localStorage.setItem(KEPT, this.input.value);
    } catch {
      // The browser keeps nothing for this page.
    }
  }
}

function kept() {
  try {
    return within(Number(localStorage.getItem(KEPT) ?? USUAL));
  } catch {
    return USUAL;
  }
}

function within(percent) {
  return Number.isFinite(percent) ? Math.min(100, Math.max(0, Math.round(percent))) : USUAL;
}
