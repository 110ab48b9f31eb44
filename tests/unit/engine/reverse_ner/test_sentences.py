import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.reverse_ner.config import SentenceConfig
from engine.reverse_ner.entities import Pool
from engine.reverse_ner.sentences import Slot, plan, read, request, top_up, unlabelled, write
from engine.types import AnnotatedText, Span
from tests.builders import TYPES
from tests.scripts import CODES, WORDS, obedient_llm

POOL = Pool({CODES[name]: tuple(words) for name, words in WORDS.items()}, {})
FEATURE = "Nobody saw the mayor leave the town hall."
SLOT = Slot(4, 0, (("Ann Lee", "PER"), ("Oslo", "LOC")))


def reply(sentence: str, *entities: tuple[str, str]) -> str:
    listed = [{"text": text, "type": code} for text, code in entities]
    return json.dumps({"sentence": sentence, "entities": listed})


def test_the_plan_uses_every_feature_and_every_type():
    slots = plan(POOL, 5, SentenceConfig(per_feature=6))
    assert [slot.number for slot in slots] == list(range(30))
    assert Counter(slot.feature for slot in slots) == dict.fromkeys(range(5), 6)
    types = Counter(code for slot in slots for _, code in slot.entities)
    assert max(types.values()) - min(types.values()) <= 1
    assert {len(slot.entities) for slot in slots} == {1, 2, 3}
    for slot in slots:
        assert len({code for _, code in slot.entities}) == len(slot.entities)


def test_the_same_seed_plans_the_same_and_another_one_something_else():
    assert plan(POOL, 4) == plan(POOL, 4)
    assert plan(POOL, 4) != plan(POOL, 4, SentenceConfig(seed=1))


def test_every_surface_is_used_before_one_comes_again():
    slots = plan(POOL, 5, SentenceConfig(per_feature=6))
    used = Counter(entity for slot in slots for entity in slot.entities)
    for code, surfaces in POOL.surfaces.items():
        counts = [used[surface, code] for surface in surfaces]
        assert max(counts) - min(counts) <= 1


def test_one_type_alone_can_fill_a_sentence():
    pool = Pool({"PER": ("Ann", "Bo", "Cleo"), "ORG": ()}, {})
    slots = plan(pool, 2, SentenceConfig(per_feature=3))
    assert {code for slot in slots for _, code in slot.entities} == {"PER"}
    assert all(len(set(slot.entities)) == len(slot.entities) for slot in slots)


@settings(deadline=None)
@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 20), st.integers(0, 3))
def test_a_further_wave_serves_what_is_short_within_the_calls_that_are_left(a, b, room, f):
    slots = top_up({0: f} if f else {}, {"PER": a, "LOC": b}, POOL, 3, 60, room)
    assert len(slots) <= room
    assert [slot.number for slot in slots] == [60 + n for n in range(len(slots))]
    if room >= a + b + f:
        served = Counter(code for slot in slots for _, code in slot.entities)
        assert served["PER"] >= a
        assert served["LOC"] >= b
        assert sum(slot.feature == 0 for slot in slots) >= f


def test_a_type_without_surfaces_is_not_asked_for():
    assert top_up({}, {"ORG": 3}, Pool({"PER": ("Ann",), "ORG": ()}, {}), 2, 9, 5) == []


def test_the_question_shares_its_first_message_with_all_others():
    one = request(SLOT, FEATURE, TYPES, SentenceConfig())
    two = request(Slot(5, 0, (("Lima", "LOC"),)), FEATURE, TYPES, SentenceConfig())
    assert one.messages[0] == two.messages[0]
    assert '- "Ann Lee" (PER)\n- "Oslo" (LOC)' in one.messages[1]["content"]
    assert json.dumps(FEATURE) in one.messages[1]["content"]
    assert one.seed != two.seed
    codes = one.schema["properties"]["entities"]["items"]["properties"]["type"]["enum"]
    assert codes == ["PER", "ORG", "LOC"]


def test_a_good_sentence_is_labelled_where_its_entities_are():
    said = reply("Nobody saw Ann Lee leave Oslo.", ("Ann Lee", "PER"), ("Oslo", "place"))
    content, reason = read(said, SLOT, FEATURE, TYPES, POOL)
    assert reason == ""
    assert content.spans == (Span(11, 18, "PER"), Span(25, 29, "LOC"))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (reply("Nobody saw Ann Lee.", ("Ann Lee", "PER")), "the entity 'Oslo' is missing"),
        (
            reply("Ann Lee left Oslo.", ("Ann Lee", "PER")),
            "the entity 'Oslo' is not labelled LOC; the entity 'Oslo' is not labelled",
        ),
        (
            reply("Ann Lee left Oslo for Lima.", ("Ann Lee", "PER"), ("Oslo", "LOC")),
            "the entity 'Lima' is not labelled",
        ),
        (
            reply("Oslo is Oslo, Ann Lee.", ("Oslo", "LOC"), ("Ann Lee", "PER")),
            "'Oslo' is in the sentence more often than it is listed",
        ),
        (
            reply("Ann Lee left Oslo.", ("Ann Lee", "PER"), ("Oslo", "LOC"), ("Bo Ek", "PER")),
            "'Bo Ek' is listed but not in the sentence",
        ),
        (
            reply("Ann Lee left Oslo.", ("Ann Lee", "PER"), ("Oslo", "LOC"), ("left", "VERB")),
            "'left' has the type 'VERB', which is none of ours",
        ),
        (reply("Ann Lee left Oslo.", ("Ann Lee", "ORG"), ("Oslo", "LOC")), "not labelled PER"),
        (reply("ANN LEE left Oslo.", ("Ann Lee", "PER"), ("Oslo", "LOC")), "'Ann Lee' is missing"),
        (reply("x " * 101, ("Ann Lee", "PER")), "it is longer than 100 words"),
        (reply("Ann Lee left Oslo.", ("", "PER")), "the reply holds no labelled sentence"),
        ('{"sentence": "Ann Lee left Oslo."}', "the reply holds no labelled sentence"),
        ('{"sentence": "Ann Lee left Oslo.", "entit', "the reply holds no labelled sentence"),
        ("No.", "the reply holds no labelled sentence"),
        ("", "the reply holds no labelled sentence"),
    ],
)
def test_a_sentence_that_cannot_be_an_example_says_why(said, reason):
    _, told = read(said, SLOT, FEATURE, TYPES, POOL)
    assert reason in told


def test_a_copy_of_the_feature_sentence_is_rejected():
    feature = "Ann Lee left Oslo."
    said = reply("ann lee  left Oslo.", ("Oslo", "LOC"))
    _, reason = read(said, SLOT, feature, TYPES, POOL)
    assert "it repeats the feature sentence" in reason


def test_an_unlabelled_name_inside_a_longer_word_is_no_entity():
    content = AnnotatedText("The Osloer left Limassol.")
    assert list(unlabelled(content, POOL)) == []


def test_each_slot_is_one_call_and_comes_back_as_a_draft():
    llm = obedient_llm()
    slots = plan(POOL, 2, SentenceConfig(per_feature=4))
    drafts = sorted(write(llm, slots, [FEATURE, "Another one."], TYPES, POOL), key=lambda d: d.slot)
    assert len(llm.requests) == 8
    assert [draft.slot for draft in drafts] == list(range(8))
    for draft, slot in zip(drafts, slots, strict=True):
        assert draft.reason == ""
        found = {(draft.content.surface(s), s.label) for s in draft.content.spans}
        assert found == set(slot.entities)
