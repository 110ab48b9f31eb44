// What trainings gave: runs side by side, and of one of them scores, confusions, mistakes, its use.
import { addStyle } from '../span_editor/style.js';
import { address } from './address.js';
import { h, plural, redraw } from './dom.js';
import { duration, moment } from './jobs.js';
import { link, notice, swatch } from './parts.js';

const SHOWN = 12; // mistakes before a person asks for more

const WRONG = {
  missed: 'missed',
  invented: 'invented',
  type: 'another type',
  edge: 'another edge',
  both: 'another edge and type',
};

export async function mount(element, { props, trigger, watch }) {
  await addStyle(new URL('./train.css', import.meta.url));
  const root = element.querySelector('.ns-view');
  const screen = { kind: '', all: false };
  const draw = () => redraw(root, () => (props.value?.runs?.length ? page(props.value, trigger, screen, draw) : []));
  watch('value', draw);
  draw();
}

function page(value, trigger, screen, draw) {
  return h(
    'div',
    { class: 'ns-train-results' },
    h('section', { class: 'ns-card' }, h('h2', {}, value.runs.length > 1 ? 'Runs side by side' : 'The run'), runs(value, trigger), perType(value)),
    value.detail && detail(value, trigger, screen, draw),
  );
}

function runs({ runs: all, detail: open }, trigger) {
  const columns = ['run', 'learnt from', 'base', 'F1', 'measured on', 'epochs', 'time'];
  return h(
    'div',
    { class: 'ns-scroll' },
    h(
      'table',
      { class: 'ns-table', 'data-testid': 'runs' },
      h('thead', {}, h('tr', {}, columns.map((name) => h('th', { scope: 'col' }, name)))),
      h(
        'tbody',
        {},
        all.map((run) =>
          h(
            'tr',
            { 'data-run': run.name, 'data-f1': run.micro?.f1 ?? null },
            h(
              'th',
              { scope: 'row' },
              h(
                'button',
                {
                  type: 'button',
                  class: 'ns-filter',
                  'aria-pressed': String(run.name === open?.name),
                  'data-focus': `run-${run.name}`,
                  onclick: () => trigger('choose', { name: run.name }),
                },
                run.name,
              ),
              run.finished ? null : h('span', { class: 'ns-muted' }, ' stopped early'),
            ),
            h('td', {}, run.source),
            h('td', {}, run.base, h('span', { class: 'ns-muted' }, ` · ${run.part}`)),
            h('td', {}, score(run.micro)),
            h('td', { class: 'ns-muted' }, run.measured),
            h('td', {}, run.best_epoch),
            h('td', {}, duration(run.seconds)),
          ),
        ),
      ),
    ),
  );
}

function score(one) {
  if (!one) return h('span', { class: 'ns-muted' }, 'not measured');
  const between = typeof one.low === 'number' ? `${percent(one.low)}–${percent(one.high)}` : '';
  return h('span', {}, h('b', { class: 'ns-number' }, percent(one.f1)), between && h('span', { class: 'ns-muted' }, ` ${between}`));
}

const percent = (value) => (100 * value).toFixed(1);

// F1 a type, one column a run; only where there are two runs or more to compare.
function perType({ runs: all, types }) {
  const scored = all.filter((run) => Object.keys(run.types).length).slice(0, 5);
  if (scored.length < 2) return null;
  const places = new Set(scored.map((run) => run.measured));
  return h(
    'details',
    { class: 'ns-log', 'data-testid': 'runs-by-type' },
    h('summary', {}, 'F1 of each type, run by run'),
    places.size > 1 && notice('warn', 'These runs were not measured on the same texts, so small differences mean nothing.'),
    h(
      'div',
      { class: 'ns-scroll' },
      h(
        'table',
        { class: 'ns-table' },
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'type'), scored.map((run) => h('th', { scope: 'col' }, run.name)))),
        h(
          'tbody',
          {},
          types.map((type) =>
            h('tr', {}, h('th', { scope: 'row' }, swatch(type.colour), type.name), scored.map((run) => h('td', {}, run.types[type.code] ? percent(run.types[type.code].f1) : '–'))),
          ),
        ),
      ),
    ),
  );
}

