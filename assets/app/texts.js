// The texts of a project: search, filter by status, page by key.
import { append, h, plural } from './dom.js';
import { drawPage, empty, head, link, STATUSES, statusChip } from './parts.js';

const WAIT = 200; // ms after the last key before a search is sent

export function mount(element, { props, trigger, watch }) {
  const list = { trail: [], asked: { contains: '', status: '', after: null }, timer: 0, parts: null };

  function browse(change, trail = []) {
    list.asked = { ...list.asked, after: null, ...change };
    list.trail = trail;
    trigger('browse', list.asked);
  }

  drawPage({ element, props, watch }, 'texts', (root, value) => {
    if (value.fresh || !list.parts) {
      list.asked = value.filter;
      list.trail = [];
      list.parts = frame(root, value, list, browse);
    }
    // An answer to an older question must not replace a newer list.
    if (same(value.filter, list.asked)) fill(list, value, browse);
  });
}

const same = (a, b) => a.contains === b.contains && a.status === b.status && a.after === b.after;

function frame(root, value, list, browse) {
  root.replaceChildren();
  const add = h('button', { type: 'button', class: 'ns-button ns-narrow', onclick: showForm }, 'Add texts');
  const title = head('Texts', 'Everything this project reads. Open one to annotate it.', value.counts.total > 0 && add);
  if (!value.counts.total) {
    append(root, [title, empty({ title: 'No texts yet', text: 'Paste some or choose files, then press “Add to project”.' })]);
    return { rows: null };
  }
  const search = h('input', {
    type: 'search',
    value: value.filter.contains,
    placeholder: 'Search the texts',
    'aria-label': 'Search the texts',
    'data-testid': 'text-search',
    oninput: (event) => {
      clearTimeout(list.timer);
      list.timer = setTimeout(() => browse({ contains: event.target.value }), WAIT);
    },
  });
  const filters = h('div', { class: 'ns-filters', role: 'group', 'aria-label': 'Status' });
  const rows = h('ol', { class: 'ns-rows', 'data-testid': 'texts', 'aria-label': 'Texts' });
  const foot = h('div', { class: 'ns-foot' });
  append(root, [title, h('div', { class: 'ns-tools' }, search, filters), rows, foot]);
  return { filters, rows, foot };
}

// On a narrow screen the form stands below the list.
function showForm() {
  document.querySelector('#ns-files')?.scrollIntoView({ block: 'center' });
  document.querySelector('#ns-pasted textarea')?.focus({ preventScroll: true });
}

function fill(list, value, browse) {
  const { filters, rows, foot } = list.parts;
  if (!rows) return;
  filters.replaceChildren(...chips(value, browse));
  rows.replaceChildren(...value.rows.map((row) => line(row, value)));
  if (!value.rows.length) rows.append(h('li', { class: 'ns-none' }, 'No text matches.'));
  rows.dataset.total = String(value.total);
  foot.replaceChildren(...pager(list, value, browse));
}

function chips(value, browse) {
  const all = [['', 'all', value.counts.total], ...STATUSES.map(([key, name]) => [key, name, value.counts[key]])];
  return all
    .filter(([key, , count]) => count || key === '' || key === value.filter.status)
    .map(([key, name, count]) =>
      h(
        'button',
        {
          type: 'button',
          class: 'ns-filter',
          'data-status': key || 'all',
          'aria-pressed': String(value.filter.status === key),
          onclick: () => browse({ status: key }),
        },
        name,
        h('span', { class: 'ns-count' }, count.toLocaleString('en')),
      ),
    );
}

function line(row, value) {
  const counts = [
    row.n_spans ? plural(row.n_spans, 'span') : null,
    row.n_suggestions ? plural(row.n_suggestions, 'suggestion') : null,
  ].filter(Boolean);
  return h(
    'li',
    { 'data-text-id': row.id },
    link(
      { class: 'ns-row' },
      { project: value.project },
      { page: 'annotate', text: String(row.id) },
      h('span', { class: 'ns-row-number' }, row.position + 1),
      h('span', { class: 'ns-row-text', dir: 'auto' }, found(row.text, value.filter.contains)),
      h('span', { class: 'ns-row-facts' }, statusChip(row.status), h('span', { class: 'ns-muted' }, counts.join(' · '))),
    ),
  );
}

// The snippet with what was searched for marked, case aside.
function found(text, contains) {
  const at = contains ? text.toLowerCase().indexOf(contains.toLowerCase()) : -1;
  if (at < 0) return [text];
  const end = at + contains.length;
  return [text.slice(0, at), h('mark', { class: 'ns-found' }, text.slice(at, end)), text.slice(end)];
}

function pager(list, value, browse) {
  const { after } = value.filter;
  const first = list.trail.length * value.limit + (value.rows.length ? 1 : 0);
  const last = list.trail.length * value.limit + value.rows.length;
  const step = (name, label, to) =>
    h('button', { type: 'button', class: 'ns-button', 'data-testid': name, disabled: !to, onclick: to }, label);
  const back = list.trail.length
    ? () => browse({ after: list.trail.at(-1) }, list.trail.slice(0, -1))
    : null;
  const on = value.next !== null ? () => browse({ after: value.next }, [...list.trail, after]) : null;
  return [
    h('span', { class: 'ns-muted', role: 'status' }, `${first.toLocaleString('en')}–${last.toLocaleString('en')} of ${plural(value.total, 'text')}`),
    h('span', { class: 'ns-pager' }, step('previous-page', 'Previous', back), step('next-page', 'Next', on)),
  ];
}
