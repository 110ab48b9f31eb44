// What a training would learn from: texts, spans a type, what is short; and how long it may take.
import { addStyle } from '../span_editor/style.js';
import { h, plural, redraw } from './dom.js';
import { button, notice, share, swatch } from './parts.js';

export async function mount(element, { props, trigger, watch }) {
  await addStyle(new URL('./train.css', import.meta.url));
  const root = element.querySelector('.ns-view');
  let asked = false;
  const arrived = () => {
    const value = props.value;
    redraw(root, () => (value?.title ? card(value) : []));
    if (value?.title && !value.hardware && !asked) {
      asked = true; // looking for graphics cards takes seconds, so the page does not wait for it
      trigger('look', {});
    }
  };
  watch('value', arrived);
  arrived();
}

function card(value) {
  return h(
    'section',
    { class: 'ns-card ns-train-data', 'data-testid': 'data-card', 'data-texts': value.texts, 'data-spans': value.spans },
    h('h2', {}, value.title),
    h('p', {}, `${plural(value.texts, 'text')}, ${plural(value.spans, 'span')} of ${plural(value.types.length, 'type')}.`),
    types(value),
    value.warnings.map((said) => notice('warn', said)),
    h('p', { class: 'ns-muted' }, value.watched),
    value.more && h('p', {}, button(value.more.label, value.more.to)),
    h('p', { 'data-testid': 'estimate' }, value.estimate),
    h('p', { class: 'ns-muted', 'data-testid': 'hardware', 'aria-live': 'polite' }, value.hardware || 'Looking for graphics cards.'),
  );
}

function types({ types: all, most }) {
  return h(
    'table',
    { class: 'ns-table' },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'type'), h('th', { scope: 'col' }, 'spans'))),
    h(
      'tbody',
      {},
      all.map(({ code, name, colour, spans, short }) =>
        h(
          'tr',
          { 'data-code': code, 'data-short': short ? 1 : null },
          h('th', { scope: 'row' }, swatch(colour), name, short && h('div', { class: 'ns-muted ns-small' }, short)),
          h('td', {}, h('span', { class: 'ns-number' }, spans), share(spans, most, `${spans} of ${most}`)),
        ),
      ),
    ),
  );
}
