// The entity types of a project; choosing one fills the form beside the list.
import { h, plural, redraw } from './dom.js';
import { drawPage, empty, head, swatch } from './parts.js';

export function mount(element, { props, trigger, watch }) {
  const root = element.querySelector('.ns-view');
  const choose = (id) => {
    props.value = { ...props.value, selected: id };
    redraw(root, () => page(props.value, choose));
    trigger('choose', { id });
  };
  drawPage({ element, props, watch }, 'types', (_, value) => redraw(root, () => page(value, choose)));
}

function page({ types, selected }, choose) {
  const title = head('Entity types', 'What to look for. The definition is read by annotators and by the model alike.');
  if (!types.length) {
    return h(
      'div',
      {},
      title,
      empty({
        title: 'Nothing to look for yet',
        text: 'Add a type with the form, or load a ready-made set and change it to your liking.',
      }),
    );
  }
  return h(
    'div',
    {},
    title,
    h('ul', { class: 'ns-types', 'data-testid': 'types' }, types.map((type) => row(type, type.id === selected, choose))),
    h(
      'button',
      { type: 'button', class: 'ns-button', 'data-testid': 'new-type', 'data-focus': 'new', onclick: () => choose(0) },
      'New type',
    ),
  );
}

function row(type, chosen, choose) {
  const used = [
    type.human ? plural(type.human, 'span') : null,
    type.suggestions ? plural(type.suggestions, 'suggestion') : null,
  ].filter(Boolean);
  return h(
    'li',
    { 'data-code': type.code },
    h(
      'button',
      {
        type: 'button',
        class: 'ns-type',
        'aria-pressed': String(chosen),
        'data-focus': `type-${type.id}`,
        onclick: () => choose(type.id),
      },
      swatch(type.colour),
      h(
        'span',
        { class: 'ns-type-words' },
        h('span', {}, h('b', {}, type.name), h('code', {}, type.code)),
        h('span', { class: 'ns-muted' }, type.definition || 'No definition yet.'),
      ),
      h('span', { class: 'ns-type-used ns-muted' }, used.length ? used.map((line) => h('span', {}, line)) : 'not used yet'),
      type.key ? h('kbd', { title: 'Key in the editor' }, type.key) : h('kbd', { class: 'none', title: 'No key' }, '–'),
    ),
  );
}
