// What a person can do to a span or a selection, as edits (see spans.js). Pure: each function
// answers the edit, or null when there is nothing to do.

import { SUGGESTION, answered, overlap } from './spans.js';

const NOTHING = { added: [], removed: [], rejected: [] };

// Label a stretch; it answers the suggestion that it stands on.
export function label(spans, [start, end], code) {
  const taken = spans.some(
    (span) =>
      span.kind !== SUGGESTION && span.start === start && span.end === end && span.code === code,
  );
  if (taken) return null;
  const suggestion = answered(spans, { start, end, code });
  return { ...NOTHING, added: [{ start, end, code, suggestion }] };
}

// A human span instead of the one given, on the same or other characters, of the same or another
// type; what came of a suggestion still knows it.
function replace(span, change) {
  const { start, end, code } = { ...span, ...change };
  if (span.kind === SUGGESTION) {
    return { ...NOTHING, added: [{ start, end, code, suggestion: span.id }] };
  }
  const added = [{ start, end, code, suggestion: span.suggestion }];
  return { ...NOTHING, added, removed: [span] };
}

export function relabel(span, code) {
  if (span.code === code) return span.kind === SUGGESTION ? accept(span) : null;
  return replace(span, { code });
}

export function accept(span) {
  return span.kind === SUGGESTION ? replace(span, {}) : null;
}

// Reject a suggestion; delete a human span, and with it the suggestion it came from, for whoever
// deletes an answer says that there is no entity.
export function remove(span) {
  if (span.kind === SUGGESTION) return { ...NOTHING, rejected: [span] };
  const origin = span.suggestion ? [{ id: span.suggestion, kind: SUGGESTION }] : [];
  return { ...NOTHING, removed: [span], rejected: origin };
}

export function resize(span, start, end) {
  if (start >= end || (start === span.start && end === span.end)) return null;
  return replace(span, { start, end });
}

// The edge of a span one word (or one character) further in or out.
//   edge: 'start' or 'end'; step: -1 to the left in reading order, 1 to the right
export function nudge(span, edge, step, words, exact) {
  const length = words.map.length;
  const move = exact ? (at) => at + step : (at) => wordEdge(words, at, edge, step);
  const start = edge === 'start' ? Math.max(0, move(span.start)) : span.start;
  const end = edge === 'end' ? Math.min(length, move(span.end)) : span.end;
  return resize(span, start, end);
}

function wordEdge(words, at, edge, step) {
  const edges = edge === 'start' ? words.starts : words.ends;
  const on = step > 0 ? edges.find((e) => e > at) : edges.findLast((e) => e < at);
  return on ?? at;
}

// One span in place of a span and its next neighbour of the same type.
export function join(spans, span) {
  const after = spans.find(
    (other) => other.code === span.code && other.start >= span.end && other.kind === span.kind,
  );
  if (!after) return null;
  const whole = replace(span, { end: after.end });
  const other = remove(after);
  return { ...whole, removed: [...whole.removed, ...other.removed], rejected: other.rejected };
}

// Two spans in place of one; what lies between `end` of the first and `start` of the second is free.
export function split(span, end, start) {
  if (end <= span.start || start >= span.end) return null;
  const first = replace(span, { end });
  const second = { start, end: span.end, code: span.code, suggestion: null };
  return { ...first, added: [...first.added, second] };
}

// Accept every suggestion among `spans` at or above a score; of two that touch the likelier stays.
export function acceptAll(spans, score = 0, allowOverlap = false) {
  const open = spans.filter((span) => span.kind === SUGGESTION && (span.score ?? 1) >= score);
  const taken = spans.filter((span) => span.kind !== SUGGESTION);
  const added = [];
  for (const span of [...open].sort((a, b) => (b.score ?? 1) - (a.score ?? 1))) {
    if (!allowOverlap && [...taken, ...added].some((other) => overlap(other, span))) continue;
    added.push({ start: span.start, end: span.end, code: span.code, suggestion: span.id });
  }
  return added.length ? { ...NOTHING, added } : null;
}
