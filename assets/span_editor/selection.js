// What is selected: words by mouse, touch or keyboard, as code points.
//
// A selection is {anchor: [start, end], focus: [start, end], exact, caret}: the stretch where it
// began and the one where it is now. `caret` marks a single word that a click or an arrow merely
// stands on. The browser's own selection follows, so that copying works; a CSS highlight keeps it in
// sight while another field has the focus.

const HIGHLIGHT = 'se-selection';

export function stretch({ anchor, focus }) {
  return [Math.min(anchor[0], focus[0]), Math.max(anchor[1], focus[1])];
}

// The selection that the browser holds inside a painting, snapped to words unless exact; null when
// it is collapsed, elsewhere, or covers nothing that could be labelled.
export function readNative(painting, words, exact) {
  const native = document.getSelection();
  if (!native || native.isCollapsed || !native.rangeCount) return null;
  if (!native.getRangeAt(0).intersectsNode(painting.root)) return null;
  const from = painting.pointOf(native.anchorNode, native.anchorOffset);
  const to = painting.pointOf(native.focusNode, native.focusOffset);
  return between(from, to, words, exact);
}

// The selection from one place to another, snapped to words unless exact; null when it covers
// nothing that could be labelled.
export function between(from, to, words, exact) {
  const [low, high] = from <= to ? [from, to] : [to, from];
  const found = exact && low < high ? [low, high] : words.snap(low, high);
  return found && ends(found, words, to < from, exact);
}

function ends([start, end], words, backward, exact) {
  const [first, last] = words.touching(start, end) ?? [0, 0];
  const whole = exact || words.length === 0;
  const left = whole ? [start, end] : [start, words.ends[first]];
  const right = whole ? [start, end] : [words.starts[last], end];
  return { anchor: backward ? right : left, focus: backward ? left : right, exact, caret: false };
}

// A single word, as an arrow or a click leaves it.
export function standOn(word) {
  return word && { anchor: word, focus: word, exact: false, caret: true };
}

// The selection after moving its focus one stop; `grow` keeps the anchor.
export function moved(selection, words, step, grow) {
  const next = words.next(...selection.focus, step);
  if (!next) return grow ? selection : { ...standOn(selection.focus) };
  if (!grow) return standOn(next);
  return { anchor: selection.anchor, focus: next, exact: false, caret: false };
}

// Show a selection, or none.
export function show(painting, selection) {
  const native = document.getSelection();
  CSS.highlights?.delete(HIGHLIGHT);
  if (!selection) {
    if (native && !native.isCollapsed && painting.root.contains(native.anchorNode)) {
      native.removeAllRanges();
    }
    return;
  }
  const [start, end] = stretch(selection);
  const range = painting.range(start, end);
  if (CSS.highlights) CSS.highlights.set(HIGHLIGHT, new Highlight(range));
  const head = [range.startContainer, range.startOffset];
  const tail = [range.endContainer, range.endOffset];
  const backward = selection.focus[0] < selection.anchor[0];
  if (backward) native?.setBaseAndExtent(...tail, ...head);
  else native?.setBaseAndExtent(...head, ...tail);
}

// The stop above (-1) or below (1) a word: the nearest one on the next line, as an eye would go.
export function vertical(painting, words, selection, step) {
  const rects = [...painting.range(...selection.focus).getClientRects()];
  const rect = rects[0];
  if (!rect) return null;
  const x = rect.left + rect.width / 2;
  const line = parseFloat(getComputedStyle(painting.root).lineHeight) || rect.height * 1.5;
  for (let tries = 1; tries <= 6; tries += 1) {
    const y = rect.top + rect.height / 2 + step * line * tries;
    const point = pointAt(painting, x, y);
    const word = point === null ? null : words.near(point);
    if (word && word[0] !== selection.focus[0] && word[0] > selection.focus[0] === step > 0) {
      return word;
    }
  }
  return null;
}

// The code point under a place on the screen; null when it is not on the text.
export function pointAt(painting, x, y) {
  const caret = document.caretPositionFromPoint
    ? document.caretPositionFromPoint(x, y)
    : document.caretRangeFromPoint?.(x, y);
  const node = caret?.offsetNode ?? caret?.startContainer;
  if (!node || !painting.root.contains(node)) return null;
  return painting.pointOf(node, caret.offset ?? caret.startOffset);
}
