import json
from dataclasses import replace

import pytest

from engine.errors import LLMError, TaggingError
from engine.reverse_ner.config import LibraryConfig
from engine.reverse_ner.entities import EntityList
from engine.reverse_ner.library import TWICE, Stored, budget, build, coverage
from engine.reverse_ner.sentences import Draft
from tests.builders import TYPES, annotated
from tests.scripts import obedient, obedient_llm

FEATURES = ["Nobody saw it coming at all.", "What a day that was for us."]
CONFIG = LibraryConfig.of(features=2, per_feature=4)


def split(made):
    lists = {one.code: one for one in made if isinstance(one, EntityList)}
    drafts = {one.slot: one for one in made if isinstance(one, Draft)}
    assert len(lists) + len(drafts) == len(made)
    return lists, drafts


def test_a_library_of_obedient_answers_takes_the_planned_calls():
    llm = obedient_llm()
    lists, drafts = split(list(build(llm, TYPES, FEATURES, CONFIG)))
    assert set(lists) == {"PER", "ORG", "LOC"}
    assert [d.reason for d in drafts.values()] == [""] * 8
    assert len(llm.requests) == 3 + 8
    assert budget(3, 2, CONFIG).total == 3 + 8 + 3
    told = coverage([(d.feature, d.content) for d in drafts.values()], TYPES, 2, CONFIG)
    assert told.short == ()
    assert min(told.types.values()) >= 3
    assert told.features == {0: 4, 1: 4}


def test_the_stated_calls_are_never_exceeded_whatever_the_model_says():
    for answer in ("nonsense", '{"entities": ["Ann"]}', '{"sentence": "x", "entities": []}'):
        llm = obedient_llm(
            lambda request, answer=answer: (
                answer if request.prompt_version == "sentences/v1" else None
            )
        )
        made = list(build(llm, TYPES, FEATURES, CONFIG))
        assert len(llm.requests) == budget(3, 2, CONFIG).total
        assert all(draft.reason for draft in made if isinstance(draft, Draft))


def test_what_is_short_is_asked_for_again_and_then_reported():
    def without_places(request):
        if request.prompt_version != "sentences/v1":
            return None
        return obedient(request).replace('"LOC"', '"XXX"')

    llm = obedient_llm(without_places)
    _, drafts = split(list(build(llm, TYPES, FEATURES, CONFIG)))
    assert len(llm.requests) == budget(3, 2, CONFIG).total
    good = [(d.feature, d.content) for d in drafts.values() if not d.reason]
    told = coverage(good, TYPES, 2, CONFIG)
    assert "The type place is in 0 of 3 wanted examples." in told.short


def test_a_sentence_that_comes_twice_is_kept_once():
    def same(request):
        if request.prompt_version != "sentences/v1":
            return None
        said = json.loads(obedient(request))
        return json.dumps({**said, "sentence": "After Ann Lee, Acme, Oslo.", "entities": [
            {"text": "Ann Lee", "type": "PER"}, {"text": "Acme", "type": "ORG"},
            {"text": "Oslo", "type": "LOC"}]})  # fmt: skip

    stored = Stored(
        {code: EntityList(code, words) for code, words in
         (("PER", ("Ann Lee",)), ("ORG", ("Acme",)), ("LOC", ("Oslo",)))}
    )  # fmt: skip
    _, drafts = split(list(build(obedient_llm(same), TYPES, FEATURES, CONFIG, stored)))
    good = [d for d in drafts.values() if not d.reason]
    assert len(good) == 1
    assert {d.reason for d in drafts.values() if d.reason} == {TWICE}


@pytest.mark.parametrize("kept", [0, 1, 2, 3, 4, 7, 10, 11])
def test_a_build_that_was_stopped_goes_on_without_asking_twice(kept):
    whole = list(build(obedient_llm(), TYPES, FEATURES, replace(CONFIG, at_once=1)))
    lists, drafts = split(whole[:kept])
    llm = obedient_llm()
    rest = list(build(llm, TYPES, FEATURES, CONFIG, Stored(lists, drafts)))
    assert len(llm.requests) == len(rest) == len(whole) - kept
    made_lists, made_drafts = split([*whole[:kept], *rest])
    all_lists, all_drafts = split(whole)
    assert made_lists == all_lists
    assert {n: d.content for n, d in made_drafts.items()} == {
        n: d.content for n, d in all_drafts.items()
    }


def test_an_endpoint_that_fails_in_the_middle_stops_the_build_and_keeps_what_was_made():
    asked = []

    def failing(request):
        asked.append(request)
        if len(asked) > 5:
            raise LLMError("The endpoint is gone.")

    made = []
    with pytest.raises(LLMError, match="gone"):
        for one in build(obedient_llm(failing), TYPES, FEATURES, replace(CONFIG, at_once=1)):
            made.append(one)
    assert len(made) == 5


def test_what_a_person_rejected_before_is_not_taken_again():
    llm = obedient_llm()
    made = build(llm, TYPES, FEATURES, CONFIG, taken=lambda _: "rejected before")
    reasons = {one.reason for one in made if isinstance(one, Draft)}
    assert reasons == {"rejected before"}


def test_a_model_without_any_entity_ends_the_build():
    llm = obedient_llm(lambda _: '{"entities": []}')
    with pytest.raises(TaggingError, match="no usable entity"):
        list(build(llm, TYPES, FEATURES, CONFIG))
    assert len(llm.requests) <= budget(3, 2, CONFIG).total


def test_coverage_counts_examples_and_not_spans():
    content = annotated("Ann Lee saw Oslo.", PER="Ann", LOC="Oslo")
    told = coverage([(0, content), (None, content)], TYPES, 1, CONFIG)
    assert told.types == {"PER": 2, "ORG": 0, "LOC": 2}
    assert told.features == {0: 1}
    assert len(told.short) == 4
