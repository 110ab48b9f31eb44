// What a file was understood as, and what became of it: accepted, repaired, rejected, by line.
import { h, plural, redraw } from './dom.js';
import { button, markedText, notice, problemList } from './parts.js';

export function mount(element, { props, watch }) {
  const root = element.querySelector('.ns-view');
  const arrived = () => redraw(root, () => (props.value ? draw(props.value) : []));
  watch('value', arrived);
  arrived();
}

function draw(value) {
  if (value.kind === 'preview') return value.files.map((file) => preview(file, value.types));
  if (value.kind === 'report') return report(value);
  return [];
}

function preview(file, types) {
  if (file.error) return notice('bad', h('b', {}, file.name), ' ', file.error);
  return h(
    'section',
    { class: 'ns-preview', 'data-testid': 'preview', 'data-format': file.format },
    h('h3', {}, file.name),
    h('p', { class: 'ns-muted' }, `Read as ${file.label}. The first of it:`),
    h('ol', { class: 'ns-sample' }, file.records.map((record) => h('li', {}, markedText(record.text, record.spans, types)))),
    file.labels.length > 0 && labels(file.labels),
    problemList(file.problems),
  );
}

function labels(all) {
  const unknown = all.filter((label) => !label.known);
  return h(
    'div',
    {},
    h('h4', {}, 'Labels'),
    h(
      'ul',
      { class: 'ns-labels' },
      all.map(({ label, count, known }) =>
        h('li', { 'data-known': known ? '1' : '0' }, h('b', {}, label), ` ${count.toLocaleString('en')}`, !known && ' · not a type yet'),
      ),
    ),
    unknown.length > 0 &&
      h('p', { class: 'ns-muted' }, 'Unknown labels become entity types, unless you say otherwise under “Format and labels”.'),
  );
}

function report(value) {
  const figures = [
    ['accepted', 'accepted', 'good'],
    ['repaired', 'repaired', 'warn'],
    ['rejected', 'rejected', 'bad'],
    ['skipped_duplicates', 'already there', 'plain'],
  ];
  const unknown = Object.entries(value.unknown_labels);
  return h(
    'section',
    { class: 'ns-report', 'data-testid': 'import-report', role: 'status' },
    h('h3', {}, value.accepted ? `${plural(value.accepted, 'text')} added` : 'Nothing was added'),
    h(
      'dl',
      { class: 'ns-figures' },
      figures.map(([key, label, tone]) =>
        h('div', { 'data-tone': value[key] ? tone : 'plain', 'data-count': key }, h('dt', {}, label), h('dd', {}, value[key].toLocaleString('en'))),
      ),
    ),
    value.created_types.length > 0 && h('p', {}, `New entity types: ${value.created_types.join(', ')}.`),
    unknown.length > 0 &&
      notice(
        'warn',
        'Spans with these labels were not stored, because the project has no such type: ',
        unknown.map(([label, count]) => `${label} (${count})`).join(', '),
        '.',
      ),
    problemList(value.problems, value.rejected + value.repaired),
    value.accepted > 0 && h('p', {}, button(value.next.label, { page: value.next.page }, true)),
  );
}
