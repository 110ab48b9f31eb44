// Code points (the store, Python) <-> UTF-16 units (the DOM, JavaScript).
//
// The editor counts in code points everywhere; only what touches a DOM node or a JavaScript string
// asks a map. A text without astral characters (emoji, some scripts) has the same numbers in both.
//
//   const map = offsetMap('💩 Ann');
//   map.toUtf16(2)      // 3: "Ann" starts one unit later than Python says
//   map.toCodePoint(3)  // 2

const HIGH = /[\ud800-\udbff][\udc00-\udfff]/g;

// How many numbers of a sorted array are below a limit.
export function countBelow(sorted, limit) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

class OffsetMap {
  constructor(text) {
    this.text = text;
    this.units = []; // where each astral character starts, in UTF-16 units
    for (const match of text.matchAll(HIGH)) this.units.push(match.index);
    this.points = this.units.map((unit, before) => unit - before); // the same, in code points
    this.length = text.length - this.units.length; // code points in the text
  }

  toUtf16(point) {
    return point + countBelow(this.points, point);
  }

  // The middle of a surrogate pair counts as its start.
  toCodePoint(unit) {
    return unit - countBelow(this.units, unit);
  }

  // Python's text[start:end].
  slice(start, end) {
    return this.text.slice(this.toUtf16(start), this.toUtf16(end));
  }
}

export function offsetMap(text) {
  return new OffsetMap(text);
}
