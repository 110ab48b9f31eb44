import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.grounding import Mention, ground
from engine.llm.replies import parse, schema
from tests.unit.engine.llm.broken import BOTH, CASES, Case

CODES = ("PER", "ORG", "LOC", "YEAR")


def shown(mentions: tuple[Mention, ...]) -> tuple[str, ...]:
    return tuple(f"{m.surface}/{m.label}" for m in mentions)


@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_what_can_be_read_of_a_reply_is_read_and_the_rest_is_told(case: Case) -> None:
    parsed = parse(case.reply, CODES)
    assert shown(parsed.mentions) == case.mentions, parsed
    assert parsed.readable is case.readable
    assert bool(parsed.complaint) is case.again
    assert case.mentions or not case.again or parsed.problems


def test_the_corpus_holds_at_least_sixty_broken_replies() -> None:
    assert len({case.reply for case in CASES}) >= 60
    assert len({case.what for case in CASES}) == len(CASES)


def test_left_context_and_occurrence_are_kept_when_they_are_usable() -> None:
    reply = json.dumps(
        {
            "entities": [
                {"text": "May", "type": "PER", "left": "ask whether", "occurrence": 2},
                {"text": "May", "type": "PER", "left": 7, "occurrence": "second"},
                {"text": "May", "type": "PER", "context": "\ud800", "occurrence": -1},
            ]
        }
    )
    assert parse(reply, CODES).mentions == (
        Mention("May", "PER", "ask whether", 2),
        Mention("May", "PER", "7"),
        Mention("May", "PER"),
    )


def test_names_of_types_may_be_accepted_beside_their_codes() -> None:
    spelled = {"PER": "PER", "person": "PER"}
    found = parse('{"entities": [{"text": "Ann", "type": "Person"}]}', spelled)
    assert shown(found.mentions) == ("Ann/PER",)


def test_answers_that_are_passed_over_are_told() -> None:
    first, last = '{"entities": [["Ann", "PER"]]}', '{"entities": [["Oslo", "LOC"]]}'
    parsed = parse(f"{first}\n{last}", CODES)
    assert shown(parsed.mentions) == ("Oslo/LOC",)
    assert parsed.problems == ("The reply holds 2 answers; the last one is taken.",)
    assert parse(f"{first} {first}", CODES).problems == ()


def test_every_problem_names_the_entity_it_is_about() -> None:
    parsed = parse(
        '{"entities": [{"text": "Mars", "type": "PLANET"}, {"text": "Ann", "type": "PER"}, "x"]}',
        CODES,
    )
    assert parsed.problems == (
        "Entity 1: “Mars” has the type “PLANET”, which is none of ours.",
        "Entity 3: “x” is no object with a text and a type.",
    )
    assert parsed.complaint == ""


@pytest.mark.parametrize("piece", ["[{", "[", '{"', '["', "{}", "{[]", '{"a":', "“", "[1,"])
@pytest.mark.timeout(120)
def test_a_long_reply_of_signs_alone_is_done_with(piece: str) -> None:
    assert parse(piece * 50_000, CODES).mentions == ()


def test_the_schema_names_every_type_and_demands_every_field() -> None:
    made = schema(CODES)
    entity = made["properties"]["entities"]["items"]
    assert entity["properties"]["type"]["enum"] == list(CODES)
    assert entity["required"] == list(entity["properties"])
    assert json.loads(json.dumps(made)) == made


@given(st.text(max_size=200))
def test_any_text_at_all_is_read_or_told_about(text: str) -> None:
    parsed = parse(text, CODES)
    assert parsed.readable or parsed.problems
    for said in (*parsed.problems, *(m.surface for m in parsed.mentions)):
        said.encode()


@given(st.integers(0, len(BOTH)), st.sampled_from(["", '"', "}", "]", ",", "\\", "{", "\n", "'"]))
def test_any_reply_with_a_piece_gone_invents_nothing(cut: int, instead: str) -> None:
    parsed = parse(BOTH[:cut] + instead + BOTH[cut + 1 :], CODES)
    for mention in parsed.mentions:
        assert mention.label in CODES


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip),
            st.sampled_from(CODES),
        ),
        max_size=6,
    )
)
def test_whatever_is_written_as_asked_is_read_back(pairs: list[tuple[str, str]]) -> None:
    reply = json.dumps({"entities": [{"text": t, "type": c, "left": ""} for t, c in pairs]})
    parsed = parse(reply, CODES)
    assert [(m.surface, m.label) for m in parsed.mentions] == pairs
    assert parsed.problems == ()


def test_what_a_reply_quotes_is_located_in_the_text() -> None:
    text = "May I ask whether May will resign?"
    reply = '{"entities": [{"text": "May", "type": "PER", "left": "ask whether"}]}'
    [found] = ground(text, parse(reply, CODES).mentions)
    assert found.span is not None
    assert found.span.start == 18
