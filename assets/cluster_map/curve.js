// The silhouette over the number of clusters: bars that are buttons, each saying its number.

import { h } from '../app/dom.js';

const LOOSE = 0.1; // below, the bars tell little

// points: [{k, silhouette}]; choose(k) takes a number over.
export function curve(points, choose) {
  if (points.length < 2) return [];
  const most = Math.max(...points.map(({ silhouette }) => silhouette), 0.01);
  const best = points.reduce((a, b) => (b.silhouette > a.silhouette ? b : a));
  const hint = best.silhouette < LOOSE ? ' These texts hardly fall into groups, so any number will do.' : '';
  const bar = ({ k, silhouette }) =>
    h(
      'li',
      {},
      h(
        'button',
        {
          type: 'button',
          class: k === best.k ? 'cm-bar best' : 'cm-bar',
          'data-k': k,
          title: `${k} clusters: silhouette ${silhouette.toFixed(3)}`,
          'aria-label': `Use ${k} feature sentences; silhouette ${silhouette.toFixed(3)}${k === best.k ? ', the highest' : ''}`,
          onclick: () => choose(k),
        },
        h('span', { class: 'cm-bar-fill', style: `height:${Math.max(2, (56 * Math.max(silhouette, 0)) / most)}px` }),
        h('span', { class: 'cm-bar-k' }, String(k)),
      ),
    );
  return [
    h('h3', {}, 'How many clusters?'),
    h(
      'p',
      { class: 'ns-muted' },
      `The higher the bar, the better the texts fall into that many clusters (silhouette, at most ${most.toFixed(2)}).${hint} Press one to use its number of feature sentences.`,
    ),
    h('ol', { class: 'cm-bars', 'data-testid': 'silhouettes' }, points.map(bar)),
  ];
}
