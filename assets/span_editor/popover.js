// What floats at a selection: what can be done with a span, or types to choose by typing.

import { h } from '../app/dom.js';
import { fitting, typeFace } from './palette.js';

export class Popover {
  // actions: {type(code), accept(), remove(), filter(), closed()}
  constructor(root, actions) {
    this.root = root;
    this.actions = actions;
    this.close();
    root.addEventListener('mousedown', (event) => {
      if (event.target.tagName !== 'INPUT') event.preventDefault();
    });
  }

  get isOpen() {
    return !this.root.hidden;
  }

  close() {
    const typing = this.root.contains(document.activeElement);
    this.root.hidden = true;
    this.root.replaceChildren();
    if (typing) this.actions.closed();
  }

  // A row of buttons for the chosen span.
  offer(span, rect) {
    const suggested = span.kind === 'suggestion';
    this.open(
      h(
        'div',
        { class: 'se-pop-row', role: 'group', 'aria-label': 'This span' },
        suggested && this.button('Accept', 'A', this.actions.accept, 'primary'),
        this.button(suggested ? 'Reject' : 'Delete', 'X', this.actions.remove),
        this.button('Change type', '/', this.actions.filter),
      ),
      rect,
    );
  }

  button(label, key, action, style = '') {
    return h(
      'button',
      { type: 'button', class: `se-pop-button ${style}`, onclick: () => action() },
      label,
      h('kbd', {}, key),
    );
  }

  // A field that narrows the list of types while one types.
  find(types, recent, rect) {
    let hits = types;
    let at = 0;
    const list = h('ul', {
      class: 'se-hits',
      role: 'listbox',
      id: 'se-hits',
      'aria-label': 'Types',
    });
    const choose = (type) => {
      this.close();
      this.actions.type(type.code);
    };
    const input = h('input', {
      type: 'text',
      class: 'se-find-input',
      placeholder: 'Type a name…',
      'aria-label': 'Find a type',
      'data-testid': 'type-filter',
      role: 'combobox',
      'aria-expanded': 'true',
      'aria-controls': 'se-hits',
      autocomplete: 'off',
      spellcheck: 'false',
    });
    const draw = () => {
      list.replaceChildren(
        ...hits.map((type, i) =>
          h(
            'li',
            {
              role: 'option',
              id: `se-hit-${i}`,
              'aria-selected': String(i === at),
              onclick: () => choose(type),
            },
            typeFace(type),
          ),
        ),
      );
      if (!hits.length)
        list.replaceChildren(h('li', { class: 'se-none' }, 'No type is called that.'));
      if (hits.length) input.setAttribute('aria-activedescendant', `se-hit-${at}`);
      list.children[at]?.scrollIntoView({ block: 'nearest' });
    };
    input.addEventListener('input', () => {
      hits = fitting(types, input.value, recent);
      at = 0;
      draw();
    });
    input.addEventListener('keydown', (event) => {
      if (event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) at = Math.max(0, Math.min(hits.length - 1, at + step));
      else if (event.key === 'Enter' && hits[at]) choose(hits[at]);
      else if (event.key === 'Escape' || event.key === 'Tab') this.close();
      else return;
      event.preventDefault();
      event.stopPropagation();
      if (this.isOpen) draw();
    });
    hits = fitting(types, '', recent);
    draw();
    this.open(h('div', { class: 'se-pop-find' }, input, list), rect);
    input.focus();
  }

  // Under a rectangle of the text, or above it where the window ends; inside of what the popover is
  // laid out in.
  open(content, rect) {
    this.root.replaceChildren(content);
    this.root.hidden = false;
    const around = this.root.offsetParent?.getBoundingClientRect();
    if (!around || !rect) return;
    const left = Math.min(rect.left - around.left, around.width - this.root.offsetWidth - 8);
    this.root.style.left = `${Math.max(8, left)}px`;
    const high = this.root.offsetHeight + 8;
    const above = rect.bottom + high > window.innerHeight && rect.top > high;
    this.root.style.top = `${(above ? rect.top - high : rect.bottom + 8) - around.top}px`;
  }
}
