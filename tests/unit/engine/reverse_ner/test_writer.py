from hypothesis import given, settings
from hypothesis import strategies as st

from engine.reverse_ner.config import LibraryConfig
from engine.reverse_ner.entities import EntityList
from engine.reverse_ner.library import Stored
from engine.reverse_ner.sentences import Draft
from engine.reverse_ner.writer import build, entity_lists, mine, replaced
from engine.types import AnnotatedText, Span
from tests.builders import TYPES, NamesTagger

TEXTS = [
    "Ann left Acme for Oslo, they say.",
    "Nobody is named in this text at all.",
    "Bo moved Initech to Lima at last.",
    "Cleo never worked for Acme in Oslo.",
]
CONFIG = LibraryConfig.of(features=2, per_feature=2)


def made(stored: Stored = Stored()):
    mined = mine(NamesTagger(TYPES), TEXTS)
    features = [TEXTS[0], TEXTS[2]]
    return list(build(mined, TYPES, features, [0, 1, 0], CONFIG, stored))


def test_only_texts_with_an_entity_are_mined():
    mined = mine(NamesTagger(TYPES), TEXTS)
    assert [one.text for one in mined.tagged] == [TEXTS[0], TEXTS[2], TEXTS[3]]
    assert mined.model == "names 1"


def test_the_surfaces_are_those_found_in_the_texts():
    lists = {one.code: one for one in entity_lists(mine(NamesTagger(TYPES), TEXTS), TYPES)}
    assert lists["PER"].surfaces == ("Ann", "Bo", "Cleo")
    assert lists["PER"].calls == 0
    assert lists["PER"].origin.model == "names 1"


def test_sentences_have_the_shape_of_texts_and_other_entities():
    drafts = [one for one in made() if isinstance(one, Draft)]
    good = [one for one in drafts if not one.reason]
    assert good
    for draft in good:
        assert draft.content.text not in TEXTS
        assert len(draft.content.spans) == 3
        found = {draft.content.surface(span) for span in draft.content.spans}
        assert found <= {"Ann", "Bo", "Cleo", "Acme", "Initech", "Oslo", "Lima"}
        assert draft.origin.usage == {}
        assert draft.origin.prompt_version == ""


def test_the_same_texts_give_the_same_library_and_resuming_repeats_nothing():
    whole = made()
    assert made() == whole
    lists = {one.code: one for one in whole[:3] if isinstance(one, EntityList)}
    drafts = {one.slot: one for one in whole[3:5] if isinstance(one, Draft)}
    assert made(Stored(lists, drafts)) == whole[5:]


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=5), st.text(min_size=1, max_size=5)), max_size=4))
def test_replacing_moves_the_spans_along(pieces):
    text, spans = "", []
    for before, surface in pieces:
        text += before
        spans.append(Span(len(text), len(text) + len(surface), "X"))
        text += surface
    content = AnnotatedText(text, tuple(spans))
    new = [(span, f"new{n}") for n, span in enumerate(content.spans)]
    moved = replaced(content, new)
    assert [moved.surface(span) for span in moved.spans] == [word for _, word in new]
    back = replaced(moved, list(zip(moved.spans, map(content.surface, content.spans), strict=True)))
    assert back == content
