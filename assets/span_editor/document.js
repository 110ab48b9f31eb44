// The text that is open: what it says, what is on it, and what can be taken back. No DOM, no network.
//
// Every change answers an operation for the store, {route, body}; the change itself shows at once.
// When the store has caught up it sends back what it holds, and `adopt` takes that over.

import { acceptAll } from './edits.js';
import { offsetMap } from './offsets.js';
import { apply, inOrder, isEmpty, match, rejections, same } from './spans.js';
import { words } from './words.js';

export class TextDocument {
  // payload: the answer of GET /api/texts/ID
  constructor(payload) {
    this.id = payload.id;
    this.text = payload.text;
    this.allowOverlap = payload.allow_overlap;
    this.map = offsetMap(payload.text);
    this.cut = null;
    this.past = []; // what was shown before each change made here
    this.future = [];
    this.suggested = new Map(); // id -> what was suggested, also what has been answered since
    this.just = null; // a step over many texts that was made from here: {way, id, revision}
    this.adopt(payload);
  }

  // Words of the text, cut when first asked for.
  get words() {
    this.cut ??= words(this.text, this.map);
    return this.cut;
  }

  get canUndo() {
    return this.past.length > 0 || this.stored.can_undo || this.bulk('undo') !== null;
  }

  get canRedo() {
    if (this.future.length > 0) return true;
    return this.past.length === 0 && (this.stored.can_redo || this.bulk('redo') !== null);
  }

  // The step over many texts that the next undo or redo would turn, {id, sure}; sure when it is
  // what a person has just done here, so that nobody has to ask which of both is meant.
  bulk(way) {
    if (this.past.length || (way === 'redo' && this.future.length)) return null;
    const { just, stored } = this;
    if (just?.way === way && just.revision === stored.revision) return { id: just.id, sure: true };
    const id = way === 'undo' ? stored.undo_bulk : stored.redo_bulk;
    return id ? { id, sure: false } : null;
  }

  get open() {
    return this.spans.filter((span) => span.kind === 'suggestion');
  }

  // Take over what the store holds.
  adopt(payload) {
    this.stored = payload;
    this.spans = payload.spans.map(fromStore).sort(inOrder);
    this.status = payload.status;
    this.unlocated = payload.unlocated ?? [];
    this.rejected = (payload.rejected ?? []).map(rejectedFromStore);
    this.learn();
    if ('flagged' in payload) this.mark(payload);
  }

  // A flag and its note are no step of its history.
  mark({ flagged, note }) {
    this.flagged = flagged;
    this.note = note;
  }

  // After a conflict: what the store holds counts, and unless `keep` it is also what shows.
  begin(payload, keep) {
    this.past = [];
    this.future = [];
    if (keep) this.stored = payload;
    else this.adopt(payload);
  }

  // What the store said of an earlier change, while later ones are still on their way.
  acknowledge(payload) {
    this.stored = payload;
  }

  edit(edit) {
    if (!edit || isEmpty(edit)) return null;
    this.remember();
    this.rejected = rejections(this.rejected, edit, this.suggested);
    this.unlocated = this.unlocated.filter(
      ({ id }) => !edit.rejected.some((gone) => gone.id === id),
    );
    this.spans = apply(this.spans, edit, this.allowOverlap);
    if (this.status !== 'accepted') this.status = 'review';
    return { route: 'edits', body: edit };
  }

  // What was suggested, in the words of a rejection that the store has not numbered yet.
  learn() {
    for (const one of this.unlocated) {
      this.suggested.set(one.id, { ...one, start: null, end: null, suggestion: one.id });
    }
    for (const { id, start, end, code, kind, score, suggestion, origin } of this.spans) {
      const from = kind === 'suggestion' ? id : suggestion;
      if (!from || this.suggested.has(from)) continue;
      const { tagger, proposed } = origin;
      const surface = proposed?.text ?? this.map.slice(start, end);
      const said = { start, end, code: proposed?.code ?? code, surface, score, tagger };
      this.suggested.set(from, { id: from, ...said, suggestion: from });
    }
  }

  // Take the last step back; without one made here the store knows older ones.
  undo() {
    if (!this.canUndo) return null;
    this.turn(this.past, this.future);
    return { route: 'undo', body: {} };
  }

  redo() {
    if (!this.canRedo) return null;
    this.turn(this.future, this.past);
    return { route: 'redo', body: {} };
  }

  // Accepting a text accepts its open suggestions with it, in one step.
  setStatus(status) {
    const accepting = status === 'accepted';
    this.remember();
    const all = accepting && acceptAll(this.spans, 0, this.allowOverlap);
    if (all) this.spans = apply(this.spans, all, this.allowOverlap);
    this.status = status;
    return { route: 'status', body: { status, accept_open: accepting } };
  }

  // Make changes again that were made before a reload and have not reached the store.
  replay(operations) {
    for (const { route, body } of operations) {
      if (route === 'status') this.setStatus(body.status);
      if (route !== 'edits') continue;
      const here = (span) => match(this.spans, span) ?? span;
      this.edit({ ...body, removed: body.removed.map(here), rejected: body.rejected.map(here) });
    }
  }

  remember() {
    this.past.push(this.state());
    this.future = [];
  }

  turn(from, to) {
    const step = from.pop();
    if (!step) return;
    to.push(this.state());
    Object.assign(this, step);
  }

  state() {
    const { spans, rejected, status } = this;
    return { spans, rejected, status };
  }

  // The span that now says what another said, for its number may have changed.
  again(span) {
    if (!span) return null;
    return (
      this.spans.find((other) => other.id === span.id) ??
      this.spans.find((other) => same(other, span)) ??
      null
    );
  }
}

// A rejection as the store writes it -> as the editor holds it.
export function rejectedFromStore({ id, start, end, surface, code, score, tagger, ...more }) {
  const from = more.suggestion_id;
  return { id, start, end, surface, code, score, tagger, suggestion: from ? `s${from}` : null };
}

// A span as the store writes it -> as the editor holds it.
export function fromStore(span) {
  const { id, start, end, code, kind, score = null, match = null, suggestion_id: from } = span;
  const { action, tagger, author, created_at: at, proposed } = span;
  return {
    id,
    start,
    end,
    code,
    kind,
    score,
    match,
    suggestion: from ? `s${from}` : null,
    origin: { action, tagger, author, at, proposed },
  };
}
