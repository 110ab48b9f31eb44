// The map of a project's texts and library examples: a Plotly figure, and beside it a table that
// shows and selects the same points for those who use keys or do not see the figure.
// value: {project, turn}. Points come from /api/figures/map; texts never pass through the component.

import { go } from '../app/address.js';
import { h, plural } from '../app/dom.js';
import { ahead, colours, layout, plotly } from '../app/plotly.js';
import { addStyle } from '../span_editor/style.js';
import { curve } from './curve.js';
import { MANY, placed, selection, traces } from './figure.js';
import { RUNNING, notes, tools } from './notes.js';
import { groups, points } from './points.js';
import { painted, sketch } from './sketch.js';
import { PointTable } from './table.js';

const EVERY = 1500; // milliseconds between two looks while the map is being drawn
const CONFIG = {
  displaylogo: false,
  responsive: true,
  scrollZoom: false,
  modeBarButtonsToRemove: ['autoScale2d', 'toImage'],
};

export async function mount(element, { props, trigger, watch }) {
  await addStyle(new URL('./cluster_map.css', import.meta.url));
  const map = new ClusterMap(element.querySelector('.cm-root'), (k) => trigger('k', { k }));
  const arrived = () => props.value?.project && map.show(props.value.project);
  watch('value', arrived);
  arrived();
}

class ClusterMap {
  constructor(root, chooseK) {
    this.root = root;
    this.chooseK = chooseK;
    this.project = null;
    this.turn = 0; // an answer to an older question is not wanted any more
    this.by = 'cluster';
    this.layout = 'fine';
    this.selected = null; // Set of keys, null for no selection
    this.build();
    const dark = new MutationObserver(() => this.draw());
    dark.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  }

  build() {
    this.parts = {
      tools: h('div', { class: 'cm-tools' }),
      figure: h('div', { class: 'cm-figure', role: 'img' }),
      stage: h('div', { class: 'cm-stage' }),
      note: h('div', { class: 'cm-note', 'aria-live': 'polite' }),
      curve: h('div', { class: 'cm-curve' }),
      detail: h('div', { class: 'cm-detail', 'data-testid': 'map-detail', 'aria-live': 'polite' }),
      side: h('section', { class: 'cm-side', 'aria-label': 'Points of the map' }),
    };
    const { tools, figure, stage, note, curve: silhouettes, detail, side } = this.parts;
    stage.append(figure);
    this.table = new PointTable(side, {
      select: (keys) => this.select(keys),
      filtered: () => this.drawTable(),
    });
    this.work = h(
      'div',
      { class: 'cm-work', hidden: true },
      h('div', { class: 'cm-main' }, tools, stage, detail),
      side,
    );
    this.root.replaceChildren(note, this.work, silhouettes);
  }

  show(project) {
    this.turn += 1;
    if (project !== this.project) this.forget();
    this.project = project;
    this.look(this.turn);
  }

  forget() {
    if (this.drawn) window.Plotly?.purge(this.parts.figure);
    clear(this.parts.stage);
    this.drawn = null;
    this.payload = null;
    this.selected = null;
    this.works = false;
    this.says = '';
  }

  // Ask what there is; again after a while as long as a job draws.
  async look(turn) {
    ahead();
    const says = await fetch(`/api/figures/map?project=${encodeURIComponent(this.project)}`)
      .then((answer) => (answer.ok ? answer.text() : null))
      .catch(() => null);
    if (turn !== this.turn) return;
    if (says) await this.take(says);
    else this.say(h('p', { role: 'alert' }, 'The map could not be fetched: the studio did not answer.'), this.again('Try again'));
    if (says && RUNNING.includes(this.payload?.job?.status)) setTimeout(() => turn === this.turn && this.look(turn), EVERY);
  }

  // says: the answer as JSON
  async take(says) {
    if (says !== this.says) {
      const payload = JSON.parse(says);
      this.says = says;
      this.payload = payload;
      this.points = payload.drawn ? points(payload) : [];
      this.byKey = new Map(this.points.map((point) => [point.key, point]));
      this.work.hidden = !payload.drawn;
      if (this.points.length >= MANY && !this.drawn) await this.sketch();
      if (this.payload !== payload) return;
      this.drawTools();
      this.drawTable();
      this.parts.curve.replaceChildren(...curve(payload.curve ?? [], this.chooseK));
      await this.draw();
    }
    this.drawNote();
  }

  // --- what is said around the figure -----------------------------------------------------------

  say(...children) {
    this.parts.note.replaceChildren(...children.filter(Boolean));
  }

  again(label, primary = false) {
    return h(
      'button',
      {
        type: 'button',
        class: primary ? 'ns-button primary' : 'ns-button',
        'data-testid': 'draw-map',
        onclick: () => this.redrawMap(),
      },
      label,
    );
  }

