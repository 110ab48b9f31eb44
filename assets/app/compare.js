// Taggers side by side: a figure with intervals, a table with what each cost, and each type.
import { h, plural, redraw } from './dom.js';
import { jobCard } from './job_card.js';
import { moment, running } from './jobs.js';
import { drawPage, empty, head, notice } from './parts.js';
import { colours, layout, plotly } from './plotly.js';

const ALL = ''; // all types together
const CONFIG = { displaylogo: false, displayModeBar: false, responsive: true };

export function mount(element, { props, trigger, watch }) {
  const figure = h('div', { class: 'cp-figure', role: 'img', 'data-testid': 'compare-plot' });
  let type = ALL;
  const draw = (root, value) => {
    if (!value.types.includes(type)) type = ALL;
    const choose = (name) => {
      type = name;
      draw(root, value);
    };
    redraw(root, () => page(value, trigger, { figure, type, choose }));
    if (value.rows.length) plot(figure, value.rows, type);
  };
  let last = null;
  drawPage({ element, props, watch }, 'compare', (root, value) => {
    last = { root, value };
    draw(root, value);
  });
  new MutationObserver(() => last?.value.rows.length && plot(figure, last.value.rows, type)).observe(document.body, {
    attributes: true,
    attributeFilter: ['class'],
  });
}

function page(value, trigger, chosen) {
  return h(
    'div',
    {},
    head('Compare', 'The same labelled texts for every tagger: what it finds, and what it costs.'),
    value.missing ? empty(value.missing) : value.job ? comparison(value, trigger, chosen) : none(),
    past(value.past, trigger),
  );
}

function none() {
  return h(
    'div',
    { class: 'ns-empty quiet' },
    h('p', {}, 'No comparison yet. Choose taggers and the texts to compare on; the calls it takes are stated before.'),
  );
}

function comparison(value, trigger, chosen) {
  const { job, rows } = value;
  const told = {
    title: `${plural(job.taggers.length, 'tagger')} on ${job.on}`,
    doing: 'Comparing',
    unit: 'text',
    starting: 'Loading the first tagger.',
  };
  return h(
    'div',
    { class: 'cp-parts' },
    (running(job) || job.status !== 'done' || !rows.length) && jobCard(job, told, trigger),
    rows.length > 0 && results(value, chosen),
  );
}

function results({ job, rows, types }, { figure, type, choose }) {
  const scored = types.filter((name) => rows.some((row) => row.types[name]?.support));
  const select = h(
    'select',
    { 'aria-label': 'Scores of', 'data-focus': 'type', 'data-testid': 'compare-type', onchange: () => choose(select.value) },
    h('option', { value: ALL }, 'All types together'),
    scored.map((name) => h('option', { value: name }, name)),
  );
  select.value = type;
  return h(
    'section',
    { class: 'ns-card cp-results', 'data-testid': 'comparison', 'data-job-id': job.id, 'data-status': job.status, 'data-rows': rows.length },
    h(
      'div',
      { class: 'ns-job-head' },
      h('h2', {}, `F1 on ${plural(rows[0].texts, 'text')}`, h('span', { class: 'ns-muted' }, ` · ${job.on}`)),
      select,
    ),
    figure,
    h('div', { class: 'cp-scroll' }, table(rows, type)),
    remarks(job, rows),
    h('details', { class: 'ns-log' }, h('summary', {}, 'F1 of each type'), h('div', { class: 'cp-scroll' }, perType(rows, scored))),
  );
}

const scores = (row, type) => (type === ALL ? row.micro : row.types[type]);
const two = (number) => (number === null || number === undefined ? '–' : number.toFixed(2));
const between = ({ low, high }) => (low === null || low === undefined ? '–' : `${two(low)}–${two(high)}`);
const count = (number) => Math.round(number ?? 0).toLocaleString('en');

function table(rows, type) {
  const names = ['Tagger', 'F1', '95% between', 'Precision', 'Recall', 'Calls', 'Tokens', 'Money', 'Seconds'];
  return h(
    'table',
    { class: 'ns-table cp-table', 'data-testid': 'compare-table' },
    h('thead', {}, h('tr', {}, names.map((name) => h('th', { scope: 'col' }, name)))),
    h(
      'tbody',
      {},
      rows.map((row) => {
        const score = scores(row, type);
        return h(
          'tr',
          { 'data-tagger': row.tagger },
          h('th', { scope: 'row', title: row.version }, row.tagger, row.failed > 0 && h('span', { class: 'cp-failed' }, ` ${plural(row.failed, 'text')} failed`)),
          ...(score ? [h('td', {}, h('b', {}, two(score.f1))), h('td', {}, between(score)), h('td', {}, two(score.p)), h('td', {}, two(score.r))] : [h('td', { colspan: 4 }, 'nothing found, nothing to find')]),
          h('td', {}, calls(row)),
          h('td', {}, tokens(row)),
          h('td', {}, money(row)),
          h('td', {}, row.seconds < 10 ? row.seconds.toFixed(1) : count(row.seconds)),
        );
      }),
    ),
  );
}

