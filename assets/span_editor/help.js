// The cheat sheet (?) and the guide to the types (G).

import { h } from '../app/dom.js';
import { typeFace } from './palette.js';

const KEYS = [
  [
    'Text',
    [
      ['Enter', 'accept the text with its open suggestions, next text'],
      ['S', 'skip the text, next text'],
      ['F', 'flag the text, with a note'],
      ['Shift Enter', 'back to the text before'],
      ['Ctrl Enter', 'next text, this one stays open'],
      ['Ctrl Z', 'undo'],
      ['Ctrl Shift Z', 'redo'],
      ['G', 'what the types mean'],
      ['?', 'these keys'],
    ],
  ],
  [
    'Spans',
    [
      ['Tab', 'next span; Shift Tab the one before'],
      ['A', 'accept the suggestion'],
      ['Shift A', 'accept what is in sight, from the score beside the text on'],
      ['X or ⌫', 'reject the suggestion, delete the span'],
      ['type key', 'give the span that type'],
      ['Alt ← →', 'move its end by a word; with Shift its start'],
      ['Alt ↓ ↑', 'the same by one character'],
      ['P', 'every other occurrence of its words, here or in the project'],
      ['J', 'join with the next span of its type'],
      ['L', 'split at the selected word'],
    ],
  ],
  [
    'Selection',
    [
      ['← → ↑ ↓', 'move from word to word'],
      ['Shift ← →', 'select more or fewer words'],
      ['type key', 'label what is selected'],
      ['/', 'find a type by typing'],
      ['Esc', 'let go'],
    ],
  ],
  [
    'Mouse',
    [
      ['drag', 'select words; with Alt the exact characters'],
      ['double-click', 'select a word'],
      ['Shift click', 'select up to there'],
      ['click a type', 'with nothing selected: label every next selection with it'],
    ],
  ],
];

export class Help {
  constructor(dialog, closed) {
    this.dialog = dialog;
    dialog.addEventListener('close', closed);
    dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
    dialog.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (['?', 'g', 'p'].includes(event.key)) dialog.close();
    });
  }

  get isOpen() {
    return this.dialog.open;
  }

  keys() {
    this.show('Keys and mouse', [
      KEYS.map(([title, rows]) =>
        h(
          'section',
          {},
          h('h3', {}, title),
          h(
            'dl',
            {},
            rows.map(([key, does]) => [h('dt', {}, h('kbd', {}, key)), h('dd', {}, does)]),
          ),
        ),
      ),
    ]);
  }

  guide(types) {
    const entries = types.map((type) => [
      h('dt', { class: 'se-guide-type' }, typeFace(type)),
      h('dd', {}, type.definition || 'Nobody has written down yet what this means.'),
    ]);
    this.show('What the types mean', [h('dl', { class: 'se-guide' }, entries)]);
  }

  close() {
    this.dialog.close();
  }

  show(title, content) {
    this.dialog.replaceChildren(
      h(
        'header',
        { class: 'se-dialog-head' },
        h('h2', { id: 'se-dialog-title' }, title),
        h(
          'button',
          {
            type: 'button',
            class: 'ns-button',
            autofocus: true,
            onclick: () => this.dialog.close(),
          },
          'Close',
        ),
      ),
      h('div', { class: 'se-dialog-body' }, content),
    );
    if (!this.dialog.open) this.dialog.showModal();
  }
}
