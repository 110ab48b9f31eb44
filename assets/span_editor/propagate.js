// "Everywhere": label or reject every other occurrence of a span's words, in this text or in the
// whole project, after a look at each. Over a project it is one step, with one way back.

import { h, plural } from '../app/dom.js';
import { bulk } from './bulk.js';
import { HitsEverywhere, HitsHere } from './hits.js';
import { command } from './keys.js';
import { labelAll, rejectAll } from './occurrences.js';
import * as view from './propagate_view.js';
import { Ticks } from './ticks.js';

export class Propagate {
  // actions: {change(edit), types(), project(), settled(), turned(way, report, words), alone(way)}
  constructor(dialog, actions) {
    this.dialog = dialog;
    this.actions = actions;
    this.atWork = false; // a step over many texts is on its way
    this.turn = 0; // what is still being looked for is not wanted any more
    this.options = { whole: true, sameCase: true, accepted: false };
    this.scope = 'text';
    this.dialog.dialog.addEventListener('keydown', (event) => this.key(event));
    this.dialog.dialog.addEventListener('close', () => this.forget());
  }

  forget() {
    this.turn += 1;
    this.done = null;
  }

  open(doc, span, type) {
    Object.assign(this, { doc, span, type, done: null, before: [] });
    this.surface = doc.map.slice(span.start, span.end);
    this.lay();
    this.find();
    this.label.focus();
    this.recall();
  }

  // --- looking ----------------------------------------------------------------------------------

  lay() {
    this.ticks = new Ticks();
    this.choices = h('div', { class: 'se-wide se-options' });
    this.says = view.status('propagate-says');
    this.list = h('ul', { class: 'se-wide se-hit-list', 'data-testid': 'propagate-hits' });
    this.more = view.button('Show more', 'propagate-more', () => this.page());
    this.label = view.button('', 'propagate-label', () => this.take('label'), true);
    this.reject = view.button('', 'propagate-reject', () => this.take('reject'));
    this.earlier = h('div', { class: 'se-wide' });
    this.dialog.show('Everywhere', [
      h(
        'p',
        { class: 'se-wide' },
        'Every other ',
        h('b', {}, h('bdi', {}, this.surface)),
        ' can become ',
        h('bdi', {}, this.type?.name ?? this.span.code),
        ' too. What a person has marked stays as it is.',
      ),
      view.scopes(this.scope, (scope) => {
        this.scope = scope;
        this.find();
      }),
      this.choices,
      this.says,
      h(
        'div',
        { class: 'se-wide se-bar-do se-ticks' },
        view.button('Tick all', 'propagate-all', () => this.tick(true)),
        view.button('Tick none', 'propagate-none', () => this.tick(false)),
      ),
      this.list,
      this.more,
      h('div', { class: 'se-wide se-bar-do se-act' }, this.label, this.reject),
      this.earlier,
    ]);
  }

  find() {
    this.turn += 1;
    this.ticks.every(true);
    this.drawChoices();
    if (this.scope === 'project') return this.findEverywhere();
    this.hits = new HitsHere(this.doc, this.span, this.options);
    return this.draw();
  }

  async findEverywhere() {
    const { whole, sameCase, accepted } = this.options;
    const words = { surface: this.surface, code: this.span.code };
    this.hits = new HitsEverywhere({
      ...words,
      project: this.actions.project(),
      whole,
      same_case: sameCase,
      accepted,
    });
    this.list.replaceChildren();
    this.hold('Looking through the project…');
    await this.page();
  }

  // The first page of hits, or one more.
  async page() {
    const { turn, hits } = this;
    try {
      await hits.load();
      if (turn === this.turn) this.draw();
    } catch (trouble) {
      if (turn === this.turn) this.hold(trouble.message);
    }
  }

  drawChoices() {
    const option = (name, label) =>
      view.box(label, `propagate-${name}`, this.options[name], (value) => {
        this.options[name] = value;
        this.find();
      });
    const focused = document.activeElement?.dataset.testid;
    this.choices.replaceChildren(
      option('whole', 'Whole words only'),
      option('sameCase', 'Same capitals'),
    );
    if (this.scope === 'project') this.choices.append(option('accepted', 'In accepted texts too'));
    this.choices.querySelector(`[data-testid="${focused}"]`)?.focus();
  }

  draw() {
    const { hits, ticks } = this;
    const shown = view.rows(hits.list, ticks, this.actions.types(), () => this.drawButtons());
    const none = h('li', { class: 'se-none' }, 'There is no other one.');
    const { scrollTop } = this.list;
    this.list.replaceChildren(...(shown.length ? shown : [none]));
    this.list.scrollTop = scrollTop;
    const wide = this.scope === 'project';
    this.says.textContent = wide ? view.summary(hits, this.options.accepted) : '';
    this.drawButtons();
  }

