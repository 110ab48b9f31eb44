// Which language model is asked, what its last test found, and what it has cost this project.
import { h, plural, redraw } from './dom.js';
import { notice } from './parts.js';

export function mount(element, { props, watch }) {
  const root = element.querySelector('.ns-view');
  const arrived = () => redraw(root, () => (props.value ? section(props.value) : []));
  watch('value', arrived);
  arrived();
}

function section({ state, key, fixed, honours, bill, bad }) {
  return h(
    'section',
    { class: 'ns-card', 'data-testid': 'model', 'data-ready': state.ready ? '1' : '0' },
    h('h2', {}, 'Language model'),
    facts([
      ['Asks', state.text],
      ['Key', key],
    ]),
    fixed.length > 0 && h('p', { class: 'ns-muted' }, fixed.join(' ')),
    bad && notice('bad', bad),
    honours.length > 0 && h('h3', {}, 'What the last test found'),
    honours.length > 0 && facts(honours, 'honours'),
    h('h3', {}, 'What it has cost this project'),
    h('p', { 'data-testid': 'bill' }, said(bill)),
  );
}

function facts(pairs, testid) {
  return h(
    'dl',
    { class: 'ns-facts', 'data-testid': testid },
    pairs.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
  );
}

function said({ calls, cached, failed, tokens, cost }) {
  const parts = [plural(calls, 'call')];
  if (cached) parts.push(`${plural(cached, 'answer')} kept from before`);
  if (failed) parts.push(`${failed.toLocaleString('en')} failed`);
  parts.push(tokens === null ? 'tokens unknown' : plural(tokens, 'token'));
  parts.push(cost === null ? 'cost unknown' : `cost ${cost.toLocaleString('en', { maximumFractionDigits: 4 })}`);
  return parts.join(' · ');
}
