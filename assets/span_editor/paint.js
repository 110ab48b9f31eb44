// Draws a text and its spans, and finds places in what it drew.
//
// One element a block; only blocks whose spans changed are painted anew. Text goes through text
// nodes alone, and the sign of a type is a CSS ::after, so that textContent is the stored text.

import { h } from '../app/dom.js';
import { countBelow } from './offsets.js';
import { blocks, pieces, signature, spread } from './layout.js';

const LONGEST = 18; // characters of a code on the screen
const COLOUR = /^#[0-9a-f]{6}$/i;

export class Painting {
  // root: the element that holds the text and nothing else
  constructor(root) {
    this.root = root;
    this.starts = new WeakMap(); // text node -> UTF-16 unit it starts at
    this.clear();
  }

  clear() {
    this.map = null;
    this.blocks = [];
    this.elements = [];
    this.inside = []; // the spans of each block, as drawn
    this.root.replaceChildren();
  }

  // A new text; spans come with `update`.
  load(text, map) {
    this.clear();
    this.map = map;
    this.blocks = blocks(text, map);
    this.blockStarts = this.blocks.map((block) => block.start);
    let paragraph = null;
    for (const block of this.blocks) {
      const whole = paragraph?.number !== block.paragraph;
      if (whole) {
        paragraph = {
          number: block.paragraph,
          element: h('div', { class: 'se-paragraph', dir: 'auto' }),
        };
        this.root.append(paragraph.element);
      }
      const element = h('span', { class: 'se-block' });
      paragraph.element.append(element);
      this.elements.push(element);
    }
  }

  // Show these spans (in reading order); types: Map code -> {name, colour}. Answers the number of
  // blocks painted.
  update(spans, types) {
    const each = spread(this.blocks, spans);
    let painted = 0;
    each.forEach((inside, i) => {
      const before = this.inside[i];
      if (before && alike(before, inside)) return;
      this.inside[i] = inside;
      if (before && signature(before) === signature(inside)) this.rename(i, before, inside);
      else {
        this.elements[i].replaceChildren(...this.nodes(pieces(this.blocks[i], inside), types));
        painted += 1;
      }
    });
    return painted;
  }

  // Same spans, other numbers: the nodes stay, and with them a selection that is being made.
  rename(i, before, inside) {
    if (inside.every((span, at) => span.id === before[at].id)) return;
    const fresh = new Map(inside.map((span, at) => [before[at].id, span.id]));
    for (const element of this.elements[i].querySelectorAll('[data-span-id]')) {
      element.dataset.spanId = fresh.get(element.dataset.spanId);
    }
  }

  // Paint everything at the next update, for instance because a type got another colour.
  forget() {
    this.inside = [];
  }

  nodes(tree, types) {
    return tree.map((piece) => (piece.span ? this.mark(piece, types) : this.plain(piece)));
  }

  plain({ start, end }) {
    const node = document.createTextNode(this.map.slice(start, end));
    this.starts.set(node, this.map.toUtf16(start));
    return node;
  }

  mark(piece, types) {
    const { span } = piece;
    const type = types.get(span.code);
    const element = h(
      'span',
      {
        class: `se-span${piece.first ? ' first' : ''}${piece.last ? ' last' : ''}`,
        'data-span-id': span.id,
        'data-start': span.start,
        'data-end': span.end,
        'data-code': span.code,
        'data-kind': span.kind,
        'data-height': Math.min(piece.height, 4),
        'data-chip': piece.last ? chip(span) : null,
        title: describe(span, type),
      },
      this.nodes(piece.children, types),
    );
    if (COLOUR.test(type?.colour ?? '')) element.style.setProperty('--se-colour', type.colour);
    return element;
  }

  // The elements of a span, which may lie in several blocks.
  spanElements({ id, start, end }) {
    const named = `[data-span-id="${CSS.escape(id)}"]`;
    const first = this.blockIndex(start);
    const blocks = this.elements.slice(first, this.blockIndex(Math.max(start, end - 1)) + 1);
    return blocks.flatMap((block) => [...block.querySelectorAll(named)]);
  }

  // Those of some spans of which something can be seen now.
  inSight(spans) {
    const { top, bottom } = this.root.getBoundingClientRect();
    const seen = (element) => {
      const rect = element.getBoundingClientRect();
      return rect.bottom > Math.max(top, 0) && rect.top < Math.min(bottom, window.innerHeight);
    };
    const lines = new Set([...this.root.children].filter(seen));
    const shows = (piece) => lines.has(piece.closest('.se-paragraph')) && seen(piece);
    return spans.filter((span) => this.spanElements(span).some(shows));
  }

  // The code point that a DOM position stands for; places outside the text count as its ends.
  pointOf(node, offset) {
    if (this.starts.has(node)) return this.map.toCodePoint(this.starts.get(node) + offset);
    const range = document.createRange();
    range.selectNodeContents(this.root);
    if (range.comparePoint(node, offset) < 0) return 0;
    if (range.comparePoint(node, offset) > 0) return this.map.length;
    range.setEnd(node, offset);
    return this.map.toCodePoint(range.toString().length);
  }

  // The DOM position of a code point: [text node, offset]. At a seam, `before` asks for the end of
  // the earlier node.
  place(point, before = false) {
    const index = this.blockIndex(before ? point - 1 : point);
    const unit = this.map.toUtf16(point);
    const walker = document.createTreeWalker(
      this.elements[index] ?? this.root,
      NodeFilter.SHOW_TEXT,
    );
    let node = walker.nextNode();
    for (let next = node; next; next = walker.nextNode()) {
      const start = this.starts.get(next);
      if (before ? start >= unit : start > unit) break;
      node = next;
    }
    if (!node) return [this.root, 0];
    return [node, Math.min(unit - this.starts.get(node), node.length)];
  }

  range(start, end) {
    const range = document.createRange();
    range.setStart(...this.place(start));
    range.setEnd(...this.place(end, true));
    return range;
  }

  blockAt(point) {
    return this.elements[this.blockIndex(point)] ?? this.root;
  }

  blockIndex(point) {
    return Math.max(0, countBelow(this.blockStarts, point + 1) - 1);
  }
}

// The very same spans; most blocks are not touched by an edit.
function alike(before, now) {
  return before.length === now.length && now.every((span, i) => span === before[i]);
}

// What stands behind a span: its type, for a suggestion also how sure the tagger is.
function chip(span) {
  const score = span.score === null ? '' : ` ${percent(span.score)}`;
  const code = span.code.length > LONGEST ? `${span.code.slice(0, LONGEST - 1)}…` : span.code;
  const doubt = span.match && span.match !== 'exact' ? ' ≈' : '';
  return span.kind === 'human' ? code : `${code}${score}${doubt}`;
}

export function percent(score) {
  return `${Math.round(score * 100)}%`;
}

export function describe(span, type) {
  const name = type?.name ?? span.code;
  if (span.kind === 'human') return `${name}, set by a person`;
  const how = span.match && span.match !== 'exact' ? `, located by ${span.match} match` : '';
  const score = span.score === null ? '' : `, ${percent(span.score)}`;
  return `${name}, suggested${score}${how}`;
}
