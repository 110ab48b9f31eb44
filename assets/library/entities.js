// The surfaces of each type, and those that were refused, with their reason.

import { h, plural } from '../app/dom.js';

export function entities({ entities: lists, types }) {
  if (!lists.length) return h('p', { class: 'ns-muted' }, 'This version has no lists of entities.');
  const known = new Map(types.map((type) => [type.code, type]));
  return h('div', { class: 'lb-entities' }, lists.map((list) => section(list, known.get(list.code))));
}

function section({ code, surfaces, rejected, model }, type) {
  const colour = /^#[0-9a-f]{6}$/i.test(type?.colour ?? '') ? `--type:${type.colour}` : null;
  return h(
    'section',
    { class: 'ns-card', 'data-code': code },
    h('h3', {}, h('span', { class: 'lb-swatch', style: colour, 'aria-hidden': 'true' }), type?.name ?? code),
    h('p', { class: 'ns-muted' }, `${plural(surfaces.length, 'entity', 'entities')}, by ${model || 'people'}`),
    h('ul', { class: 'ns-labels' }, surfaces.map((surface) => h('li', {}, h('bdi', {}, surface)))),
    rejected.length > 0 &&
      h(
        'details',
        { class: 'ns-log' },
        h('summary', {}, `${plural(rejected.length, 'entity', 'entities')} refused`),
        h(
          'ul',
          { class: 'ns-problems' },
          rejected.map(([surface, reason]) => h('li', {}, h('b', {}, h('bdi', {}, surface)), h('span', {}, reason))),
        ),
      ),
  );
}
