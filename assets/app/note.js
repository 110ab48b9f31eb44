// One remark beside a form. value: {kind: 'plain'|'warn'|'bad', text} or null.
import { redraw } from './dom.js';
import { notice } from './parts.js';

export function mount(element, { props, watch }) {
  const root = element.querySelector('.ns-view');
  const arrived = () => redraw(root, () => (props.value?.text ? notice(props.value.kind, props.value.text) : []));
  watch('value', arrived);
  arrived();
}
