import pytest

from db import entity_types, library, traces
from db.errors import Conflict, Invalid, NotFound
from db.library_values import Feature, NewExample, TypeEntities
from engine.types import AnnotatedText, EntityType
from tests.builders import annotated

ONE = annotated("Ann left Acme.", PER="Ann", ORG="Acme")
TWO = annotated("Bo lives in Oslo.", PER="Bo", LOC="Oslo")
FEATURES = [Feature("Somebody left something.", None, 4), Feature("Somebody lives.", None, 2)]


@pytest.fixture
def session(demo):
    with demo.database.session() as session:
        yield session


@pytest.fixture
def built(session, demo):
    """A first version with one generated and one rejected example."""
    made = library.create(session, demo.project_id, "llm", {"seed": 0}, FEATURES)
    usage = {"llm_calls": 1, "prompt_tokens": 10}
    library.keep_entities(
        session, made.id, TypeEntities("PER", ("Ann",), (("x", "bad"),), 1, "e/v1", "m", usage)
    )
    library.keep(session, made.id, NewExample(0, 0, ONE, "llm", "", "s/v1", "m", usage))
    library.keep(session, made.id, NewExample(1, 1, TWO, "llm", "it is bad", "s/v1", "m", usage))
    return library.finish(session, made.id)


def rows(session, demo, version=None):
    return library.rows(session, demo.project_id, version)


def test_a_version_says_what_is_in_it_and_what_it_cost(session, demo, built):
    assert (built.version, built.examples) == (1, 1)
    assert built.counts == {"generated": 1, "edited": 0, "approved": 0, "rejected": 1}
    assert built.usage == {"llm_calls": 3, "prompt_tokens": 30}
    assert built.features == tuple(FEATURES)
    assert built.finished_at is not None
    (people,) = library.entities(session, built.id)
    assert (people.code, people.surfaces, people.rejected) == ("PER", ("Ann",), (("x", "bad"),))


def test_rejected_examples_stay_visible_and_guide_nothing(session, demo, built):
    first, second = rows(session, demo)
    assert (second.status, second.reason, second.content) == ("rejected", "it is bad", TWO)
    assert first.feature_text == FEATURES[0].text
    assert library.examples(session, demo.project_id) == [ONE]
    assert [r.id for r in library.rows(session, demo.project_id, status="rejected")] == [second.id]


def test_a_slot_is_filled_once_and_a_type_asked_once(session, demo, built):
    library.keep(session, built.id, NewExample(0, 0, TWO, "llm"))
    library.keep_entities(session, built.id, TypeEntities("PER", ("Other",)))
    assert rows(session, demo)[0].content == ONE
    assert library.entities(session, built.id)[0].surfaces == ("Ann",)


def test_an_edit_counts_and_is_never_written_over(session, demo, built):
    first, second = rows(session, demo)
    better = annotated("Ann has left Acme.", PER="Ann", ORG="Acme")
    assert library.edit(session, first.id, better, "kim", base=0) == 1
    library.keep(session, built.id, NewExample(0, 0, ONE, "llm"))
    edited = library.example(session, first.id)
    assert (edited.content, edited.status, edited.author) == (better, "edited", "kim")
    assert edited.made == ONE
    library.edit(session, second.id, TWO, "kim")
    assert library.examples(session, demo.project_id) == [better, TWO]


def test_two_people_cannot_overwrite_each_other(session, demo, built):
    first, _ = rows(session, demo)
    library.set_status(session, first.id, "approved", "kim", base=0)
    with pytest.raises(Conflict) as refused:
        library.edit(session, first.id, TWO, "lee", base=0)
    assert refused.value.current_revision == 1


def test_a_decision_can_be_taken_back(session, demo, built):
    first, second = rows(session, demo)
    library.set_status(session, first.id, "rejected", "kim", reason="dull")
    assert library.example(session, first.id).reason == "dull"
    assert library.examples(session, demo.project_id) == []
    library.set_status(session, first.id, "generated", "kim")
    library.set_status(session, second.id, "approved", "kim")
    assert library.examples(session, demo.project_id) == [ONE, TWO]
    library.set_status(session, second.id, "generated", "kim")
    assert library.example(session, second.id).reason == "it is bad"
    with pytest.raises(Invalid):
        library.set_status(session, second.id, "loved", "kim")  # type: ignore[arg-type]


