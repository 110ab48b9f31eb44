// The spans as a list beside the text: says and does the same, for those who do not see the text
// and for those who like lists.

import { h } from '../app/dom.js';
import { origin } from './origin.js';
import { percent } from './paint.js';
import { paint } from './palette.js';
import { RejectedList } from './rejected_list.js';
import { Sure } from './sure.js';

const NONE = 'Nothing is marked on this text.';
const BLIND =
  'Nothing is marked yet. Suggestions are hidden on this text, to measure what taggers miss.';
const SHOWN = 100; // rows drawn at once, for each costs at every edit; the rest follow on demand

export class SpanList {
  // actions: {choose(id), accept(id), remove(id), sure(), dismiss(id), look(id), restore(id)}
  constructor(root, actions) {
    this.root = root;
    this.actions = actions;
    this.rows = new Map();
    this.limit = SHOWN;
    this.heading = h('h3', { class: 'se-side-title' });
    this.list = h('ol', { class: 'se-rows', 'aria-label': 'Spans of this text' });
    this.more = h('button', { type: 'button', class: 'se-more', onclick: () => this.extend() });
    this.lost = h('div', { class: 'se-lost' });
    this.origin = h('p', { class: 'se-origin', 'data-testid': 'origin', hidden: true });
    this.rejected = new RejectedList(actions);
    this.sure = new Sure(actions.sure);
    root.replaceChildren(
      this.heading,
      this.sure.element,
      this.list,
      this.more,
      this.origin,
      this.lost,
      this.rejected.element,
    );
    this.list.addEventListener('keydown', (event) => this.walk(event));
  }

  reset() {
    this.rows.clear();
    this.limit = SHOWN;
    this.list.replaceChildren();
    this.rejected.reset();
  }

  extend() {
    this.limit += SHOWN;
    this.show(...this.shown);
  }

  show(spans, doc, types, chosen) {
    this.shown = [spans, doc, types, chosen];
    const open = spans.filter((span) => span.kind === 'suggestion').length;
    const parts = [`${spans.length - open} set`, open && `${open} suggested`].filter(Boolean);
    this.heading.replaceChildren('Spans ', h('span', { class: 'se-count' }, parts.join(' · ')));
    this.sure.show(open);
    const from = Math.max(0, spans.findIndex((span) => span.id === chosen?.id) - this.limit + 20);
    const wanted = spans.slice(from, from + this.limit);
    const rows = new Map(wanted.map((span) => [span.id, this.row(span, doc, types)]));
    arrange(
      this.list,
      [...rows.values()].map(({ element }) => element),
    );
    this.rows = rows;
    this.mark(chosen);
    this.more.hidden = wanted.length === spans.length;
    this.more.textContent = `Show more (${spans.length - wanted.length} not shown)`;
    this.drawLost(doc.unlocated, types);
    this.rejected.show(doc.rejected, types);
    if (!spans.length)
      this.list.replaceChildren(h('li', { class: 'se-none' }, doc.stored.blind ? BLIND : NONE));
  }

  // What a tagger quoted and nobody finds in the text is not hidden.
  drawLost(mentions, types) {
    const row = ({ id, surface, code }) =>
      h(
        'li',
        {},
        h('bdi', {}, surface),
        h('span', { class: 'se-row-type' }, types.get(code)?.name ?? code),
        h(
          'button',
          {
            type: 'button',
            class: 'se-row-do',
            'aria-label': `Dismiss ${surface}`,
            onclick: () => this.actions.dismiss(id),
          },
          '✕',
        ),
      );
    this.lost.hidden = !mentions.length;
    this.lost.replaceChildren(
      h('h3', { class: 'se-side-title' }, 'Suggested, but not in the text'),
      h('ul', {}, mentions.map(row)),
    );
  }

  // A row that is already there is kept: focus and scroll stay where they are.
  row(span, doc, types) {
    const type = types.get(span.code);
    const says = [
      span.start,
      span.end,
      span.code,
      span.kind,
      span.score,
      type?.name,
      type?.colour,
    ].join();
    const before = this.rows.get(span.id);
    if (before?.says === says) return before;
    const surface = doc.map.slice(span.start, span.end);
    const suggested = span.kind === 'suggestion';
    const state = suggested
      ? `suggested${span.score === null ? '' : ` ${percent(span.score)}`}`
      : 'set';
    const element = h(
      'li',
      { class: 'se-row', 'data-row': span.id, 'data-kind-of': span.kind },
      h(
        'button',
        {
          type: 'button',
          class: 'se-row-main',
          tabindex: '-1',
          onclick: () => this.actions.choose(span.id),
        },
        h('bdi', { class: 'se-row-surface' }, surface),
        h('span', { class: 'se-row-type' }, type?.name ?? span.code),
        h('span', { class: 'se-row-state' }, state),
      ),
      suggested &&
        h(
          'button',
          {
            type: 'button',
            class: 'se-row-do',
            'aria-label': `Accept ${surface}`,
            title: 'Accept (A)',
            onclick: () => this.actions.accept(span.id),
          },
          '✓',
        ),
      h(
        'button',
        {
          type: 'button',
          class: 'se-row-do',
          'aria-label': `${suggested ? 'Reject' : 'Delete'} ${surface}`,
          title: suggested ? 'Reject (X)' : 'Delete (X)',
          onclick: () => this.actions.remove(span.id),
        },
        '✕',
      ),
    );
    return { element: paint(element, type?.colour), says };
  }

  // One row can be reached with Tab, the others from it with the arrows.
  mark(chosen) {
    this.origin.hidden = !chosen;
    this.origin.textContent = chosen ? origin(chosen, this.shown?.[2] ?? new Map()) : '';
    const current = this.rows.get(chosen?.id);
    const main = (current ?? this.rows.values().next().value)?.element.firstElementChild;
    if (this.reachable && this.reachable !== main) this.reachable.tabIndex = -1;
    this.reachable?.removeAttribute('aria-current');
    this.reachable = main ?? null;
    if (main) main.tabIndex = 0;
    if (current) main.setAttribute('aria-current', 'true');
  }

  reveal(id) {
    const element = this.rows.get(id)?.element;
    if (!element || this.list.scrollHeight <= this.list.clientHeight) return;
    const [row, list] = [element.getBoundingClientRect(), this.list.getBoundingClientRect()];
    if (row.top < list.top) this.list.scrollTop += row.top - list.top;
    else if (row.bottom > list.bottom) this.list.scrollTop += row.bottom - list.bottom;
  }

  walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = event.target.closest?.('.se-row');
    if (!step || !row) return;
    event.preventDefault();
    event.stopPropagation();
    const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
    const main = next?.querySelector('.se-row-main');
    if (!main) return;
    this.actions.choose(next.dataset.row);
    this.rows.get(next.dataset.row)?.element.querySelector('.se-row-main').focus();
  }
}

// Bring the children of a list to these elements; those that are there already stay untouched.
function arrange(list, wanted) {
  const kept = new Set(wanted);
  for (const child of [...list.children]) if (!kept.has(child)) child.remove();
  let at = list.firstElementChild;
  for (const element of wanted) {
    if (element === at) at = at.nextElementSibling;
    else list.insertBefore(element, at);
  }
}
