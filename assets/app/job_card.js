// A job on a page: how far it is, a word to stop or go on, and what it said.
import { h, plural } from './dom.js';
import { jobButton, jobHooks, progressBar, resumable, running, stateName } from './jobs.js';
import { notice } from './parts.js';

// told: {title, doing, unit, starting, more}; trigger hears "cancel" and "resume".
export function jobCard(job, told, trigger) {
  return h(
    'section',
    jobHooks(job),
    h(
      'div',
      { class: 'ns-job-head' },
      h('h2', {}, stateName(job, told.doing), h('span', { class: 'ns-muted' }, ` · ${told.title}`)),
      running(job) && !job.cancel && jobButton(trigger, job, 'cancel', 'Cancel'),
      resumable(job) && jobButton(trigger, job, 'resume', 'Resume', true),
    ),
    progressBar(job, told.doing),
    h('p', { class: 'ns-muted', 'aria-live': 'polite' }, progress(job, told)),
    job.error && notice('bad', job.error),
    job.status === 'interrupted' && notice('warn', 'Its process is gone. What it had made is kept; resume to go on from there.'),
    told.more,
    job.log && h('details', { class: 'ns-log' }, h('summary', {}, 'What it said'), h('pre', {}, job.log)),
  );
}

function progress(job, { unit, starting }) {
  if (running(job) && !job.done) return starting;
  return job.total ? `${job.done.toLocaleString('en')} of ${plural(job.total, unit)}` : '';
}

const BEFORE = {
  recorded: 'Answered from recorded answers of a large language model; nothing was asked over the network.',
  known: 'Every answer was known from an earlier call; nothing was asked and nothing was paid.',
};

// Where a job that asked nobody had its answers, once it is over.
export function fromBefore(job) {
  const said = !running(job) && BEFORE[job.from_before];
  return said && notice('plain', said);
}

// pairs: [name, label, value, tone]
export function report(pairs) {
  return h(
    'dl',
    { class: 'ns-figures', 'data-testid': 'job-report' },
    pairs.map(([name, label, value, tone = 'plain']) =>
      h('div', { 'data-tone': tone, 'data-count': name }, h('dt', {}, label), h('dd', {}, value)),
    ),
  );
}
