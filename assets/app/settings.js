// What holds for the whole studio, and the keys of the editor.
import { h, redraw } from './dom.js';
import { drawPage, head } from './parts.js';

export function mount(element, { props, watch }) {
  drawPage({ element, props, watch }, 'settings', (root, value) => redraw(root, () => page(value)));
}

function page({ facts }) {
  return h(
    'div',
    {},
    head('Settings', 'Choices for this project, and facts about this studio.'),
    h(
      'dl',
      { class: 'ns-facts ns-card', 'data-testid': 'facts' },
      facts.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
    ),
  );
}
