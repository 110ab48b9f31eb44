// What a few-shot set would be: spans a type, what is short, and which texts would fill it.
import { h, plural, redraw } from './dom.js';
import { drawPage, empty, head, link, notice, statusChip } from './parts.js';
import { plainButton, quotas, styled } from './set_parts.js';

export function mount(element, { props, trigger, watch }) {
  styled().then(() =>
    drawPage({ element, props, watch }, 'sets', (root, value) => redraw(root, () => page(value, trigger))),
  );
}

function page(value, trigger) {
  const form = h('button', { type: 'button', class: 'ns-button ns-narrow', onclick: showForm }, 'Choose k and promote');
  const lead = 'A handful of corrected texts, every type k to 2k times: what a model is tuned on.';
  const title = head('Few-shot sets', lead, !value.missing && form);
  return h('div', {}, title, value.missing ? empty(value.missing) : progress(value, trigger));
}

// On a narrow screen the form stands below the sets.
function showForm() {
  document.querySelector('#ns-k')?.scrollIntoView({ block: 'start' });
  document.querySelector('#ns-k input')?.focus({ preventScroll: true });
}

function progress(value, trigger) {
  const short = value.types.filter((type) => type.short);
  const more = (type) => plainButton('Texts that would fill it', `fill-${type.code}`, () => trigger('fill', { code: type.code }));
  return h(
    'section',
    {
      class: 'ns-card ns-set-block',
      'data-testid': 'set-progress',
      'data-k': value.k,
      'data-texts': value.texts,
      'data-short': short.length,
    },
    h('h2', {}, `With k = ${value.k}: ${plural(value.texts, 'text')}`),
    h('p', { class: 'ns-muted', role: 'status' }, summary(value, short)),
    quotas(value.types, value.k, more),
    short.length > 1 &&
      h('p', { class: 'ns-set-tools' }, plainButton('Texts that would fill any of them', 'fill-', () => trigger('fill', { code: '' }))),
    value.fill && fillers(value),
    value.advice && notice('plain', h('span', { 'data-testid': 'advice', 'data-verdict': value.advice.verdict }, value.advice.text)),
  );
}

function summary(value, short) {
  const full = value.types.length - short.length;
  const parts = [`${full} of ${plural(value.types.length, 'type')} full, drawn from ${plural(value.free, 'accepted text')}.`];
  const { evaluation, blind } = value.left_out;
  const out = [evaluation && `${evaluation} kept for evaluation`, blind && `${blind} of the blind slice`].filter(Boolean);
  if (out.length) parts.push(`Left out: ${out.join(', ')}.`);
  return parts.join(' ');
}

function fillers({ fill, project, types }) {
  const name = types.find((type) => type.code === fill.code)?.name ?? 'what is short';
  return h(
    'section',
    { 'data-testid': 'fillers', 'aria-label': `Texts that would fill ${name}` },
    h('h3', { class: 'ns-set-part' }, `Texts that would fill ${name}, the most helpful first`),
    fill.rows.length
      ? h('ol', { class: 'ns-rows' }, fill.rows.map((row) => filler(row, project)))
      : h(
          'p',
          { class: 'ns-muted' },
          'No open text has a suggestion of it. Search the texts for words that go with it, or tag them again with a lower threshold.',
        ),
  );
}

function filler(row, project) {
  const expected = row.expected.map(([code, likely]) => `${code} ${likely}`).join(', ');
  return h(
    'li',
    { 'data-text-id': row.text_id },
    link(
      { class: 'ns-row' },
      { project },
      { page: 'annotate', text: String(row.text_id) },
      h('span', { class: 'ns-row-number' }, row.position + 1),
      h('span', { class: 'ns-row-text', dir: 'auto' }, row.text),
      h(
        'span',
        { class: 'ns-row-facts' },
        statusChip(row.status),
        h('span', { class: 'ns-muted', title: 'Spans to expect, from the scores of the suggestions' }, `expect ${expected}`),
        row.too_much.length > 0 && h('span', { class: 'ns-muted' }, `maybe too much ${row.too_much.join(', ')}`),
      ),
    ),
  );
}
