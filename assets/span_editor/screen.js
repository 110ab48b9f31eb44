// Puts the editor's state on the screen, and its truth into the attributes that tests read.

import { go, ready } from '../app/address.js';
import { h } from '../app/dom.js';
import { bar, saveLine, taken } from './notices.js';
import { Painting } from './paint.js';
import { Palette } from './palette.js';
import { onRow } from './pointing.js';
import { QueueBar } from './queue_bar.js';
import { show } from './selection.js';
import { SpanList } from './span_list.js';
import { build, emptiness } from './view.js';

export class Screen {
  constructor(editor) {
    this.editor = editor;
    const press = (name) => () => editor.press(name);
    this.parts = build(editor.root, {
      undo: press('undo'),
      redo: press('redo'),
      propagate: press('propagate'),
      guide: press('guide'),
      help: press('help'),
      flag: press('flag'),
      skip: press('skip'),
      accept: press('done'),
    });
    this.painting = new Painting(this.parts.text);
    this.palette = new Palette(this.parts.palette, {
      type: (code) => editor.pickType(code),
      filter: () => editor.findType(),
      define: () => go({ page: 'types' }),
    });
    this.list = new SpanList(this.parts.list, {
      choose: (id) => onRow(editor, id),
      accept: (id) => onRow(editor, id, 'accept'),
      remove: (id) => onRow(editor, id, 'remove'),
      sure: press('sure'),
      dismiss: (id) => editor.dismiss(id),
      look: (id) => editor.lookAt(id),
      restore: (id) => editor.restore(id),
    });
    this.bar = new QueueBar(this.parts.queue, {
      previous: () => editor.walk.previous(),
      next: () => editor.walk.next(),
      jump: (number) => editor.walk.jump(number),
      filter: (change) => editor.walk.filter(change),
      choose: (choice) => editor.walk.choose(choice),
      figures: () => editor.keeper.queue.figures(),
    });
    this.noticed = '';
    this.marked = []; // the elements of the chosen span
    this.waits = false; // what stands beside the text has not caught up with it yet
    this.parts.queue.hidden = true;
    this.show('nothing');
  }

  // --- a text -----------------------------------------------------------------------------------

  open(doc) {
    this.show('text');
    this.list.reset();
    this.painting.load(doc.text, doc.map);
    this.draw();
    this.parts.text.scrollTop = 0;
    this.say(`Text ${doc.stored.number}, ${doc.spans.length} marked.`);
  }

  draw() {
    const { editor } = this;
    const { doc } = editor;
    if (!doc) return this.drawSaving();
    this.drawTypes(doc.stored.types);
    const painted = this.painting.update(doc.spans, editor.typeMap);
    if (painted && editor.selection) show(this.painting, editor.selection);
    this.drawChosen();
    this.drawSaving();
    this.parts.undo.disabled = !doc.canUndo;
    this.parts.redo.disabled = !doc.canRedo;
    this.parts.flag.setAttribute('aria-pressed', String(doc.flagged));
    this.drawBeside();
    return undefined;
  }

  // What stands beside the text follows once the frame with the text is out; the bar above it comes
  // with the first one, or it would push the text down.
  drawBeside() {
    if (this.waits) return;
    if (!this.barred) this.drawQueue();
    this.barred = true;
    this.waits = true;
    afterFrame(() => {
      this.waits = false;
      const { doc, typeMap, chosen } = this.editor;
      this.drawQueue();
      if (!doc) return;
      this.list.show(doc.spans, doc, typeMap, chosen);
      if (chosen) this.list.reveal(chosen.id);
    });
  }

  drawTypes(types) {
    const { editor } = this;
    const says = JSON.stringify(types);
    if (this.typed === says) return;
    this.typed = says;
    editor.types = types;
    editor.typeMap = new Map(types.map((type) => [type.code, type]));
    this.palette.load(types);
    this.painting.forget();
    this.list.reset();
  }

  drawChosen() {
    const { chosen, armed, doc } = this.editor;
    const pieces = chosen ? this.painting.spanElements(chosen) : [];
    for (const old of this.marked) if (!pieces.includes(old)) old.classList.remove('is-chosen');
    for (const piece of pieces) piece.classList.add('is-chosen');
    this.marked = pieces;
    this.parts.text.classList.toggle('is-armed', armed !== null);
    this.palette.show(armed, chosen?.code);
    this.parts.propagate.disabled = !chosen;
    if (doc) this.list.mark(chosen);
  }

