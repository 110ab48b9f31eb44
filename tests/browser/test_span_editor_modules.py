"""The editor's scripts one by one, imported into Chromium; no text is open."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from playwright.sync_api import Page

import assets
from db.entity_types import RESERVED_KEYS
from engine.spans import snap, words
from tests.browser.modules import Run, runner
from tests.browser.visiting import Studio
from tests.browser.writing import GOLDEN, random_text

pytestmark = pytest.mark.browser

INVISIBLE = re.compile("[\u200b\ufeff\u2060]+")


@pytest.fixture
def run(page: Page, studio: Studio) -> Run:
    return runner(page, studio)


def test_offsets_count_code_points_as_python_does(run: Run) -> None:
    texts = [text for text, *_ in GOLDEN] + [random_text(seed) for seed in range(200)]
    found = run(
        "offsets",
        """return x.map((text) => {
          const map = m.offsetMap(text);
          const units = Array.from({length: map.length + 1}, (_, i) => map.toUtf16(i));
          return [map.length, units, units.map((unit) => map.toCodePoint(unit))];
        });""",
        texts,
    )
    for text, (length, units, points) in zip(texts, found, strict=True):
        assert length == len(text)
        assert units == [len(text[:i].encode("utf-16-le")) // 2 for i in range(len(text) + 1)]
        assert points == list(range(len(text) + 1))


@pytest.mark.parametrize(("text", "surface", "start", "end"), GOLDEN)
def test_the_golden_offsets_slice_to_their_surface(
    run: Run, text: str, surface: str, start: int, end: int
) -> None:
    assert text[start:end] == surface
    body = "return m.offsetMap(x[0]).slice(x[1], x[2]);"
    assert run("offsets", body, [text, start, end]) == surface


def test_words_are_cut_where_the_engine_cuts_them(run: Run) -> None:
    texts = [text for text, *_ in GOLDEN]
    texts += [random_text(seed, thai=False) for seed in range(400)]
    body = "return x.map((t) => { const w = m.words(t); return w.starts.map((_, i) => w.at(i)); });"
    for text, found in zip(texts, run("words", body, texts), strict=True):
        wanted = [w for w in words(text) if not INVISIBLE.fullmatch(text[slice(*w)])]
        assert [tuple(each) for each in found] == wanted, text


def test_a_selection_snaps_as_the_engine_snaps(run: Run) -> None:
    random_ = random.Random(7)
    asked = []
    for text in (random_text(seed, thai=False) for seed in range(1000)):
        start = random_.randrange(len(text))
        if not INVISIBLE.search(text):
            asked.append([text, start, random_.randint(start + 1, len(text))])
    assert len(asked) >= 200
    body = "return x.map(([t, start, end]) => m.words(t).snap(start, end));"
    for (text, start, end), found in zip(asked, run("words", body, asked), strict=True):
        assert (found and tuple(found)) == snap(text, start, end), (text, start, end)


def test_what_cannot_be_seen_is_never_an_edge(run: Run) -> None:
    text = "\ufeff\u200bAcme\u200b Corp\u2060, Inc. \u200b"
    found = run("words", "return m.words(x).snap(0, 99);", text)
    assert text[slice(*found)] == "Acme\u200b Corp\u2060, Inc"


def test_thai_can_be_reached_letter_by_letter(run: Run) -> None:
    body = "const w = m.words(x); return w.starts.map((_, i) => w.slice(i));"
    assert run("words", body, "ที่นี่น้ำ") == ["ที่", "นี่", "น้ำ"]


def test_crossing_spans_are_cut_so_that_every_character_is_drawn_once(run: Run) -> None:
    random_ = random.Random(3)
    cases = []
    for seed in range(60):
        text = random_text(seed) + "\n" + "wide " * 900 + random_text(seed + 1)
        spans = []
        for i in range(random_.randint(0, 30)):
            start = random_.randrange(len(text) - 1)
            end = min(len(text), start + random_.randint(1, 40))
            spans.append({"id": f"a{i}", "start": start, "end": end, "code": "X", "kind": "human"})
        cases.append([text, sorted(spans, key=lambda s: (s["start"], -s["end"]))])
    body = """
      const {offsetMap} = await import('/static/span_editor/offsets.js');
      return x.map(([text, spans]) => {
        const map = offsetMap(text);
        const blocks = m.blocks(text, map);
        const each = m.spread(blocks, spans);
        const seen = {};
        const walk = (piece, around) => {
          const inside = piece.span ? [...around, piece.span.id] : around;
          if (piece.span) return piece.children.map((child) => walk(child, inside)).join('');
          const said = map.slice(piece.start, piece.end);
          for (const id of inside) seen[id] = (seen[id] ?? '') + said;
          return said;
        };
        const trees = blocks.flatMap((block, i) => m.pieces(block, each[i]));
        return [trees.map((piece) => walk(piece, [])).join(''), seen];
      });"""
    for (text, spans), (drawn, seen) in zip(cases, run("layout", body, cases), strict=True):
        assert drawn == text
        assert seen == {s["id"]: text[s["start"] : s["end"]] for s in spans}


def test_the_difference_of_two_states_turns_one_into_the_other(run: Run) -> None:
    random_ = random.Random(5)

    def state(prefix: str) -> list[dict[str, Any]]:
        starts = sorted(random_.sample(range(0, 100, 10), random_.randint(0, 8)))
        return [
            {
                "id": f"{prefix}{start}",
                "start": start,
                "end": start + random_.randint(1, 10),
                "code": random_.choice(["A", "B"]),
                "kind": "human",
                "suggestion": None,
            }
            for start in starts
        ]

    cases = [[state("a"), state("n")] for _ in range(100)]
    body = """return x.map(([stored, wanted]) => {
        const got = m.apply(stored, m.difference(stored, wanted), false);
        const say = (spans) => spans.map((s) => [s.start, s.end, s.code]).join(' ');
        return [say(got), say(wanted)];
    });"""
    for got, wanted in run("spans", body, cases):
        assert got == wanted


def test_a_drawn_span_answers_the_suggestion_it_stands_on(run: Run) -> None:
    spans = [
        {"id": "s1", "start": 0, "end": 7, "code": "PER", "kind": "suggestion"},
        {"id": "s2", "start": 4, "end": 9, "code": "ORG", "kind": "suggestion"},
        {"id": "a3", "start": 20, "end": 25, "code": "ORG", "kind": "human"},
    ]
    body = "return x[1].map(([start, end, code]) => m.answered(x[0], {start, end, code}));"
    asked = [[0, 7, "PER"], [0, 7, "LOC"], [0, 3, "PER"], [3, 9, "ORG"], [5, 6, "LOC"]]
    assert run("spans", body, [spans, [*asked, [20, 25, "ORG"]]]) == [
        *("s1", "s1", "s1", "s2", None, None)
    ]


def test_the_keys_kept_by_the_editor_are_those_the_database_refuses(run: Run) -> None:
    assert set(run("keys", "return m.RESERVED;")) == set(RESERVED_KEYS)


def test_keys_mean_the_same_on_keyboards_of_other_scripts(run: Run) -> None:
    body = """
      const types = ['PER1', 'ORGo', 'ETEé'].map((t) => ({code: t.slice(0, 3), key: t[3]}));
      return x.map(([key, more]) => {
        const found = m.command(new KeyboardEvent('keydown', {key, ...more}), types);
        return found && (found.code ?? found.name);
      });"""
    control = {"ctrlKey": True}
    meanings: list[tuple[str, dict[str, Any], str | None]] = [
        ("o", {}, "ORG"),
        ("O", {}, "ORG"),
        ("щ", {"code": "KeyO"}, "ORG"),
        ("1", {}, "PER"),
        ("é", {}, "ETE"),
        ("a", {}, "accept"),
        ("ф", {"code": "KeyA"}, "accept"),
        ("z", control, "undo"),
        ("Z", {"metaKey": True, "shiftKey": True}, "redo"),
        ("y", control, "redo"),
        ("o", {"isComposing": True}, None),
        ("o", control, None),
        ("q", {}, None),
    ]
    found = run("keys", body, [[key, more] for key, more, _ in meanings])
    assert found == [meaning for *_, meaning in meanings]


def test_types_are_found_by_beginning_then_by_part_and_recent_ones_lead(run: Run) -> None:
    body = """
      const called = ['Person', 'Place', 'Organisation', 'Workplace'];
      const types = called.map((name) => ({name, code: name.slice(0, 3).toUpperCase()}));
      const names = (...asked) => m.fitting(types, ...asked, []).map((type) => type.name);
      return [names('pla'), names('', ['ORG']), names('zzz'), names('ORG')];"""
    assert run("palette", body) == [
        ["Place", "Workplace"],
        ["Organisation", "Person", "Place", "Workplace"],
        [],
        ["Organisation"],
    ]


def test_no_script_parses_markup() -> None:
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(")
    for script in assets.path("span_editor").glob("*.js"):
        assert not forbidden.search(script.read_text()), script.name
