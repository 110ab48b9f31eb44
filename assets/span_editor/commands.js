// What each command of keys.js does to the editor. A command answers false when it has nothing to do
// and the key should keep its usual meaning.

import * as edits from './edits.js';
import { command, isTyping } from './keys.js';
import { moved, standOn, stretch, vertical } from './selection.js';

// One step for a held key would finish texts unseen.
const ONCE = new Set(
  ['done', 'skip', 'next', 'previous', 'accept', 'sure', 'remove', 'join', 'split'],
);

// The command that a key event means here and now, or null: only while the editor is in sight, and
// nobody types in a field, composes a character or presses a button.
export function commandFor(editor, event) {
  const { root, doc, help, screen } = editor;
  const { target } = event;
  const inside = target === document.body || root.contains(target);
  if (!doc || !inside || event.defaultPrevented || isTyping(target) || help.isOpen) return null;
  if (editor.flag.isOpen) return null;
  if (!root.checkVisibility()) return null;
  if (['Enter', ' '].includes(event.key) && target.closest('button, summary, a')) return null;
  const meant = command(event, editor.types);
  // Elsewhere Tab goes from control to control.
  return meant?.name === 'span' && target !== screen.parts.text ? null : meant;
}

export function run(editor, command, event) {
  if (event?.repeat && ONCE.has(command.name)) return true;
  if (editor.walk.moving) return true; // the text that the key was meant for is gone
  if (editor.propagate.atWork) return true; // a step over many texts is about to change this one
  return COMMANDS[command.name](editor, command, event) ?? true;
}

const COMMANDS = {
  done: (editor) => editor.finish('accepted'),
  skip: (editor) => editor.finish('skipped'),
  next: (editor) => editor.walk.next(),
  previous: (editor) => editor.walk.previous(),
  undo: (editor) => editor.turnBack('undo'),
  redo: (editor) => editor.turnBack('redo'),
  help: (editor) => editor.help.keys(),
  guide: (editor) => editor.help.guide(editor.types),
  flag: (editor) => editor.flag.open(editor.doc),
  filter: (editor) => editor.findType(),
  escape: (editor) => editor.escape(),
  type: (editor, { code }) => editor.useType(code),
  span: (editor, { step }) => editor.chooseNext(step),

  accept(editor) {
    if (!editor.chosen) return editor.say('No span is chosen: Tab goes to the first.');
    return editor.change(edits.accept(editor.chosen));
  },

  sure: (editor) => editor.acceptSure(),

  remove(editor) {
    if (!editor.chosen) return editor.say('No span is chosen: Tab goes to the first.');
    return editor.change(edits.remove(editor.chosen), 'Gone. Ctrl Z brings it back.');
  },

  propagate(editor) {
    const { chosen, doc } = editor;
    if (!chosen) return editor.say('Choose a span whose words stand elsewhere too.');
    return editor.propagate.open(doc, chosen, editor.typeMap.get(chosen.code));
  },

  join(editor) {
    if (!editor.chosen) return editor.say('Choose a span to join with the next of its type.');
    const edit = edits.join(editor.doc.spans, editor.chosen);
    return edit ? editor.change(edit) : editor.say('There is no span of this type after it.');
  },

  // Cut the chosen span, or the one around the selection, where the selected word begins.
  split(editor) {
    if (!editor.selection) return editor.say('Stand on the word where the second span begins.');
    const [start] = stretch(editor.selection);
    const around = editor.doc.spans.find((span) => span.start < start && start < span.end);
    const before = around && editor.doc.words.next(start, start, -1);
    if (!before) return editor.say('The selected word is not inside of a span.');
    return editor.change(edits.split(around, before[1], start));
  },

  nudge(editor, { edge, step, visual, exact }) {
    if (!editor.chosen) return editor.say('Choose a span to move its edge.');
    const way = visual ? step * editor.direction(editor.chosen[edge]) : step;
    return editor.change(edits.nudge(editor.chosen, edge, way, editor.doc.words, exact));
  },

  move(editor, { step, grow }) {
    const from = editor.standing();
    if (!from) return editor.select(standOn(editor.doc.words.near(0)));
    return editor.select(
      moved(from, editor.doc.words, step * editor.direction(from.focus[0]), grow),
    );
  },

  line(editor, { step, grow }) {
    const from = editor.standing();
    if (!from) return editor.select(standOn(editor.doc.words.near(0)));
    const word = vertical(editor.painting, editor.doc.words, from, step);
    if (!word) return true;
    return editor.select(
      grow ? { ...from, focus: word, exact: false, caret: false } : standOn(word),
    );
  },
};
