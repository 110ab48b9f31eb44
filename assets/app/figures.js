// How a review goes: accept rate, time, what was corrected, recall on the blind slice.
import { h, plural } from './dom.js';

const DONE = {
  rejected: 'rejected',
  boundary: 'edges moved',
  type: 'types changed',
  missed: 'missed by the tagger',
  created: 'drawn by hand',
};

// figures: the answer of GET /api/queue/figures; names: code -> name of a type
export function drawFigures(figures, names = {}) {
  return h(
    'div',
    { class: 'ns-review', 'data-testid': 'figures' },
    h(
      'dl',
      {},
      figure('Suggestions accepted as they were', share(figures.accept_rate), 'accept-rate'),
      figure('Typical time for a text', seconds(figures.typical), 'typical-time'),
      Object.entries(DONE).map(([action, label]) =>
        figure(label, figures.actions[action].toLocaleString('en'), `count-${action}`),
      ),
    ),
    blind(figures, names),
  );
}

function figure(label, value, id) {
  return h('div', {}, h('dt', {}, label), h('dd', { 'data-testid': id }, value));
}

function blind({ blind: { texts, accepted }, recall }, names) {
  const words = !texts
    ? 'No text is shown without suggestions; Settings says how many should be. They measure what a tagger misses.'
    : `${plural(accepted, 'blind text')} of ${texts.toLocaleString('en')} accepted. ${
        recall.length ? 'Of what people marked on them, taggers had found:' : 'Recall follows once some with spans are.'
      }`;
  return [
    h('p', { class: 'ns-muted', 'data-testid': 'blind-slice' }, words),
    recall.length > 0 &&
      h(
        'table',
        { class: 'ns-table', 'data-testid': 'recall' },
        h('thead', {}, h('tr', {}, ['Tagger', 'Recall', '95% between', 'Spans'].map((name) => h('th', { scope: 'col' }, name)))),
        h('tbody', {}, recall.map((line) => [row(line.tagger, line, true), line.types.map((type) => row(names[type.code] ?? type.code, type))])),
      ),
  ];
}

function row(name, { recall, low, high, found, spans }, whole = false) {
  return h(
    'tr',
    whole ? { class: 'is-whole' } : {},
    h('th', { scope: 'row' }, name),
    h('td', {}, share(recall)),
    h('td', {}, `${share(low)} and ${share(high)}`),
    h('td', {}, `${found} of ${spans}`),
  );
}

function share(value) {
  return value === null ? '–' : `${Math.round(100 * value)}%`;
}

function seconds(value) {
  if (!value) return '–'; // nobody timed it
  return value < 90 ? `${value.toFixed(value < 10 ? 1 : 0)} s` : `${(value / 60).toFixed(1)} min`;
}