function detail(value, trigger, screen, draw) {
  const run = value.detail;
  return h(
    'div',
    { 'data-testid': 'run', 'data-run': run.name },
    h(
      'section',
      { class: 'ns-step' },
      h('div', {}, h('h2', {}, run.name), h('p', {}, told(run))),
      h('div', { class: 'ns-links' }, actions(run, trigger, value.project)),
    ),
    h(
      'div',
      { class: 'ns-columns' },
      h('section', { class: 'ns-card' }, h('h2', {}, 'Scores'), scores(run, value.types)),
      h('section', { class: 'ns-card' }, h('h2', {}, 'What is taken for what'), confusion(run.confusion, value.types)),
    ),
    mistakes(run, value, screen, draw),
    use(run),
  );
}

function told(run) {
  const when = moment(run.created_at);
  return `Learnt from ${run.source}, ${plural(run.texts, 'text')}; ${run.device}; ${when}.`;
}

function actions(run, trigger, project) {
  const act = (name, label, primary) =>
    h(
      'button',
      {
        type: 'button',
        class: primary ? 'ns-button primary' : 'ns-button',
        'data-testid': name,
        'data-focus': name,
        onclick: () => trigger(name, { name: run.name }),
      },
      label,
    );
  return [
    act('tag_with', 'Tag with this run', !run.rival),
    run.rival && disputeButton(run, project),
  ];
}

