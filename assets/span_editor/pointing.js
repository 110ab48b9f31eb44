// What mouse and fingers mean to the editor.

import { run } from './commands.js';
import { standOn } from './selection.js';

const NEAR = 60; // pixels, some two lines

export function pointing(editor) {
  return {
    // A drag or a double-click; with an armed type it labels at once.
    selected(selection, event) {
      if (!selection) {
        editor.select(null);
        editor.say('Nothing to label there. Hold Alt to select exact characters.');
        return;
      }
      editor.select(selection, event === null);
      if (editor.armed) editor.useType(editor.armed);
    },

    clicked({ id, point, event }) {
      const span = id && editor.byId(id);
      if (!span) {
        editor.select(point === null ? null : standOn(wordAt(editor, point)));
        return;
      }
      editor.choose(span === editor.chosen ? around(editor, span) : span);
      editor.popover.offer(editor.chosen, beside(editor, event));
    },

    // Shift-click: from where the selection began to here.
    extended(point, exact) {
      const from = editor.standing();
      const focus = exact ? [point, point] : editor.doc.words.near(point);
      if (!from) editor.select(standOn(wordAt(editor, point)));
      else if (focus) editor.select({ anchor: from.anchor, focus, exact, caret: false });
    },
  };
}

// In the list beside the text.
export function onRow(editor, id, name) {
  editor.choose(editor.byId(id));
  if (name) run(editor, { name });
}

// Where the chosen span lies, as far as it is near what was pressed: it should stay in sight.
function beside({ painting, chosen }, { clientX: left, clientY }) {
  const { top, bottom } = painting.range(chosen.start, chosen.end).getBoundingClientRect();
  return {
    left,
    top: Math.max(top, clientY - NEAR),
    bottom: Math.min(bottom, clientY + NEAR),
  };
}

// A second click on a span goes to the one around it, if there is one.
function around(editor, span) {
  const holders = editor.doc.spans.filter(
    (other) => other.start <= span.start && other.end >= span.end,
  );
  return holders[(holders.indexOf(span) + holders.length - 1) % holders.length];
}

function wordAt(editor, point) {
  const word = editor.doc.words.near(point);
  return word && word[0] <= point && point <= word[1] ? word : null;
}
