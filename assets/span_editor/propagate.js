// "Everywhere": label or reject every other occurrence of a span's words, after a look at each.

import { h, plural } from '../app/dom.js';
import { elsewhere, labelAll, rejectAll } from './occurrences.js';

const AROUND = 32; // characters shown on either side of a hit

export class Propagate {
  // actions: {change(edit), closed()}
  constructor(dialog, actions) {
    this.dialog = dialog;
    this.actions = actions;
  }

  open(doc, span, type) {
    Object.assign(this, { doc, span, type });
    this.options = { whole: true, sameCase: true };
    this.find();
    this.label.focus();
  }

  find() {
    this.hits = elsewhere(this.doc, this.span, this.options);
    this.taken = new Set(this.hits.keys());
    const surface = this.doc.map.slice(this.span.start, this.span.end);
    this.dialog.show('Everywhere in this text', [
      h(
        'p',
        { class: 'se-wide' },
        'Every other ',
        h('b', {}, h('bdi', {}, surface)),
        ` can become ${this.type?.name ?? this.span.code} too. What a person has marked stays as it is.`,
      ),
      h(
        'div',
        { class: 'se-wide se-options' },
        this.option('whole', 'Whole words only'),
        this.option('sameCase', 'Same capitals'),
      ),
      h(
        'ul',
        { class: 'se-wide se-hit-list', 'data-testid': 'propagate-hits' },
        this.hits.length
          ? this.hits.map((hit, i) => this.row(hit, i))
          : h('li', { class: 'se-none' }, 'There is no other one.'),
      ),
      this.buttons(),
    ]);
  }

  option(name, label) {
    const box = h('input', {
      type: 'checkbox',
      checked: this.options[name],
      'data-testid': `propagate-${name}`,
    });
    box.addEventListener('change', () => {
      this.options[name] = box.checked;
      this.find();
    });
    return h('label', {}, box, label);
  }

  row([start, end], i) {
    const { map } = this.doc;
    const box = h('input', { type: 'checkbox', checked: true });
    box.addEventListener('change', () => {
      if (box.checked) this.taken.add(i);
      else this.taken.delete(i);
      this.drawButtons();
    });
    const before = map.slice(Math.max(0, start - AROUND), start);
    const after = map.slice(end, Math.min(map.length, end + AROUND));
    return h(
      'li',
      {},
      h(
        'label',
        { dir: 'auto' },
        box,
        h('span', {}, before, h('mark', {}, map.slice(start, end)), after),
      ),
    );
  }

  buttons() {
    this.label = h('button', {
      type: 'button',
      class: 'ns-button primary',
      'data-testid': 'propagate-label',
      onclick: () => this.take(labelAll),
    });
    this.reject = h('button', {
      type: 'button',
      class: 'ns-button',
      'data-testid': 'propagate-reject',
      onclick: () => this.take(rejectAll),
    });
    this.drawButtons();
    return h('div', { class: 'se-wide se-bar-do' }, this.label, this.reject);
  }

  drawButtons() {
    const hits = this.chosen();
    const refused = rejectAll(this.doc, this.span, hits).rejected.length;
    this.label.textContent = `Label ${plural(hits.length, 'more')}`.replace('mores', 'more');
    this.label.disabled = !hits.length;
    this.reject.textContent = `Reject ${plural(refused, 'suggestion')}`;
    this.reject.hidden = !refused;
  }

  chosen() {
    return this.hits.filter((_, i) => this.taken.has(i));
  }

  take(make) {
    const edit = make(this.doc, this.span, this.chosen());
    this.dialog.close();
    this.actions.change(edit);
  }
}
