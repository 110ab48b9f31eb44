// The examples of a library: looked through, approved, rejected, edited, written by hand.

import { go } from '../app/address.js';
import { h, plural } from '../app/dom.js';
import { markedText } from '../app/parts.js';
import { ask, tell } from '../span_editor/api.js';
import { ExampleEditor } from './example_editor.js';

const SHOWN = 30; // cards drawn at once; the rest follow on demand
const STATUSES = [
  ['', 'all'],
  ['generated', 'to look at'],
  ['approved', 'approved'],
  ['edited', 'edited'],
  ['rejected', 'rejected'],
];
const ORIGINS = { llm: 'language model', embedded: 'embedded writer', person: 'by hand', imported: 'imported' };

export class Examples {
  // actions: {changed(): Promise, say(kind, words)}
  constructor(actions) {
    this.actions = actions;
    this.list = h('ol', { class: 'lb-examples', 'data-testid': 'examples' });
    this.reset();
  }

  reset() {
    this.filter = { status: '', code: '', feature: '', words: '', id: null };
    this.limit = SHOWN;
    this.editor = null; // {id|null, element}
    this.users = null; // {id, told}
  }

  // Show one example alone.
  single(id) {
    this.reset();
    this.filter.id = id;
  }

  draw(told, project) {
    this.told = told;
    this.project = project;
    this.readonly = told.library ? !told.newest : false;
    const rows = told.examples ?? [];
    this.cards = this.fitting(rows);
    this.list.replaceChildren(...this.cards.slice(0, this.limit).map((one) => this.card(one)));
    if (!this.cards.length) this.list.replaceChildren(h('li', { class: 'ns-none' }, rows.length ? 'No example is like that.' : 'No examples yet.'));
    return h(
      'div',
      {},
      this.tools(rows),
      this.editor?.id === null && this.editor.element,
      this.list,
      this.cards.length > this.limit &&
        h('button', { type: 'button', class: 'ns-button lb-more', onclick: () => this.more() }, `Show more (${this.cards.length - this.limit} not shown)`),
    );
  }

  redraw() {
    const { told, project } = this;
    this.list.parentElement?.replaceWith(this.draw(told, project));
  }

  more() {
    this.limit += SHOWN;
    this.redraw();
  }

  fitting(rows) {
    const { status, code, feature, words, id } = this.filter;
    const wanted = words.trim().toLowerCase();
    return rows.filter(
      (one) =>
        (id === null || one.id === id) &&
        (!status || one.status === status) &&
        (!code || one.spans.some((span) => span.code === code)) &&
        (feature === '' || String(one.feature) === feature) &&
        (!wanted || one.text.toLowerCase().includes(wanted)),
    );
  }

  narrow(change) {
    this.filter = { ...this.filter, id: null, ...change };
    this.limit = SHOWN;
    const focused = document.activeElement?.dataset?.focus;
    this.redraw();
    if (focused) this.list.parentElement?.querySelector(`[data-focus="${focused}"]`)?.focus();
  }

  tools(rows) {
    const { types, library } = this.told;
    const { status, code, feature, words, id } = this.filter;
    const count = (name) => (name ? rows.filter((one) => one.status === name).length : rows.length);
    const select = (label, name, first, options) => {
      const element = h(
        'select',
        { 'aria-label': label, 'data-focus': name, onchange: () => this.narrow({ [name]: element.value }) },
        h('option', { value: '' }, first),
        options.map(([value, text]) => h('option', { value }, text)),
      );
      element.value = this.filter[name];
      return element;
    };
    const find = h('input', {
      type: 'search',
      placeholder: 'Words in an example',
      'aria-label': 'Find examples by words',
      'data-focus': 'words',
      value: words,
      onchange: () => this.narrow({ words: find.value }),
    });
    return h(
      'div',
      { class: 'lb-tools' },
      h(
        'div',
        { class: 'ns-filters' },
        STATUSES.filter(([name]) => !name || count(name) > 0 || name === status).map(([name, label]) =>
          h(
            'button',
            { type: 'button', class: 'ns-filter', 'aria-pressed': String(status === name && id === null), 'data-focus': `status-${name}`, onclick: () => this.narrow({ status: name }) },
            label,
            h('span', { class: 'ns-count' }, count(name).toLocaleString('en')),
          ),
        ),
      ),
      h(
        'div',
        { class: 'lb-finds' },
        find,
        select('Only with this type', 'code', 'Every type', types.map((type) => [type.code, type.name])),
        library?.features.length > 0 &&
          select('Only of this feature sentence', 'feature', 'Every feature sentence', library.features.map((one, i) => [String(i), `${i + 1}. ${one.text.slice(0, 60)}`])),
        !this.readonly && types.length > 0 && h('button', { type: 'button', class: 'ns-button', 'data-testid': 'example-add', onclick: () => this.write() }, 'Write an example'),
      ),
    );
  }

  // --- one example ------------------------------------------------------------------------------

