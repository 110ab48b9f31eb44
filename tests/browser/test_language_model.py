"""What a language model was asked can be seen, and what a person wrote it never writes over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from playwright.sync_api import Locator, Page, expect

from db import jobs, library, llm_calls, projects, texts, traces
from db.library_values import Feature, NewExample, TypeEntities
from db.session import connect
from studio import typesets
from tests.browser.visiting import Studio, open_page, wait_ready
from tests.builders import TYPES, annotated
from tests.corpus import Corpus
from tests.llm_server import Answer, Call, LLMServer, says
from tests.scripts import reply_to

pytestmark = pytest.mark.browser
TEXT = "After the rain Acme moved to Oslo, <b>said</b> Ann Lee."
SHAPE = "Bo Ek went to Lima in the cold spring of that year."
_names = (f"asked {n}" for n in count(1))


def obedient(call: Call) -> Answer:
    return says(reply_to(call.body["messages"], call.body.get("seed", 0)))


@pytest.fixture(scope="module")
def endpoint() -> Iterator[LLMServer]:
    with LLMServer(obedient) as server:
        yield server


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, endpoint: LLMServer) -> Iterator[Studio]:
    """A studio with a language model at an address of its own."""
    database = connect(tmp_path_factory.mktemp("studio") / "studio.db")
    asks = {"OPENAI_BASE_URL": endpoint.url, "NER_STUDIO_LLM_MODEL": "tiny"}
    served = Studio(database, environment=asks)
    served.start()
    yield served
    served.stop()
    database.close()


@pytest.fixture
def demo(studio: Studio) -> tuple[str, Corpus]:
    """A project with types that the model knows, and one text."""
    name = next(_names)
    with studio.database.session() as session:
        project = projects.create(session, name)
        typesets.store(session, project.id, TYPES)
    made = Corpus(studio.database, project.id)
    made.add(TEXT)
    return name, made


def tag(page: Page, studio: Studio, name: str, samples: int) -> Locator:
    open_page(page, studio.address(name, "tag"))
    page.locator("#ns-tagger").get_by_label("llm-zero-shot –").check()
    page.locator("#ns-samples").get_by_role("spinbutton").fill(str(samples))
    page.locator("#ns-samples").get_by_role("spinbutton").press("Tab")
    expect(page.locator("#ns-estimate")).to_contain_text(f"At most {samples} calls")
    page.get_by_role("button", name="Start tagging").click()
    job = page.get_by_test_id("job")
    expect(job).to_have_attribute("data-status", "done")
    return job


def test_the_prompt_the_replies_and_the_votes_of_a_text_are_one_click_away(
    page: Page, studio: Studio, endpoint: LLMServer, demo: tuple[str, Corpus]
) -> None:
    name, made = demo
    before = len(endpoint.calls)
    tag(page, studio, name, 3)
    sent = [call.body for call in endpoint.calls[before:]]
    assert len({body["seed"] for body in sent}) == 3
    with studio.database.session() as session:
        (text_id,) = texts.ids_to_tag(session, made.project_id, "all")
        kept = traces.of_text(session, text_id)["llm-zero-shot"]
    open_page(page, studio.address(name, "annotate", text_id))
    page.get_by_test_id("trace-open").click()
    trace = page.get_by_test_id("trace")
    replies = trace.get_by_test_id("raw-reply")
    expect(replies).to_have_count(3)
    assert [replies.nth(n).text_content() for n in range(3)] == [reply_to(sent[0]["messages"])] * 3
    rows = trace.get_by_test_id("votes").locator("tbody tr")
    assert [row.split() for row in rows.all_inner_texts()] == [
        ["Acme", "ORG", "15–19", "3", "of", "3", "suggested"],
        ["Oslo", "LOC", "29–33", "3", "of", "3", "suggested"],
        ["Ann", "Lee", "PER", "47–54", "3", "of", "3", "suggested"],
    ]
    trace.get_by_text("The prompt as it was sent").click()
    shown = trace.locator(".tr-message pre").all_text_contents()
    assert shown == [one["content"] for one in sent[0]["messages"]]
    assert shown == [one["content"] for one in kept["messages"]]
    assert json.dumps(TEXT) in shown[-1]


@pytest.fixture
def written(studio: Studio, demo: tuple[str, Corpus]) -> tuple[str, Corpus]:
    """A library of two examples that a model wrote; a person edited the second."""
    name, made = demo
    (text_id,) = made.add(SHAPE)
    with studio.database.session() as session:
        features = [Feature(SHAPE, text_id, 2)]
        begun = library.create(session, made.project_id, "llm", {"features": 1}, features)
        for code, surface in (("PER", "Bo Ek"), ("ORG", "Globex"), ("LOC", "Porto")):
            library.keep_entities(session, begun.id, TypeEntities(code, (surface,)))
        for slot, said in enumerate(("Cleo Ruiz left the town.", "Dan Oz stayed at home.")):
            content = annotated(said, PER=" ".join(said.split()[:2]))
            library.keep(session, begun.id, NewExample(slot, 0, content, "llm", model="tiny"))
        library.finish(session, begun.id)
        other = library.rows(session, made.project_id)[1]
        mine = annotated("Dan Oz went home, I know.", PER="Dan Oz")
        library.edit(session, other.id, mine, "kim")
    return name, made


def test_an_example_is_written_anew_and_an_edited_one_never(
    page: Page, studio: Studio, endpoint: LLMServer, written: tuple[str, Corpus]
) -> None:
    name, made = written
    open_page(page, studio.address(name, "library"))
    book = page.get_by_test_id("library")
    expect(book.locator(".lb-card", has_text="I know")).to_have_attribute(
        "data-status-of", "edited"
    )
    before = len(endpoint.calls)
    anew = book.get_by_test_id("example-anew")
    expect(anew).to_have_count(1)  # a person's own sentence has no such button
    anew.click()
    expect(book.locator(".lb-card", has_text="said so, note")).to_have_count(1)
    assert len(endpoint.calls) == before + 1
    with studio.database.session() as session:
        found = {
            one.content.text: (one.status, one.reason)
            for one in library.rows(session, made.project_id)
        }
        edited = next(
            one.id for one in library.rows(session, made.project_id) if one.status == "edited"
        )
    assert found["Cleo Ruiz left the town."] == ("rejected", "written anew")
    assert found["Dan Oz went home, I know."][0] == "edited"
    answer = page.request.post(
        f"{studio.url}/api/library/examples/{edited}/anew",
        data={},
        headers={"origin": studio.url},
    )
    assert not answer.ok
    assert len(endpoint.calls) == before + 1


def test_a_library_that_is_built_again_takes_edited_sentences_along(
    page: Page, studio: Studio, written: tuple[str, Corpus]
) -> None:
    name, made = written
    open_page(page, studio.address(name, "library"))
    page.locator("#ns-features input").fill("1")
    page.locator("#ns-per-feature input").fill("2")
    page.get_by_role("button", name="Build library").click()
    book = page.get_by_test_id("library")
    expect(book).to_have_attribute("data-version", "2", timeout=240_000)
    card = book.locator(".lb-card", has_text="Dan Oz went home, I know.")
    expect(card).to_have_attribute("data-status-of", "edited")
    with studio.database.session() as session:
        rows = library.rows(session, made.project_id)
    assert [one.content.text for one in rows].count("Dan Oz went home, I know.") == 1
    assert {one.origin for one in rows} == {"llm"}


def test_recorded_answers_are_marked_as_such_and_answers_known_before_as_those(
    page: Page, studio: Studio, demo: tuple[str, Corpus]
) -> None:
    name, made = demo
    job = tag(page, studio, name, 2)
    mark, known = "recorded answers of a large language model", "known from an earlier call"
    expect(page.get_by_text(mark)).to_have_count(0)
    page.locator("#ns-only").get_by_label("all of them").check()
    before = job.get_attribute("data-job-id") or ""
    page.get_by_role("button", name="Start tagging").click()
    expect(job).not_to_have_attribute("data-job-id", before)
    expect(page.get_by_text(known)).to_be_visible()
    expect(job).to_have_attribute("data-status", "done")
    with studio.database.session() as session:
        again = jobs.latest(session, made.project_id, "tagging")
        assert again is not None
        assert (again.values["llm_calls"], again.values["cached_calls"]) == (0, 2)
        asked = llm_calls.replies(session, job_id=again.id)
        llm_calls.replace_recorded(session, [replace(one, origin="recorded") for one in asked])
    page.reload()
    wait_ready(page)
    expect(page.get_by_text(mark)).to_be_visible()
    expect(page.get_by_text(known)).to_have_count(0)
