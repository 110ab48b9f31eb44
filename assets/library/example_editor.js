// Edits one example: its words, and the spans on them, drawn and chosen as in the span editor.
// Nothing is saved before "Save"; what is saved counts from then on and is never written over.

import { h } from '../app/dom.js';
import * as edits from '../span_editor/edits.js';
import { command } from '../span_editor/keys.js';
import { Mouse } from '../span_editor/mouse.js';
import { offsetMap } from '../span_editor/offsets.js';
import { Painting } from '../span_editor/paint.js';
import { Palette } from '../span_editor/palette.js';
import { moved as movedFocus, show, standOn, stretch } from '../span_editor/selection.js';
import { apply, draft, inOrder } from '../span_editor/spans.js';
import { words } from '../span_editor/words.js';
import { moved } from './moving.js';

export class ExampleEditor {
  // example: {text, spans: [{start, end, code}]}; types: the project's; actions: {save(content), close()}
  constructor(example, types, actions) {
    this.types = types;
    this.typeMap = new Map(types.map((type) => [type.code, type]));
    this.actions = actions;
    this.past = [];
    this.build(example);
    this.load(example.text, example.spans.map(draft).sort(inOrder));
  }

  build(example) {
    const part = (name, attributes = {}) => h('div', { class: `se-${name}`, ...attributes });
    const act = (label, testid, action, kind = '') =>
      h('button', { type: 'button', class: `ns-button ${kind}`, 'data-testid': testid, onclick: action }, label);
    this.parts = {
      palette: part('palette'),
      text: part('text', {
        tabindex: '0',
        role: 'application',
        'data-testid': 'example-text',
        'aria-label': 'Words of the example. Arrows go from word to word, Shift and arrows select, keys of types label, Tab goes from span to span, X removes one.',
      }),
      words: h('textarea', { class: 'lb-words', rows: 2, dir: 'auto', 'aria-label': 'Words of the example', 'data-testid': 'example-words' }),
      hint: h('p', { class: 'ns-muted lb-hint', 'aria-live': 'polite' }),
    };
    this.parts.words.value = example.text;
    this.parts.words.addEventListener('change', () => this.reword());
    this.parts.remove = act('Remove the span', 'example-remove', () => this.remove());
    this.parts.undo = act('Undo', 'example-undo', () => this.undo());
    this.painting = new Painting(this.parts.text);
    this.palette = new Palette(this.parts.palette, {
      type: (code) => this.useType(code),
      filter: () => this.parts.palette.querySelector('button')?.focus(),
      define: () => {},
    });
    this.palette.load(this.types);
    this.parts.palette.querySelector('.se-find')?.remove();
    this.element = h(
      'div',
      { class: 'lb-editor se-root', 'data-testid': 'example-editor' },
      h('label', { class: 'lb-label' }, 'Words', this.parts.words),
      this.parts.palette,
      this.parts.text,
      this.parts.hint,
      h(
        'div',
        { class: 'lb-do' },
        act('Save', 'example-save', () => this.save(), 'primary'),
        act('Close', 'example-close', () => this.actions.close()),
        this.parts.undo,
        this.parts.remove,
      ),
    );
    new Mouse(this.parts.text, this.painting, () => this.words, this.pointing());
    this.parts.text.addEventListener('keydown', (event) => this.key(event));
  }

  pointing() {
    const at = (point) => {
      const word = this.words.near(point);
      return word && word[0] <= point && point <= word[1] ? standOn(word) : null;
    };
    return {
      selected: (selection) => this.select(selection),
      clicked: ({ id, point }) => {
        const span = this.spans.find((each) => each.id === id);
        if (span) this.choose(span);
        else this.select(point === null ? null : at(point));
      },
      extended: (point) => {
        const focus = this.words.near(point);
        if (this.selection && focus) this.select({ ...this.selection, focus, caret: false });
      },
    };
  }

  load(text, spans) {
    this.text = text;
    this.map = offsetMap(text);
    this.words = words(text, this.map);
    this.spans = spans;
    this.painting.load(text, this.map);
    this.select(null);
  }

  draw() {
    this.painting.update(this.spans, this.typeMap);
    for (const old of this.parts.text.querySelectorAll('.is-chosen')) old.classList.remove('is-chosen');
    if (this.chosen) for (const piece of this.painting.spanElements(this.chosen.id)) piece.classList.add('is-chosen');
    this.palette.show(null, this.chosen?.code);
    this.parts.remove.disabled = !this.chosen;
    this.parts.undo.disabled = !this.past.length;
    this.element.dataset.spans = String(this.spans.length);
  }

  say(text) {
    this.parts.hint.textContent = text;
  }

  choose(span) {
    this.chosen = span;
    this.selection = null;
    show(this.painting, null);
    const type = this.typeMap.get(span.code)?.name ?? span.code;
    this.say(`${this.map.slice(span.start, span.end)}: ${type}. A type relabels it, X removes it.`);
    this.draw();
  }

  select(selection) {
    this.chosen = null;
    this.selection = selection;
    this.draw();
    show(this.painting, selection);
    this.say(selection ? 'Choose a type to label the selected words.' : 'Select words, then choose a type.');
  }

  key(event) {
    const meant = command(event, this.types);
    const act = meant && this.commands()[meant.name];
    if (act && act(meant) !== false) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  commands() {
    return {
      type: ({ code }) => this.useType(code),
      remove: () => this.remove(),
      undo: () => this.undo(),
      escape: () => this.select(null),
      span: ({ step }) => this.step(step),
      move: ({ step, grow }) => {
        const from = this.selection ?? (this.chosen && standOn([this.chosen.start, this.chosen.end]));
        const way = getComputedStyle(this.painting.blockAt(from?.focus[0] ?? 0)).direction === 'rtl' ? -step : step;
        this.select(from ? movedFocus(from, this.words, way, grow) : standOn(this.words.near(0)));
      },
      nudge: ({ edge, step, exact }) => {
        if (this.chosen) this.change(edits.nudge(this.chosen, edge, step, this.words, exact));
      },
    };
  }

  // The span after or before the chosen one; at the end of them Tab leaves the text.
  step(way) {
    const at = this.spans.indexOf(this.chosen);
    const next = at < 0 && way < 0 ? undefined : this.spans[at + way];
    if (!next) return false;
    return this.choose(next);
  }

  useType(code) {
    if (this.chosen) this.change(edits.relabel(this.chosen, code));
    else if (this.selection) this.change(edits.label(this.spans, stretch(this.selection), code));
    else this.say('Select words first.');
    this.parts.text.focus({ preventScroll: true });
  }

  remove() {
    if (this.chosen) this.change(edits.remove(this.chosen));
  }

  change(edit) {
    if (!edit) return;
    this.past.push({ text: this.text, spans: this.spans });
    this.spans = apply(this.spans, edit, false);
    this.select(null);
  }

  undo() {
    const before = this.past.pop();
    if (!before) return;
    this.parts.words.value = before.text;
    this.load(before.text, before.spans);
  }

  // The words were changed: spans on untouched words stay, the others are gone.
  reword() {
    const text = this.parts.words.value;
    if (text === this.text) return;
    const { spans, lost } = moved(this.text, text, this.spans);
    this.past.push({ text: this.text, spans: this.spans });
    this.load(text, spans);
    if (lost.length) this.say(`No longer labelled, for its words changed: ${lost.join(', ')}.`);
  }

  save() {
    this.reword();
    const spans = this.spans.map(({ start, end, code }) => ({ start, end, code }));
    this.actions.save({ text: this.text, spans });
  }
}