  async redrawMap() {
    const answer = await fetch('/api/figures/map', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ project: this.project }),
    }).catch(() => null);
    if (answer?.ok) return this.show(this.project);
    const told = await answer?.json().catch(() => null);
    const sentence = told?.error?.message ?? 'The studio did not answer.';
    return this.say(h('p', { role: 'alert' }, sentence), this.again('Try again'));
  }

  drawNote() {
    this.say(...notes(this.payload, (label, primary) => this.again(label, primary)));
  }

  drawTools() {
    if (!this.payload.drawn) return;
    const chosen = { by: this.by, layout: this.layout };
    const fine = this.payload.texts.fine !== null;
    this.parts.tools.replaceChildren(...tools(chosen, fine, (name, value) => this.choose(name, value)));
  }

  choose(name, value) {
    this[name] = value;
    this.drawTools();
    this.table.reset();
    this.drawTable();
    this.draw();
  }

  // --- the figure -------------------------------------------------------------------------------

  // What can be seen at once; the figure takes its place.
  async sketch() {
    const { stage } = this.parts;
    clear(stage);
    stage.append(sketch(stage, groups(this.points, this.by, this.payload.types), (point) => placed(point, this.layout)));
    await painted();
    this.root.dataset.sketched = String(this.points.length);
  }

  async draw() {
    const { payload } = this;
    if (!payload?.drawn) return;
    const { figure, stage } = this.parts;
    const { ink } = colours(figure);
    const gl = this.points.length >= MANY && hasWebGL();
    const made = traces(this.points, {
      by: this.by,
      layout: this.layout,
      types: this.payload.types,
      gl,
      ink,
    });
    let Plotly;
    try {
      Plotly = await plotly();
    } catch (trouble) {
      clear(stage);
      figure.replaceChildren(h('p', { role: 'alert' }, trouble.message));
      return;
    }
    if (payload !== this.payload) return; // something newer is being drawn
    selection(made, this.selected).forEach((rows, i) => {
      if (rows) made[i].selectedpoints = rows;
    });
    const axis = { visible: false, showgrid: false, zeroline: false };
    const narrow = figure.clientWidth < 560;
    await Plotly.react(
      figure,
      made,
      layout(figure, {
        xaxis: axis,
        yaxis: axis,
        dragmode: matchMedia('(pointer: coarse)').matches ? false : 'select',
        hovermode: 'closest',
        showlegend: true,
        legend: { itemsizing: 'constant', font: { size: 12 }, orientation: 'h', y: -0.02, yanchor: 'top', maxheight: narrow ? 0.45 : 0.25 },
        margin: { l: 4, r: 4, t: 28, b: 4 },
        uirevision: `${this.by} ${this.layout}`,
      }),
      CONFIG,
    );
    clear(stage);
    this.drawn = made;
    this.listen(figure);
    figure.setAttribute('aria-label', `Map of ${plural(this.points.length, 'point')}; the table beside it lists the same.`);
    this.root.dataset.points = String(this.points.length);
    this.root.dataset.layout = this.layout === 'fine' && this.payload.texts.fine ? 'fine' : 'plane';
    this.root.dataset.by = this.by;
    this.root.dataset.drawnWith = gl ? 'webgl' : 'svg';
  }

  listen(figure) {
    if (this.works) return;
    this.works = true;
    const keys = (event) => event?.points?.map(({ customdata }) => customdata) ?? [];
    // What we draw ourselves is told back by Plotly, as if a person had done it.
    const heard = (act) => (event) => this.drawing || act(event);
    figure.on('plotly_click', heard((event) => this.select(keys(event).slice(0, 1))));
    figure.on('plotly_selected', heard((event) => event?.points && this.select(keys(event))));
    figure.on('plotly_deselect', heard(() => this.select(null)));
  }

  // --- what is selected -------------------------------------------------------------------------

  // keys: a list of them, or null for nothing
  select(keys) {
    const wanted = keys?.length ? new Set(keys) : null;
    this.selected = wanted;
    this.root.dataset.selected = String(wanted?.size ?? 0);
    this.drawTable();
    this.drawDetail();
    if (!this.drawn || !window.Plotly) return;
    this.mark(wanted);
  }

  // Dim all but the selected points, and take away the frame that a person drew around them.
  async mark(wanted) {
    this.drawing = true;
    const rows = selection(this.drawn, wanted);
    await window.Plotly.update(this.parts.figure, { selectedpoints: rows }, { selections: [] });
    this.drawing = false;
  }

  drawTable() {
    if (!this.payload?.drawn) return;
    this.table.show(this.points, this.payload.types, this.by, this.selected);
  }

  drawDetail() {
    const { detail } = this.parts;
    if (!this.selected) return detail.replaceChildren();
    if (this.selected.size > 1) {
      return detail.replaceChildren(h('p', {}, `${plural(this.selected.size, 'point')} selected; the table lists them.`));
    }
    const point = this.byKey.get([...this.selected][0]);
    if (!point) return detail.replaceChildren();
    const open = point.kind === 'example'
      ? () => document.dispatchEvent(new CustomEvent('studio:example', { detail: { id: point.id } }))
      : () => go({ page: 'annotate', text: String(point.id) });
    return detail.replaceChildren(
      h('p', { class: 'ns-text', dir: 'auto' }, point.text),
      h(
        'button',
        { type: 'button', class: 'ns-button', onclick: open },
        point.kind === 'example' ? 'Open the example' : `Open text ${point.number}`,
      ),
    );
  }
}

// Take the sketch away.
function clear(stage) {
  stage.querySelector('.cm-sketch')?.remove();
}

let webgl = null;

// Whether the browser draws with WebGL; asked once, for a context is a scarce thing.
function hasWebGL() {
  if (webgl === null) {
    const context = document.createElement('canvas').getContext('webgl');
    webgl = context !== null;
    context?.getExtension('WEBGL_lose_context')?.loseContext();
  }
  return webgl;
}
