"""Names and texts that try to be code are drawn verbatim on every page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from db import clusters, comparisons, entity_types, jobs, library, maps, projects, texts
from db.library_values import Feature, NewExample, TypeEntities
from db.maps import TextMap
from engine.types import EntityType
from tests.browser.visiting import Studio, open_page
from tests.builders import annotated
from tests.corpus import Corpus

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=alert(1)> ${alert(1)} {{x}} C:\\new \"'</script><b>"


@pytest.fixture
def dialogs(page: Page) -> list[str]:
    """Messages of alerts that ran; none may."""
    seen: list[str] = []

    def note(dialog: Dialog) -> None:
        seen.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    return seen


@pytest.fixture(scope="module")
def evil(studio: Studio) -> Corpus:
    """A project whose name, types and texts are hostile."""
    with studio.database.session() as session:
        project = projects.create(session, EVIL)
        hostile = EntityType(0, "EVIL", EVIL, EVIL, "#aa0000", "1")
        entity_types.add(session, project.id, hostile)
    made = Corpus(studio.database, project.id)
    made.tagged(f"{EVIL} was here.", EVIL="C:\\new")
    return made


def test_the_list_of_projects(page: Page, studio: Studio, evil: Corpus, dialogs: list[str]) -> None:
    open_page(page, studio.address())
    expect(page.locator(".ns-project-name", has_text="onerror")).to_have_text(EVIL)
    expect(page.get_by_test_id("project-chooser")).to_contain_text(EVIL)
    assert page.locator("img[src=x]").count() == 0
    assert dialogs == []


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("dashboard", ["h1", '[data-code="EVIL"] th']),
        ("texts", [".ns-row-text"]),
        ("types", ['[data-code="EVIL"] b', '[data-code="EVIL"] .ns-type-words > .ns-muted']),
        ("tag", []),
        ("export", []),
        ("settings", []),
        ("annotate", ['[data-testid="editor-text"]']),
    ],
)
def test_a_page(
    page: Page, studio: Studio, evil: Corpus, dialogs: list[str], name: str, drawn: list[str]
) -> None:
    open_page(page, studio.address(EVIL, name))
    expect(page.get_by_test_id("project-chooser")).to_have_value(EVIL)
    for selector in drawn:
        expect(page.locator(selector).first).to_contain_text(EVIL)
    assert page.locator("img[src=x]").count() == 0
    assert dialogs == []


def test_a_note(page: Page, studio: Studio, evil: Corpus, dialogs: list[str]) -> None:
    (text_id,) = evil.add(f"A second look: {EVIL}")
    with studio.database.session() as session:
        texts.set_note(session, text_id, flagged=True, note=EVIL)
    open_page(page, studio.address(EVIL, "annotate", text_id))
    expect(page.get_by_test_id("note-shown")).to_have_text(f"⚑ {EVIL}")
    page.get_by_test_id("flag").click()
    expect(page.get_by_test_id("note")).to_have_value(EVIL)
    assert page.locator("img[src=x]").count() == 0
    assert dialogs == []


def test_the_library_and_its_map(
    page: Page, studio: Studio, evil: Corpus, dialogs: list[str]
) -> None:
    (text_id,) = evil.add(f"{EVIL} on the map")
    tagged = evil.tagged(f"Again {EVIL} on the map.", EVIL="C:\\new")
    with studio.database.session() as session:
        begun = library.create(
            session, evil.project_id, "llm", {}, [Feature(f"{EVIL} as a shape", text_id, 1)]
        )
        library.keep_entities(session, begun.id, TypeEntities("EVIL", (EVIL,), ((EVIL, EVIL),)))
        for slot, reason in enumerate(("", EVIL)):
            content = annotated(f"{slot} {EVIL} as an example", EVIL="C:\\new")
            made = NewExample(slot, 0, content, "llm", reason, model=EVIL)
            library.keep(session, begun.id, made)
        library.finish(session, begun.id)
        examples = tuple(one.id for one in library.rows(session, evil.project_id))
        places = ((0.0, 0.0), (1.0, 1.0), (2.0, 0.0), (0.0, 2.0))
        drawn = TextMap((text_id, tagged), examples, places, EVIL, curve={2: 0.5})
        maps.store(session, evil.project_id, drawn)
        clusters.assign(session, evil.project_id, {text_id: 0, tagged: 0})
    open_page(page, studio.address(EVIL, "library"))
    drawn_map = page.get_by_test_id("cluster-map")
    expect(drawn_map).to_have_attribute("data-points", "4")
    book = page.get_by_test_id("library")
    card = book.locator(".lb-card", has_text="0 <img")
    expect(card).to_contain_text(f"0 {EVIL} as an example")
    assert EVIL in str(book.text_content()).split("as a shape")[0]
    page.get_by_test_id("map-by-type").click()
    expect(drawn_map).to_have_attribute("data-by", "type")
    expect(drawn_map.locator(".legendtext", has_text=EVIL[:25])).not_to_have_count(0)
    page.get_by_test_id("map-table").get_by_role("button").first.click()
    expect(page.get_by_test_id("map-detail")).to_contain_text("<img src=x onerror=alert(1)>")
    card.get_by_test_id("example-edit").click()
    editor = page.get_by_test_id("example-editor")
    expect(editor.get_by_test_id("example-text")).to_have_text(f"0 {EVIL} as an example")
    assert page.locator("img[src=x]").count() == 0
    assert dialogs == []


def test_a_comparison(page: Page, studio: Studio, evil: Corpus, dialogs: list[str]) -> None:
    score = {"p": 0.5, "r": 0.5, "f1": 0.5, "support": 2, "low": 0.4, "high": 0.6}
    result = {"tagger": EVIL, "texts": 1, "micro": score, "types": {EVIL: score}, "failed": 0}
    with studio.database.session() as session:
        asked = {"taggers": [EVIL], "source": "file", "name": "x.jsonl", "called": EVIL}
        job = jobs.queue(session, "comparison", asked, evil.project_id)
        jobs.claim(session, job.id, 1)
        comparisons.keep(session, job.id, EVIL, "1", {**result, "seconds": 1.0})
        jobs.finish(session, job.id)
    open_page(page, studio.address(EVIL, "compare"))
    shown = page.get_by_test_id("comparison")
    expect(shown).to_contain_text(f"· {EVIL}")
    expect(page.get_by_test_id("compare-plot")).to_have_attribute("data-points", "1")
    expect(page.get_by_test_id("compare-type")).to_contain_text(EVIL)
    page.get_by_test_id("compare-type").select_option(label=EVIL)
    expect(page.get_by_test_id("compare-table")).to_contain_text(EVIL)
    assert page.locator("img[src=x]").count() == 0
    assert dialogs == []


def test_a_file_its_name_and_the_report_on_it(
    page: Page, studio: Studio, evil: Corpus, dialogs: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "<img src=x onerror=alert(1)> ${alert(1)} {{x}}.jsonl"
    row = {"text": f"{EVIL} again", "spans": [{"start": 0, "end": 4, "label": "<i>${alert(1)}"}]}
    file.write_text(json.dumps(row) + '\n{"text": "<img src=x onerror=alert(1)>\n')
    open_page(page, studio.address(EVIL, "texts"))
    page.locator("#ns-files input[type=file]").set_input_files(file)
    preview = page.get_by_test_id("preview")
    expect(preview.locator(".ns-text")).to_have_text(f"{EVIL} again")
    expect(preview.locator(".ns-labels b")).to_have_text("<i>${alert(1)}")
    page.get_by_role("button", name="Add to project").click()
    expect(page.get_by_test_id("import-report")).to_contain_text("1 text added")
    assert page.locator("img[src=x]").count() == 0
    assert dialogs == []


def test_an_error_that_quotes_it(
    page: Page, studio: Studio, evil: Corpus, dialogs: list[str]
) -> None:
    open_page(page, studio.address())
    page.get_by_label("Name of a new project").fill(EVIL)
    page.get_by_role("button", name="Create project").click()
    toast = page.get_by_test_id("news-body")
    expect(toast).to_contain_text("<img src=x onerror=alert(1)> ${alert(1)} {{x}}")
    assert page.locator("img[src=x]").count() == 0
    assert dialogs == []


def test_a_query_that_is_code(page: Page, studio: Studio, dialogs: list[str]) -> None:
    open_page(page, studio.address("<img src=x onerror=alert(1)>", "<script>alert(1)</script>"))
    assert page.locator("img[src=x]").count() == 0
    assert dialogs == []


def test_markup_that_reached_the_page_would_still_not_run(
    chromium: Browser, studio: Studio
) -> None:
    """The last line of defence: the policy, not the drawing."""
    page = chromium.new_page()
    seen: list[str] = []
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    page.goto(studio.address())
    refused = page.evaluate(
        """() => new Promise((done) => {
            document.addEventListener('securitypolicyviolation', (e) => done(e.effectiveDirective));
            document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="alert(1)">');
        })"""
    )
    assert refused == "script-src-attr"
    assert seen == []
    page.close()
