// The versions of a library, and what one has that another had not.

import { h, plural } from '../app/dom.js';
import { markedText } from '../app/parts.js';
import { ask } from '../span_editor/api.js';

const SHOWN = 40; // examples of a kind shown in a comparison

export class Versions {
  // actions: {open(version)}
  constructor(actions) {
    this.actions = actions;
  }

  draw({ versions, library, types }, project) {
    const result = h('div', { class: 'lb-diff', 'aria-live': 'polite' });
    const against = (old, fresh) => this.compare(result, project, old, fresh, types);
    return h(
      'div',
      { class: 'lb-versions' },
      h(
        'table',
        { class: 'ns-table' },
        h('thead', {}, h('tr', {}, ['Version', 'Made', 'By', 'Examples', 'Rejected', 'Calls', ''].map((name) => h('th', { scope: 'col' }, name)))),
        h(
          'tbody',
          {},
          versions.map((one, i) => row(one, versions[i + 1], one.version === library.version, this.actions, against)),
        ),
      ),
      result,
    );
  }

  async compare(result, project, old, fresh, types) {
    result.replaceChildren(h('p', { class: 'ns-muted' }, 'Comparing.'));
    try {
      const told = await ask('/api/library/diff', { project, old, new: fresh });
      result.replaceChildren(...difference(told, old, fresh, types));
    } catch (trouble) {
      result.replaceChildren(h('div', { class: 'ns-notice bad', role: 'alert' }, trouble.message));
    }
  }
}

function row(one, before, shown, actions, against) {
  const act = (label, action) => h('button', { type: 'button', class: 'ns-button', onclick: action }, label);
  return h(
    'tr',
    { 'data-version': one.version },
    h('th', { scope: 'row' }, one.version, shown && h('span', { class: 'ns-muted' }, ' shown')),
    h('td', {}, new Date(one.created_at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })),
    h('td', {}, { llm: 'language model', embedded: 'embedded writer', person: 'people' }[one.writer], !one.complete && ' (not complete)'),
    h('td', {}, one.examples),
    h('td', {}, one.counts.rejected),
    h('td', {}, one.usage.llm_calls ?? 0),
    h(
      'td',
      { class: 'lb-do' },
      !shown && act('Open', () => actions.open(one.version)),
      before && act(`What changed since ${before.version}`, () => against(before.version, one.version)),
    ),
  );
}

function difference({ added, removed, changed }, old, fresh, types) {
  if (!added.length && !removed.length && !changed.length) {
    return [h('p', {}, `Versions ${old} and ${fresh} hold the same examples.`)];
  }
  const list = (title, sign, rows) =>
    rows.length > 0 &&
    h(
      'section',
      {},
      h('h3', {}, `${title} (${rows.length})`),
      h('ul', { class: 'lb-changes' }, rows.slice(0, SHOWN).map((each) => h('li', { 'data-sign': sign }, each))),
      rows.length > SHOWN && h('p', { class: 'ns-muted' }, `and ${plural(rows.length - SHOWN, 'more', 'more')}`),
    );
  const text = ({ text: words, spans }) => markedText(words, spans, types);
  return [
    list('New', '+', added.map(text)),
    list('Gone', '−', removed.map(text)),
    list(
      'Changed',
      '~',
      changed.map(([before, after]) => [
        h('div', { class: 'lb-before' }, text(before), h('span', { class: 'ns-muted' }, ` ${before.status}`)),
        h('div', {}, text(after), h('span', { class: 'ns-muted' }, ` ${after.status}`)),
      ]),
    ),
  ].filter(Boolean);
}
