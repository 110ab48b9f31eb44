// Pieces of the page of few-shot sets: a bar a type with a mark at k, and a number beside it.
import { addStyle } from '../span_editor/style.js';
import { h } from './dom.js';
import { swatch } from './parts.js';

export const styled = () => addStyle(new URL('./sets.css', import.meta.url));

// types: [{code, name, colour, count, short}], more(type) -> what stands beside the reason
export function quotas(types, k, more = () => null) {
  return h('ul', { class: 'ns-quotas', 'aria-label': 'Spans a type' }, types.map((type) => quota(type, k, more)));
}

function quota(type, k, more) {
  const said = `${type.count}/${k} ${type.short ? 'short' : 'full'}`;
  return h(
    'li',
    { 'data-code': type.code, 'data-count': type.count, 'data-short': type.short ? '1' : '0' },
    h('span', { class: 'ns-quota-name' }, swatch(type.colour), type.name),
    h(
      'span',
      { class: 'ns-quota', role: 'img', 'aria-label': `${type.name}: ${type.count} spans, ${k} to ${2 * k} wanted` },
      h('span', { style: `width:${Math.min(100, (50 * type.count) / k)}%` }),
    ),
    h('span', { class: 'ns-quota-said' }, said),
    type.short && h('span', { class: 'ns-quota-why' }, h('span', {}, type.short), more(type)),
  );
}

export function plainButton(label, focus, onclick) {
  return h('button', { type: 'button', class: 'ns-plain', 'data-focus': focus, onclick }, label);
}
