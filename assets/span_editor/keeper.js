// Between the open text and the store: sends changes, takes answers over, settles conflicts.

import { ask, send, tell } from './api.js';
import { fromStore, rejectedFromStore } from './document.js';
import { Leasing } from './leasing.js';
import { Queue } from './queue.js';
import { Saver, uid } from './saving.js';
import { aliveTabs, holdTab } from './shelf.js';
import { difference, isEmpty } from './spans.js';

const RESCAN = 4000; // how often a tab looks for what closed tabs have left
const PATIENCE = 40; // how many times 25 ms to wait for a save before going on

export class Keeper {
  constructor(editor) {
    this.editor = editor;
    this.leases = new Leasing(
      send,
      (other) => editor.screen.drawLease(other),
      () => editor.clock.idle,
      (text) => this.saver.waiting(text).length > 0,
    );
    this.queue = new Queue(ask, this.leases.holder);
    this.kept = new Map(); // texts left with changes that are not in the store yet
    const tab = uid();
    holdTab(tab);
    const later = (action, wait) => setTimeout(action, wait);
    const onChange = (text, what) => this.heard(text, what);
    this.saver = new Saver({ send, storage: storage(), tab, later, onChange });
    this.recover();
    setInterval(() => this.recover(), RESCAN);
    window.addEventListener('online', () => this.saver.hurry());
  }

  async recover() {
    const alive = (await aliveTabs().catch(() => null)) ?? new Set();
    await this.saver.recover(alive, (text) => this.queue.fresh(text));
  }

  push(operation) {
    const { doc, clock } = this.editor;
    this.kept.set(doc.id, doc);
    this.queue.changed(doc.id);
    this.saver.push(doc.id, operation, clock.take());
  }

  heard(text, what) {
    const { editor, saver } = this;
    const doc = editor.doc?.id === text ? editor.doc : this.kept.get(text);
    const stored = saver.chains.get(text)?.stored;
    if (what === 'recovered') doc?.replay(saver.waiting(text));
    if (what === 'stored') doc?.acknowledge(stored);
    if (what === 'settled') {
      doc?.adopt(stored);
      this.kept.delete(text);
      this.leases.settled(text);
      this.recount();
    }
    if (what !== 'state') this.queue.changed(text);
    if (what !== 'state' && doc && doc === editor.doc) editor.redraw();
    else editor.screen.drawSaving();
  }

  // How the open text is saved; while others are still on their way, that is not "saved" yet.
  state() {
    const id = this.editor.doc?.id;
    const own = this.saver.state(id);
    if (own.name !== 'saved') return own;
    const others = this.saver.elsewhere(id).map(({ text }) => this.saver.state(text));
    const down = others.find((state) => state.name === 'unsaved' && !state.refused);
    return down ?? others.find((state) => state.name === 'saving') ?? own;
  }

  // Flag a text, or take its flag away; answers what went wrong, "" for nothing.
  async mark(doc, note) {
    try {
      doc.mark(await tell(`/api/texts/${doc.id}/note`, note, 'PUT'));
    } catch (trouble) {
      return `NOT saved: ${trouble.message}`;
    }
    this.queue.changed(doc.id);
    if (doc === this.editor.doc) this.editor.redraw();
    this.editor.say(doc.flagged ? 'Flagged.' : 'The flag is gone.');
    this.recount();
    return '';
  }

  recount() {
    clearTimeout(this.counting);
    this.counting = setTimeout(() => this.editor.walk.count().catch(() => {}), 250);
  }

  // Resolves once nothing of a text waits, or after a second.
  async whenSaved(text) {
    for (let tries = 0; tries < PATIENCE && this.saver.waiting(text).length; tries += 1) {
      await new Promise((done) => setTimeout(done, 25));
    }
  }

  // Resolves to whether the store has everything, of every text.
  async allSaved() {
    const id = this.editor.doc.id;
    for (let tries = 0; tries < PATIENCE && this.state().name === 'saving'; tries += 1) {
      await new Promise((done) => setTimeout(done, 25));
    }
    return this.saver.state(id).name === 'saved' && !this.saver.elsewhere(id).length;
  }

  // The store has changed many texts at once: nothing fetched before counts, nor what was shown.
  async refresh(doc) {
    this.queue.ahead.clear();
    const payload = await this.queue.fresh(doc.id);
    this.saver.known(doc.id, payload);
    doc.begin(payload, false);
    this.recount();
  }

  // --- when the store is further on -------------------------------------------------------------

  theirs() {
    const { doc } = this.editor;
    return { ...doc.stored, ...this.saver.theirs(doc.id) };
  }

  keepMine() {
    const { doc } = this.editor;
    const theirs = this.theirs();
    const mine = difference(theirs.spans.map(fromStore), doc.spans);
    const open = new Set(doc.open.map(({ id }) => id));
    mine.restored = theirs.rejected.map(rejectedFromStore).filter((one) => open.has(one.suggestion));
    const operations = isEmpty(mine) ? [] : [{ route: 'edits', body: mine }];
    if (doc.status !== theirs.status && ['accepted', 'skipped'].includes(doc.status)) {
      operations.push({ route: 'status', body: { status: doc.status, accept_open: false } });
    }
    this.decide(theirs, operations);
  }

  takeTheirs() {
    this.decide(this.theirs(), []);
  }

  // After a refusal: back to what the store holds.
  async giveUp() {
    const { doc } = this.editor;
    const stored = await this.queue.fresh(doc.id).catch(() => null);
    if (stored) this.decide(stored, []);
    else this.editor.say('The studio does not answer.');
  }

  decide(stored, operations) {
    const { doc } = this.editor;
    doc.begin(stored, operations.length > 0);
    if (!operations.length) this.kept.delete(doc.id);
    this.saver.settle(doc.id, stored, operations);
    this.editor.redraw();
    this.editor.focus();
  }
}

// The browser's storage, or one that forgets where the browser forbids it.
function storage() {
  try {
    return window.localStorage;
  } catch {
    const refuse = () => {
      throw new Error('The browser keeps nothing for this page.');
    };
    return {
      length: 0,
      key: () => null,
      getItem: () => null,
      removeItem: () => {},
      setItem: refuse,
    };
  }
}
