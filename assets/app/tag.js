// The newest tagging of a project: how far it is, what came of it, and a word to stop or go on.
import { h, plural, redraw } from './dom.js';
import { fromBefore } from './job_card.js';
import { duration, jobButton, jobHooks, moment, progressBar, resumable, running, stateName } from './jobs.js';
import { button, drawPage, empty, head, notice } from './parts.js';

export function mount(element, { props, trigger, watch }) {
  drawPage({ element, props, watch }, 'tag', (root, value) => redraw(root, () => page(value, trigger)));
}

function page(value, trigger) {
  const title = head('Tag', 'A tagger reads the texts and suggests entities. Nothing of yours is overwritten.');
  return h('div', {}, title, value.missing ? empty(value.missing) : job(value.job, trigger), past(value.past));
}

function job(it, trigger) {
  if (!it) {
    return h(
      'div',
      { class: 'ns-empty quiet' },
      h('p', {}, 'No tagging yet. Choose a tagger and press “Start tagging”; you can close the page meanwhile.'),
    );
  }
  return h(
    'section',
    jobHooks(it),
    h(
      'div',
      { class: 'ns-job-head' },
      h('h2', {}, stateName(it, 'Tagging'), h('span', { class: 'ns-muted' }, ` · ${it.tagger}`)),
      running(it) && !it.cancel && jobButton(trigger, it, 'cancel', 'Cancel'),
      resumable(it) && jobButton(trigger, it, 'resume', 'Resume', true),
      it.status === 'done' && it.values.suggestions > 0 && button('Review suggestions', { page: 'annotate' }, true),
    ),
    progressBar(it, 'Texts tagged'),
    h('p', { class: 'ns-muted', 'aria-live': 'polite' }, progress(it)),
    it.error && notice('bad', it.error),
    it.status === 'interrupted' && notice('warn', 'Its process is gone. What it had found is kept; resume to go on from there.'),
    figures(it.values),
    fromBefore(it),
    it.log && h('details', { class: 'ns-log' }, h('summary', {}, 'What it said'), h('pre', {}, it.log)),
  );
}

function progress(it) {
  if (!it.total) return running(it) ? 'Loading the model.' : 'No text was tagged.';
  const parts = [`${it.done.toLocaleString('en')} of ${plural(it.total, 'text')}`];
  const { seconds, texts } = it.values;
  const rate = seconds > 0 && texts > 0 ? texts / seconds : 0;
  if (rate) parts.push(`${rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en')} a second`);
  if (running(it) && rate) parts.push(`about ${duration((it.total - it.done) / rate)} left`);
  else if (seconds > 0) parts.push(duration(seconds));
  return parts.join(' · ');
}

const FIGURES = [
  ['suggestions', 'suggestions', 'good'],
  ['ungrounded', 'not located in their text', 'warn'],
  ['ambiguous', 'located in more than one place', 'warn'],
  ['failed', 'texts failed', 'bad'],
  ['llm_calls', 'model calls', 'plain'],
  ['cached_calls', 'answers known before', 'plain'],
  ['prompt_tokens', 'tokens asked', 'plain'],
  ['completion_tokens', 'tokens answered', 'plain'],
];

function figures(values) {
  const shown = FIGURES.filter(([key]) => values[key] > 0 || (key === 'suggestions' && key in values));
  if (!shown.length) return null;
  return h(
    'dl',
    { class: 'ns-figures', 'data-testid': 'job-report' },
    shown.map(([key, label, tone]) =>
      h('div', { 'data-tone': values[key] ? tone : 'plain', 'data-count': key }, h('dt', {}, label), h('dd', {}, values[key].toLocaleString('en'))),
    ),
  );
}

function past(jobs) {
  if (!jobs?.length) return null;
  return h(
    'details',
    { class: 'ns-log' },
    h('summary', {}, `Earlier taggings (${jobs.length})`),
    h(
      'ul',
      { class: 'ns-past' },
      jobs.map((it) =>
        h(
          'li',
          { 'data-job-id': it.id },
          h('span', {}, it.tagger),
          h('span', { class: 'ns-muted' }, moment(it.created_at)),
          h('span', {}, stateName(it, 'Tagging').toLowerCase()),
          h('span', { class: 'ns-muted' }, `${it.done.toLocaleString('en')} of ${plural(it.total, 'text')}`),
        ),
      ),
    ),
  );
}
