// From text to text: opens them, remembers the way back, and says what there is when there is none.

import { ready, remember } from '../app/address.js';
import { tell, Unreachable } from './api.js';
import { TextDocument } from './document.js';
import { readPlace, START, writePlace } from './place.js';

const RETRY = 3000;
const TRIES = 5; // others may be as fast

export class Walk {
  constructor(editor) {
    this.editor = editor;
    this.queue = editor.keeper.queue;
    this.keeper = editor.keeper;
    this.saver = editor.keeper.saver;
    this.forget();
  }

  forget() {
    this.trail = []; // texts seen before this one
    this.finished = new Set(); // done here; the store may not know it yet
    this.overview = null;
    this.turn = (this.turn ?? 0) + 1; // what is still being fetched is not wanted any more
    this.moving = false;
  }

  // The page was opened: {project, text}. Back in the same project the open text stays open.
  async arrive({ project, text }) {
    if (project !== this.queue.place.project) {
      const elsewhere = this.queue.place.project !== '';
      this.forget();
      // Filters of another project mean nothing here.
      if (elsewhere) this.turnTo({ project, ...START });
      else this.queue.turnTo({ project, ...readPlace(location.search) });
      this.editor.leave();
    }
    const { doc } = this.editor;
    if (text && Number(text) !== doc?.id) await this.open(Number(text));
    else if (doc) await this.again(doc);
    else await this.first();
    ready('annotate');
  }

  // Back on the page: the text is still open, types and counts may have changed.
  async again(doc) {
    setTimeout(() => remember({ text: String(doc.id) }), 0); // after the header has said its own
    await Promise.all([this.check(doc), this.count().catch(() => {}), this.inSight()]);
    this.editor.focus();
  }

  // The value may be here before its tab is; a hidden element takes no focus.
  async inSight() {
    for (let frames = 0; frames < 60 && !this.editor.root.checkVisibility(); frames += 1) {
      await new Promise((done) => setTimeout(done, 16));
    }
  }

  // Show a text. What waits to be saved is shown as it was left.
  async open(id, back = false) {
    this.turn += 1;
    const { turn } = this;
    this.moving = true;
    try {
      const kept = this.editor.keeper.kept.get(id);
      // The bar above the text first has its counts: what comes later would push the text down.
      const counted = this.overview ? null : this.count().catch(() => {});
      const { payload, early } = kept ? { early: true } : await this.queue.text(id);
      await Promise.all([counted, this.inSight()]);
      if (turn !== this.turn) return;
      if (payload && payload.project !== this.queue.place.project)
        throw new Error('This text belongs to another project.');
      const doc = kept ?? this.read(payload);
      const from = this.editor.doc?.id;
      if (!back && from && from !== id) this.trail.push(from);
      this.moving = false;
      this.editor.open(doc);
      remember({ text: String(id) });
      if (from !== id) this.editor.screen.drawLease();
      this.keeper.leases.open(id);
      if (early) this.check(doc);
      this.queue.fetchAhead(doc.stored.next);
    } catch (trouble) {
      if (turn === this.turn) this.failed(trouble, () => this.open(id, back));
    } finally {
      if (turn === this.turn) this.moving = false;
    }
  }

  read(payload) {
    this.saver.known(payload.id, payload);
    const doc = new TextDocument(payload);
    doc.replay(this.saver.waiting(payload.id));
    return doc;
  }

  // Look again at a text that was fetched ahead or left open for a while.
  async check(doc) {
    const turns = this.saver.turns(doc.id);
    const payload = await this.queue.fresh(doc.id).catch(() => null);
    if (!payload || this.saver.turns(doc.id) !== turns || this.saver.waiting(doc.id).length) return;
    this.saver.known(doc.id, payload);
    const changed =
      payload.revision !== doc.stored.revision || payload.spans.length !== doc.spans.length;
    if (changed) doc.adopt(payload);
    else doc.acknowledge(payload);
    if (this.editor.doc === doc) this.editor.redraw();
    this.queue.fetchAhead(payload.next);
  }

