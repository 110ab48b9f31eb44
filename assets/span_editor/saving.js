// Brings changes to the store: in order, one at a time for each text, each exactly once.
//
// A change is kept in the browser's storage before it is sent and until the store has answered, so
// it outlives a reload, a closed tab and a server that is down. Each carries an id of its own, and
// the store answers a repeated id with the revision it already got: sending again is always safe.
// `base` is the revision a change was made on; a store that is further on answers with a conflict,
// and nothing more is sent for that text until a person has chosen.
//
// No DOM and no fetch in here: `send(text, route, body)` answers {status, data, reason} and throws
// when nobody answered; `later(action, milliseconds)` is setTimeout.

import { fromStore } from './document.js';
import { match } from './spans.js';
import { Shelf } from './shelf.js';

const SLOWEST = 8000;

export class Saver {
  constructor({ send, storage, tab, later, onChange }) {
    this.send = send;
    this.later = later;
    this.onChange = onChange; // (text, what) with what: 'state', 'recovered', 'stored', 'settled'
    this.shelf = new Shelf(storage, tab);
    this.chains = new Map();
    this.foreign = new Set(); // entries of the shelf that are not meant for this database
  }

  // How often a text was changed here, or a change of it stored: an answer to a question asked when
  // it was another number is older than what is known by now.
  turns(text) {
    return this.chain(text).turns;
  }

  // What the store holds of a text, as just read from it.
  known(text, payload) {
    const chain = this.chain(text);
    chain.stored = payload;
    if (!chain.ops.length) chain.base = payload.revision;
  }

  push(text, { route, body }, seconds = 0) {
    const chain = this.chain(text);
    chain.ops.push({ uid: uid(), route, body, seconds });
    chain.turns += 1;
    this.keep(chain);
    this.run(chain);
    this.onChange(text, 'state');
  }

  // saved, saving, unsaved (with a reason; refused when trying again is of no use), conflict
  state(text) {
    const chain = this.chains.get(text);
    if (!chain?.ops.length) return { name: 'saved', reason: '', waiting: 0, refused: false };
    const { trouble, reason, ops } = chain;
    const name = { conflict: 'conflict', refused: 'unsaved', down: 'unsaved' }[trouble] ?? 'saving';
    return { name, reason, waiting: ops.length, refused: trouble === 'refused' };
  }

  // Other texts with changes that are not in the store.
  elsewhere(text) {
    return [...this.chains.values()].filter((chain) => chain.text !== text && chain.ops.length);
  }

  waiting(text) {
    return this.chains.get(text)?.ops ?? [];
  }

  theirs(text) {
    return this.chains.get(text)?.theirs ?? null;
  }

  // After a conflict or a refusal: send these operations in place of all that wait, made on what the
  // store holds now; none lets them go.
  settle(text, stored, operations) {
    const chain = this.chain(text);
    chain.stored = stored;
    chain.base = stored.revision;
    chain.ops = operations.map((operation) => ({ uid: uid(), seconds: 0, ...operation }));
    Object.assign(chain, { theirs: null, trouble: '', reason: '', tries: 0 });
    chain.turns += 1;
    this.keep(chain);
    this.run(chain);
    this.onChange(text, 'state');
  }

  // Try at once: the network is back, or a person asks.
  hurry() {
    for (const chain of this.chains.values()) {
      if (chain.trouble === 'refused') chain.trouble = 'down';
      this.run(chain);
    }
  }

  // Take over what tabs that are gone have left. `read(text)` answers the store's payload; what was
  // meant for another text of the same number (another database on this port) stays where it is.
  async recover(alive, read) {
    for (const { key, text, print, base, ops } of this.shelf.left(alive)) {
      const chain = this.chain(text);
      if (chain.ops.length || this.foreign.has(key)) continue;
      const payload = await read(text).catch((trouble) => ({ trouble }));
      const refused = payload.trouble?.status !== undefined;
      if (refused || (payload.text && fingerprint(payload.text) !== print)) this.foreign.add(key);
      if (payload.trouble || this.foreign.has(key) || chain.ops.length) continue;
      Object.assign(chain, { stored: payload, base, ops, print });
      this.keep(chain);
      this.shelf.drop(key);
      this.onChange(text, 'recovered');
      this.run(chain);
    }
  }

  chain(text) {
    if (!this.chains.has(text)) {
      const empty = { base: 0, ops: [], turns: 0, stored: null, theirs: null };
      this.chains.set(text, { text, ...empty, trouble: '', reason: '', tries: 0, busy: false });
    }
    return this.chains.get(text);
  }

  keep(chain) {
    chain.print ??= fingerprint(chain.stored?.text ?? '');
    this.shelf.put(chain);
  }

  async run(chain) {
    if (chain.busy || !chain.ops.length || ['conflict', 'refused'].includes(chain.trouble)) return;
    chain.busy = true;
    const op = chain.ops[0];
    let answer = null;
    try {
      answer = await this.send(chain.text, op.route, wire(op, chain));
    } catch {
      answer = { status: 0, data: null, reason: '' };
    }
    chain.busy = false;
    if (chain.ops[0] === op) this.answered(chain, answer);
    this.onChange(chain.text, 'state');
    if (!chain.trouble) this.run(chain);
  }

  answered(chain, { status, data, reason }) {
    if (status === 200) return this.stored(chain, data);
    if (status === 409) Object.assign(chain, { trouble: 'conflict', theirs: data });
    else if (status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status)) {
      Object.assign(chain, { trouble: 'refused', reason });
    } else {
      Object.assign(chain, { trouble: 'down', reason });
      const wait = Math.min(SLOWEST, 400 * 2 ** chain.tries);
      chain.tries += 1;
      this.later(() => this.run(chain), wait);
    }
    return undefined;
  }

  stored(chain, data) {
    chain.ops.shift();
    chain.turns += 1;
    chain.stored = { ...chain.stored, ...data };
    Object.assign(chain, { base: data.revision, trouble: '', reason: '', tries: 0 });
    this.keep(chain);
    this.onChange(chain.text, chain.ops.length ? 'stored' : 'settled');
  }
}

// The body of a request. Spans are named by the numbers the store gave them, which it may have done
// after the change was made: then by what they say.
function wire({ uid: edit_uid, route, body, seconds }, { base, stored }) {
  if (route !== 'edits') return { base, edit_uid, seconds, ...body };
  const there = (stored?.spans ?? []).map(fromStore);
  const number = (span) => match(there, span)?.id ?? (/^[as]/.test(span.id) ? span.id : null);
  return {
    base,
    edit_uid,
    seconds,
    added: body.added.map(({ start, end, code, suggestion }) => ({
      start,
      end,
      code,
      suggestion_id: suggestion ?? null,
    })),
    removed: body.removed.map(number).filter(Boolean),
    rejected: body.rejected.map((span) => span.id),
    restored: (body.restored ?? []).map(rejection(stored?.rejected ?? [])).filter(Boolean),
  };
}

// The number of a rejection: its own, or the one that the store has given it since.
function rejection(there) {
  return ({ id, suggestion }) =>
    id.startsWith('r')
      ? id
      : (there.find(({ suggestion_id: from }) => `s${from}` === suggestion)?.id ?? null);
}

export function uid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

// A short print of a text, to tell two of the same number apart.
export function fingerprint(text) {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return `${text.length}-${(hash >>> 0).toString(16)}`;
}
