// Builds DOM from plain values. Text always goes through textContent: no markup is ever parsed.

const SVG = 'http://www.w3.org/2000/svg';

// h('button', {class: 'ns-button', onclick: f, 'data-x': 1}, 'text', child, [more], null)
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

// What a keyboard user would lose when a view is drawn anew: the focused element, by data-focus.
export function redraw(root, draw) {
  const focused = root.contains(document.activeElement)
    ? document.activeElement.dataset.focus
    : undefined;
  root.replaceChildren();
  append(root, [draw()]);
  if (focused) root.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

export function plural(count, one, many = `${one}s`) {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
