// What stands around the figure: how far the map is, and the choices of how it is drawn.

import { h, plural } from '../app/dom.js';

export const RUNNING = ['queued', 'running'];

// payload: the answer of GET /api/figures/map; again(label, primary) makes a button that draws anew.
export function notes(payload, again) {
  const { drawn, job, total, missing, texts } = payload;
  if (!total) return [h('p', {}, 'There are no texts to draw yet.')];
  if (RUNNING.includes(job?.status)) {
    const what = drawn && texts.fine === null ? 'A finer layout is on its way.' : 'The map is being drawn.';
    return [h('p', { class: 'cm-busy' }, what)];
  }
  const failed = ['failed', 'interrupted'].includes(job?.status);
  const trouble = failed && h('p', { role: 'alert' }, job.error || 'Drawing the map was interrupted.');
  if (!drawn) {
    return [
      trouble,
      h('p', {}, `The map shows ${plural(total, 'text')} by what they are about. Drawing it takes a moment and costs nothing.`),
      again('Draw the map', true),
    ];
  }
  const outside = total - texts.id.length;
  return [
    trouble,
    outside > 0 && h('p', {}, `${texts.id.length.toLocaleString('en')} of ${plural(total, 'text')} are on the map.`),
    missing > 0 && h('p', {}, `${plural(missing, 'example')} came after the map was drawn.`),
    (trouble || outside > 0 || missing > 0) && again('Draw it anew'),
  ];
}

// chosen: {by, layout}; fine: whether there is a finer layout; choose(name, value) takes another.
export function tools(chosen, fine, choose) {
  const choice = (label, name, options) =>
    h(
      'fieldset',
      { class: 'cm-choice' },
      h('legend', {}, label),
      options.map(([value, words, off]) =>
        h(
          'button',
          {
            type: 'button',
            class: 'ns-filter',
            'aria-pressed': String(chosen[name] === value),
            'data-testid': `map-${name}-${value}`,
            disabled: off,
            onclick: () => choose(name, value),
          },
          words,
        ),
      ),
    );
  return [
    choice('Colour', 'by', [
      ['cluster', 'by cluster'],
      ['type', 'by entity type'],
    ]),
    choice('Layout', 'layout', [
      ['fine', 'finer', !fine],
      ['plane', 'straight'],
    ]),
  ];
}
