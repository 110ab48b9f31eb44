import pytest

from engine.errors import LLMError
from engine.llm.scripted import ScriptedLLM
from engine.reverse_ner.config import EntityConfig
from engine.reverse_ner.entities import EntityList, distinct, make, read, request
from tests.builders import COMPANY, PERSON, TYPES
from tests.scripts import WORDS, obedient_llm


def test_the_question_names_the_type_the_others_and_the_samples():
    asked = request(PERSON, TYPES, ['He said "no".'], EntityConfig(count=7))
    system, user = (message["content"] for message in asked.messages)
    assert "List 7 different entities" in system
    assert "Type: person" in user
    assert PERSON.definition in user
    assert "- company: A business that sells something." in user
    assert '"He said \\"no\\"."' in user
    assert asked.prompt_version == "entities/v1"


def test_a_second_attempt_is_another_sample():
    first, second = (request(PERSON, TYPES, [], EntityConfig(seed=5), n) for n in (0, 1))
    assert (first.seed, second.seed) == (5, 6)
    assert first.messages == second.messages


@pytest.mark.parametrize(
    ("reply", "surfaces", "reason"),
    [
        ('{"entities": ["Ann", "Bo"]}', ("Ann", "Bo"), None),
        ('Sure:\n```json\n["Ann"]\n```', ("Ann",), None),
        ('{"entities": ["Ann", "ANN"]}', ("Ann",), "listed twice"),
        ('{"entities": ["Ann", 1984, null]}', ("Ann", "1984"), None),
        ('{"entities": ["Ann",', ("Ann",), None),
        ('{"entities": ["person"]}', (), "the name of the type itself"),
        ('{"entities": ["?!"]}', (), "holds no letter"),
        ('{"entities": ["a b c d e f g h i j k l"]}', (), "longer than 10 words"),
        ("I cannot do that.", (), "the reply holds no list of entities"),
        ("", (), "the reply holds no list of entities"),
    ],
)
def test_a_reply_is_read_or_rejected_with_a_reason(reply, surfaces, reason):
    kept, rejected = read(reply, PERSON, EntityConfig())
    assert kept == surfaces
    assert [one.reason for one in rejected] == ([reason] if reason else [])


def test_no_more_surfaces_are_kept_than_were_asked_for():
    kept, rejected = read('{"entities": ["A1", "B2", "C3"]}', PERSON, EntityConfig(count=2))
    assert kept == ("A1", "B2")
    assert rejected[0].surface == "C3"


def test_what_two_types_claim_belongs_to_neither():
    pool = distinct(
        [EntityList("PER", ("Paris", "Ann")), EntityList("LOC", ("paris", "Oslo")),
         EntityList("ORG", ())]
    )  # fmt: skip
    assert pool.surfaces == {"PER": ("Ann",), "LOC": ("Oslo",), "ORG": ()}
    assert pool.shared == {"paris": ("PER", "LOC")}


def test_each_type_is_asked_for_once():
    llm = obedient_llm()
    lists = {one.code: one for one in make(llm, TYPES, TYPES, [])}
    assert len(llm.requests) == 3
    assert lists["LOC"].surfaces == WORDS["place"]
    assert lists["LOC"].origin.usage["llm_calls"] == 1
    assert lists["LOC"].origin.model == "scripted"


def test_a_type_with_too_few_surfaces_is_asked_for_once_more_while_calls_are_spare():
    answers = iter(['{"entities": ["Acme"]}', '{"entities": ["acme", "Initech", "Globex"]}'])
    llm = ScriptedLLM(lambda _: next(answers))
    (made,) = make(llm, [COMPANY], TYPES, [], spare=1)
    assert made.surfaces == ("Acme", "Initech", "Globex")
    assert (made.calls, made.origin.usage["llm_calls"]) == (2, 2)


def test_without_spare_calls_a_short_list_stays_short():
    llm = ScriptedLLM(['{"entities": []}'])
    (made,) = make(llm, [COMPANY], TYPES, [])
    assert (made.surfaces, made.calls, len(llm.requests)) == ((), 1, 1)


def test_a_model_that_cannot_be_reached_is_no_empty_list():
    with pytest.raises(LLMError):
        list(make(ScriptedLLM([]), [COMPANY], TYPES, []))
