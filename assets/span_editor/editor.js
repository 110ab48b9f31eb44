// The editor as a whole: which text is open, which span is chosen, which words are selected, and
// how those change. `commands.js` says what keys do, `pointing.js` what the mouse does, `screen.js`
// draws, `keeper.js` brings changes to the store, `walk.js` goes from text to text.

import { commandFor, run } from './commands.js';
import { Clock } from './clock.js';
import * as edits from './edits.js';
import { Flag } from './flag.js';
import { Help } from './help.js';
import { Keeper } from './keeper.js';
import { Mouse } from './mouse.js';
import { describe } from './paint.js';
import { pointing } from './pointing.js';
import { Popover } from './popover.js';
import { Propagate } from './propagate.js';
import { Screen } from './screen.js';
import { show, standOn, stretch } from './selection.js';
import { Walk } from './walk.js';

export class Editor {
  constructor(root) {
    this.root = root;
    this.types = [];
    this.typeMap = new Map();
    this.recent = []; // codes, the last used first
    this.armed = null; // code that labels whatever is selected next
    this.clock = new Clock();
    this.leave();
    this.screen = new Screen(this);
    this.painting = this.screen.painting;
    this.keeper = new Keeper(this);
    this.walk = new Walk(this);
    this.help = new Help(this.screen.parts.dialog, () => this.focus());
    this.propagate = new Propagate(this.help, {
      change: (edit) => this.change(edit),
      types: () => this.typeMap,
      project: () => this.keeper.queue.place.project,
      settled: () => this.keeper.allSaved(),
      turned: (way, report, words) => this.turned(way, report, words),
      alone: (way) => this.turnBack(way, true),
      say: (words) => this.say(words),
    });
    this.flag = new Flag(
      root,
      (doc, note) => this.keeper.mark(doc, note),
      () => this.focus(),
    );
    this.popover = new Popover(this.screen.parts.popover, {
      type: (code) => this.useType(code),
      accept: () => this.press('accept'),
      remove: () => this.press('remove'),
      filter: () => this.findType(),
      closed: () => this.focus(),
    });
    new Mouse(this.screen.parts.text, this.painting, () => this.doc?.words, pointing(this));
    document.addEventListener('keydown', (event) => this.key(event));
    document.addEventListener('pointerdown', (event) => this.pointer(event));
  }

  // --- keys -------------------------------------------------------------------------------------

  key(event) {
    const meant = commandFor(this, event);
    if (!meant) return;
    this.clock.tick();
    if (run(this, meant, event) !== false) event.preventDefault();
  }

  // A button that stands for a key.
  press(name) {
    if (this.doc && !this.walk.moving) run(this, { name });
  }

  pointer(event) {
    this.clock.tick();
    if (!this.screen.parts.popover.contains(event.target)) this.popover.close();
  }

  escape() {
    if (this.popover.isOpen) this.popover.close();
    else if (this.chosen || this.selection) this.select(null);
    else this.arm(null);
  }

  // --- the text ---------------------------------------------------------------------------------

  leave() {
    this.doc = null;
    this.chosen = null;
    this.selection = null;
    this.cursor = null; // where Tab goes on from when no span is chosen
  }

  open(doc) {
    this.leave();
    this.doc = doc;
    this.clock.restart();
    this.popover.close();
    this.screen.open(doc);
    this.focus();
  }

  // What the store said of the open text may have changed anything about it.
  redraw() {
    this.chosen = this.doc?.again(this.chosen) ?? null;
    this.screen.draw();
  }

  focus() {
    this.screen.parts.text.focus({ preventScroll: true });
  }

  say(words) {
    this.screen.say(words);
  }

  // --- what is chosen ---------------------------------------------------------------------------

  byId(id) {
    return this.doc?.spans.find((span) => span.id === id) ?? null;
  }

  choose(span) {
    // To look for a selection makes the browser lay out the whole text: only where there is one.
    if (this.selection) show(this.painting, null);
    this.chosen = span;
    this.selection = null;
    this.cursor = span?.start ?? this.cursor;
    this.screen.drawChosen();
    if (!span) return;
    this.screen.reveal(span);
    const type = this.typeMap.get(span.code);
    this.say(`${this.doc.map.slice(span.start, span.end)}: ${describe(span, type)}`);
  }

  // The span after (1) or before (-1) this one, or false at the end of them.
  chooseNext(step) {
    const { spans } = this.doc;
    const index = spans.indexOf(this.chosen);
    let next = spans[index + step];
    if (index < 0) {
      const ahead = (span) => this.cursor === null || span.start >= this.cursor;
      next = step > 0 ? spans.find(ahead) : spans.findLast((span) => !ahead(span));
    }
    if (!next) return false;
    this.popover.close();
    return this.choose(next);
  }

  // `quiet` leaves the browser's own selection alone, for fingers are on its handles.
  select(selection, quiet = false) {
    this.chosen = null;
    this.selection = selection;
    if (selection) this.cursor = stretch(selection)[0];
    if (!quiet) show(this.painting, selection);
    this.screen.drawChosen();
    if (!selection) return;
    if (!quiet) this.screen.revealPoint(selection.focus[0]);
    this.say(this.doc.map.slice(...stretch(selection)));
  }

