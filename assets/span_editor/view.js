// The places of the editor, empty: what goes where, and what a screen reader calls it.

import { h, plural } from '../app/dom.js';
import { filtersOn, NO_FILTER } from './place.js';

export function build(root, actions) {
  const part = (name, attributes = {}) => h('div', { class: `se-${name}`, ...attributes });
  const tool = (label, sign, id, key, action) =>
    h(
      'button',
      {
        type: 'button',
        class: 'se-tool',
        title: `${label} (${key})`,
        'aria-label': label,
        'data-testid': id,
        onclick: () => action(),
      },
      sign,
    );
  const parts = {
    queue: part('queue'),
    lease: part('notice'),
    notice: part('notice'),
    palette: part('palette'),
    text: part('text', {
      'data-testid': 'editor-text',
      tabindex: '0',
      role: 'application',
      'aria-label':
        'Text. Tab goes from span to span, arrows from word to word, question mark explains the keys.',
    }),
    popover: part('pop', { hidden: true }),
    list: h('section', { class: 'se-side', 'aria-label': 'Spans' }),
    empty: part('empty', { hidden: true }),
    save: h('span', { class: 'se-save', role: 'status', 'data-testid': 'save-state' }),
    live: part('live', { 'aria-live': 'polite' }),
    hint: h('span', { class: 'se-hint', 'aria-hidden': 'true' }),
    dialog: h('dialog', { class: 'se-dialog', 'aria-labelledby': 'se-dialog-title' }),
    propagate: tool('Everywhere: every other occurrence', '⧉', 'propagate', 'P', actions.propagate),
    undo: tool('Undo', '↶', 'undo', 'Ctrl Z', actions.undo),
    redo: tool('Redo', '↷', 'redo', 'Ctrl Shift Z', actions.redo),
  };
  parts.flag = tool('Flag with a note', '⚑', 'flag', 'F', actions.flag);
  parts.skip = h(
    'button',
    {
      type: 'button',
      class: 'ns-button se-skip',
      'data-testid': 'skip',
      onclick: () => actions.skip(),
    },
    'Skip',
    h('kbd', {}, 'S'),
  );
  parts.accept = h(
    'button',
    {
      type: 'button',
      class: 'ns-button primary se-accept',
      'data-testid': 'accept',
      onclick: () => actions.accept(),
    },
    h('span', {}, 'Accept'),
    h('kbd', {}, '⏎'),
  );
  parts.work = part('work');
  parts.foot = part('foot');
  parts.foot.append(
    h(
      'div',
      { class: 'se-foot-left' },
      parts.undo,
      parts.redo,
      parts.propagate,
      parts.flag,
      tool('What the types mean', '§', 'guide', 'G', actions.guide),
      tool('Keys and mouse', '?', 'help', '?', actions.help),
    ),
    h('div', { class: 'se-foot-mid' }, parts.save, parts.hint),
    h('div', { class: 'se-foot-right' }, parts.skip, parts.accept),
  );
  parts.foot.addEventListener('mousedown', (event) => event.preventDefault());
  parts.work.append(
    parts.palette,
    h(
      'div',
      { class: 'se-main' },
      h('div', { class: 'se-paper' }, parts.text, parts.popover),
      parts.list,
    ),
    parts.foot,
  );
  root.replaceChildren(
    parts.queue,
    parts.lease,
    parts.notice,
    parts.empty,
    parts.work,
    parts.live,
    parts.dialog,
  );
  return parts;
}

// A page without a text says why, and what to do next.
export function emptiness(overview, place) {
  const all = Object.values(overview.counts).reduce((sum, count) => sum + count, 0);
  if (!all) {
    return {
      title: 'There is nothing to annotate yet',
      text: 'Add texts to this project, by file or by pasting them.',
      action: { label: 'Add texts', to: { page: 'texts' } },
    };
  }
  if (filtersOn(place)) {
    return {
      title: 'No text passes these filters',
      text: 'Clear them, or choose others above.',
      other: { label: 'Clear filters', change: NO_FILTER },
    };
  }
  if (place.status === 'open' && overview.held) {
    return {
      title: 'Others have the remaining texts open',
      text: `${plural(overview.held, 'text')} left, each open in another browser. They come back here when they are left there.`,
      other: { label: 'Look at all texts', change: { status: 'all' } },
    };
  }
  if (place.status === 'open') {
    return {
      title: 'Every text is done',
      text: `All ${all.toLocaleString('en')} texts are accepted or skipped. Export them, or look at them again.`,
      action: { label: 'Export', to: { page: 'export' } },
      other: { label: 'Look at all texts', change: { status: 'all' } },
    };
  }
  return {
    title: 'No text is in this state',
    text: 'Choose another filter above to see other texts.',
    other: { label: 'Look at all texts', change: { status: 'all' } },
  };
}
