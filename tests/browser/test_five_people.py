"""Five people correct texts of one project while fifty thousand come in and a tagger is at work.

They go on until both are through, or until they have done enough: the three always meet, however
fast the machine is.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from db import annotations, doctor, jobs, projects
from db.session import connect
from tests.browser.conftest import PATIENCE_MS
from tests.browser.editing import Editor, numbered
from tests.browser.visiting import Studio, open_page
from tests.corpus import Corpus, corpus, suggestion

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

NAME = "all at once"
PEOPLE = 5
IMPORTED = 50_000
PREPARED = 150
UNTAGGED = 300
FEWEST, MOST = 4, 12
"""Texts that each person corrects, whatever happens beside them."""

_HEARD = """
new MutationObserver(() => {
  const said = document.querySelectorAll('[data-testid=news][data-kind=bad], .se-bar:not(.lease)');
  for (const each of said) window.told(each.textContent);
}).observe(document, {childList: true, subtree: true});
"""
"""Every refusal and every bar that ever shows, for they may be gone when somebody looks; only that
another has the text open is no complaint."""


@dataclass
class Person:
    """Somebody in a browser of their own.

    Attributes:
        done: the texts they have accepted, each with what it says.
        faults: what the page threw, answers that it should not have got, refusals and bars.
    """

    editor: Editor
    done: dict[int, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @classmethod
    def arriving(cls, chromium: Browser, studio: Studio) -> Person:
        context = chromium.new_context(viewport={"width": 1100, "height": 800}, locale="en-GB")
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(_HEARD)
        person = cls(Editor(context.new_page(), studio, NAME))
        context.expose_function("told", lambda words: person.faults.append(words))
        person.page.on("pageerror", lambda error: person.faults.append(str(error)))
        person.page.on("response", person.note)
        return person

    @property
    def page(self) -> Page:
        return self.editor.page

    def note(self, response: Response) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status} {response.url}")

    def correct(self, keys: dict[str, str]) -> None:
        """Accept the suggestion, draw what it missed, and go on to the next text."""
        editor, here = self.editor, self.settle()
        self.done[here] = editor.text
        editor.press("Tab", "a").drag_over("Oslo").press(keys["LOC"], "Enter")
        editor.elsewhere(here)

    def settle(self) -> int:
        """Wait until it is known whose the open text is; go on while it is another's."""
        root = self.editor.root
        expect(root).to_have_attribute("data-lease", re.compile("own|other"))
        while root.get_attribute("data-lease") == "other":
            here = self.editor.text_id
            self.page.get_by_test_id("lease-next").click()
            self.editor.elsewhere(here)
            expect(root).to_have_attribute("data-lease", re.compile("own|other"))
        return self.editor.text_id

    def leave(self) -> None:
        self.page.context.close()


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio whose complaints are kept, and whose slow tagger takes a fiftieth of a second."""
    folder = tmp_path_factory.mktemp("studio")
    database = connect(folder / "studio.db")
    environment = {"TEST_TAGGER_SECONDS": "0.02"}
    served = Studio(database, environment=environment, log=folder / "complaints")
    served.start()
    yield served
    served.stop()
    database.close()


@pytest.fixture
def demo(studio: Studio) -> Corpus:
    """Texts to correct, with a suggestion each, and texts that nobody has looked at."""
    made = numbered(corpus(studio.database, NAME))
    prepared = [f"👩🏽‍🚀 {n}: Ann met Bo in Oslo.\r\nשלום {n}" for n in range(PREPARED)]
    for text_id, text in zip(made.add(*prepared), prepared, strict=True):
        made.tag(text_id, suggestion(text, "Ann", "PER", 0.6))
    made.add(*(f"Cleo of Acme flew to Lima, {n} times." for n in range(UNTAGGED)))
    return made


@pytest.fixture
def people(chromium: Browser, studio: Studio, demo: Corpus) -> Iterator[list[Person]]:
    arrived = [Person.arriving(chromium, studio) for _ in range(PEOPLE)]
    yield arrived
    for person in arrived:
        person.leave()


@pytest.fixture
def owner(chromium: Browser, studio: Studio, demo: Corpus) -> Iterator[Person]:
    """Who brings in texts and starts the tagger."""
    person = Person.arriving(chromium, studio)
    yield person
    person.leave()


def start_tagging(owner: Person, studio: Studio) -> None:
    open_page(owner.page, studio.address(NAME, "tag"))
    owner.page.locator("#ns-tagger").get_by_label("slow").check()
    owner.page.get_by_role("button", name="Start tagging").click()
    expect(owner.page.get_by_test_id("job")).to_have_attribute("data-status", "running")


def start_import(owner: Person, studio: Studio, file: Path) -> None:
    rows = (json.dumps({"text": f"{n}: Dora sails round Cape Horn."}) for n in range(IMPORTED))
    file.write_text("\n".join(rows), encoding="utf-8")
    open_page(owner.page, studio.address(NAME, "texts"))
    owner.page.locator("#ns-files input[type=file]").set_input_files(file)
    expect(owner.page.get_by_test_id("preview")).to_be_visible()
    owner.page.get_by_role("button", name="Add to project").click()


def through(owner: Person, demo: Corpus) -> bool:
    """Whether import and tagger are both done."""
    with demo.database.session() as session:
        job = jobs.latest(session, demo.project_id)
    assert job is not None
    return job.status != "running" and owner.page.get_by_test_id("import-report").is_visible()


def test_nobody_waits_in_vain_and_nothing_is_lost(
    people: list[Person], owner: Person, demo: Corpus, studio: Studio, tmp_path: Path
) -> None:
    for person in people:
        person.editor.open()
        person.settle()
    keys = {code: people[0].editor.key(code) for code in ("PER", "LOC")}
    start_tagging(owner, studio)
    start_import(owner, studio, tmp_path / "many.jsonl")
    met = 0
    for turn in range(MOST):
        if turn >= FEWEST and through(owner, demo):
            break
        met += 1
        for person in people:
            person.correct(keys)
    assert met >= FEWEST
    report = owner.page.get_by_test_id("import-report")
    expect(report).to_contain_text(f"{IMPORTED:,} texts added", timeout=4 * PATIENCE_MS)
    each_had_texts_of_their_own(people)
    for person in people:
        person.editor.saved(PATIENCE_MS)
        expect(person.page.locator(".se-others")).to_have_count(0)
    finish_tagging(owner, studio)
    everything_is_there(people, demo)
    counts_add_up(people[0], demo, met * PEOPLE)
    nobody_complained([*people, owner], studio)


def finish_tagging(owner: Person, studio: Studio) -> None:
    open_page(owner.page, studio.address(NAME, "tag"))
    job = owner.page.get_by_test_id("job")
    expect(job).to_have_attribute("data-status", "done", timeout=4 * PATIENCE_MS)
    expect(job).to_have_attribute("data-done", str(UNTAGGED))


def each_had_texts_of_their_own(people: list[Person]) -> None:
    meant = Counter(text_id for person in people for text_id in person.done)
    assert {text_id: had for text_id, had in meant.items() if had > 1} == {}


def everything_is_there(people: list[Person], demo: Corpus) -> None:
    """Each text has the three steps of its person once, on the right characters."""
    for person in people:
        for text_id, seen in person.done.items():
            stored = demo.get(text_id)
            assert stored.text.replace("\r\n", "\n") == seen.replace("\r\n", "\n")
            assert (stored.status, stored.revision) == ("accepted", 3)
            assert demo.spans(text_id) == [("Ann", "PER", "accepted"), ("Oslo", "LOC", "missed")]
            with demo.database.session() as session:
                steps = annotations.history(session, text_id)
            assert [(step.kind, step.added, step.removed) for step in steps] == [
                ("edit", 1, 0),
                ("edit", 1, 0),
                ("status", 0, 0),
            ]


def counts_add_up(person: Person, demo: Corpus, accepted: int) -> None:
    total = PREPARED + UNTAGGED + IMPORTED
    with demo.database.session() as session:
        counts = projects.counts(session, demo.project_id)
        assert doctor.check(session).problems == []
    assert counts == {
        "new": IMPORTED,
        "suggested": PREPARED + UNTAGGED - accepted,
        "accepted": accepted,
    } | {name: 0 for name in counts if name not in {"new", "suggested", "accepted"}}
    person.page.reload()
    expect(person.page.get_by_test_id("progress")).to_have_text(f"{accepted} of {total:,} done")


def nobody_complained(everybody: list[Person], studio: Studio) -> None:
    assert [fault for person in everybody for fault in person.faults] == []
    folder = studio.database.path.parent
    logs = [folder / "complaints", *folder.glob("*.jobs/*.log")]
    assert len(logs) == 2
    for log in logs:
        said = log.read_text()
        assert "locked" not in said
        assert "Traceback" not in said