  card(one) {
    const editing = this.editor?.id === one.id;
    return h(
      'li',
      { class: 'lb-card', 'data-example': one.id, 'data-status-of': one.status, 'data-origin': one.origin, 'data-revision': one.revision },
      editing ? this.editor.element : h('p', { class: 'lb-text' }, markedText(one.text, one.spans, this.told.types)),
      one.reason && h('p', { class: 'lb-reason' }, `Rejected: ${one.reason}`),
      h('p', { class: 'ns-muted lb-facts' }, this.facts(one)),
      !this.readonly && !editing && this.buttons(one),
      this.users?.id === one.id && this.drawUsers(),
    );
  }

  facts(one) {
    const facts = [h('b', { class: 'lb-status' }, one.status), h('span', {}, ORIGINS[one.origin] ?? one.origin)];
    if (one.origin === 'llm' && one.model) facts.push(h('span', {}, one.model));
    if (one.feature !== null) facts.push(h('span', { title: one.feature_text }, `after feature sentence ${one.feature + 1}`));
    if (one.author) facts.push(h('span', {}, `last changed by ${one.author}`));
    return facts;
  }

  buttons(one) {
    const act = (label, name, action) =>
      h('button', { type: 'button', class: 'ns-button', 'data-testid': `example-${name}`, onclick: action }, label);
    const decided = ['approved', 'rejected'].includes(one.status);
    return h(
      'div',
      { class: 'lb-do' },
      one.status !== 'approved' && act('Approve', 'approve', () => this.decide(one, 'approved')),
      one.status !== 'rejected' && act('Reject', 'reject', () => this.decide(one, 'rejected')),
      decided && one.author && act('Take back', 'take-back', () => this.decide(one, 'generated')),
      act('Edit', 'edit', () => this.edit(one)),
      one.origin === 'llm' && !decided && one.status !== 'edited' && act('Write anew', 'anew', () => this.anew(one)),
      one.status !== 'rejected' && act('Which texts would use it?', 'users', () => this.look(one)),
    );
  }

  async decide(one, status) {
    await this.send(() => tell(`/api/library/examples/${one.id}/status`, { base: one.revision, status }));
  }

  // One call of the language model, in a job; the old sentence stays to be seen.
  async anew(one) {
    await this.send(async () => {
      const { job } = await tell(`/api/library/examples/${one.id}/anew`, {});
      this.actions.say('plain', 'One sentence is being written anew.');
      let told = { status: 'queued' };
      while (['queued', 'running'].includes(told.status)) {
        await new Promise((done) => setTimeout(done, 800));
        told = await ask(`/api/jobs/${job}`);
      }
      if (told.status !== 'done') throw new Error(told.error || 'Writing it anew was stopped.');
    });
  }

  edit(one) {
    const save = (content) => this.send(async () => {
      await tell(`/api/library/examples/${one.id}`, { ...content, base: one.revision }, 'PUT');
      this.editor = null;
    });
    this.open(one.id, one, save);
  }

  write() {
    const save = (content) => this.send(async () => {
      const made = await tell('/api/library/examples', { ...content, project: this.project });
      this.editor = null;
      this.single(made.id);
    });
    this.open(null, { text: '', spans: [] }, save);
  }

  open(id, content, save) {
    const close = () => {
      this.editor = null;
      this.redraw();
    };
    const editor = new ExampleEditor(content, this.told.types, { save, close });
    this.editor = { id, element: editor.element };
    this.redraw();
    (id === null ? editor.parts.words : editor.parts.text).focus();
  }

  // Save something and show what the store holds then; a refusal leaves everything as it is.
  async send(act) {
    try {
      await act();
    } catch (trouble) {
      const words = trouble.status === 409 ? 'Somebody changed this example meanwhile; it is shown as it is now.' : trouble.message;
      if (trouble.status === 409) {
        this.editor = null;
        await this.actions.changed();
      }
      this.actions.say('bad', words);
      return;
    }
    await this.actions.changed();
  }

  // --- which texts it helps with ----------------------------------------------------------------

  async look(one) {
    if (this.users?.id === one.id) {
      this.users = null;
      this.redraw();
      return;
    }
    try {
      this.users = { id: one.id, told: await ask(`/api/figures/examples/${one.id}/texts`) };
    } catch (trouble) {
      this.actions.say('bad', trouble.message);
      return;
    }
    this.redraw();
  }

  drawUsers() {
    const { known, texts, of } = this.users.told;
    if (!known) {
      return h('p', { class: 'ns-notice warn' }, 'The map was drawn before this example came; draw it anew to see which texts would use it.');
    }
    return h(
      'div',
      { class: 'lb-users', 'data-testid': 'example-users', 'data-count': texts.length },
      h('p', {}, `It would stand beside ${plural(texts.length, 'text')} of ${of.toLocaleString('en')} when the guided tagger reads them.`),
      h(
        'ul',
        {},
        texts.slice(0, SHOWN).map(({ id, number, text }) =>
          h('li', {}, h('button', { type: 'button', class: 'ns-link lb-link', onclick: () => go({ page: 'annotate', text: String(id) }) }, `Text ${number}`), h('span', { dir: 'auto' }, text)),
        ),
      ),
      texts.length > SHOWN && h('p', { class: 'ns-muted' }, `and ${plural(texts.length - SHOWN, 'more', 'more')}`),
    );
  }
}
