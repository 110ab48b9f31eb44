// Pieces that several pages draw: statuses, entity types, cards, notices.
import { h, plural } from './dom.js';
import { address, go, ready } from './address.js';

export const STATUSES = [
  ['new', 'new'],
  ['suggested', 'suggested'],
  ['review', 'in review'],
  ['accepted', 'accepted'],
  ['skipped', 'skipped'],
];

export function statusName(status) {
  return STATUSES.find(([key]) => key === status)?.[1] ?? status;
}

export function statusChip(status) {
  return h('span', { class: 'ns-chip', 'data-status': status }, statusName(status));
}

// counts: {new: 3, ...} -> one bar, its parts as wide as their share, and a legend.
export function statusBar(counts) {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const shown = STATUSES.filter(([key]) => counts[key]);
  const said = shown.map(([key, name]) => `${counts[key]} ${name}`).join(', ');
  return h(
    'div',
    { class: 'ns-status' },
    h(
      'div',
      { class: 'ns-status-bar', role: 'img', 'aria-label': said || 'no texts' },
      shown.map(([key]) =>
        h('span', { 'data-status': key, style: `flex-grow:${counts[key] / total}` }),
      ),
    ),
    h(
      'ul',
      { class: 'ns-legend' },
      STATUSES.filter(([key]) => counts[key] || key === 'accepted').map(([key, name]) =>
        h('li', { 'data-status': key }, h('b', {}, (counts[key] ?? 0).toLocaleString('en')), ` ${name}`),
      ),
    ),
  );
}

// A share of a whole as a thin bar; the words beside it say the numbers.
export function share(done, total, label) {
  const part = total ? Math.round((100 * done) / total) : 0;
  return h(
    'span',
    { class: 'ns-share', role: 'img', 'aria-label': label },
    h('span', { style: `width:${part}%` }),
  );
}

export function swatch(colour) {
  const safe = /^#[0-9a-f]{6}$/i.test(colour ?? '') ? colour : '#8e9ca2';
  return h('span', { class: 'ns-swatch', style: `background:${safe}`, 'aria-hidden': 'true' });
}

export function head(title, lead, ...more) {
  return h('div', { class: 'ns-head' }, h('h1', {}, title), lead && h('p', {}, lead), more);
}

// value: {title, text, action?: {label, to: {page?, project?}}}
export function empty({ title, text, action }) {
  return h(
    'section',
    { class: 'ns-empty' },
    h('h2', {}, title),
    h('p', {}, text),
    action && button(action.label, action.to, true),
  );
}

export function button(label, to, primary = false) {
  return h(
    'button',
    { type: 'button', class: primary ? 'ns-button primary' : 'ns-button', onclick: () => go(to) },
    label,
  );
}

// A link inside the studio: a plain click stays in this document, others open a tab as links do.
export function link(attributes, here, to, ...children) {
  const onclick = (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(to);
  };
  return h('a', { ...attributes, href: address({ ...here, text: '', choice: '', ...to }), onclick }, ...children);
}

export function notice(kind, ...children) {
  const role = kind === 'bad' ? 'alert' : 'status';
  return h('div', { class: `ns-notice ${kind}`, role }, ...children);
}

// problems: [{file?, line, kind, message}] as a list, long ones folded.
export function problemList(problems, total = problems.length) {
  if (!problems.length) return null;
  const line = ({ line: number, kind, message, file }) =>
    h(
      'li',
      { 'data-kind': kind },
      h('span', { class: 'ns-where' }, [file, number ? `line ${number}` : null].filter(Boolean).join(', ') || 'file'),
      h('span', { class: 'ns-kind' }, kind),
      h('span', {}, message),
    );
  const more = total - problems.length;
  return h(
    'div',
    {},
    h('ul', { class: 'ns-problems' }, problems.map(line)),
    more > 0 && h('p', { class: 'ns-muted' }, `and ${plural(more, 'more problem')}`),
  );
}

// A text with its spans, coloured by type; spans: [{start, end, code}] in code points.
export function markedText(text, spans, types) {
  const points = Array.from(text);
  const colours = new Map(types.map((type) => [type.code, type.colour]));
  const pieces = [];
  let at = 0;
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (span.start < at) continue;
    pieces.push(points.slice(at, span.start).join(''));
    const colour = colours.get(span.code) ?? '';
    const style = /^#[0-9a-f]{6}$/i.test(colour) ? `--type:${colour}` : null;
    pieces.push(
      h('mark', { class: 'ns-span', style, title: span.code }, points.slice(span.start, span.end).join('')),
    );
    at = span.end;
  }
  pieces.push(points.slice(at).join(''));
  return h('span', { class: 'ns-text', dir: 'auto' }, pieces);
}

// Draw a page's main view whenever its value arrives, and say that the page is ready.
export function drawPage({ element, props, watch }, page, draw) {
  const root = element.querySelector('.ns-view');
  const arrived = () => {
    if (!props.value) return;
    draw(root, props.value);
    ready(page);
  };
  watch('value', arrived);
  arrived();
}
