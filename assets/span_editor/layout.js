// How a text falls into blocks, and spans into nested pieces inside a block. Pure.
//
// A block is what is painted as one: a paragraph with its line break, or part of a very long
// paragraph. Spans that cross are cut where one begins or ends, so that pieces nest and every
// character is drawn once; a span's pieces all carry its id.

const LONG = 3000; // UTF-16 units above which a paragraph is cut
const PART = 2000; // and about how long its parts are

// [{start, end, paragraph}] in code points, in order; together they are the whole text.
export function blocks(text, map) {
  const found = [];
  let from = 0;
  let paragraph = 0;
  while (from < text.length) {
    const line = text.indexOf('\n', from);
    const end = line < 0 ? text.length : line + 1;
    for (const [a, b] of parts(text, from, end)) {
      found.push({ start: map.toCodePoint(a), end: map.toCodePoint(b), paragraph });
    }
    from = end;
    paragraph += 1;
  }
  return found;
}

// Cut a long paragraph after white space where there is some, never inside of a surrogate pair.
function* parts(text, from, end) {
  while (end - from > LONG) {
    const space = text.slice(from + PART / 2, from + PART).search(/\s\S*$/);
    let cut = space < 0 ? from + PART : from + PART / 2 + space + 1;
    if (/[\udc00-\udfff]/.test(text[cut])) cut += 1;
    yield [from, cut];
    from = cut;
  }
  yield [from, end];
}

// The spans of each block, in reading order.
export function spread(blocks, spans) {
  const each = blocks.map(() => []);
  let first = 0;
  for (const span of spans) {
    while (first < blocks.length && blocks[first].end <= span.start) first += 1;
    for (let i = first; i < blocks.length && blocks[i].start < span.end; i += 1) each[i].push(span);
  }
  return each;
}

// A tree: {start, end} for plain text, {span, start, end, first, last, height, children} for a
// piece of a span; `height` counts the pieces stacked inside it.
export function pieces({ start, end }, spans) {
  const root = { children: [] };
  const stack = [root];
  const stops = new Set([end]);
  for (const span of spans) {
    stops.add(Math.max(span.start, start));
    stops.add(Math.min(span.end, end));
  }
  let at = start;
  let next = 0;
  for (const stop of [...stops].sort((a, b) => a - b)) {
    if (stop > at) stack.at(-1).children.push({ start: at, end: stop });
    at = stop;
    const reopened = close(stack, at);
    const starting = [];
    while (next < spans.length && spans[next].start <= at) starting.push(spans[next++]);
    if (at < end) for (const span of [...reopened, ...starting]) open(stack, span, at);
  }
  return root.children;
}

// Close what ends here; answers the spans that only had to make way.
function close(stack, at) {
  const lowest = stack.findIndex((piece) => piece.span && piece.span.end <= at);
  const closed = lowest < 0 ? [] : stack.splice(lowest);
  for (const piece of closed) {
    piece.end = at;
    piece.last = piece.span.end === at;
  }
  return closed.map((piece) => piece.span).filter((span) => span.end > at);
}

function open(stack, span, at) {
  const piece = { span, start: at, end: span.end, children: [], height: 0 };
  piece.first = at === span.start;
  piece.last = false;
  stack.forEach((below, depth) => {
    if (below.span) below.height = Math.max(below.height, stack.length - depth);
  });
  stack.at(-1).children.push(piece);
  stack.push(piece);
}

// What a block shows of its spans, to tell whether it must be painted anew; not their ids, for a
// span that the store has just numbered looks as it did.
export function signature(spans) {
  const says = ({ start, end, code, kind, score, match }) => {
    const sure = kind === 'suggestion' ? [score, match] : [];
    return [start, end, code, kind, ...sure].join(' ');
  };
  return spans.map(says).join('\n');
}
