// The pieces of the "everywhere" dialog: rows of hits, options, words for what came of a step.

import { h, plural } from '../app/dom.js';

export function button(label, id, act, primary = false) {
  return h(
    'button',
    {
      type: 'button',
      class: `ns-button${primary ? ' primary' : ''}`,
      'data-testid': id,
      onclick: () => act(),
    },
    label,
  );
}

// The line that says what goes on, to the eye and to a screen reader.
export function status(id) {
  return h('p', { class: 'se-wide se-says', role: 'status', 'data-testid': id });
}

export function box(label, id, checked, change) {
  const input = h('input', { type: 'checkbox', checked, 'data-testid': id });
  input.addEventListener('change', () => change(input.checked));
  return h('label', {}, input, label);
}

export function scopes(value, change) {
  const one = (scope, label) => {
    const input = h('input', {
      type: 'radio',
      name: 'se-scope',
      checked: scope === value,
      'data-testid': `scope-${scope}`,
    });
    input.addEventListener('change', () => change(scope));
    return h('label', {}, input, label);
  };
  return h(
    'fieldset',
    { class: 'se-wide se-options se-scope' },
    h('legend', { class: 'se-away' }, 'Where'),
    one('text', 'This text'),
    one('project', 'Whole project'),
  );
}

// Rows of hits; where they come from several texts each text has a heading.
export function rows(hits, ticks, types, changed) {
  let last = null;
  return hits.flatMap((hit) => {
    const row = hitRow(hit, ticks, types, changed);
    if (hit.number === undefined || hit.text === last) return [row];
    last = hit.text;
    return [
      h(
        'li',
        { class: 'se-hit-text' },
        `Text ${hit.number.toLocaleString('en')}`,
        h('span', {}, hit.status),
      ),
      row,
    ];
  });
}

function hitRow(hit, ticks, types, changed) {
  const input = h('input', { type: 'checkbox', checked: ticks.has(hit.key) });
  input.addEventListener('change', () => {
    ticks.put(hit.key, hit, input.checked);
    changed();
  });
  return h(
    'li',
    { 'data-hit': hit.key },
    h(
      'label',
      { dir: 'auto' },
      input,
      h('span', { class: 'se-hit-words' }, hit.before, h('mark', {}, hit.surface), hit.after),
      hit.suggested &&
        h('span', { class: 'se-hit-state' }, suggested(hit, types.get(hit.suggested))),
    ),
  );
}

function suggested({ suggested: code, score }, type) {
  const sure = score === null ? '' : ` ${Math.round(score * 100)}%`;
  return h('span', {}, 'suggested ', h('bdi', {}, type?.name ?? code), sure);
}

// What a preview of the project says of itself.
export function summary({ total, texts, marked, inAccepted }, accepted) {
  const found = total
    ? `${plural(total, 'place')} in ${plural(texts, 'text')}.`
    : 'There is no other one.';
  const out = [
    marked && `${plural(marked, 'place')} a person has marked`,
    inAccepted && !accepted && `${plural(inAccepted, 'place')} in accepted texts`,
  ].filter(Boolean);
  return out.length ? `${found} Left out: ${out.join(', ')}.` : found;
}

const DID = { label: 'Labelled', reject: 'Rejected', undo: 'Taken back:', redo: 'Done again:' };

// What came of a step: `did` is label, reject, undo or redo.
export function outcome(did, { texts, spans, left, left_texts: others }) {
  const what = texts
    ? `${DID[did]} ${plural(spans, 'place')} in ${plural(texts, 'text')}.`
    : 'Nothing was changed.';
  if (!others) return what;
  const numbers = left.map((number) => number.toLocaleString('en')).join(', ');
  const more = others > left.length ? ' and more' : '';
  const changed = `${plural(others, 'text')} changed in the meantime, left alone`;
  return `${what} ${changed}: ${numbers}${more}.`;
}

// The newest steps, each with a way back.
export function steps(list, types, turn) {
  if (!list.length) return [];
  return [
    h('h3', { class: 'se-wide' }, 'Steps before'),
    h(
      'ul',
      { class: 'se-wide se-steps', 'data-testid': 'bulk-steps' },
      list.map((step) =>
        h(
          'li',
          {},
          h('span', {}, told(step, types)),
          step.undone
            ? button('Do again', `redo-${step.id}`, () => turn('redo', step.id))
            : button('Take back', `undo-${step.id}`, () => turn('undo', step.id)),
        ),
      ),
    ),
  ];
}

// A step in words: "Acme" labelled organisation, 12 places in 7 texts
export function told(step, types) {
  const name = types.get(step.code)?.name ?? step.code;
  return [
    h('b', {}, h('bdi', {}, step.surface)),
    step.deed === 'label' ? ' labelled ' : ' rejected as ',
    h('bdi', {}, name),
    `, ${plural(step.spans, 'place')} in ${plural(step.texts, 'text')}`,
    step.undone ? ', taken back' : '',
  ];
}
