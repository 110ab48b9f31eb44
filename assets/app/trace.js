// What a language model was asked about the text that is open, what it said, and the votes.
// value: {known}. Follows the span editor beside it; fetches only once somebody opens it.
import { h, plural, redraw } from './dom.js';
import { markedText, notice } from './parts.js';

export function mount(element, { props, watch }) {
  const root = element.querySelector('.ns-view');
  const view = new Trace(root);
  const arrived = () => view.know(Boolean(props.value?.known));
  watch('value', arrived);
  arrived();
}

class Trace {
  constructor(root) {
    this.root = root;
    this.open = false;
    this.turn = 0;
    this.follow();
  }

  // The editor says which text is open in its attributes.
  follow() {
    const editor = document.querySelector('[data-testid=span-editor]');
    if (!editor) {
      setTimeout(() => this.follow(), 500);
      return;
    }
    this.editor = editor;
    new MutationObserver(() => this.moved()).observe(editor, { attributes: true, attributeFilter: ['data-text-id'] });
    this.moved();
  }

  moved() {
    const text = this.editor.dataset.textId ?? '';
    if (text === this.text) return;
    this.text = text;
    this.draw();
  }

  know(known) {
    this.known = known;
    this.draw();
  }

  draw() {
    if (!this.known || !this.text) {
      this.root.replaceChildren();
      return;
    }
    const body = h('div', { class: 'tr-body', 'data-testid': 'trace' });
    const details = h(
      'details',
      { class: 'tr-trace', open: this.open },
      h('summary', { 'data-testid': 'trace-open' }, 'What the language model was asked, and what it said'),
      body,
    );
    details.addEventListener('toggle', () => {
      this.open = details.open;
      if (details.open) this.load(body);
    });
    redraw(this.root, () => details);
  }

  async load(body) {
    const turn = (this.turn += 1);
    const { text } = this;
    body.replaceChildren(h('p', { class: 'ns-muted' }, 'Looking.'));
    const told = await fetch(`/api/texts/${text}/traces`)
      .then((answer) => (answer.ok ? answer.json() : null))
      .catch(() => null);
    if (turn !== this.turn) return;
    body.dataset.textId = text;
    body.replaceChildren(...parts(told));
  }
}

function parts(told) {
  if (!told) return [notice('bad', 'The studio did not answer.')];
  if (told.hidden) return [h('p', {}, 'This text hides its suggestions, to measure what a tagger misses; so it hides this too.')];
  const found = Object.entries(told.traces);
  if (!found.length) return [h('p', {}, 'No language model was asked about this text.')];
  return found.map(([tagger, trace]) => one(tagger, trace, told.text));
}

function one(tagger, { messages = [], samples = [], votes = [] }, text) {
  return h(
    'section',
    { class: 'tr-tagger', 'data-tagger': tagger },
    h('h3', {}, tagger, h('span', { class: 'ns-muted' }, ` · ${plural(samples.length, 'answer')}`)),
    ballot(votes),
    samples.map((sample, i) => reply(sample, i, text)),
    h(
      'details',
      { class: 'ns-log' },
      h('summary', {}, `The prompt as it was sent (${plural(messages.length, 'message')})`),
      messages.map(({ role, content }) => h('div', { class: 'tr-message' }, h('b', {}, role), h('pre', {}, content))),
    ),
  );
}

function ballot(votes) {
  if (!votes.length) return h('p', { class: 'ns-muted' }, 'No mention was found.');
  return h(
    'table',
    { class: 'ns-table', 'data-testid': 'votes' },
    h('thead', {}, h('tr', {}, ['Words', 'Type', 'Place', 'Votes', ''].map((name) => h('th', { scope: 'col' }, name)))),
    h(
      'tbody',
      {},
      votes.map((vote) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, h('bdi', {}, vote.surface)),
          h('td', {}, vote.type),
          h('td', {}, vote.start === null ? 'not in the text' : `${vote.start}–${vote.end}`),
          h('td', {}, `${vote.votes} of ${vote.of}`),
          h('td', {}, vote.kept ? 'suggested' : 'dropped'),
        ),
      ),
    ),
  );
}

function reply({ reply: said, seed, model, cached, problems = [], mentions = [] }, i, text) {
  const spans = mentions.filter(({ start }) => start !== null).map(({ start, end, type }) => ({ start, end, code: type }));
  return h(
    'details',
    { class: 'ns-log', open: i === 0 },
    h('summary', {}, [`Answer ${i + 1}`, model, `seed ${seed}`, cached && 'known before'].filter(Boolean).join(' · ')),
    problems.length > 0 && h('ul', { class: 'ns-problems' }, problems.map((problem) => h('li', {}, problem))),
    h('pre', { 'data-testid': 'raw-reply' }, said || '(nothing)'),
    spans.length > 0 && h('p', {}, markedText(text, spans, [])),
  );
}