  drawButtons() {
    const { hits, ticks } = this;
    const many = this.chosen();
    const refused = this.refused();
    const here = this.scope === 'text';
    this.label.textContent = `Label ${here ? plural(many, 'more', 'more') : plural(many, 'place')}`;
    this.label.disabled = !many;
    this.reject.textContent = `Reject ${plural(refused, 'suggestion')}`;
    this.reject.disabled = false;
    this.reject.hidden = !refused;
    const left = hits.total - hits.list.length;
    this.more.disabled = false;
    this.more.hidden = !hits.next;
    const state = ticks.all ? ', ticked' : '';
    this.more.textContent = `Show more (${left.toLocaleString('en')}${state})`;
  }

  // Nothing can be done right now, and why.
  hold(words) {
    this.says.textContent = words;
    for (const act of [this.label, this.reject, this.more]) if (act) act.disabled = true;
  }

  tick(all) {
    this.ticks.every(all);
    this.draw();
  }

  chosen() {
    return this.ticks.count(this.hits.total);
  }

  refused() {
    if (this.scope === 'text') return this.edit(rejectAll).rejected.length;
    return this.ticks.count(this.hits.refusable, ({ suggested }) => suggested);
  }

  // --- doing ------------------------------------------------------------------------------------

  edit(make) {
    const ticked = this.hits.list.filter(({ key }) => this.ticks.has(key));
    return make(
      this.doc,
      this.span,
      ticked.map(({ start, end }) => [start, end]),
    );
  }

  take(deed) {
    if (this.scope === 'project') return this.run(deed);
    const edit = this.edit(deed === 'label' ? labelAll : rejectAll);
    this.dialog.close();
    return this.actions.change(edit);
  }

  async run(deed) {
    this.hold(deed === 'label' ? 'Labelling…' : 'Rejecting…');
    if (!(await this.actions.settled()))
      return this.hold('There are changes that are NOT saved yet. Try again when they are.');
    const { words, asOf } = this.hits;
    return this.report(deed, () => bulk.apply(words, deed, this.ticks, asOf));
  }

  // Take a step back as a whole, or do it again, from wherever a person is.
  async back(way, id) {
    const words = way === 'undo' ? 'Taking it back…' : 'Doing it again…';
    if (this.says?.isConnected) this.hold(words);
    else this.actions.say(words);
    await this.report(way, () => bulk.turn(way, id));
  }

  // The open text may be one of them: it waits for what the store makes of it.
  async report(did, send) {
    this.atWork = true;
    try {
      const report = await send();
      const words = view.outcome(did, report);
      await this.actions.turned(did === 'undo' ? 'redo' : 'undo', report, words);
      if (this.dialog.isOpen) this.result(words, did === 'undo' ? 'redo' : 'undo', report.step);
    } catch (trouble) {
      if (this.dialog.isOpen) this.hold(trouble.message);
      else this.actions.say(trouble.message);
    } finally {
      this.atWork = false;
    }
  }

  result(words, way, step) {
    this.turn += 1;
    this.done = step && { way, id: step.id };
    const close = view.button('Done', 'bulk-done', () => this.dialog.close(), true);
    this.says = view.status('bulk-result');
    const label = way === 'undo' ? 'Take it back' : 'Do it again';
    const back = step && view.button(label, `bulk-${way}`, () => this.back(way, step.id));
    this.label = this.reject = this.more = null;
    this.dialog.show('Everywhere', [
      this.says,
      h('div', { class: 'se-wide se-bar-do' }, close, back),
    ]);
    this.says.textContent = words;
    close.focus();
  }

  // Ctrl Z in the dialog means the step that was just made.
  key(event) {
    if (!this.done) return;
    const meant = command(event, [])?.name;
    if (meant !== this.done.way) return;
    event.preventDefault();
    this.back(meant, this.done.id);
  }

  // --- the way back -----------------------------------------------------------------------------

  async recall() {
    const { turn, earlier } = this;
    const { steps: list } = await bulk.recent(this.actions.project()).catch(() => ({ steps: [] }));
    if (turn !== this.turn && !earlier.isConnected) return;
    earlier.replaceChildren(
      ...view.steps(list, this.actions.types(), (way, id) => this.back(way, id)),
    );
  }

  // The next undo here is part of a step over many texts: which of both is meant?
  async ask(way, id) {
    let step;
    try {
      step = await bulk.get(id);
    } catch (trouble) {
      return this.actions.say(trouble.message);
    }
    const verb = way === 'undo' ? 'Take back' : 'Do again';
    this.says = view.status('bulk-result');
    const everywhere = `${verb} in all ${plural(step.texts, 'text')}`;
    const all = view.button(everywhere, 'bulk-all', () => this.back(way, step.id));
    const only = () => {
      this.dialog.close();
      this.actions.alone(way);
    };
    const here = view.button(`${verb} only here`, 'bulk-here', only, true);
    this.label = this.reject = this.more = null;
    this.dialog.show(`${verb} where?`, [
      h(
        'p',
        { class: 'se-wide' },
        'This was one step over several texts: ',
        view.told(step, this.actions.types()),
        '.',
      ),
      this.says,
      h('div', { class: 'se-wide se-bar-do' }, here, all),
    ]);
    return here.focus();
  }
}
