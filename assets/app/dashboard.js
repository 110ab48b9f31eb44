// Where a project stands and the next sensible step; without a project, the list of them.
import { h, plural, redraw } from './dom.js';
import { drawFigures } from './figures.js';
import { button, drawPage, empty, head, link, share, statusBar, swatch } from './parts.js';

export function mount(element, { props, watch }) {
  drawPage({ element, props, watch }, 'dashboard', (root, value) => {
    redraw(root, () => (value.project ? project(value) : projects(value)));
  });
}

function projects({ projects: all }) {
  return h(
    'div',
    {},
    h(
      'div',
      { class: 'ns-head ns-hero' },
      h('h1', {}, 'Find the ', h('em', { class: 'ns-marked' }, 'names that matter'), ' in your texts.'),
      h('p', {}, 'Say what to look for, get suggestions from a model on this machine, correct them, export.'),
    ),
    all.length
      ? h('ul', { class: 'ns-projects', 'aria-label': 'Projects' }, all.map(card))
      : empty({
          title: 'No project yet',
          text: 'A project holds your texts and the entity types you look for. Give it a name to begin.',
        }),
  );
}

function card({ name, texts, types, accepted }) {
  const to = { project: name, page: 'dashboard' };
  return h(
    'li',
    {},
    link(
      { class: 'ns-project', 'data-project': name },
      {},
      to,
      h('span', { class: 'ns-project-name' }, name),
      h('span', { class: 'ns-muted' }, `${plural(texts, 'text')} · ${plural(types, 'entity type')}`),
      share(accepted, texts, `${accepted} of ${texts} texts accepted`),
      h('span', { class: 'ns-muted' }, `${accepted.toLocaleString('en')} accepted`),
    ),
  );
}

function project({ project: name, step, counts, types, tagging, figures }) {
  const names = Object.fromEntries(types.map((type) => [type.code, type.name]));
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return h(
    'div',
    {},
    head(name, `${plural(total, 'text')} · ${plural(types.length, 'entity type')}`),
    h(
      'section',
      { class: 'ns-step', 'aria-label': 'Next step' },
      h('div', {}, h('h2', {}, step.title), h('p', {}, step.text)),
      h('div', { 'data-testid': 'next-step' }, button(step.label, { page: step.page }, true)),
    ),
    h(
      'div',
      { class: 'ns-columns' },
      h('section', { class: 'ns-card' }, h('h2', {}, 'Texts'), statusBar(counts), tagging && h('p', { class: 'ns-muted' }, tagging)),
      h('section', { class: 'ns-card' }, h('h2', {}, 'Entity types'), types.length ? typeTable(types) : noTypes()),
    ),
    h('section', { class: 'ns-card ns-wide' }, h('h2', {}, 'Review'), drawFigures(figures, names)),
  );
}

function noTypes() {
  return h('p', { class: 'ns-muted' }, 'None yet: say what to look for, such as person or product.');
}

function typeTable(types) {
  const most = Math.max(1, ...types.map((type) => type.accepted));
  return h(
    'table',
    { class: 'ns-table' },
    h(
      'thead',
      {},
      h('tr', {}, h('th', { scope: 'col' }, 'Type'), h('th', { scope: 'col' }, 'Accepted'), h('th', { scope: 'col' }, 'Suggested')),
    ),
    h(
      'tbody',
      {},
      types.map(({ code, name, colour, accepted, suggestions }) =>
        h(
          'tr',
          { 'data-code': code },
          h('th', { scope: 'row' }, swatch(colour), name),
          h('td', {}, h('span', { class: 'ns-number' }, accepted.toLocaleString('en')), share(accepted, most, `${accepted} accepted spans`)),
          h('td', {}, h('span', { class: 'ns-number' }, suggestions.toLocaleString('en'))),
        ),
      ),
    ),
  );
}
