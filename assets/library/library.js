// The library of a project: its examples, entities, feature sentences and versions.
// value: {project, turn}. All of it comes from /api/library and goes back there, change by change.

import { h, plural } from '../app/dom.js';
import { ask } from '../span_editor/api.js';
import { addStyle } from '../span_editor/style.js';
import { Examples } from './examples.js';
import { entities } from './entities.js';
import { Versions } from './versions.js';

export const WRITERS = {
  llm: 'a language model',
  embedded: 'the embedded writer, without a language model',
  person: 'people',
};

export async function mount(element, { props, watch }) {
  await Promise.all(
    [new URL('./library.css', import.meta.url), new URL('../span_editor/span_editor.css', import.meta.url)].map(addStyle),
  );
  const book = new Book(element.querySelector('.lb-root'));
  const arrived = () => props.value?.project && book.show(props.value);
  watch('value', arrived);
  arrived();
}

class Book {
  constructor(root) {
    this.root = root;
    this.project = null;
    this.version = null; // null for the newest
    this.part = 'examples';
    this.turn = 0;
    this.parts = {
      note: h('div', { class: 'lb-note', 'aria-live': 'polite' }),
      head: h('div', { class: 'lb-head' }),
      tabs: h('div', { class: 'ns-filters lb-tabs', role: 'tablist', 'aria-label': 'Library' }),
      body: h('div', { class: 'lb-body', role: 'tabpanel' }),
    };
    root.replaceChildren(...Object.values(this.parts));
    this.examples = new Examples({
      changed: () => this.refresh(),
      say: (...words) => this.say(...words),
    });
    this.versions = new Versions({ open: (version) => this.open(version) });
    document.addEventListener('studio:example', (event) => this.reveal(event.detail.id));
  }

  async show({ project }) {
    if (project !== this.project) {
      this.version = null;
      this.part = 'examples';
      this.examples.reset();
    }
    this.project = project;
    await this.refresh();
  }

  async open(version) {
    this.version = version;
    this.part = 'examples';
    await this.refresh();
  }

  async reveal(id) {
    this.part = 'examples';
    this.version = null;
    this.examples.single(id);
    await this.refresh();
    this.parts.body.scrollIntoView({ block: 'start' });
  }

  // What the store holds; an editor that is open keeps what was done in it.
  async refresh() {
    const turn = (this.turn += 1);
    let told;
    try {
      told = await ask('/api/library', { project: this.project, version: this.version });
    } catch (trouble) {
      if (turn === this.turn) this.say('bad', trouble.message);
      return;
    }
    if (turn !== this.turn) return;
    this.say();
    this.told = told;
    this.draw();
  }

  say(kind, words) {
    const role = kind === 'bad' ? 'alert' : 'status';
    this.parts.note.replaceChildren(...(words ? [h('div', { class: `ns-notice ${kind}`, role }, words)] : []));
  }

  draw() {
    const { told } = this;
    const { library } = told;
    this.root.dataset.version = library?.version ?? '';
    this.root.dataset.writer = library?.writer ?? '';
    this.root.dataset.examples = library?.examples ?? 0;
    if (!library) {
      const next = told.types.length
        ? 'Build one, or write the first example yourself.'
        : 'Its examples are about entity types, and none is defined yet.';
      this.parts.head.replaceChildren(h('p', { class: 'ns-muted' }, `No library yet. ${next}`));
      this.parts.tabs.replaceChildren();
      this.parts.body.replaceChildren(this.examples.draw(told, this.project));
      return;
    }
    this.parts.head.replaceChildren(...this.head());
    this.drawTabs();
    const drawn = {
      examples: () => this.examples.draw(told, this.project),
      entities: () => entities(told),
      features: () => features(library),
      versions: () => this.versions.draw(told, this.project),
    };
    this.parts.body.replaceChildren(drawn[this.part]());
  }

  head() {
    const { library, short, newest, versions } = this.told;
    const { counts } = library;
    const said = ['approved', 'edited', 'generated', 'rejected']
      .filter((status) => counts[status])
      .map((status) => `${counts[status].toLocaleString('en')} ${status}`);
    return [
      h(
        'p',
        {},
        h('b', {}, `Version ${library.version}`),
        `, written by ${WRITERS[library.writer] ?? library.writer}: ${plural(library.examples, 'example')} guide the tagger (${said.join(', ') || 'none'}).`,
        !library.complete && ' It is not complete.',
      ),
      !newest &&
        h(
          'p',
          { class: 'ns-notice warn' },
          `This is an older version; it is here to read. `,
          h('button', { type: 'button', class: 'ns-button', onclick: () => this.open(null) }, `Back to version ${versions[0].version}`),
        ),
      library.complete && short?.length > 0 &&
        h(
          'details',
          { class: 'ns-log' },
          h('summary', {}, `${plural(short.length, 'type or feature sentence', 'types and feature sentences')} with too few examples`),
          h('ul', {}, short.map((line) => h('li', {}, line))),
        ),
    ].filter(Boolean);
  }

  drawTabs() {
    const { library, entities: lists, versions } = this.told;
    const tab = (name, label, count) =>
      h(
        'button',
        {
          type: 'button',
          role: 'tab',
          class: 'ns-filter',
          'aria-selected': String(this.part === name),
          'aria-pressed': String(this.part === name),
          'data-testid': `library-${name}`,
          onclick: () => {
            this.part = name;
            this.draw();
            this.parts.tabs.querySelector('[aria-selected="true"]')?.focus();
          },
        },
        label,
        h('span', { class: 'ns-count' }, count.toLocaleString('en')),
      );
    const total = Object.values(library.counts).reduce((sum, count) => sum + count, 0);
    const surfaces = lists.reduce((sum, one) => sum + one.surfaces.length, 0);
    this.parts.tabs.replaceChildren(
      tab('examples', 'Examples', total),
      tab('entities', 'Entities', surfaces),
      tab('features', 'Feature sentences', library.features.length),
      tab('versions', 'Versions', versions.length),
    );
  }
}

function features({ features: listed, silhouette }) {
  return h(
    'div',
    {},
    h(
      'p',
      { class: 'ns-muted' },
      `Real texts of this project, each in the middle of a cluster; examples take their shape from them (silhouette ${silhouette.toFixed(2)}). The method is transductive: it has seen these texts, unlabelled.`,
    ),
    h(
      'ol',
      { class: 'lb-features' },
      listed.map(({ text, texts }, i) =>
        h('li', {}, h('span', { class: 'lb-number' }, i + 1), h('span', { dir: 'auto' }, text), h('span', { class: 'ns-muted' }, plural(texts, 'text'))),
      ),
    ),
  );
}

