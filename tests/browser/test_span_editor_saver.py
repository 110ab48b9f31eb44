"""The queue of changes on its own: order, retries, conflicts, what closed tabs leave behind.

The store is a small fake in the page, with a switch: up, down, broken (500), refusing (422), or
mute (it saves, but its answer is lost).
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.modules import Run, runner
from tests.browser.visiting import Studio

pytestmark = pytest.mark.browser


@pytest.fixture
def run(page: Page, studio: Studio) -> Run:
    return runner(page, studio)


_STORE = """
  const timers = [];
  const sent = [];
  const storage = {
    items: new Map(),
    get length() { return this.items.size; },
    key(i) { return [...this.items.keys()][i]; },
    getItem(k) { return this.items.get(k) ?? null; },
    setItem(k, v) { this.items.set(k, v); },
    removeItem(k) { this.items.delete(k); },
  };
  const store = {revision: 0, known: new Map(), mode: 'up'};
  const answer = (status, data, reason = '') => ({status, data, reason});
  const send = async (text, route, body) => {
    await null;
    sent.push([route, body.base, body.edit_uid]);
    if (store.mode === 'down') throw new TypeError('down');
    if (store.mode === 'broken') return answer(500, null, 'no space');
    if (store.mode === 'refuse') return answer(422, null, 'no such type');
    const now = () => ({revision: store.revision, spans: [], status: 'review'});
    if (!store.known.has(body.edit_uid)) {
      if (body.base !== store.revision) return answer(409, now());
      store.revision += 1;
      store.known.set(body.edit_uid, store.revision);
    }
    if (store.mode === 'mute') throw new TypeError('the answer was lost');
    return answer(200, {...now(), revision: store.known.get(body.edit_uid)});
  };
  const heard = [];
  const make = (tab) => {
    const later = (action) => timers.push(action);
    const onChange = (text, what) => heard.push(what);
    const saver = new m.Saver({send, storage, tab, later, onChange});
    saver.known(1, {id: 1, text: 'abc', revision: store.revision, spans: []});
    return saver;
  };
  const settle = async () => { for (let i = 0; i < 200; i += 1) await null; };
  const tick = async () => { timers.splice(0).forEach((f) => f()); await settle(); };
  const edit = () => ({route: 'edits', body: {added: [], removed: [], rejected: []}});
"""


def test_changes_are_saved_in_order_one_after_the_other(run: Run) -> None:
    body = """
      const saver = make('t');
      for (let i = 0; i < 5; i += 1) saver.push(1, edit());
      const during = saver.state(1).name;
      await settle();
      const bases = sent.map(([, base]) => base);
      return [during, saver.state(1).name, bases, storage.length, heard.at(-2)];"""
    assert run("saving", _STORE + body) == ["saving", "saved", [0, 1, 2, 3, 4], 0, "settled"]


def test_what_a_dead_server_missed_is_sent_again_and_arrives_once(run: Run) -> None:
    body = """
      const saver = make('t');
      store.mode = 'down';
      saver.push(1, edit()); saver.push(1, edit());
      await settle();
      const down = saver.state(1);
      store.mode = 'mute';
      await tick();
      store.mode = 'up';
      await tick();
      return [down.name, down.waiting, saver.state(1).name, store.revision, store.known.size];"""
    assert run("saving", _STORE + body) == ["unsaved", 2, "saved", 2, 2]


def test_a_conflict_stops_everything_until_a_person_has_chosen(run: Run) -> None:
    body = """
      const saver = make('t');
      store.revision = 7;
      saver.push(1, edit()); saver.push(1, edit());
      await settle();
      const before = [saver.state(1).name, saver.theirs(1).revision, sent.length];
      saver.hurry(); await settle();
      saver.settle(1, {id: 1, text: 'abc', revision: 7, spans: []}, [edit()]);
      await settle();
      return [...before, sent.length, saver.state(1).name, store.revision];"""
    assert run("saving", _STORE + body) == ["conflict", 7, 1, 2, "saved", 8]


def test_a_refusal_says_why_and_waits_for_a_person(run: Run) -> None:
    body = """
      const saver = make('t');
      store.mode = 'refuse';
      saver.push(1, edit());
      await settle();
      const {name, reason, refused} = saver.state(1);
      store.mode = 'up';
      saver.hurry(); await settle();
      return [name, reason, refused, timers.length, saver.state(1).name];"""
    assert run("saving", _STORE + body) == ["unsaved", "no such type", True, 0, "saved"]


def test_a_new_tab_sends_what_a_closed_one_left_and_leaves_a_living_one_alone(run: Run) -> None:
    body = """
      store.mode = 'broken';
      make('gone').push(1, edit());
      make('alive').push(1, edit());
      await settle();
      store.mode = 'up'; timers.splice(0);
      const saver = make('new');
      const read = async () => ({id: 1, text: 'abc', revision: 0, spans: []});
      await saver.recover(new Set(['alive']), read); await settle();
      const other = async () => ({id: 1, text: 'another text', revision: 0, spans: []});
      await saver.recover(new Set(), other); await settle();
      return [saver.state(1).name, store.revision, [...storage.items.keys()]];"""
    state, revision, kept = run("saving", _STORE + body)
    assert (state, revision, kept) == ("saved", 1, ["ner-studio:unsaved:alive:1"])
