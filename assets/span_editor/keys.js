// Which command a key means. Pure: looks at the event and at the keys of the types.
//
// Commands are {name, ...details}. Letters in RESERVED can never be keys of types (the same list
// stands in db/entity_types.py, and a test compares them).

export const RESERVED = 'asxpfjlg?/';

const PLAIN = {
  a: { name: 'accept' },
  s: { name: 'skip' },
  x: { name: 'remove' },
  p: { name: 'propagate' },
  j: { name: 'join' },
  l: { name: 'split' },
  f: { name: 'flag' },
  g: { name: 'guide' },
  '/': { name: 'filter' },
  '?': { name: 'help' },
  Enter: { name: 'done' },
  Backspace: { name: 'remove' },
  Delete: { name: 'remove' },
  Escape: { name: 'escape' },
};
const MOVES = {
  ArrowLeft: { name: 'move', step: -1, visual: true },
  ArrowRight: { name: 'move', step: 1, visual: true },
  ArrowUp: { name: 'line', step: -1 },
  ArrowDown: { name: 'line', step: 1 },
};

// The command, or null when the key is not ours. `types` is a list of {code, key}.
export function command(event, types) {
  if (event.isComposing || event.keyCode === 229 || event.key === 'Process') return null;
  if (event.ctrlKey || event.metaKey) return event.altKey ? null : control(event);
  if (event.key === 'Tab')
    return event.altKey ? null : { name: 'span', step: event.shiftKey ? -1 : 1 };
  if (event.altKey) return nudge(event);
  if (event.key === 'Enter' && event.shiftKey) return { name: 'previous' };
  if (event.shiftKey && letter(event) === 'a') return { name: 'sure' };
  if (MOVES[event.key]) return { ...MOVES[event.key], grow: event.shiftKey };
  return typeCommand(event, types) ?? PLAIN[event.key] ?? PLAIN[letter(event)] ?? null;
}

function control(event) {
  const key = letter(event);
  if (key === 'enter') return { name: 'next' };
  if (key === 'z') return { name: event.shiftKey ? 'redo' : 'undo' };
  if (key === 'y' && !event.shiftKey) return { name: 'redo' };
  return null;
}

// Alt+arrows move the end of a span, Alt+Shift+arrows its start; up and down do so by character.
function nudge(event) {
  const edge = event.shiftKey ? 'start' : 'end';
  const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (sideways) return { name: 'nudge', edge, step: sideways, visual: true, exact: false };
  const upright = { ArrowDown: -1, ArrowUp: 1 }[event.key];
  return upright ? { name: 'nudge', edge, step: upright, visual: false, exact: true } : null;
}

function typeCommand(event, types) {
  for (const key of [event.key.toLowerCase(), letter(event)]) {
    if (RESERVED.includes(key)) return null;
    const type = types.find((each) => each.key && each.key.toLowerCase() === key);
    if (type) return { name: 'type', code: type.code };
  }
  return null;
}

// The character of a key; on a keyboard of another script the Latin letter on the same key.
export function letter(event) {
  const key = event.key.toLowerCase();
  if ([...key].length !== 1 || /^[\x20-\x7e]$/.test(key)) return key;
  const code = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code ?? '');
  return code ? code[1].toLowerCase() : key;
}

// Whether keys belong to the field that has the focus: a person is typing there.
export function isTyping(target) {
  if (!(target instanceof Element)) return false;
  return (
    target.closest('input, textarea, select, [contenteditable=""], [contenteditable="true"]') !==
    null
  );
}
