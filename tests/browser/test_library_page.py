"""The library: built with its calls stated first, drawn as a map, approved, edited, compared."""

from __future__ import annotations

import re
from itertools import count

import pytest
from playwright.sync_api import Locator, Page, expect

from db import clusters, entity_types, library, maps, runs
from db.library_values import Feature, NewExample
from db.maps import TextMap
from engine.types import AnnotatedText
from tests.browser.visiting import Studio, open_page, wait_ready
from tests.builders import annotated
from tests.corpus import Corpus, corpus

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=alert(1)> & <b>Ann</b> %{x} of Oslo"
_names = (f"library {n}" for n in count(1))


def test_the_library_is_distilled_with_one_button(page: Page, studio: Studio, demo: Corpus) -> None:
    distil = page.get_by_role("button", name="Distil into a model")
    open_page(page, studio.address(name_of(studio, demo), "library"))
    distil.click()
    expect(page.get_by_test_id("news-body").last).to_contain_text("No text to learn from has")
    with studio.database.session() as session:
        types = entity_types.list_types(session, demo.project_id)
        entity_types.delete(session, demo.project_id, next(t.id for t in types if t.code == "ORG"))
    distil.click()
    expect(page.get_by_role("heading", name="Train")).to_be_visible()
    job = page.locator('[data-view="train"]').get_by_test_id("job")
    expect(job).to_contain_text("the library")
    expect(job).to_have_attribute("data-status", "done", timeout=240_000)
    with studio.database.session() as session:
        (run,) = runs.list_runs(session, demo.project_id)
    assert run.settings["set"] == ""
    assert run.values["texts"] == 2  # the one that is rejected is not learnt from


@pytest.fixture
def demo(studio: Studio) -> Corpus:
    """Six texts in two clusters on a map, and a library of three examples."""
    made = corpus(studio.database, next(_names))
    ids = made.add("Ann went to Oslo.", EVIL, "Bo stayed in Lima.", "Rice.", "Soup.", "Tofu curry.")
    with studio.database.session() as session:
        features = [Feature("Ann went to Oslo.", ids[0], 3), Feature("Tofu curry.", ids[5], 3)]
        begun = library.create(session, made.project_id, "embedded", {"features": 2}, features)
        told: list[tuple[AnnotatedText, str]] = [
            (annotated("Cleo went to Rome.", PER="Cleo", LOC="Rome"), ""),
            (annotated("💩 Bo went to Lima.", PER="Bo"), ""),
            (annotated("Nobody went there."), "it holds no entity"),
        ]
        for slot, (content, reason) in enumerate(told):
            library.keep(
                session, begun.id, NewExample(slot, 0, content, "embedded", reason, model="test")
            )
        library.finish(session, begun.id)
        examples = [one.id for one in library.rows(session, made.project_id)]
        places = tuple((float(n), float(n % 3)) for n in range(9))
        maps.store(
            session,
            made.project_id,
            TextMap(
                tuple(ids),
                tuple(examples),
                places,
                "test",
                fine=tuple((y, x) for x, y in places),
                picks=((0, 1), (1, 0), (1,), (0,), (0,), (0,)),
                curve={2: 0.5, 3: 0.25},
            ),
        )
        order = {ids[0]: 0, ids[1]: 0, ids[2]: 0, ids[5]: 1, ids[3]: 1, ids[4]: 1}
        clusters.assign(session, made.project_id, order)
    return made


def name_of(studio: Studio, made: Corpus) -> str:
    from db import projects

    with studio.database.session() as session:
        return projects.by_id(session, made.project_id).name


def visit(page: Page, studio: Studio, made: Corpus) -> Locator:
    open_page(page, studio.address(name_of(studio, made), "library"))
    book = page.get_by_test_id("library")
    expect(book).to_have_attribute("data-version", "1")
    return book


def card(book: Locator, words: str) -> Locator:
    return book.locator(".lb-card", has_text=words)


def statuses(studio: Studio, made: Corpus) -> dict[str, str]:
    with studio.database.session() as session:
        return {one.content.text: one.status for one in library.rows(session, made.project_id)}


