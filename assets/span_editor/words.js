// Where the words of a text are, and how a loose selection snaps to them. Pure.
//
// The same rule as the engine's words: a run of letters, digits and marks is one word (a soft
// hyphen or zero-width joiner between two runs stays inside), an ideograph or a kana is one word a
// character, an emoji with everything joined to it is one, any other visible character is one. One
// difference: scripts written without spaces (Thai, Lao, Khmer, Burmese ...) are cut a character
// with its marks at a time, for a person must be able to reach every edge with the mouse.
// Invisible format characters (byte order mark, zero-width space) are never an edge.

import { countBelow, offsetMap } from './offsets.js';

const ALONE =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Bopomofo}\\u30fc\\uff70' +
  '\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Script=Tai_Le}' +
  '\\p{Script=New_Tai_Lue}\\p{Script=Tai_Tham}\\p{Script=Tai_Viet}\\p{Script=Javanese}';
const LETTER = `(?:(?![${ALONE}])[\\p{L}\\p{N}])`;
const RUN = `[\\p{M}]*${LETTER}(?:${LETTER}|\\p{M})*`;
const JOINED = `${RUN}(?:[\\u00ad\\u200c\\u200d]+${RUN})*`;
const DRESS = '[\\p{M}\\u{1f3fb}-\\u{1f3ff}\\u{e0020}-\\u{e007f}]*';
const PICTURE = `\\p{Extended_Pictographic}${DRESS}`;
const WORD = new RegExp(
  [
    `(?<word>${JOINED}|[${ALONE}][\\p{M}\\u0e33\\u0eb3]*)`,
    `(?<symbol>\\p{Regional_Indicator}{2}|${PICTURE}(?:\\u200d${PICTURE})*|\\p{M}+)`,
    '(?<other>[^\\s\\p{Z}\\p{Cc}\\p{Cf}]\\p{M}*)',
  ].join('|'),
  'gu',
);
const TRIMMED = /^(?![@#%&*_/\\§¶‰†‡])\p{P}/u;
const CLOSING = new Map([...')]}）】」』》'].map((close, i) => [close, [...'([{（【「『《'][i]]));
const OPENING = new Map([...CLOSING].map(([close, open]) => [open, close]));

class Words {
  constructor(text, map) {
    this.map = map;
    this.starts = [];
    this.ends = [];
    this.plain = []; // punctuation marks are plain; letters and symbols are worth a stop
    for (const match of text.matchAll(WORD)) {
      this.starts.push(map.toCodePoint(match.index));
      this.ends.push(map.toCodePoint(match.index + match[0].length));
      this.plain.push(match.groups.other !== undefined && TRIMMED.test(match[0]));
    }
    if (!this.plain.includes(false)) this.plain.fill(false);
  }

  get length() {
    return this.starts.length;
  }

  at(index) {
    return [this.starts[index], this.ends[index]];
  }

  slice(index) {
    return this.map.slice(this.starts[index], this.ends[index]);
  }

  // First and last word that share a character with a stretch; null when none does.
  touching(start, end) {
    const first = countBelow(this.ends, start + 1);
    const last = countBelow(this.starts, end) - 1;
    return first <= last ? [first, last] : null;
  }

  // The stop before (-1) or after (1) a stretch, as [start, end]; null at either end of the text.
  next(start, end, step) {
    let index = step > 0 ? countBelow(this.starts, end) : countBelow(this.ends, start + 1) - 1;
    while (this.plain[index]) index += step;
    return index >= 0 && index < this.length ? this.at(index) : null;
  }

  // The stop nearest to a place: the word there, else the next one, else the one before.
  near(point) {
    const here = this.touching(point, point + 1);
    if (here && !this.plain[here[0]]) return this.at(here[0]);
    return this.next(point, point, 1) ?? this.next(point, point, -1);
  }

  // Grow a stretch to whole words, then trim punctuation that opens or closes it; null when
  // nothing but white space or punctuation is left.
  snap(start, end) {
    let [first, last] = this.touching(start, end) ?? [0, -1];
    while (last > first && CLOSING.get(this.slice(last)) === this.slice(first)) {
      first += 1;
      last -= 1;
    }
    while (first <= last && this.trims(first, last, first)) first += 1;
    while (first <= last && this.trims(first, last, last)) last -= 1;
    return first <= last ? [this.starts[first], this.ends[last]] : null;
  }

  // Whether the word on an edge is punctuation that does not belong to the stretch.
  trims(first, last, edge) {
    const mark = this.slice(edge);
    if (!TRIMMED.test(mark)) return false;
    if (edge === first && OPENING.has(mark)) {
      return !this.map.slice(this.ends[first], this.ends[last]).includes(OPENING.get(mark));
    }
    if (edge === first) return true;
    const rest = this.map.slice(this.starts[first], this.starts[last]);
    if (CLOSING.has(mark)) return count(rest, CLOSING.get(mark)) <= count(rest, mark);
    return !(mark === '.' && rest.slice(-3).includes('.'));
  }
}

function count(text, mark) {
  return text.split(mark).length - 1;
}

export function words(text, map = offsetMap(text)) {
  return new Words(text, map);
}