  // What a move or an extension starts from: the selection, or the chosen span.
  standing() {
    if (this.selection || !this.chosen) return this.selection;
    return standOn([this.chosen.start, this.chosen.end]);
  }

  direction(point) {
    return getComputedStyle(this.painting.blockAt(point)).direction === 'rtl' ? -1 : 1;
  }

  // --- types ------------------------------------------------------------------------------------

  // A type key: the chosen span gets the type, or what is selected is labelled.
  useType(code) {
    this.recent = [code, ...this.recent.filter((other) => other !== code)];
    if (this.chosen) this.change(edits.relabel(this.chosen, code));
    else if (this.selection) this.label(stretch(this.selection), code);
    else this.say('Select words first.');
    this.focus();
  }

  label([start, end], code) {
    const edit = edits.label(this.doc.spans, [start, end], code);
    if (edit) this.change(edit);
    else this.choose(this.doc.again({ start, end, code, kind: 'human' }));
  }

  // A press on the palette: as the key, but with nothing selected it arms the type.
  pickType(code) {
    if (this.chosen || (this.selection && !this.selection.caret)) this.useType(code);
    else this.arm(this.armed === code ? null : code);
  }

  arm(code) {
    if (code === this.armed) return;
    this.armed = code;
    const name = this.typeMap.get(code)?.name;
    this.say(code ? `Select words: they become ${name}. Esc ends it.` : 'No type is armed.');
    this.screen.drawChosen();
  }

  findType() {
    const from = this.standing();
    if (!from) return this.say('Select words or a span first.');
    if (this.chosen) this.screen.bring(this.chosen);
    const rect = this.painting.range(...stretch(from)).getBoundingClientRect();
    return this.popover.find(this.types, this.recent, rect);
  }

  // --- changes ----------------------------------------------------------------------------------

  change(edit, said = '') {
    if (this.propagate.atWork) {
      this.say('A step over many texts is on its way; try again when it is done.');
      return;
    }
    const operation = this.doc.edit(edit);
    if (!operation) return;
    this.popover.close();
    const [first] = edit.added;
    this.chosen = first ? this.doc.again({ ...first, kind: 'human', id: '' }) : null;
    if (this.selection) show(this.painting, null);
    this.selection = null;
    this.keeper.push(operation);
    this.screen.draw();
    if (this.chosen) this.choose(this.chosen);
    if (said) this.say(said);
  }

  // Accept the suggestions in sight that are at least as sure as the person asks for, in one step.
  acceptSure() {
    const { doc } = this;
    const { percent } = this.screen.list.sure;
    const seen = new Set(this.painting.inSight(doc.open));
    const spans = doc.spans.filter((span) => span.kind === 'human' || seen.has(span));
    // As it is written on the span: 79.6% is 80%.
    const edit = edits.acceptAll(spans, (percent - 0.5) / 100, doc.allowOverlap);
    if (!edit) return this.say(`No suggestion in sight is at ${percent}% or above.`);
    return this.change(edit, `${edit.added.length} accepted, at ${percent}% or above.`);
  }

  // Refuse a mention that a tagger quoted and that is not in the text.
  dismiss(id) {
    this.change({ added: [], removed: [], rejected: [{ id, kind: 'suggestion' }] });
  }

  // Where a rejected suggestion stood.
  lookAt(id) {
    const { start, end } = this.doc.rejected.find((one) => one.id === id);
    this.select({ anchor: [start, end], focus: [start, end], exact: true, caret: false });
    this.focus();
  }

  // Take a rejection back: what was suggested waits for an answer again.
  restore(id) {
    const one = this.doc.rejected.find((each) => each.id === id);
    this.change({ added: [], removed: [], rejected: [], restored: [one] }, 'Suggested again.');
    const span = this.byId(one.suggestion);
    if (span) this.choose(span);
    this.focus();
  }

  // `alone`: only here, also where the step was one over many texts.
  turnBack(way, alone = false) {
    const bulk = alone ? null : this.doc.bulk(way);
    if (bulk?.sure) return this.propagate.back(way, bulk.id);
    if (bulk) return this.propagate.ask(way, bulk.id);
    const before = this.doc.status;
    const operation = this.doc[way]();
    if (!operation) return this.say(`There is nothing to ${way}.`);
    this.keeper.push(operation);
    this.walk.counted(before, this.doc.status);
    this.redraw();
    return this.say(way === 'undo' ? 'Taken back.' : 'Done again.');
  }

  // A step over many texts was made, or turned; `way` leads back from it.
  async turned(way, { step }, words) {
    const { doc } = this;
    await this.keeper.refresh(doc);
    if (step) doc.just = { way, id: step.id, revision: doc.stored.revision };
    if (doc === this.doc) this.redraw();
    this.say(words);
  }

  // Accept or skip the text and go on to the next.
  finish(status) {
    const { doc } = this;
    if (doc.status !== status || (status === 'accepted' && doc.open.length)) {
      this.walk.counted(doc.status, status);
      this.keeper.push(doc.setStatus(status));
    }
    this.walk.finished.add(doc.id);
    this.select(null);
    this.redraw();
    this.walk.next();
  }
}
