// Where else the same words stand in a text. Pure.

import { HUMAN, answered, overlap } from './spans.js';

const SYNTAX = /[\^$\\.*+?()[\]{}|/]/g;

// Stretches [start, end] in code points, in order. whole: only whole words; sameCase: A is not a
export function occurrences(text, words, surface, { whole = true, sameCase = true } = {}) {
  if (!surface) return [];
  const pattern = new RegExp(surface.replace(SYNTAX, '\\$&'), sameCase ? 'gu' : 'giu');
  const starts = new Set(words.starts);
  const ends = new Set(words.ends);
  const found = [];
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const start = words.map.toCodePoint(match.index);
    const end = words.map.toCodePoint(match.index + match[0].length);
    const taken = !whole || (starts.has(start) && ends.has(end));
    if (taken) found.push([start, end]);
    // One that is part of a longer word may lie over one that is not.
    else pattern.lastIndex = match.index + (text.codePointAt(match.index) > 0xffff ? 2 : 1);
  }
  return found;
}

// Those of a span's words that a person has not marked yet; the span itself is not among them.
export function elsewhere(doc, span, options) {
  const surface = doc.map.slice(span.start, span.end);
  const marked = doc.spans.filter((other) => other.kind === HUMAN);
  const free = ([start, end]) =>
    !(start === span.start && end === span.end) &&
    !marked.some((other) => overlap(other, { start, end }));
  return occurrences(doc.text, doc.words, surface, options).filter(free);
}

// Label these stretches like the span, in one step; a suggestion that it started from is accepted.
export function labelAll(doc, span, stretches) {
  const own = span.kind === HUMAN ? [] : [[span.start, span.end]];
  const added = [...own, ...stretches].map(([start, end]) => {
    const fresh = { start, end, code: span.code };
    return { ...fresh, suggestion: answered(doc.spans, fresh) };
  });
  return { added, removed: [], rejected: [] };
}

// Refuse the suggestions that stand on these stretches, and the one it started from.
export function rejectAll(doc, span, stretches) {
  const on = (other) =>
    stretches.some(([start, end]) => other.start === start && other.end === end);
  const open = doc.open.filter((other) => other.id === span.id || on(other));
  return { added: [], removed: [], rejected: open };
}