// The library is part of the price of whatever it guides.
function calls({ llm_calls: made, cached_calls: known, library }) {
  const parts = [count(made)];
  if (known > 0) parts.push(`${count(known)} known before`);
  const built = (library?.llm_calls ?? 0) + (library?.cached_calls ?? 0);
  if (built) parts.push(`+ ${count(built)} for the library`);
  return parts.join(', ');
}

function tokens(row) {
  return withLibrary(row, ({ prompt_tokens: prompt, completion_tokens: completion }) => known(prompt) && known(completion) && prompt + completion, count);
}

function money(row) {
  return withLibrary(row, ({ cost }) => known(cost) && cost, (cost) => (cost ? cost.toFixed(4) : '0'));
}

const known = (figure) => figure !== null && figure !== undefined;

// A figure of the tagger and, behind a plus, of the library that guides it; `read` gives false where it is not known.
function withLibrary(row, read, show) {
  const said = (figure) => (figure === false ? 'not known' : show(figure));
  const built = row.library && Object.keys(row.library).length ? read(row.library) : 0;
  return built === 0 ? said(read(row)) : `${said(read(row))}, + ${said(built)}`;
}

function remarks(job, rows) {
  const guided = rows.some((row) => row.library && Object.keys(row.library).length);
  const known = rows.some((row) => row.cached_calls > 0);
  const said = [
    job.source === 'accepted' && 'Accepted texts were suggested by a tagger before a person corrected them, which flatters that tagger; texts kept for evaluation, or a file, do not.',
    guided && 'ReverseNER is transductive: its feature sentences come from the unlabelled texts of this project, perhaps these among them.',
    known && 'Answers known before, recorded ones among them, cost nothing and take no time.',
  ].filter(Boolean);
  return said.length > 0 && notice('plain', h('ul', {}, said.map((line) => h('li', {}, line))));
}

function perType(rows, types) {
  return h(
    'table',
    { class: 'ns-table cp-table', 'data-testid': 'compare-types' },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Type'), h('th', { scope: 'col' }, 'Spans'), rows.map((row) => h('th', { scope: 'col' }, row.tagger)))),
    h(
      'tbody',
      {},
      types.map((name) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, name),
          h('td', {}, Math.max(...rows.map((row) => row.types[name]?.support ?? 0))),
          rows.map((row) => h('td', {}, row.types[name] ? [two(row.types[name].f1), h('span', { class: 'ns-muted' }, ` ${between(row.types[name])}`)] : '–')),
        ),
      ),
    ),
  );
}

// One bar a tagger with its interval; the numbers stand beside the bars.
async function plot(figure, rows, type) {
  let Plotly;
  try {
    Plotly = await plotly();
  } catch (trouble) {
    figure.replaceChildren(h('p', { role: 'alert' }, trouble.message));
    return;
  }
  const shown = rows.filter((row) => scores(row, type)).reverse();
  const of = (row) => scores(row, type);
  const { accent, ink } = colours(figure);
  const narrow = figure.clientWidth < 480;
  const trace = {
    type: 'bar',
    orientation: 'h',
    x: shown.map((row) => of(row).f1),
    y: shown.map((row) => escaped(row.tagger)),
    marker: { color: accent },
    error_x: {
      type: 'data',
      symmetric: false,
      array: shown.map((row) => (of(row).high ?? of(row).f1) - of(row).f1),
      arrayminus: shown.map((row) => of(row).f1 - (of(row).low ?? of(row).f1)),
      color: ink,
      thickness: 1.5,
      width: 5,
    },
    hovertemplate: 'F1 %{x:.3f}<extra></extra>',
  };
  figure.style.height = `${64 + 44 * shown.length}px`;
  await Plotly.react(
    figure,
    [trace],
    layout(figure, {
      xaxis: { range: [0, 1], dtick: narrow ? 0.5 : 0.2, fixedrange: true },
      yaxis: { fixedrange: true, showgrid: false, ticksuffix: '  ' },
      bargap: 0.45,
      margin: { l: 8, r: 16, t: 8, b: 32 },
      uirevision: type,
    }),
    CONFIG,
  );
  figure.dataset.points = String(shown.length);
  figure.setAttribute('aria-label', shown.map((row) => `${row.tagger}: F1 ${two(of(row).f1)}`).reverse().join(', '));
}

function escaped(text) {
  return text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign]);
}

function past(jobs, trigger) {
  if (!jobs?.length) return null;
  return h(
    'details',
    { class: 'ns-log' },
    h('summary', {}, `Other comparisons (${jobs.length})`),
    h(
      'ul',
      { class: 'ns-past' },
      jobs.map((job) =>
        h(
          'li',
          { 'data-job-id': job.id },
          h('span', {}, job.taggers.join(', ')),
          h('span', { class: 'ns-muted' }, job.on),
          h('span', { class: 'ns-muted' }, moment(job.created_at)),
          h('button', { type: 'button', class: 'ns-button', onclick: () => trigger('open', { id: job.id }) }, 'Open'),
        ),
      ),
    ),
  );
}
