// What spans are on a text, and what an edit does to them. Pure values: nothing here is changed in
// place.
//
// A span is {id, start, end, code, kind, score, match, suggestion}: code points, half-open; `kind`
// is 'suggestion' or 'human'; `suggestion` is the id of the suggestion that a human span answers
// ('s12'), null when it answers none.
//
// An edit is {added: [{start, end, code, suggestion}], removed: [span], rejected: [span], restored:
// [rejection]}: human spans to add and to take away, suggestions to refuse, rejections to take back
// (often left out). A suggestion named by an added span counts as answered. Where a project forbids
// overlaps, what is added replaces the human spans it touches.

export const SUGGESTION = 'suggestion';
export const HUMAN = 'human';

export function overlap(a, b) {
  return a.start < b.end && b.start < a.end;
}

// Reading order: by start, the longer first, then by type.
export function inOrder(a, b) {
  return a.start - b.start || b.end - a.end || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}

// The same answer, whatever number the database gave it.
export function same(a, b) {
  return a.kind === b.kind && a.start === b.start && a.end === b.end && a.code === b.code;
}

export function find(spans, id) {
  return spans.find((span) => span.id === id) ?? null;
}

// The span among `spans` that `wanted` means: by id, else by what it says.
export function match(spans, wanted) {
  return find(spans, wanted.id) ?? spans.find((span) => same(span, wanted)) ?? null;
}

let made = 0;

// A human span that the store has not numbered yet.
export function draft({ start, end, code, suggestion = null }) {
  made += 1;
  return {
    id: `n${made}`,
    start,
    end,
    code,
    kind: HUMAN,
    score: null,
    match: null,
    suggestion,
  };
}

// What is on the text after an edit.
export function apply(spans, edit, allowOverlap) {
  const gone = new Set([...edit.removed, ...edit.rejected].map((span) => span.id));
  for (const { suggestion } of edit.added) if (suggestion) gone.add(suggestion);
  let kept = spans.filter((span) => !gone.has(span.id));
  for (const fresh of edit.added.map(draft)) {
    if (kept.some((span) => same(span, fresh))) continue;
    if (!allowOverlap) kept = kept.filter((span) => !overlap(span, fresh));
    kept.push(fresh);
  }
  for (const { suggestion: id, start, end, code, score } of edit.restored ?? []) {
    const again = { id, start, end, code, kind: SUGGESTION, score, match: null, suggestion: id };
    const covered = (span) => span.kind === HUMAN && !allowOverlap && overlap(span, again);
    if (id && start !== null && !kept.some(covered)) kept.push(again);
  }
  return kept.sort(inOrder);
}

// What stands rejected after an edit; `known`: id -> what was suggested.
export function rejections(rejected, edit, known) {
  const back = new Set((edit.restored ?? []).map(({ id }) => id));
  const answers = (one) => (added) =>
    (added.suggestion && added.suggestion === one.suggestion) ||
    (added.start === one.start && added.end === one.end && added.code === one.code);
  const kept = rejected.filter((one) => !back.has(one.id) && !edit.added.some(answers(one)));
  const fresh = edit.rejected.map(({ id }) => known.get(id)).filter(Boolean);
  return [...kept, ...fresh];
}

// The suggestion that a new human span answers: one on the same characters, else one of the same
// type that it touches; null when there is none.
export function answered(spans, fresh) {
  const touched = spans.filter((span) => span.kind === SUGGESTION && overlap(span, fresh));
  const exact = (span) => span.start === fresh.start && span.end === fresh.end;
  const best =
    touched.find((span) => exact(span) && span.code === fresh.code) ??
    touched.find(exact) ??
    touched.find((span) => span.code === fresh.code);
  return best?.id ?? null;
}

// The edit that turns what the store holds into what is wanted (keep mine).
export function difference(stored, wanted) {
  const missing = (from, among) => from.filter((span) => !among.some((other) => same(span, other)));
  const gone = missing(stored, wanted);
  const added = missing(wanted, stored).filter((span) => span.kind === HUMAN);
  const answers = new Set(added.map((span) => span.suggestion));
  return {
    added,
    removed: gone.filter((span) => span.kind === HUMAN),
    rejected: gone.filter(
      (span) =>
        span.kind === SUGGESTION &&
        !answers.has(span.id) &&
        !wanted.some((other) => other.kind === HUMAN && overlap(other, span)),
    ),
  };
}

export function isEmpty({ added, removed, rejected, restored = [] }) {
  return ![added, removed, rejected, restored].some((part) => part.length);
}
