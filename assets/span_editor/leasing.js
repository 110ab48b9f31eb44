// Tells the store which text is open in this browser, so that two people do not correct the same one
// unawares. A lease is renewed while a person is there; a browser that dies lets go by itself.

import { uid } from './saving.js';

const BEAT = 10000; // a third of how long a lease holds
const GONE = 300000; // without a sign of life for this long, the text is free for others
const PATIENCE = 4000; // a store that hangs must not keep a person from going on; a busy one may
const NOBODY = { other: null, status: null };
const NAME = 'ner-studio-browser';

export class Leasing {
  // send: see api.js; changed(other): the open text is ours (null) or someone else's {since};
  // idle(): milliseconds since the last sign of life; waits(text): whether changes of a text are
  // still on their way
  constructor(send, changed, idle, waits) {
    Object.assign(this, { send, changed, idle, waits, text: null });
    this.late = new Set(); // left, but not to be had before their changes are in the store
    this.holder = browserName();
    setInterval(() => this.beat(), BEAT);
    window.addEventListener('pagehide', () => this.leave());
    document.addEventListener('visibilitychange', () => document.hidden || this.beat());
  }

  // A text is shown.
  async open(text) {
    if (text !== this.text) this.leave();
    this.text = text;
    this.late.delete(text);
    await this.beat();
  }

  leave() {
    const { text } = this;
    this.text = null;
    if (text && this.waits(text)) this.late.add(text);
    else if (text) this.release(text);
  }

  // The store has every change of a text.
  settled(text) {
    if (this.late.delete(text)) this.release(text);
  }

  release(text) {
    this.send(text, 'release', { holder: this.holder }).catch(() => {});
  }

  // Go on although someone else has it.
  force() {
    return this.beat(true);
  }

  async beat(force = false) {
    const { text } = this;
    if (!force && this.idle() > GONE) return;
    for (const left of this.late) this.ask(left);
    if (!text) return;
    const { other } = await this.ask(text, force);
    if (text === this.text) this.changed(other);
  }

  // As `ask`, for somebody who waits.
  claim(text) {
    const late = new Promise((done) => setTimeout(() => done(NOBODY), PATIENCE));
    return Promise.race([this.ask(text), late]);
  }

  // {other, status}: who has a text instead of us ({since}, null when we do or nobody answers), and
  // where it stands by now.
  async ask(text, force = false) {
    const body = { holder: this.holder, force };
    const answer = await this.send(text, 'lease', body).catch(() => null);
    return answer?.status === 200 ? answer.data : NOBODY;
  }
}

// All tabs of a browser are one person.
function browserName() {
  try {
    let name = localStorage.getItem(NAME);
    if (!/^[A-Za-z0-9_-]{8,64}$/.test(name ?? '')) name = uid();
    localStorage.setItem(NAME, name);
    return name;
  } catch {
    return uid();
  }
}