  async next() {
    const { doc } = this.editor;
    const id = doc?.stored.next;
    if (id && !this.done(id)) {
      const { turn } = this;
      this.moving = true;
      const free = await this.free(doc, id).catch(() => id);
      if (turn !== this.turn) return undefined;
      this.moving = false;
      if (free) return this.open(free);
    }
    if (doc && this.queue.place.status !== 'open') return this.beyond(doc);
    if (doc) await this.editor.keeper.whenSaved(doc.id);
    return this.first(doc?.id);
  }

  // What was the last text when it was opened need not be by now.
  async beyond(doc) {
    const { turn } = this;
    const { next, message } = await this.queue.fresh(doc.id).catch((trouble) => trouble);
    if (turn !== this.turn) return undefined;
    return next ? this.open(next) : this.editor.say(message ?? 'That was the last text.');
  }

  // Finished here, and not wanted again.
  done(id) {
    return this.queue.place.status === 'open' && this.finished.has(id);
  }

  // The next text, or the one after it when someone has opened or finished it since it was fetched.
  async free(doc, id) {
    for (let tries = 0; id && tries < TRIES; tries += 1) {
      const { other, status } = await this.keeper.leases.claim(id);
      const gone = this.queue.place.status === 'open' && ['accepted', 'skipped'].includes(status);
      if (!other && !gone) return id;
      const { next } = await this.queue.fresh(doc.id);
      if (next === id || this.done(next)) return null;
      id = next;
    }
    return id;
  }

  previous() {
    const id = this.trail.pop() ?? this.editor.doc?.stored.previous;
    if (!id) return this.editor.say('There is no text before this one.');
    return this.open(id, true);
  }

  async jump(position) {
    try {
      if (!Number.isInteger(position) || position < 1)
        throw new Error('Type the number of a text.');
      await this.open(await this.queue.numbered(position));
    } catch (trouble) {
      this.editor.say(trouble.message);
    }
    this.editor.screen.drawQueue();
  }

  async filter(change) {
    this.turnTo(change);
    const { activeElement } = document;
    await this.first();
    // Whoever walks the filters with the keyboard stays there.
    if (activeElement?.closest('.se-panel')) activeElement.focus();
    else this.editor.focus();
  }

  turnTo(change) {
    this.queue.turnTo(change);
    history.replaceState(history.state, '', writePlace(location.search, this.queue.place));
  }

  // Other taggers to compare, another shuffle: for the whole project.
  async choose(choice) {
    const project = encodeURIComponent(this.queue.place.project);
    try {
      await tell(`/api/queue/choice?project=${project}`, choice);
      await this.filter({});
    } catch (trouble) {
      this.editor.say(trouble.message);
    }
  }

  // The first text of the queue other than the one just left, or the words for an empty queue.
  async first(but = null) {
    try {
      await this.count();
      const id = this.overview.first;
      if (id && id !== but) await this.open(id);
      else if (id) await this.onlyThis(id);
      else this.editor.screen.empty();
    } catch (trouble) {
      this.failed(trouble, () => this.first(but));
    }
  }

  // The queue begins with the text just left: others may have let go of one since it was opened.
  async onlyThis(id) {
    const { next } = await this.queue.fresh(id);
    if (next && !this.done(next)) await this.open(next);
    else if (this.overview.held) this.editor.say('Others have the remaining texts open.');
    else this.editor.say('Every other text is done.');
  }

  // Say so; while nobody answers, try again now and then.
  failed(trouble, again) {
    const passing = trouble instanceof Unreachable;
    this.editor.screen.failed(trouble.message, passing && again);
    if (!passing) return;
    const { turn } = this;
    setTimeout(() => turn === this.turn && !this.editor.doc && again(), RETRY);
  }

  // How many texts are in which state.
  async count() {
    this.overview = await this.queue.overview();
    this.editor.screen.drawQueue();
    this.editor.screen.bar.progress.refresh();
  }

  // Count a change of state at once; the store's own count follows.
  counted(from, to) {
    const counts = this.overview?.counts;
    if (!counts || from === to) return;
    counts[from] = Math.max(0, (counts[from] ?? 0) - 1);
    counts[to] = (counts[to] ?? 0) + 1;
  }
}