def test_the_map_shows_every_point_and_the_table_selects_the_same(
    page: Page, studio: Studio, demo: Corpus
) -> None:
    visit(page, studio, demo)
    drawn = page.get_by_test_id("cluster-map")
    expect(drawn).to_have_attribute("data-points", "9")
    expect(drawn).to_have_attribute("data-layout", "fine")
    rows = page.get_by_test_id("map-table").locator("tr")
    expect(rows).to_have_count(9)
    assert rows.first.get_attribute("data-kind-of") == "medoid"
    row = page.get_by_test_id("map-table").get_by_role("button", name="Soup.")
    row.focus()
    page.keyboard.press("Enter")
    expect(row).to_have_attribute("aria-pressed", "true")
    expect(drawn).to_have_attribute("data-selected", "1")
    expect(page.get_by_test_id("map-detail")).to_contain_text("Soup.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("map-detail")).not_to_contain_text("Soup.")
    page.get_by_test_id("map-group").select_option(label="cluster 2 (3)")
    expect(rows).to_have_count(3)
    page.get_by_test_id("map-by-type").click()
    expect(drawn).to_have_attribute("data-by", "type")
    expect(rows).to_have_count(9)
    page.get_by_test_id("map-layout-plane").click()
    expect(drawn).to_have_attribute("data-layout", "plane")


def test_points_answer_to_the_mouse_and_say_their_text_verbatim(
    page: Page, studio: Studio, demo: Corpus
) -> None:
    visit(page, studio, demo)
    drawn = page.get_by_test_id("cluster-map")
    expect(drawn).to_have_attribute("data-points", "9")
    figure = drawn.locator(".cm-figure")
    point = figure.locator(".scatterlayer .point").first
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    expect(figure.locator(".hoverlayer")).to_contain_text("onerror")
    assert EVIL.split(" & ")[0] in (figure.locator(".hoverlayer").text_content() or "")
    assert page.locator("img[src=x]").count() == 0
    page.mouse.click(x, y)
    expect(drawn).to_have_attribute("data-selected", "1")
    expect(page.get_by_test_id("map-detail")).to_contain_text(EVIL)
    page.get_by_test_id("map-clear").click()
    expect(drawn).to_have_attribute("data-selected", "0")
    area = figure.locator(".nsewdrag").first.bounding_box()
    assert area is not None
    page.mouse.move(area["x"] + 3, area["y"] + 3)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] / 2, area["y"] + area["height"] / 2)
    page.mouse.move(area["x"] + area["width"] - 3, area["y"] + area["height"] - 3)
    page.mouse.up()
    expect(drawn).to_have_attribute(
        "data-selected", "8"
    )  # rejected examples are not drawn at first


def test_examples_are_approved_rejected_and_taken_back(
    page: Page, studio: Studio, demo: Corpus
) -> None:
    book = visit(page, studio, demo)
    one = card(book, "Cleo went")
    expect(one).to_have_attribute("data-origin", "embedded")
    one.get_by_test_id("example-approve").click()
    expect(one).to_have_attribute("data-status-of", "approved")
    one.get_by_test_id("example-reject").click()
    expect(one).to_have_attribute("data-status-of", "rejected")
    expect(book).to_have_attribute("data-examples", "1")
    one.get_by_test_id("example-take-back").click()
    expect(one).to_have_attribute("data-status-of", "generated")
    expect(card(book, "Nobody went")).to_contain_text("it holds no entity")
    assert statuses(studio, demo)["Cleo went to Rome."] == "generated"


def test_an_example_is_edited_by_keys_and_its_words_changed(
    page: Page, studio: Studio, demo: Corpus
) -> None:
    book = visit(page, studio, demo)
    one = card(book, "Bo went to Lima")
    one.get_by_test_id("example-edit").click()
    editor = page.get_by_test_id("example-editor")
    expect(editor).to_have_attribute("data-spans", "1")
    editor.get_by_test_id("example-words").fill("💩 Bo ran to Lima.")
    text = editor.get_by_test_id("example-text")
    text.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    editor.get_by_test_id("type-LOC").click()
    expect(editor).to_have_attribute("data-spans", "2")
    editor.get_by_test_id("example-save").click()
    expect(editor).to_have_count(0)
    expect(card(book, "Bo ran")).to_have_attribute("data-status-of", "edited")
    with studio.database.session() as session:
        found = next(
            one.content
            for one in library.rows(session, demo.project_id)
            if "ran" in one.content.text
        )
    assert [(found.surface(s), s.label) for s in found.spans] == [("Bo", "PER"), ("Lima", "LOC")]


