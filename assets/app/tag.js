// The newest tagging of a project: how far it is, what came of it, and a word to stop or go on.
import { h, plural, redraw } from './dom.js';
import { button, drawPage, empty, head, notice } from './parts.js';

const ENDED = ['failed', 'cancelled', 'interrupted'];
const SAID = {
  queued: 'Starting',
  running: 'Tagging',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted',
};

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
  const running = it.status === 'running' || it.status === 'queued';
  const act = (name, label, primary) =>
    h(
      'button',
      {
        type: 'button',
        class: primary ? 'ns-button primary' : 'ns-button',
        'data-testid': `job-${name}`,
        'data-focus': name,
        onclick: (event) => {
          event.target.disabled = true;
          trigger(name, { id: it.id });
        },
      },
      label,
    );
  return h(
    'section',
    {
      class: 'ns-card ns-job',
      'data-testid': 'job',
      'data-job-id': it.id,
      'data-status': it.status,
      'data-done': it.done,
      'data-total': it.total,
    },
    h(
      'div',
      { class: 'ns-job-head' },
      h('h2', {}, it.cancel && running ? 'Stopping' : SAID[it.status], h('span', { class: 'ns-muted' }, ` · ${it.tagger}`)),
      running && !it.cancel && act('cancel', 'Cancel'),
      ENDED.includes(it.status) && act('resume', 'Resume', true),
      it.status === 'done' && it.values.suggestions > 0 && button('Review suggestions', { page: 'annotate' }, true),
    ),
    bar(it, running),
    h('p', { class: 'ns-muted', 'aria-live': 'polite' }, progress(it, running)),
    it.error && notice('bad', it.error),
    it.status === 'interrupted' && notice('warn', 'Its process is gone. What it had found is kept; resume to go on from there.'),
    figures(it.values),
    it.log && h('details', { class: 'ns-log' }, h('summary', {}, 'What it said'), h('pre', {}, it.log)),
  );
}

function bar(it, running) {
  const known = it.total > 0;
  return h(
    'div',
    {
      class: running && !known ? 'ns-progress waiting' : 'ns-progress',
      role: 'progressbar',
      'aria-label': 'Texts tagged',
      'aria-valuemin': 0,
      'aria-valuemax': it.total || 1,
      'aria-valuenow': it.done,
    },
    h('span', { style: `width:${known ? (100 * it.done) / it.total : 0}%` }),
  );
}

function progress(it, running) {
  if (!it.total) return running ? 'Loading the model.' : 'No text was tagged.';
  const parts = [`${it.done.toLocaleString('en')} of ${plural(it.total, 'text')}`];
  const { seconds, texts } = it.values;
  const rate = seconds > 0 && texts > 0 ? texts / seconds : 0;
  if (rate) parts.push(`${rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en')} a second`);
  if (running && rate) parts.push(`about ${duration((it.total - it.done) / rate)} left`);
  else if (seconds > 0) parts.push(duration(seconds));
  return parts.join(' · ');
}

function duration(seconds) {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

const FIGURES = [
  ['suggestions', 'suggestions', 'good'],
  ['ungrounded', 'not located in their text', 'warn'],
  ['ambiguous', 'located in more than one place', 'warn'],
  ['failed', 'texts failed', 'bad'],
  ['llm_calls', 'model calls', 'plain'],
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
          h('span', { class: 'ns-muted' }, new Date(it.created_at).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })),
          h('span', {}, SAID[it.status].toLowerCase()),
          h('span', { class: 'ns-muted' }, `${it.done.toLocaleString('en')} of ${plural(it.total, 'text')}`),
        ),
      ),
    ),
  );
}