// Says which two taggers to compare, for the whole project, and opens the queue in that order.
function disputeButton(run, project) {
  const trouble = h('span', { role: 'alert' });
  const onclick = async (event) => {
    event.target.disabled = true;
    const answer = await fetch(`/api/queue/choice?${new URLSearchParams({ project })}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ compared: [run.rival, run.tagger] }),
    }).catch(() => null);
    if (answer?.ok) {
      const queue = new URL(address({ project, page: 'annotate' }), window.location.href);
      queue.searchParams.set('order', 'disagreement');
      window.location.assign(queue);
    } else {
      event.target.disabled = false;
      trouble.textContent = 'The queue could not be sorted: the studio did not answer as it should.';
    }
  };
  return [
    h(
      'button',
      { type: 'button', class: 'ns-button primary', 'data-testid': 'dispute', onclick },
      `Review where it and ${run.rival} differ`,
    ),
    trouble,
  ];
}

function scores(run, types) {
  if (!run.micro) return h('p', { class: 'ns-muted' }, run.said);
  const rows = [['all types', null, run.micro], ...types.filter((type) => run.types[type.code]).map((type) => [type.name, type.colour, run.types[type.code]])];
  return [
    h('p', { class: 'ns-muted' }, run.said),
    h(
      'div',
      { class: 'ns-scroll' },
      h(
        'table',
        { class: 'ns-table', 'data-testid': 'run-scores' },
        h('thead', {}, h('tr', {}, ['type', 'F1, 95% interval', 'precision', 'recall', 'spans'].map((name) => h('th', { scope: 'col' }, name)))),
        h(
          'tbody',
          {},
          rows.map(([name, colour, one]) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, colour !== null && swatch(colour), name),
              h('td', {}, score(one)),
              h('td', {}, percent(one.p)),
              h('td', {}, percent(one.r)),
              h('td', {}, one.support),
            ),
          ),
        ),
      ),
    ),
    h('p', { class: 'ns-muted ns-small' }, 'In percent; a span counts when start, end and type are all right.'),
  ];
}

// cells: [[gold, guess, spans]]; "" is no span.
function confusion(cells, types) {
  if (!cells?.length) return h('p', { class: 'ns-muted' }, 'Not measured.');
  const seen = new Set(cells.flatMap(([gold, guess]) => [gold, guess]));
  const codes = [...types.map((type) => type.code).filter((code) => seen.has(code)), ''];
  const names = new Map(types.map((type) => [type.code, type.name]));
  const counts = new Map(cells.map(([gold, guess, spans]) => [`${gold}\n${guess}`, spans]));
  const most = Math.max(...cells.map(([, , spans]) => spans));
  return [
    h('p', { class: 'ns-muted' }, 'Rows: as it should be. Columns: as the run has it.'),
    h(
      'div',
      { class: 'ns-scroll' },
      h(
        'table',
        { class: 'ns-confusion', 'data-testid': 'confusion' },
        h('thead', {}, h('tr', {}, h('td', {}), codes.map((code) => h('th', { scope: 'col', title: names.get(code) ?? 'nothing' }, code || 'missed')))),
        h(
          'tbody',
          {},
          codes.map((gold) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row', title: names.get(gold) ?? 'nothing' }, gold || 'invented'),
              codes.map((guess) => cell(gold, guess, counts.get(`${gold}\n${guess}`) ?? 0, most)),
            ),
          ),
        ),
      ),
    ),
  ];
}

function cell(gold, guess, spans, most) {
  const right = gold === guess;
  return h('td', { 'data-right': right && gold ? 1 : null, style: spans ? `--share:${(spans / most).toFixed(2)}` : null }, spans || (gold || guess ? '·' : ''));
}

function mistakes(run, value, screen, draw) {
  if (!run.mistakes?.length) return null;
  const kinds = Object.keys(WRONG).filter((kind) => run.kinds[kind]);
  const wanted = run.mistakes.filter((one) => !screen.kind || one.kind === screen.kind);
  const shown = screen.all ? wanted : wanted.slice(0, SHOWN);
  const filter = (kind, label, count) =>
    h(
      'button',
      {
        type: 'button',
        class: 'ns-filter',
        'aria-pressed': String(screen.kind === kind),
        'data-focus': `kind-${kind}`,
        onclick: () => {
          screen.kind = kind;
          draw();
        },
      },
      label,
      h('span', { class: 'ns-count' }, count),
    );
  const total = Object.values(run.kinds).reduce((sum, count) => sum + count, 0);
  return h(
    'section',
    { class: 'ns-card' },
    h('h2', {}, 'Worst mistakes'),
    h('div', { class: 'ns-filters' }, filter('', 'all', total), kinds.map((kind) => filter(kind, WRONG[kind], run.kinds[kind]))),
    h('ul', { class: 'ns-mistakes', 'data-testid': 'mistakes' }, shown.map((one) => mistake(one, value))),
    wanted.length > shown.length &&
      h(
        'button',
        {
          type: 'button',
          class: 'ns-button',
          'data-focus': 'more-mistakes',
          onclick: () => {
            screen.all = true;
            draw();
          },
        },
        `Show ${wanted.length - shown.length} more`,
      ),
  );
}

function mistake(one, { types, project }) {
  const name = (code) => types.find((type) => type.code === code)?.name ?? code;
  const should = one.gold ? `${name(one.gold.code)} “${one.gold.surface}”` : 'nothing';
  const has = one.guess ? `${name(one.guess.code)} “${one.guess.surface}”` : 'nothing';
  return h(
    'li',
    { 'data-kind': one.kind },
    h('span', { class: 'ns-kind' }, WRONG[one.kind]),
    h('span', { dir: 'auto', class: 'ns-text' }, one.before, h('mark', { class: 'ns-marked' }, one.surface), one.after),
    h(
      'span',
      { class: 'ns-muted ns-small' },
      `should be ${should}, run has ${has}`,
      one.text_id && [' · ', link({ class: 'ns-link' }, { project }, { page: 'annotate', text: String(one.text_id) }, 'open the text')],
    ),
  );
}

function use(run) {
  return h(
    'section',
    { class: 'ns-card ns-use', 'data-testid': 'run-use' },
    h('h2', {}, 'Use it elsewhere'),
    h('p', {}, 'The model is a folder of its own: weights, tokenizer, entity types and a card that says how it was made.'),
    h('pre', { tabindex: 0 }, run.folder),
    run.uses.map(({ says, lines }) => [h('p', { class: 'ns-muted' }, says), h('pre', { tabindex: 0 }, lines)]),
  );
}
