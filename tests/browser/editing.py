"""What browser tests do in the span editor, told in code points.

Where a character is drawn is found by asking the browser alone (ranges and caret positions), never
the editor's own scripts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.visiting import Studio, open_page
from tests.corpus import Corpus

_AT = """
(point) => {
  const root = document.querySelector('[data-testid=editor-text]');
  const nodes = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let units = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    nodes.push([node, units]);
    units += node.length;
  }
  const text = nodes.map(([node]) => node.data).join('');
  const unit = [...text].slice(0, point).join('').length;
  const unitOf = (node, offset) => nodes.find(([other]) => other === node)?.[1] + offset;
  const spot = (from, to) => {
    const [node, start] = nodes.findLast(([, s]) => s <= from) ?? [];
    if (!node || from < 0 || to - start > node.length) return null;
    const range = document.createRange();
    range.setStart(node, from - start);
    range.setEnd(node, to - start);
    const rect = [...range.getClientRects()].find((each) => each.width > 0);
    if (!rect) return null;
    const inset = Math.min(1, rect.width / 4);
    for (const x of [rect.left + inset, rect.right - inset]) {
      const y = rect.top + rect.height / 2;
      const caret = document.caretPositionFromPoint(x, y);
      if (caret && unitOf(caret.offsetNode, caret.offset) === unit) return [x, y];
    }
    return null;
  };
  const before = [...text.slice(0, unit)].at(-1)?.length ?? 0;
  const after = [...text.slice(unit, unit + 2)][0]?.length ?? 0;
  if (after) {
    const node = nodes.findLast(([, s]) => s <= unit);
    const range = document.createRange();
    range.setStart(node[0], unit - node[1]);
    range.collapse(true);
    node[0].parentElement.scrollIntoView({block: 'nearest'});
  }
  return (after && spot(unit, unit + after)) || (before && spot(unit - before, unit)) || null;
}
"""

_uids = (f"test-edit-{n}" for n in count(1))


def numbered(demo: Corpus) -> Corpus:
    """The same corpus; its edits have ids that no other project of the database has."""
    demo.uids = _uids
    return demo


_TEXT = '[data-testid="editor-text"]'


@dataclass
class Editor:
    """The annotate page of one project."""

    page: Page
    studio: Studio
    project: str

    def open(self, text_id: int | str = "") -> Editor:
        open_page(self.page, self.studio.address(self.project, "annotate", text_id))
        expect(self.root).to_have_attribute("data-ready", "1")
        if text_id:
            self.at(int(text_id))
        return self

    @property
    def root(self) -> Locator:
        return self.page.get_by_test_id("span-editor")

    @property
    def text(self) -> str:
        """What the browser shows, character by character."""
        return str(self.page.evaluate(f"document.querySelector('{_TEXT}').textContent"))

    @property
    def selected(self) -> str:
        """The characters that the browser has selected."""
        found = "const s = getSelection(); s.rangeCount ? s.getRangeAt(0).toString() : ''"
        return str(self.page.evaluate(f"() => {{ {found.replace('s.range', 'return s.range')} }}"))

    def key(self, code: str) -> str:
        """The key of a type."""
        return str(next(one["key"] for one in self.stored()["types"] if one["code"] == code))

    def at(self, text_id: int) -> None:
        """Wait until a text is shown."""
        expect(self.root).to_have_attribute("data-text-id", str(text_id))

    def elsewhere(self, text_id: int) -> int:
        """Wait until another text is shown; answers which."""
        expect(self.root).not_to_have_attribute("data-text-id", str(text_id))
        expect(self.root).to_have_attribute("data-text-id", re.compile(r"\d+"))
        return self.text_id

    @property
    def text_id(self) -> int:
        return int(self.root.get_attribute("data-text-id") or 0)

    def press(self, *keys: str) -> Editor:
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def saved(self, within: float | None = None) -> Editor:
        """Wait until the store has everything; `within` milliseconds where that may take long."""
        expect(self.root).to_have_attribute("data-save", "saved", timeout=within)
        return self

    def stored(self, text_id: int | None = None) -> dict[str, Any]:
        """What the database holds, by the public route."""
        answer = self.page.request.get(f"{self.studio.url}/api/texts/{text_id or self.text_id}")
        assert answer.ok, answer.status
        found: dict[str, Any] = answer.json()
        return found

    def spans(self, kind: str = "human", text_id: int | None = None) -> list[tuple[str, str]]:
        """Stored spans as (characters, code), in reading order."""
        stored = self.stored(text_id)
        return [
            (stored["text"][one["start"] : one["end"]], one["code"])
            for one in stored["spans"]
            if one["kind"] == kind
        ]

    def spot(self, point: int) -> tuple[float, float] | None:
        """Where on the screen a press stands between two characters; None where nowhere does."""
        found = self.page.evaluate(_AT, point)
        return (found[0], found[1]) if found else None

    def drag(self, start: int, end: int, *, exact: bool = False) -> bool:
        """Drag from one place between characters to another; False where that is not possible."""
        if self.spot(start) is None or (to := self.spot(end)) is None:
            return False
        begin = self.spot(start)  # finding the other end may have scrolled
        if begin is None or self.spot(end) != to:
            return False
        mouse = self.page.mouse
        if exact:
            self.page.keyboard.down("Alt")
        mouse.move(*begin)
        mouse.down()
        mouse.move((begin[0] + to[0]) / 2, (begin[1] + to[1]) / 2)
        mouse.move(*to)
        mouse.up()
        if exact:
            self.page.keyboard.up("Alt")
        return True

    def drag_over(self, surface: str, *, backwards: bool = False) -> Editor:
        """Drag over the first occurrence of some characters."""
        start = self.text.index(surface)
        ends = (start, start + len(surface))
        assert self.drag(*(reversed(ends) if backwards else ends)), f"{surface!r} is not in reach"
        return self

    def click_at(self, surface: str, **options: Any) -> Editor:
        """Click into the first occurrence of some characters."""
        spot = self.spot(self.text.index(surface) + len(surface) // 2)
        assert spot is not None
        self.page.mouse.click(*spot, **options)
        return self

    def drawn(self, surface: str) -> Locator:
        """The elements of the span on the first occurrence of some characters."""
        start = self.text.index(surface)
        ends = f'[data-start="{start}"][data-end="{start + len(surface)}"]'
        return self.page.locator(f"{_TEXT} [data-span-id]{ends}")
