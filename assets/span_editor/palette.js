// The types to label with: always in sight, each with its key.

import { h } from '../app/dom.js';

const COLOUR = /^#[0-9a-f]{6}$/i;

export function paint(element, colour) {
  if (COLOUR.test(colour ?? '')) element.style.setProperty('--se-colour', colour);
  return element;
}

// A swatch, a name and a key: how a type looks wherever it can be chosen.
export function typeFace(type) {
  return [
    paint(h('span', { class: 'se-swatch', 'aria-hidden': 'true' }), type.colour),
    h('span', { class: 'se-type-name' }, type.name),
    type.key && h('kbd', {}, type.key.toUpperCase()),
  ];
}

export class Palette {
  // actions: {type(code), filter(), define()}
  constructor(root, actions) {
    this.root = root;
    this.actions = actions;
    this.buttons = new Map();
    // A press must not take the selection or the focus away from the text.
    root.addEventListener('mousedown', (event) => event.preventDefault());
  }

  load(types) {
    this.buttons.clear();
    const buttons = types.map((type) => {
      const button = h(
        'button',
        {
          type: 'button',
          class: 'se-type',
          'data-testid': `type-${type.code}`,
          'aria-pressed': 'false',
          title: type.definition ? `${type.name}: ${type.definition}` : type.name,
          onclick: () => this.actions.type(type.code),
        },
        typeFace(type),
      );
      this.buttons.set(type.code, button);
      return button;
    });
    const find = h(
      'button',
      {
        type: 'button',
        class: 'se-type se-find',
        title: 'Find a type by typing (/)',
        onclick: () => this.actions.filter(),
      },
      h('span', { class: 'se-type-name' }, 'Find type'),
      h('kbd', {}, '/'),
    );
    if (!types.length) {
      this.root.replaceChildren(this.none());
      return;
    }
    this.root.replaceChildren(
      h('div', { class: 'se-types', role: 'toolbar', 'aria-label': 'Entity types' }, buttons, find),
    );
  }

  none() {
    return h(
      'p',
      { class: 'se-no-types' },
      'This project has no entity types yet, so there is nothing to label with. ',
      h(
        'button',
        { type: 'button', class: 'ns-button', onclick: () => this.actions.define() },
        'Define types',
      ),
    );
  }

  // armed: the code that labels whatever is selected next; chosen: the code of the chosen span
  show(armed, chosen) {
    for (const [code, button] of this.buttons) {
      button.setAttribute('aria-pressed', String(code === armed));
      button.classList.toggle('is-chosen', code === chosen);
    }
  }
}

// Types whose name, code or key fits what was typed, those that begin with it first; recent ones
// lead while nothing is typed. Pure.
export function fitting(types, typed, recent) {
  const wanted = typed.trim().toLowerCase();
  const rank = (type) => {
    const names = [type.name.toLowerCase(), type.code.toLowerCase()];
    if (!wanted) return recent.includes(type.code) ? recent.indexOf(type.code) : recent.length;
    if (names.includes(wanted)) return 0;
    if (names.some((name) => name.startsWith(wanted))) return 1;
    return names.some((name) => name.includes(wanted)) ? 2 : Infinity;
  };
  return types
    .map((type) => ({ type, rank: rank(type) }))
    .filter(({ rank: found }) => found < Infinity)
    .sort((a, b) => a.rank - b.rank)
    .map(({ type }) => type);
}
