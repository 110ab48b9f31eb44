// What becomes of spans when the words of a sentence change. Pure; offsets are code points.
//
//   moved('Ann saw Bo.', 'Ann met Bo.', [{start: 8, end: 10, code: 'PER'}]).spans[0].start  // 8

// What stands before the first and after the last changed character keeps its spans; a span that
// touches what changed is lost, and said to be.
export function moved(before, after, spans) {
  const [old, fresh] = [Array.from(before), Array.from(after)];
  const shorter = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < shorter && old[head] === fresh[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail += 1;
  const shift = fresh.length - old.length;
  const kept = [];
  const lost = [];
  for (const span of spans) {
    if (span.end <= head) kept.push(span);
    else if (span.start >= old.length - tail) kept.push({ ...span, start: span.start + shift, end: span.end + shift });
    else lost.push(old.slice(span.start, span.end).join(''));
  }
  return { spans: kept, lost };
}