def test_what_people_did_comes_along_to_the_next_version(session, demo, built):
    first, second = rows(session, demo)
    library.edit(session, first.id, ONE, "kim")
    library.set_status(session, second.id, "rejected", "kim", reason="wrong")
    own = library.add(session, demo.project_id, AnnotatedText("Nothing here."), "kim")
    again = library.create(session, demo.project_id, "llm", {}, FEATURES[1:])
    library.keep(session, again.id, NewExample(0, 0, annotated("Cleo.", PER="Cleo"), "llm"))
    told = [(row.content.text, row.status, row.previous) for row in rows(session, demo)]
    assert told == [
        ("Ann left Acme.", "edited", first.id),
        ("Bo lives in Oslo.", "rejected", second.id),
        ("Nothing here.", "approved", own),
        ("Cleo.", "generated", None),
    ]
    assert [row.feature for row in rows(session, demo)] == [None, 0, None, 0]
    assert library.taken(session, again.id)["bo lives in oslo."].startswith("a person rejected")
    assert again.usage == {}


def test_untouched_examples_stay_in_their_version(session, demo, built):
    library.create(session, demo.project_id, "llm", {}, FEATURES)
    assert rows(session, demo) == []
    assert len(rows(session, demo, 1)) == 2
    assert [one.version for one in library.versions(session, demo.project_id)] == [2, 1]


def test_the_difference_of_two_versions(session, demo, built):
    first, _ = rows(session, demo)
    library.edit(session, first.id, ONE, "kim")
    library.create(session, demo.project_id, "llm", {}, FEATURES)
    copy = rows(session, demo)[0]
    library.edit(session, copy.id, annotated("Ann left!", PER="Ann"), "kim")
    library.add(session, demo.project_id, AnnotatedText("New."), "kim")
    found = library.diff(session, demo.project_id, 1, 2)
    assert [one.content.text for one in found.added] == ["New."]
    assert [one.content.text for one in found.removed] == ["Bo lives in Oslo."]
    assert [(a.content.text, b.content.text) for a, b in found.changed] == [
        ("Ann left Acme.", "Ann left!")
    ]


def test_the_fingerprint_changes_with_what_guides_tagging_alone(session, demo, built):
    first, second = rows(session, demo)
    library.set_status(session, first.id, "approved", "kim")
    library.set_status(session, second.id, "rejected", "kim")
    assert library.get(session, demo.project_id).fingerprint == built.fingerprint
    library.set_status(session, first.id, "rejected", "kim")
    assert library.get(session, demo.project_id).fingerprint != built.fingerprint


def test_imported_sentences_are_approved_and_come_once(session, demo):
    assert library.import_examples(session, demo.project_id, [ONE, TWO, ONE], "kim") == 2
    assert library.import_examples(session, demo.project_id, [ONE], "kim") == 0
    made = library.get(session, demo.project_id)
    assert (made.writer, made.version, made.counts["approved"]) == ("person", 1, 2)
    assert {row.origin for row in rows(session, demo)} == {"imported"}


def test_an_unknown_type_or_a_blank_text_is_refused(session, demo):
    with pytest.raises(Invalid, match="no entity type 'DOG'"):
        library.add(session, demo.project_id, annotated("Rex.", DOG="Rex"), "kim")
    with pytest.raises(Invalid, match="needs a text"):
        library.add(session, demo.project_id, AnnotatedText("  "), "kim")
    assert library.find(session, demo.project_id) is None or rows(session, demo) == []


def test_spans_follow_a_type_that_is_renamed_and_go_with_one_that_is_deleted(session, demo, built):
    types = {one.code: one for one in entity_types.list_types(session, demo.project_id)}
    org = types["ORG"]
    firm = EntityType(org.id, "FIRM", "firm", "", org.colour, org.key)
    entity_types.update(session, demo.project_id, firm)
    assert [s.label for s in rows(session, demo)[0].content.spans] == ["PER", "FIRM"]
    entity_types.delete(session, demo.project_id, org.id)
    assert [s.label for s in rows(session, demo)[0].content.spans] == ["PER"]


def test_without_a_library_there_is_nothing_to_get(session, demo):
    with pytest.raises(NotFound, match="build one"):
        library.examples(session, demo.project_id)
    with pytest.raises(NotFound):
        library.example(session, 99)


def test_the_trace_of_the_newest_pass_of_a_tagger_is_kept(session, demo):
    text_id = demo.tagged("Ann left.", PER="Ann")
    old, new = (demo.tag(text_id, tagger="llm") for _ in range(2))
    other = demo.tag(text_id, tagger="llm-zero-shot")
    traces.keep(session, old, {text_id: {"votes": [1]}})
    traces.keep(session, new, {text_id: {"votes": [2]}})
    traces.keep(session, other, {text_id: {"votes": [3]}})
    assert traces.of_text(session, text_id) == {
        "llm": {"votes": [2]},
        "llm-zero-shot": {"votes": [3]},
    }
    with pytest.raises(NotFound):
        traces.keep(session, 999, {text_id: {}})
