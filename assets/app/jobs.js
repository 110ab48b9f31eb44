// What every page says of a job: its state, how far it is, how long it takes.
import { h } from './dom.js';

const ENDED = ['failed', 'cancelled', 'interrupted'];

export const running = (job) => job.status === 'running' || job.status === 'queued';
export const resumable = (job) => ENDED.includes(job.status);

// What a status is called; `running` says what is being done, such as 'Tagging'.
export function stateName(job, doing) {
  if (job.cancel && running(job)) return 'Stopping';
  return {
    queued: 'Starting',
    running: doing,
    done: 'Done',
    failed: 'Failed',
    cancelled: 'Cancelled',
    interrupted: 'Interrupted',
  }[job.status];
}

export function progressBar(job, label) {
  const known = job.total > 0;
  return h(
    'div',
    {
      class: running(job) && !known ? 'ns-progress waiting' : 'ns-progress',
      role: 'progressbar',
      'aria-label': label,
      'aria-valuemin': 0,
      'aria-valuemax': job.total || 1,
      'aria-valuenow': job.done,
    },
    h('span', { style: `width:${known ? (100 * job.done) / job.total : 0}%` }),
  );
}

// A page that was left stays in the document: only the job of the page in sight is called "job".
function nameJobs() {
  for (const each of document.querySelectorAll('.ns-job')) {
    const view = each.closest('[data-view]')?.dataset.view;
    each.dataset.testid = view === document.body.dataset.page ? 'job' : 'job-elsewhere';
  }
}
new MutationObserver(nameJobs).observe(document.body, { attributeFilter: ['data-page'] });

// The attributes by which a job is found on any page.
export function jobHooks(job) {
  queueMicrotask(nameJobs);
  return {
    class: 'ns-card ns-job',
    'data-testid': 'job',
    'data-job-id': job.id,
    'data-status': job.status,
    'data-done': job.done,
    'data-total': job.total,
  };
}

// A button that asks the page to do something with a job, once.
export function jobButton(trigger, job, name, label, primary = false) {
  const onclick = (event) => {
    event.target.disabled = true;
    trigger(name, { id: job.id });
  };
  const looks = primary ? 'ns-button primary' : 'ns-button';
  return h(
    'button',
    { type: 'button', class: looks, 'data-testid': `job-${name}`, 'data-focus': name, onclick },
    label,
  );
}

export function duration(seconds) {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

export function moment(iso) {
  return new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}
