// The building of a project's library: what it is, how far it is, and what came of it.
import { h, redraw } from './dom.js';
import { fromBefore, jobCard, report } from './job_card.js';
import { drawPage, empty, head } from './parts.js';

export function mount(element, { props, trigger, watch }) {
  drawPage({ element, props, watch }, 'library', (root, value) => redraw(root, () => page(value, trigger)));
}

function page(value, trigger) {
  return h(
    'div',
    {},
    head('Library', 'Labelled sentences in the style of your texts. They stand beside each text when a language model tags it.'),
    value.missing ? empty(value.missing) : value.job ? job(value.job, trigger) : intro(),
  );
}

function intro() {
  return h(
    'div',
    { class: 'ns-empty quiet' },
    h('p', {}, 'Nothing is built yet. Say how large the library should be and press “Build library”; the calls it takes are stated before. You can close the page meanwhile.'),
  );
}

function job(it, trigger) {
  const embedded = it.writer === 'embedded';
  const told = {
    title: embedded ? 'embedded writer, no language model' : 'language model',
    doing: 'Building the library',
    unit: embedded ? 'step' : 'planned call',
    starting: 'Reading the texts and choosing feature sentences.',
    more: figures(it.values, embedded),
  };
  return h(
    'div',
    {},
    jobCard(it, told, trigger),
    fromBefore(it),
  );
}

function tokens({ prompt_tokens: prompt, completion_tokens: completion, llm_calls: made }) {
  if (prompt === undefined || completion === undefined) return made ? 'not known' : '0';
  return (prompt + completion).toLocaleString('en');
}

function figures(values, embedded) {
  if (!('version' in values)) return null;
  const money = values.cost === undefined || values.cost === null ? 'not known' : values.cost.toFixed(4);
  const asked = values.llm_calls ?? 0;
  return report(
    [
      ['examples', 'examples', values.examples, 'good'],
      ['rejected', 'rejected', values.rejected, values.rejected ? 'warn' : 'plain'],
      !embedded && ['llm_calls', 'calls', asked],
      !embedded && values.cached_calls > 0 && ['cached_calls', 'answers known before', values.cached_calls],
      !embedded && ['tokens', 'tokens', tokens(values)],
      !embedded && ['cost', 'money', asked ? money : '0'],
    ].filter(Boolean),
  );
}
