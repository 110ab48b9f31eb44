// A page with nothing on it yet: says what to do next, with a button.
import { h, redraw } from './dom.js';
import { go, ready } from './address.js';

export function mount(element, { props, watch }) {
  const root = element.querySelector('.ns-view');
  const draw = () => {
    if (!props.value) return;
    redraw(root, () => empty(props.value));
    ready(props.value.page);
  };
  watch('value', draw);
  draw();
}

// value: {title, text, action?: {label, page?, project?}}
export function empty({ title, text, action }) {
  return h(
    'section',
    { class: 'ns-empty' },
    h('h2', {}, title),
    h('p', {}, text),
    action && h('button', { type: 'button', class: 'ns-button primary', onclick: () => go(action.to) }, action.label),
  );
}
