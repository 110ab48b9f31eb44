"""Offsets: what is selected on the screen is what the store slices to, in any script."""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import Page

from tests.browser.editing import Editor
from tests.browser.visiting import Studio
from tests.browser.writing import GOLDEN, random_text
from tests.corpus import corpus

pytestmark = pytest.mark.browser

TEXTS = 310


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_the_golden_offsets_are_drawn_and_stored(page: Page, studio: Studio, by: str) -> None:
    demo = corpus(studio.database, f"golden {by}", codes=["T"])
    ids = demo.add(*(text for text, *_ in GOLDEN))
    editor = Editor(page, studio, f"golden {by}").open(ids[0])
    for text_id, (text, surface, start, end) in zip(ids, GOLDEN, strict=True):
        editor.at(text_id)
        assert editor.text == text
        if by == "mouse":
            # No place on the screen is just before a letter that follows something invisible.
            assert editor.drag(start, end) or editor.drag(start + 1, end), text
        else:
            walk_to(editor, start, end)
        assert editor.selected == surface, text
        editor.press("t").saved()
        stored = editor.stored()
        assert [(s["start"], s["end"]) for s in stored["spans"]] == [(start, end)], text
        assert stored["text"][start:end] == surface
        editor.press("Control+Enter") if text_id != ids[-1] else None


def walk_to(editor: Editor, start: int, end: int) -> None:
    """Step with the arrows to the word that begins at `start`, then select up to `end`."""
    rightwards = ["ArrowRight", "ArrowLeft"][editor.text.startswith("ש")]
    wanted = editor.text[start:end]
    for _ in range(40):
        editor.press(rightwards)
        if wanted.startswith(editor.selected) and reached(editor) == start:
            break
    while editor.selected != wanted and len(editor.selected) < len(wanted):
        editor.press(f"Shift+{rightwards}")


def reached(editor: Editor) -> int:
    """Where the selection begins, in code points, as the browser says."""
    return int(
        editor.page.evaluate(
            """() => { const range = document.createRange();
            range.selectNodeContents(document.querySelector('[data-testid=editor-text]'));
            const own = getSelection().getRangeAt(0);
            range.setEnd(own.startContainer, own.startOffset);
            return [...range.toString()].length; }"""
        )
    )


def test_spans_drawn_over_random_texts_slice_to_what_was_selected(
    page: Page, studio: Studio
) -> None:
    demo = corpus(studio.database, "random texts", codes=["T"])
    texts = [f"{random_text(seed)}\n{seed}" for seed in range(TEXTS)]
    ids = demo.add(*texts)
    assert len(ids) == TEXTS
    editor = Editor(page, studio, "random texts").open(ids[0])
    drawn = {"mouse": 0, "exact": 0, "keyboard": 0}
    for seed, (text_id, text) in enumerate(zip(ids, texts, strict=True)):
        editor.at(text_id)
        assert editor.text == text
        random_ = random.Random(seed)
        way = random_.choice(["mouse", "mouse", "exact", "keyboard"])
        drawn[way] += draw(editor, text, random_, way)
        if text_id != ids[-1]:
            editor.press("Control+Enter")
    assert sum(drawn.values()) >= 300
    assert min(drawn.values()) >= 40


def draw(editor: Editor, text: str, random_: random.Random, way: str) -> int:
    """Draw a span somewhere; what is stored must be what the browser had selected."""
    if way == "keyboard":
        editor.press(*["ArrowRight"] * random_.randint(1, 5))
        editor.press(
            *[random_.choice(["Shift+ArrowRight", "Shift+ArrowLeft"])] * random_.randint(0, 3)
        )
    else:
        for _ in range(12):
            ends = random_.sample(range(len(text) + 1), 2)
            if editor.drag(*ends, exact=way == "exact") and editor.selected:
                break
            editor.press("Escape")
    selected = editor.selected
    if not selected:
        return 0
    start = reached(editor)
    assert text[start : start + len(selected)] == selected
    editor.press("t").saved()
    stored = editor.stored()
    assert [(s["start"], s["end"]) for s in stored["spans"]] == [(start, start + len(selected))], (
        text,
        selected,
    )
    assert stored["text"] == text
    return 1
