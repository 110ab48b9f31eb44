// Mouse and touch on the text: a drag or a double-click selects, a click chooses a span or stands on
// a word, Shift-click reaches further.

import { between, pointAt, readNative } from './selection.js';

const STILL = 4; // pixels within which a press is a click

export class Mouse {
  // actions: {selected(selection|null, event), clicked({id, point, event}), extended(point, exact)}
  constructor(text, painting, words, actions) {
    this.text = text;
    this.painting = painting;
    this.words = words; // () => Words of the open text
    this.actions = actions;
    this.press = null;
    this.touch = false;
    text.addEventListener('pointerdown', (event) => (this.touch = event.pointerType === 'touch'));
    text.addEventListener('mousedown', (event) => this.pressed(event));
    document.addEventListener('mouseup', (event) => this.released(event));
    text.addEventListener('click', (event) => this.clicked(event));
    document.addEventListener('selectionchange', () => this.touched());
  }

  pressed(event) {
    if (event.button !== 0) return;
    const { clientX: x, clientY: y, altKey: alt } = event;
    this.press = { x, y, alt, point: this.point(event), done: false };
    // The browser would draw its own selection from wherever it last stood.
    if (event.shiftKey) event.preventDefault();
  }

  // A drag ends wherever the button is let go, also outside the text. What counts is where it began
  // and ended on the screen: where writing directions meet, the browser's own selection may jump.
  released(event) {
    const press = this.press;
    if (!press || this.touch || event.shiftKey || !this.words()) return;
    const moved = Math.hypot(event.clientX - press.x, event.clientY - press.y) >= STILL;
    if (!moved) return;
    const native = document.getSelection();
    const ends = [press.point, this.point(event)];
    if (ends[0] === ends[1] && native.isCollapsed) return;
    press.done = true;
    const exact = press.alt || event.altKey;
    const byWord = event.detail > 1; // a double-click that went on
    if (byWord || ends.includes(null) || ends[0] === ends[1]) this.take(event, exact);
    else this.actions.selected(between(...ends, this.words(), exact), event);
  }

  point({ clientX, clientY }) {
    return this.words() ? pointAt(this.painting, clientX, clientY) : null;
  }

  clicked(event) {
    const press = this.press;
    this.press = null;
    if (press?.done || event.button !== 0 || !this.words()) return;
    if (event.detail > 1) {
      this.take(event, event.altKey);
      return;
    }
    const point = this.point(event);
    if (event.shiftKey) {
      if (point !== null) this.actions.extended(point, event.altKey);
      return;
    }
    const id = event.target.closest?.('[data-span-id]')?.dataset.spanId ?? null;
    this.actions.clicked({ id, point, event });
  }

  take(event, exact) {
    if (!this.words()) return;
    this.actions.selected(readNative(this.painting, this.words(), exact), event);
  }

  // Fingers move the browser's own handles: follow them, and leave them where they are.
  touched() {
    if (!this.touch || !this.words()) return;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      const found = readNative(this.painting, this.words(), false);
      if (found) this.actions.selected(found, null);
    }, 120);
  }
}
