// What an export would hold, what it would lose, and the link that downloads it.
import { h, plural, redraw } from './dom.js';
import { drawPage, empty, head, notice, statusBar, statusName } from './parts.js';

export function mount(element, { props, trigger, watch }) {
  drawPage({ element, props, watch }, 'export', (root, value) => {
    redraw(root, () => page(value));
    if (!looked(value)) trigger('look', {});
  });
}

const looked = (value) => value.missing || 'texts' in value;

function page(value) {
  return h(
    'div',
    {},
    head('Export', 'Files that other tools load, with nothing lost in silence.'),
    value.missing ? empty(value.missing) : looked(value) ? outlook(value) : looking(value),
  );
}

function looking(value) {
  return h('section', { class: 'ns-card' }, statusBar(value.counts), h('p', { class: 'ns-muted' }, 'Looking through the texts.'));
}

function outlook(value) {
  const out = Object.entries(value.left_out);
  return h(
    'section',
    { class: 'ns-card', 'data-testid': 'export-outlook', 'data-texts': value.texts, 'data-lost': value.lost_total },
    statusBar(value.counts),
    h(
      'dl',
      { class: 'ns-figures' },
      figure('texts', value.texts),
      figure('spans', value.spans),
      figure('texts without spans', value.empty_texts),
    ),
    out.length > 0 &&
      h('p', { class: 'ns-muted' }, `Left out: ${out.map(([status, count]) => `${count.toLocaleString('en')} ${statusName(status)}`).join(', ')}.`),
    value.lost_total > 0 ? losses(value) : h('p', {}, `${value.label} holds all of it.`),
    links(value),
  );
}

function figure(label, count) {
  return h('div', {}, h('dt', {}, label), h('dd', {}, count.toLocaleString('en')));
}

function losses(value) {
  return notice(
    'warn',
    h('b', {}, `${value.label} cannot hold everything: ${plural(value.lost_total, 'loss', 'losses')}.`),
    h(
      'ul',
      { class: 'ns-problems' },
      value.lost.map(({ text_id: id, span, reason }) =>
        h('li', {}, h('span', { class: 'ns-where' }, `text ${id}`), span && h('code', {}, span), h('span', {}, reason)),
      ),
    ),
    value.lost_total > value.lost.length && h('p', {}, `and ${plural(value.lost_total - value.lost.length, 'more', 'more')}.`),
  );
}

function links(value) {
  if (!value.texts) return null;
  if (value.lost_total && !value.allow_loss) {
    return h('p', { class: 'ns-muted' }, 'Choose another format, or allow the loss, to download.');
  }
  return h(
    'p',
    { class: 'ns-links' },
    h('a', { class: 'ns-button primary', href: value.link, download: '', 'data-testid': 'download' }, `Download ${value.file}`),
    h('a', { class: 'ns-link', href: `${value.link}&about=true`, download: '', 'data-testid': 'download-about' }, 'with a record of how it was made (zip)'),
  );
}
