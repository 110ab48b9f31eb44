// The span editor as a Gradio view: mounts it in the constant template of
// studio/widgets/span_editor.py. The value is only a place, {project, text}; texts come from our own
// routes and never pass through the component.

import { Editor } from './editor.js';
import { addStyle } from './style.js';

export async function mount(element, { props, watch }) {
  await addStyle(new URL('./span_editor.css', import.meta.url));
  const editor = new Editor(element.querySelector('[data-testid=span-editor]'));
  const arrive = () => props.value?.project && editor.walk.arrive(props.value);
  watch('value', arrive);
  arrive();
}
