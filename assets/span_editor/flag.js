// A flag with a note: this text deserves a second look, and why.

import { h } from '../app/dom.js';

export class Flag {
  // put(text, {flagged, note}): tells the store; closed(): the keys go back to the text
  constructor(root, put, closed) {
    this.put = put;
    this.note = h('textarea', {
      class: 'se-field',
      rows: 4,
      maxlength: 5000,
      'data-testid': 'note',
    });
    this.trouble = h('p', { class: 'se-flag-trouble', role: 'alert' });
    this.remove = act('Take the flag away', 'unflag', () => this.save(false));
    this.dialog = h(
      'dialog',
      { class: 'se-dialog se-flag', 'aria-labelledby': 'se-flag-title' },
      h(
        'header',
        { class: 'se-dialog-head' },
        h('h2', { id: 'se-flag-title' }, 'Flag this text'),
        act('Close', 'flag-close', () => this.dialog.close()),
      ),
      h(
        'label',
        { class: 'se-labelled' },
        h('span', {}, 'What should be looked at (optional)'),
        this.note,
      ),
      this.trouble,
      h(
        'div',
        { class: 'se-bar-do' },
        act('Flag it', 'flag-save', () => this.save(true), true),
        this.remove,
      ),
    );
    this.dialog.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.save(true);
    });
    this.dialog.addEventListener('close', closed);
    root.append(this.dialog);
  }

  get isOpen() {
    return this.dialog.open;
  }

  open(doc) {
    this.doc = doc;
    this.note.value = doc.note;
    this.trouble.textContent = '';
    this.remove.hidden = !doc.flagged;
    this.dialog.showModal();
    this.note.focus();
  }

  async save(flagged) {
    const note = flagged ? this.note.value.trim() : '';
    const trouble = await this.put(this.doc, { flagged, note });
    this.trouble.textContent = trouble;
    if (!trouble) this.dialog.close();
  }
}

function act(label, id, action, primary = false) {
  return h(
    'button',
    {
      type: 'button',
      class: `ns-button${primary ? ' primary' : ''}`,
      'data-testid': id,
      onclick: () => action(),
    },
    label,
  );
}
