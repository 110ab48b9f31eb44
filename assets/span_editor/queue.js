// The texts to go through: which comes next, and the next two fetched ahead.

import { START } from './place.js';

const FRESH = 60000; // a text fetched ahead is used for this long

export class Queue {
  // ask: see api.js; holder: names this browser; place: {project} and what place.js says
  constructor(ask, holder = '', now = () => Date.now()) {
    this.ask = ask;
    this.holder = holder;
    this.now = now;
    this.place = { project: '', ...START };
    this.ahead = new Map();
  }

  // Another project, filter or order: nothing fetched ahead counts any more.
  turnTo(place) {
    this.place = { ...this.place, ...place };
    this.ahead.clear();
  }

  // What was fetched ahead of a text that has changed since is of no use.
  changed(id) {
    this.ahead.delete(id);
  }

  overview() {
    return this.ask('/api/queue', { ...this.place, holder: this.holder });
  }

  figures() {
    return this.ask('/api/queue/figures', { project: this.place.project });
  }

  // The number of the text at a 1-based place of the project, in order of import.
  async numbered(position) {
    return (await this.ask('/api/queue', { project: this.place.project, position })).text;
  }

  fresh(id) {
    const { project: _, ...place } = this.place;
    return this.ask(`/api/texts/${id}`, { ...place, holder: this.holder });
  }

  // A text, at once if it was fetched ahead: {payload, early}.
  async text(id) {
    const found = this.ahead.get(id);
    this.ahead.delete(id);
    if (found && this.now() - found.at < FRESH) {
      const payload = await found.payload;
      if (payload) return { payload, early: true };
    }
    return { payload: await this.fresh(id), early: false };
  }

  // Fetch a text and the one after it while a person is busy with the one before.
  async fetchAhead(id, deep = 1) {
    if (!id) return;
    if (!this.ahead.has(id)) {
      const payload = this.fresh(id).catch(() => null);
      this.ahead.set(id, { payload, at: this.now() });
    }
    const payload = await this.ahead.get(id)?.payload;
    if (deep > 0 && payload?.next && payload.next !== id)
      await this.fetchAhead(payload.next, deep - 1);
  }
}
