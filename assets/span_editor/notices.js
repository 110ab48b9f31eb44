// What a person must know about saving: one line in the foot, and a bar when something has to be
// decided. The truth, always: "Saved" is written only when the store has said so.

import { h, plural } from '../app/dom.js';
import { difference } from './spans.js';
import { fromStore, rejectedFromStore } from './document.js';
import { STATUSES } from './place.js';

const WORDS = { saved: 'Saved', saving: 'Saving…', unsaved: 'NOT saved', conflict: 'NOT saved' };
const SIGNS = { saved: '✓', saving: '…', unsaved: '!', conflict: '!' };

// The line in the foot.
export function saveLine(state, elsewhere, open) {
  const others = elsewhere.length
    ? [
        h(
          'button',
          { type: 'button', class: 'se-others', onclick: () => open(elsewhere[0].text) },
          `${plural(elsewhere.length, 'other text')} NOT saved`,
        ),
      ]
    : [];
  return [
    h('span', { class: 'se-save-sign', 'aria-hidden': 'true' }, SIGNS[state.name]),
    h('span', {}, WORDS[state.name]),
    ...others,
  ];
}

// The bar for a state, or null when there is nothing to decide.
// actions: {retry(), discard(), keepMine(), takeTheirs()}
export function bar(state, { doc, theirs, types, keeps, actions }) {
  if (state.name === 'conflict') return conflict(doc, theirs, types, actions);
  if (state.refused) return refused(state, actions);
  return state.name === 'unsaved' ? down(state, keeps, actions) : null;
}

function box(kind, title, text, ...rest) {
  return h(
    'div',
    { class: `se-bar ${kind}`, role: 'alert', 'data-testid': `notice-${kind}` },
    h('div', { class: 'se-bar-words' }, h('strong', {}, title), h('p', {}, text)),
    rest,
  );
}

function button(label, action, id, primary = false) {
  return h(
    'button',
    {
      type: 'button',
      class: `ns-button${primary ? ' primary' : ''}`,
      'data-testid': id,
      onclick: () => action(),
    },
    label,
  );
}

// Someone else has this text open. actions: {next(), stay()}
export function taken({ since }, actions) {
  const time = new Date(since).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return box(
    'lease',
    'Someone else is correcting this text',
    `It has been open in another browser since ${time}. What you both change would have to be settled.`,
    h(
      'div',
      { class: 'se-bar-do' },
      button('Next text', actions.next, 'lease-next', true),
      button('Go on here', actions.stay, 'lease-stay'),
    ),
  );
}

function down(state, keeps, actions) {
  const kept = keeps
    ? 'It is kept in this browser and sent as soon as the studio answers.'
    : 'This browser refuses to keep it: leave this page open until it is saved.';
  const why = state.reason || 'The studio does not answer.';
  return box(
    'down',
    `${plural(state.waiting, 'change')} NOT saved`,
    `${why} ${kept}`,
    h('div', { class: 'se-bar-do' }, button('Try now', actions.retry, 'retry')),
  );
}

function refused(state, actions) {
  return box(
    'refused',
    `${plural(state.waiting, 'change')} NOT saved`,
    `${state.reason || 'The studio refuses this change.'}`,
    h(
      'div',
      { class: 'se-bar-do' },
      button('Try again', actions.retry, 'retry'),
      button('Give it up', actions.discard, 'discard'),
    ),
  );
}

function conflict(doc, theirs, types, actions) {
  const stored = theirs.spans.map(fromStore);
  const refused = theirs.rejected.map(rejectedFromStore);
  const [mine, other] = [difference(stored, doc.spans), difference(doc.spans, stored)];
  const without = (some, others) =>
    some.filter((one) => !others.some(({ suggestion }) => suggestion === one.suggestion));
  const gone = [without(doc.rejected, refused), without(refused, doc.rejected)];
  return box(
    'conflict',
    'This text was changed elsewhere',
    'In another tab or by another person, while you were working on it. Nothing of yours is saved since. Which answer should stand?',
    h(
      'div',
      { class: 'se-sides' },
      side('Only in yours', mine.added, gone[0], doc, types, doc.status),
      side('Only in theirs', other.added, gone[1], doc, types, theirs.status),
    ),
    h(
      'div',
      { class: 'se-bar-do' },
      button('Keep mine', actions.keepMine, 'keep-mine', true),
      button('Take theirs', actions.takeTheirs, 'take-theirs'),
    ),
  );
}

function side(title, spans, rejected, doc, types, status) {
  const row = (surface, code, how = '') => {
    const type = types.get(code)?.name ?? code;
    return h('li', {}, h('bdi', {}, surface), ' ', h('b', {}, `${type}${how}`));
  };
  const rows = [
    ...spans.map(({ start, end, code }) => row(doc.map.slice(start, end), code)),
    ...rejected.map(({ surface, code }) => row(surface, code, ', rejected')),
  ];
  return h(
    'div',
    { class: 'se-sides-one' },
    h('h4', {}, title, h('span', { class: 'se-count' }, ` ${STATUSES[status] ?? status}`)),
    h('ul', {}, rows.length ? rows : h('li', { class: 'se-none' }, 'nothing more')),
  );
}