  drawQueue() {
    const { doc, walk, keeper } = this.editor;
    const place = keeper.queue.place;
    const texts = Object.values(walk.overview?.counts ?? {}).some((count) => count > 0);
    this.parts.queue.hidden = !texts && !doc;
    this.bar.show({
      payload: doc?.stored ?? null,
      overview: walk.overview,
      place,
      status: doc?.status,
      wayBack: walk.trail.length > 0,
      flagged: doc?.flagged ?? false,
      note: doc?.note ?? '',
    });
  }

  // What stands in the attributes is what the store has said.
  drawSaving() {
    const { doc, keeper, root } = this.editor;
    const elsewhere = keeper.saver.elsewhere(doc?.id);
    const state = keeper.state();
    root.dataset.textId = doc?.id ?? '';
    root.dataset.revision = doc?.stored.revision ?? '';
    root.dataset.status = doc?.stored.status ?? '';
    root.dataset.save = state.name;
    this.parts.save.dataset.is = root.dataset.save;
    const stuck = elsewhere.filter(({ trouble }) => trouble);
    this.parts.save.replaceChildren(...saveLine(state, stuck, (id) => this.editor.walk.open(id)));
    this.drawNotice(state);
  }

  // Someone else has the text open: say so, and let the person decide. undefined: not asked yet.
  drawLease(other) {
    const { walk, keeper, root } = this.editor;
    const says = other?.since ?? '';
    root.dataset.lease = other === undefined ? '' : other ? 'other' : 'own';
    if (this.leased === says) return;
    this.leased = says;
    const actions = { next: () => walk.next(), stay: () => keeper.leases.force() };
    this.parts.lease.replaceChildren(...(other ? [taken(other, actions)] : []));
  }

  // The bar is made anew only when it says something else: focus on its buttons stays.
  drawNotice(state) {
    const { doc, keeper, typeMap } = this.editor;
    const theirs = doc && keeper.saver.theirs(doc.id);
    const says = JSON.stringify([doc?.id, state, state.name === 'conflict' && [theirs, doc.spans]]);
    if (says === this.noticed) return;
    this.noticed = says;
    const actions = {
      retry: () => keeper.saver.hurry(),
      discard: () => keeper.giveUp(),
      keepMine: () => keeper.keepMine(),
      takeTheirs: () => keeper.takeTheirs(),
    };
    const shown = bar(state, {
      doc,
      theirs,
      types: typeMap,
      keeps: keeper.saver.shelf.works,
      actions,
    });
    this.parts.notice.replaceChildren(...(shown ? [shown] : []));
  }

  // --- no text ----------------------------------------------------------------------------------

  show(what) {
    this.parts.work.hidden = what !== 'text';
    this.parts.empty.hidden = what !== 'empty';
    if (what === 'nothing') return;
    this.editor.root.dataset.ready = '1';
    ready('annotate');
  }

  empty() {
    const { walk, keeper } = this.editor;
    this.words(emptiness(walk.overview, keeper.queue.place));
  }

  failed(message, again) {
    this.editor.walk.count().catch(() => {});
    const other = { label: 'Look at all texts', change: { status: 'all' } };
    this.words({ title: 'This text cannot be shown', text: message, again, other });
  }

  words({ title, text, action, other, again }) {
    const button = (label, act, primary) =>
      h(
        'button',
        { type: 'button', class: `ns-button${primary ? ' primary' : ''}`, onclick: act },
        label,
      );
    this.editor.leave();
    this.editor.keeper.leases.leave();
    this.drawLease();
    this.painting.clear();
    this.show('empty');
    this.parts.empty.replaceChildren(
      h('h2', {}, title),
      h('p', {}, text),
      h(
        'div',
        { class: 'se-empty-do' },
        action && button(action.label, () => go(action.to), true),
        again && button('Try again', again, true),
        other && button(other.label, () => this.editor.walk.filter(other.change)),
      ),
    );
    this.drawQueue();
    this.drawSaving();
  }

  // --- words and places -------------------------------------------------------------------------

  say(words) {
    this.parts.live.textContent = words;
    this.parts.hint.textContent = words;
  }

  // Just before the frame: to scroll at once would lay the text out once more.
  reveal(span) {
    requestAnimationFrame(() => {
      this.bring(span);
      if (!this.waits) this.list.reveal(span.id);
    });
  }

  // At once, for what is to be laid beside it.
  bring(span) {
    this.painting.spanElements(span)[0]?.scrollIntoView({ block: 'nearest' });
  }

  revealPoint(point) {
    const element = this.painting.place(point)[0].parentElement;
    if (element?.closest('.se-block')) element.scrollIntoView({ block: 'nearest' });
  }
}

function afterFrame(action) {
  if (document.hidden) setTimeout(action);
  else requestAnimationFrame(() => setTimeout(action));
}
