// Loss and F1 of a training: draws the curve that the job's row keeps, and asks again while it runs.
// value: {job: number | null}. Nothing is remembered here, so any browser sees the same.

import { h } from '../app/dom.js';
import { colours, layout, plotly } from '../app/plotly.js';
import { addStyle } from '../span_editor/style.js';
import { foldName, said, traces } from './curves.js';

const EVERY = 1000; // milliseconds between two looks at a running job
const RUNNING = ['queued', 'running'];
const CONFIG = { displaylogo: false, displayModeBar: false, responsive: true };

export async function mount(element, { props, watch }) {
  await addStyle(new URL('./live_plot.css', import.meta.url));
  const plot = new LivePlot(element.querySelector('.lp-root'));
  const arrived = () => plot.follow(props.value?.job ?? null);
  watch('value', arrived);
  arrived();
}

class LivePlot {
  constructor(root) {
    this.root = root;
    this.job = null;
    this.turn = 0; // an answer to an older question is not wanted any more
  }

  follow(job) {
    this.turn += 1;
    if (job !== this.job) this.clear();
    this.job = job;
    if (job) this.look(this.turn);
  }

  clear() {
    if (this.figure) window.Plotly?.purge(this.figure);
    this.root.replaceChildren();
    this.figure = null;
    this.shown = '';
  }

  async look(turn) {
    let goesOn = true;
    try {
      const answer = await fetch(`/api/jobs/${this.job}/curve`);
      if (turn !== this.turn) return;
      if (answer.ok) {
        const { status, points } = await answer.json();
        goesOn = RUNNING.includes(status);
        await this.draw(points, status);
        this.say('');
      } else {
        goesOn = false; // the job is gone
      }
    } catch (trouble) {
      this.say(trouble instanceof TypeError ? 'The studio does not answer; trying again.' : trouble.message);
    }
    if (goesOn && turn === this.turn) setTimeout(() => this.again(turn), EVERY);
  }

  again(turn) {
    if (turn !== this.turn) return;
    if (document.hidden || !this.root.isConnected) setTimeout(() => this.again(turn), EVERY);
    else this.look(turn);
  }

  async draw(points, status) {
    if (!points.length && !RUNNING.includes(status)) return this.clear();
    const Plotly = await plotly();
    if (!this.figure) this.build();
    this.card.dataset.status = status;
    const shown = JSON.stringify([points.length, points.at(-1), document.body.className]);
    if (shown === this.shown) return;
    this.shown = shown;
    await Plotly.react(this.figure, traces(points, colours(this.figure)), this.layout(), CONFIG);
    this.figure.dataset.points = points.length;
    this.figure.setAttribute('aria-label', `Loss and F1. ${said(points)}`);
    this.table.replaceChildren(...points.map(row));
    this.card.classList.toggle('lp-waiting', !points.length);
  }

  layout() {
    const narrow = this.root.clientWidth < 480;
    return layout(this.figure, {
      height: narrow ? 260 : 320,
      hovermode: 'closest',
      showlegend: true,
      legend: { orientation: 'h', y: 1.02, yanchor: 'bottom', x: 0, font: { size: 12 } },
      margin: { l: 46, r: 46, t: 12, b: 40 },
      xaxis: { title: { text: 'epochs' }, rangemode: 'tozero', zeroline: false },
      yaxis: { title: { text: 'loss' }, rangemode: 'tozero', zeroline: false },
      yaxis2: { title: { text: 'F1' }, overlaying: 'y', side: 'right', range: [0, 1.02], dtick: 0.2, tickmode: 'linear', tickformat: '.1f', showgrid: false, zeroline: false },
    });
  }

  build() {
    this.figure = h('div', { class: 'lp-figure', 'data-testid': 'loss-plot', 'data-points': 0, role: 'img' });
    this.table = h('tbody', {});
    this.note = h('p', { class: 'ns-muted', role: 'status' });
    const head = ['texts learnt from', 'epoch', 'step', 'loss', 'F1'].map((name) => h('th', { scope: 'col' }, name));
    this.card = h(
      'section',
      { class: 'ns-card lp-card', 'aria-label': 'Course of the training' },
      h('p', { class: 'ns-muted lp-first' }, 'The first step is on its way.'),
      this.figure,
      this.note,
      h(
        'details',
        { class: 'ns-log' },
        h('summary', {}, 'The same numbers as a table'),
        h('div', { class: 'lp-table' }, h('table', { class: 'ns-table' }, h('thead', {}, h('tr', {}, head)), this.table)),
      ),
    );
    this.root.replaceChildren(this.card);
  }

  say(words) {
    if (this.note && this.note.textContent !== words) this.note.textContent = words;
  }
}

function row({ fold, epoch, step, loss, f1 }) {
  const cells = [epoch, step, loss.toFixed(4), f1 === null ? '–' : f1.toFixed(3)];
  return h('tr', {}, h('th', { scope: 'row' }, foldName(fold)), cells.map((cell) => h('td', {}, cell)));
}
