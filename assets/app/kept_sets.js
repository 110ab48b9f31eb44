// The few-shot sets there are: look into one, compare it with another, swap a text, download it.
import { h, plural, redraw } from './dom.js';
import { button, link, markedText, notice } from './parts.js';
import { plainButton, quotas, styled } from './set_parts.js';

export function mount(element, { props, trigger, watch }) {
  const root = element.querySelector('.ns-view');
  const arrived = () => {
    if (props.value) redraw(root, () => page(props.value, trigger));
  };
  styled().then(() => {
    watch('value', arrived);
    arrived();
  });
}

function page(value, trigger) {
  if (!value.sets.length) return null;
  return h('div', {}, list(value, trigger), value.open && opened(value, trigger));
}

const called = (one) => `${one.name}, version ${one.version}`;
const day = (moment) => new Date(moment).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

function list({ sets, open }, trigger) {
  return h(
    'section',
    { class: 'ns-card ns-set-block' },
    h('h2', {}, 'Sets'),
    h(
      'ul',
      { class: 'ns-members', 'data-testid': 'sets', 'aria-label': 'Sets' },
      sets.map((one) => {
        const here = open?.id === one.id;
        return h(
          'li',
          { 'data-set-id': one.id, 'data-name': one.name, 'data-version': one.version },
          h(
            'button',
            {
              type: 'button',
              class: 'ns-plain',
              'aria-expanded': String(here),
              'data-focus': `set-${one.id}`,
              onclick: () => trigger('open', { id: here ? null : one.id }),
            },
            called(one),
          ),
          h(
            'p',
            { class: 'ns-member-facts ns-muted' },
            h('span', {}, `k = ${one.k}`),
            h('span', {}, plural(one.texts, 'text')),
            h('span', {}, one.short ? `${one.short} of ${plural(one.types, 'type')} short` : `all ${plural(one.types, 'type')} full`),
            h('span', {}, day(one.created_at)),
          ),
        );
      }),
    ),
  );
}

function opened(value, trigger) {
  const one = value.open;
  return h(
    'section',
    {
      class: 'ns-card ns-set-block',
      'data-testid': 'few-shot-set',
      'data-set-id': one.id,
      'data-version': one.version,
      'data-texts': one.texts,
    },
    h(
      'div',
      { class: 'ns-set-head' },
      h('h2', {}, called(one)),
      plainButton('Close', 'close', () => trigger('open', { id: null })),
    ),
    h('p', { class: 'ns-muted' }, `k = ${one.k}, seed ${one.seed}. ${one.note}`),
    one.leaks > 0 &&
      notice('warn', `${plural(one.leaks, 'text')} of this set ${one.leaks === 1 ? 'is' : 'are'} kept for evaluation or blind by now: swap ${one.leaks === 1 ? 'it' : 'them'} before you trust a score.`),
    tools(value, trigger),
    quotas(one.bars, one.k),
    one.compared && comparison(one),
    h('h3', { class: 'ns-set-part' }, 'Texts, in the order they were chosen'),
    h('ol', { class: 'ns-members' }, one.members.map((each) => member(each, value, trigger))),
    one.texts > one.members.length && h('p', { class: 'ns-muted' }, `and ${plural(one.texts - one.members.length, 'more text')}; the download has all of them.`),
  );
}

function tools({ sets, open, trains }, trigger) {
  const others = sets.filter((one) => one.id !== open.id);
  const select = h(
    'select',
    {
      'data-testid': 'compare-with',
      'data-focus': 'compare',
      'aria-label': 'Compare with',
      onchange: (event) => {
        if (event.target.value) trigger('compare', { id: open.id, other: Number(event.target.value) });
        else trigger('open', { id: open.id });
      },
    },
    h('option', { value: '' }, 'Compare with …'),
    others.map((one) => h('option', { value: String(one.id) }, called(one))),
  );
  select.value = open.compared ? String(open.compared.id) : '';
  return h(
    'div',
    { class: 'ns-set-tools' },
    h('a', { class: 'ns-button', href: open.link, download: '', 'data-testid': 'download-set' }, 'Download'),
    h('a', { class: 'ns-link', href: `${open.link}&about=true`, download: '' }, 'with a record of how it was made (zip)'),
    trains && button('Train on it', { page: 'train', choice: `set:${open.name}@${open.version}` }),
    others.length > 0 && select,
  );
}

function member(one, { project, open }, trigger) {
  const swapping = open.swap?.text_id === one.text_id;
  return h(
    'li',
    { 'data-text-id': one.text_id },
    markedText(one.text, one.spans, open.bars),
    h(
      'p',
      { class: 'ns-member-facts ns-muted' },
      h('span', {}, one.why.length ? `chosen for ${one.why.join(', ')}` : 'chosen by a person'),
      one.changed && h('span', {}, 'worked on since: the set keeps what it was'),
      one.leak && h('b', {}, 'kept for evaluation or blind by now'),
      link({ class: 'ns-link' }, { project }, { page: 'annotate', text: String(one.text_id) }, 'Open'),
      plainButton(swapping ? 'Keep it' : 'Swap', `swap-${one.text_id}`, () =>
        swapping ? trigger('open', { id: open.id }) : trigger('exchange', { id: open.id, text: one.text_id }),
      ),
    ),
    swapping && options(open, trigger),
  );
}

function options({ id, swap, bars }, trigger) {
  if (!swap.options.length) {
    return notice('plain', 'No other accepted text fits in its place without taking a type above twice k.');
  }
  return h(
    'ul',
    { class: 'ns-options', 'data-testid': 'swap-options', 'aria-label': 'Texts that could take its place' },
    swap.options.map((each) =>
      h(
        'li',
        { 'data-text-id': each.text_id },
        markedText(each.text, each.spans, bars),
        h(
          'p',
          { class: 'ns-member-facts ns-muted' },
          h('span', {}, Object.entries(each.held).map(([code, n]) => `${code} ${n}`).join(', ')),
          each.short.length > 0 && h('span', {}, `short then: ${each.short.join(', ')}`),
          plainButton('Take this one', `take-${each.text_id}`, () => trigger('swap', { id, text: swap.text_id, into: each.text_id })),
        ),
      ),
    ),
  );
}

function comparison({ compared: other, bars, ...one }) {
  const row = ({ code, name, count }) =>
    h('tr', { 'data-code': code }, h('th', { scope: 'row' }, name), h('td', {}, count), h('td', {}, other.counts[code] ?? 0));
  const part = (title, key) =>
    other.totals[key] > 0 && [
      h('h3', { class: 'ns-set-part' }, `${title}: ${plural(other.totals[key], 'text')}`),
      h('ul', { class: 'ns-members' }, other[key].map((each) => h('li', { 'data-text-id': each.text_id }, markedText(each.text, each.spans, bars)))),
      other.totals[key] > other[key].length && h('p', { class: 'ns-muted' }, `and ${plural(other.totals[key] - other[key].length, 'more', 'more')}.`),
    ];
  return h(
    'section',
    { 'data-testid': 'comparison', 'data-shared': other.shared, 'aria-label': `Compared with ${called(other)}` },
    h('h3', { class: 'ns-set-part' }, `Compared with ${called(other)}: ${plural(other.shared, 'text')} the same`),
    h(
      'table',
      { class: 'ns-table' },
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Spans'), h('th', { scope: 'col' }, called(one)), h('th', { scope: 'col' }, called(other)))),
      h('tbody', {}, bars.map(row)),
    ),
    part(`Only in ${called(one)}`, 'only_first'),
    part(`Only in ${called(other)}`, 'only_second'),
    part('In both, with other spans', 'differing'),
  );
}