def test_an_example_is_written_by_hand(page: Page, studio: Studio, demo: Corpus) -> None:
    book = visit(page, studio, demo)
    book.get_by_test_id("example-add").click()
    editor = page.get_by_test_id("example-editor")
    editor.get_by_test_id("example-words").fill(EVIL)
    text = editor.get_by_test_id("example-text")
    text.focus()
    expect(text).to_have_text(EVIL)
    page.keyboard.press("ArrowRight")
    editor.get_by_test_id("type-ORG").click()
    editor.get_by_test_id("example-save").click()
    made = card(book, "onerror")
    expect(made).to_have_attribute("data-status-of", "approved")
    expect(made).to_have_attribute("data-origin", "person")
    assert page.locator("img[src=x]").count() == 0


def test_an_edit_of_somebody_else_is_not_written_over(
    page: Page, studio: Studio, demo: Corpus
) -> None:
    book = visit(page, studio, demo)
    with studio.database.session() as session:
        first = library.rows(session, demo.project_id)[0]
        library.edit(session, first.id, annotated("Theirs, Cleo.", PER="Cleo"), "other")
    card(book, "Cleo went").get_by_test_id("example-approve").click()
    expect(book.get_by_role("alert")).to_contain_text("meanwhile")
    expect(card(book, "Theirs, Cleo.")).to_have_attribute("data-status-of", "edited")


def test_it_is_told_which_texts_would_use_an_example(
    page: Page, studio: Studio, demo: Corpus
) -> None:
    book = visit(page, studio, demo)
    one = card(book, "Bo went to Lima")
    one.get_by_test_id("example-users").click()
    expect(one.get_by_test_id("example-users").last).to_be_visible()
    users = book.locator('[data-testid="example-users"][data-count]')
    expect(users).to_have_attribute("data-count", "3")
    expect(users).to_contain_text("Bo stayed in Lima.")


def test_versions_are_compared_and_an_older_one_is_only_read(
    page: Page, studio: Studio, demo: Corpus
) -> None:
    with studio.database.session() as session:
        first = library.rows(session, demo.project_id)[0]
        library.set_status(session, first.id, "approved", "me")
        second = library.create(session, demo.project_id, "embedded", {}, [])
        library.finish(session, second.id)
    open_page(page, studio.address(name_of(studio, demo), "library"))
    book = page.get_by_test_id("library")
    expect(book).to_have_attribute("data-version", "2")
    book.get_by_test_id("library-versions").click()
    book.get_by_role("button", name="What changed since 1").click()
    expect(book.locator(".lb-changes")).to_contain_text("Bo went to Lima")
    book.get_by_role("button", name="Open", exact=True).click()
    expect(book).to_have_attribute("data-version", "1")
    expect(book.get_by_test_id("example-approve")).to_have_count(0)


def test_a_library_is_built_without_a_model_and_survives_a_reload(
    page: Page, studio: Studio
) -> None:
    made = corpus(studio.database, next(_names))
    with studio.database.session() as session:
        from db import entity_types
        from engine.types import EntityType

        person = EntityType(0, "PERSON", "person", "A named human being.")
        entity_types.add(session, made.project_id, person)
    names = ("Ada Lovelace", "Marie Curie", "Alan Turing", "Grace Hopper", "Niels Bohr")
    made.add(*(f"{name} spoke about the new machine in Paris yesterday." for name in names))
    open_page(page, studio.address(name_of(studio, made), "library"))
    expect(page.locator("#ns-library-estimate")).to_contain_text("No calls")
    page.locator("#ns-features input").fill("2")
    page.locator("#ns-per-feature input").fill("2")
    page.get_by_role("button", name="Build library").click()
    job = page.get_by_test_id("job")
    expect(job).to_have_attribute("data-status", re.compile("queued|running|done"))
    page.reload()
    wait_ready(page)
    expect(job).to_have_attribute("data-status", "done", timeout=240_000)
    book = page.get_by_test_id("library")
    expect(book).to_have_attribute("data-writer", "embedded")
    expect(book).to_contain_text("the embedded writer, without a language model")


def test_what_is_missing_is_said_with_a_button(page: Page, studio: Studio) -> None:
    made = corpus(studio.database, next(_names))
    open_page(page, studio.address(name_of(studio, made), "library"))
    expect(page.get_by_role("button", name="Build library")).to_be_disabled()
    expect(page.get_by_test_id("cluster-map")).to_contain_text("no texts to draw")
    page.get_by_role("button", name="Add texts").click()
    expect(page.locator('body[data-page="texts"][data-ready="1"]')).to_be_attached()
