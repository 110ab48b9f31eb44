// What "everywhere" has found, in this text or in the whole project, in one shape:
// {key, text, start, end, number, status, before, surface, after, suggested, score}.

import { bulk } from './bulk.js';
import { elsewhere } from './occurrences.js';

const AROUND = 48; // characters shown on either side of a hit

// The hits of the open text; nothing is asked of the store.
export class HitsHere {
  constructor(doc, span, options) {
    const { map } = doc;
    const on = (start, end) =>
      doc.open.find((other) => other.start === start && other.end === end) ?? null;
    this.list = elsewhere(doc, span, options).map(([start, end]) => ({
      key: String(start),
      text: doc.id,
      start,
      end,
      before: map.slice(Math.max(0, start - AROUND), start),
      surface: map.slice(start, end),
      after: map.slice(end, Math.min(map.length, end + AROUND)),
      suggested: on(start, end)?.code ?? null,
      score: on(start, end)?.score ?? null,
    }));
    this.total = this.list.length;
    this.texts = 1;
    this.refusable = this.list.filter(({ suggested }) => suggested).length;
    this.next = null;
  }
}

// The hits of a project, page by page.
export class HitsEverywhere {
  constructor(words) {
    this.words = words;
    this.list = [];
    this.next = null;
  }

  // The first page, or the next one.
  async load() {
    const seen = await bulk.preview(this.words, this.next);
    const keyed = seen.shown.map((hit) => ({ ...hit, key: `${hit.text}:${hit.start}` }));
    this.list.push(...keyed);
    // A step touches what has been shown: the first look counts, later ones only go on from it.
    this.asOf ??= seen.as_of;
    Object.assign(this, {
      next: seen.next,
      total: seen.hits,
      texts: seen.texts,
      refusable: seen.suggestions,
      marked: seen.marked,
      inAccepted: seen.in_accepted,
    });
    return this;
  }
}
