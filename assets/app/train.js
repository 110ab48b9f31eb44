// The newest training of a project: how far it is, what it learns from, a word to stop or go on.
import { h, plural, redraw } from './dom.js';
import { duration, jobButton, jobHooks, moment, progressBar, resumable, running, stateName } from './jobs.js';
import { drawPage, empty, head, notice } from './parts.js';

export function mount(element, { props, trigger, watch }) {
  drawPage({ element, props, watch }, 'train', (root, value) => redraw(root, () => page(value, trigger)));
}

function page(value, trigger) {
  const title = head('Train', 'A model of your own, from a few corrected texts. It runs on this machine and tags at once.');
  return h(
    'div',
    {},
    title,
    value.missing ? empty(value.missing) : value.job ? job(value.job, trigger) : start(),
    past(value.past),
  );
}

function start() {
  return h(
    'div',
    { class: 'ns-empty quiet' },
    h('p', {}, 'No training yet. Choose what to learn from and press “Start training”; you can close the page meanwhile.'),
  );
}

function job(it, trigger) {
  return h(
    'section',
    jobHooks(it),
    h(
      'div',
      { class: 'ns-job-head' },
      h('h2', {}, stateName(it, 'Training'), h('span', { class: 'ns-muted' }, ` · ${it.name}`)),
      running(it) && !it.cancel && jobButton(trigger, it, 'cancel', it.status === 'queued' ? 'Cancel' : 'Stop and keep the best so far'),
      resumable(it) && jobButton(trigger, it, 'resume', 'Resume', true),
    ),
    progressBar(it, 'Steps trained'),
    h('p', { class: 'ns-muted', 'aria-live': 'polite' }, progress(it)),
    h('p', { class: 'ns-muted' }, `From ${it.base}, on ${it.source}.`),
    it.error && notice('bad', it.error),
    aside(it),
    it.log && h('details', { class: 'ns-log', 'data-testid': 'job-log' }, h('summary', {}, 'What it said'), h('pre', {}, it.log)),
  );
}

function aside(it) {
  if (it.status === 'interrupted')
    return notice('warn', 'Its process is gone. The epochs it had finished are kept; resume to go on from there.');
  if (it.status !== 'cancelled') return null;
  return notice(
    'warn',
    it.kept
      ? 'Stopped by hand. The best model so far is kept below; resume to train on.'
      : 'Stopped before an epoch on all texts was through, so there is no model yet; resume to go on.',
  );
}

function progress(it) {
  const { fold, epoch, loss, f1, best_f1: best } = it.values;
  if (!it.total && running(it)) return 'Loading the model.';
  const parts = [];
  if (running(it) && fold) parts.push(`finding out how many epochs are enough: part ${fold} of ${it.folds} held out`);
  if (epoch > 0 && running(it)) parts.push(`epoch ${epoch}`);
  if (running(it) && typeof loss === 'number') parts.push(`loss ${loss.toFixed(3)}`);
  if (typeof f1 === 'number') parts.push(`F1 ${f1.toFixed(3)}`);
  if (running(it) && typeof best === 'number' && best > f1) parts.push(`best ${best.toFixed(3)}`);
  if (it.seconds > 0) parts.push(running(it) ? `${duration(it.seconds)} so far` : duration(it.seconds));
  return parts.join(' · ');
}

function past(jobs) {
  if (!jobs?.length) return null;
  return h(
    'details',
    { class: 'ns-log' },
    h('summary', {}, `Earlier trainings (${jobs.length})`),
    h(
      'ul',
      { class: 'ns-past' },
      jobs.map((it) =>
        h(
          'li',
          { 'data-job-id': it.id },
          h('span', {}, it.name),
          h('span', { class: 'ns-muted' }, moment(it.created_at)),
          h('span', {}, stateName(it, 'Training').toLowerCase()),
          h('span', { class: 'ns-muted' }, it.error || plural(it.done, 'step')),
        ),
      ),
    ),
  );
}
