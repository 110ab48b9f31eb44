import re
from pathlib import Path

import pytest

from db import entity_types
from db.entity_types import PALETTE, RESERVED_KEYS
from db.errors import AlreadyExists, InUse, Invalid, NotFound
from db.session import Database
from db.values import TypeUsage
from engine.types import EntityType
from tests.corpus import Corpus, corpus, types


def luminance(colour: str) -> float:
    """WCAG 2.1, relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("background", ["#ffffff", "#1f2937"])
def test_every_colour_of_the_palette_stands_out_in_light_and_dark(background: str) -> None:
    assert min(contrast(colour, background) for colour in PALETTE) >= 3


def test_a_type_gets_a_colour_and_a_key_of_its_own(database: Database) -> None:
    demo = corpus(database, codes=[f"T{n}" for n in range(30)])
    with database.session() as s:
        made = entity_types.list_types(s, demo.project_id)
    keys = [one.key for one in made if one.key]
    assert len(keys) == len(set(keys)) == 28
    assert not RESERVED_KEYS & set(keys)
    assert {one.colour for one in made} == set(PALETTE)
    assert [one.code for one in made] == [f"T{n}" for n in range(30)]


def test_the_editor_reserves_the_same_keys() -> None:
    keys = Path(__file__).parents[3] / "assets" / "span_editor" / "keys.js"
    said = re.search(r"RESERVED = '([^']+)'", keys.read_text(encoding="utf-8"))
    assert said
    assert set(said[1]) == RESERVED_KEYS


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (EntityType(0, "per", "human"), AlreadyExists),
        (EntityType(0, "HUM", "PER TYPE"), AlreadyExists),
        (EntityType(0, "HUM", "human", key="A"), Invalid),
        (EntityType(0, "HUM", "human", key="ab"), Invalid),
        (EntityType(0, "HUM", "human", key="o"), AlreadyExists),
        (EntityType(0, "HUM", "human", colour="red"), Invalid),
        (EntityType(0, "HUM", "human", colour="#12345"), Invalid),
        (EntityType(0, "HU M", "human"), Invalid),
        (EntityType(0, "HU\x00M", "human"), Invalid),
        (EntityType(0, "H" * 65, "human"), Invalid),
        (EntityType(0, "HUM", "hu\nman"), Invalid),
        (EntityType(0, "HUM", "human", definition="x" * 5001), Invalid),
    ],
)
def test_a_type_that_clashes_or_cannot_be_used_is_refused(
    demo: Corpus, wanted: EntityType, error: type[Exception]
) -> None:
    with demo.database.session() as s:
        assert types(s, demo.project_id)["ORG"].key == "o"
        with pytest.raises(error):
            entity_types.add(s, demo.project_id, wanted)
        with pytest.raises(error):
            other = types(s, demo.project_id)["LOC"]
            changed = EntityType(
                other.id, wanted.code, wanted.name, wanted.definition, wanted.colour, wanted.key
            )
            entity_types.update(s, demo.project_id, changed)
        assert [*types(s, demo.project_id)] == ["PER", "ORG", "LOC"]


def test_a_type_needs_a_project(database: Database) -> None:
    with database.session() as s, pytest.raises(NotFound):
        entity_types.add(s, 7, EntityType(0, "PER", "person"))


def test_a_rename_keeps_every_span(demo: Corpus) -> None:
    text_id = demo.tagged("Ann joined Acme.", PER="Ann", ORG="Acme")
    demo.draw(text_id, "Ann", "PER")
    with demo.database.session() as s:
        old = types(s, demo.project_id)["PER"]
        entity_types.update(
            s, demo.project_id, EntityType(old.id, "HUMAN", "human being", "Somebody.", "", "h")
        )
        with pytest.raises(NotFound):
            entity_types.update(s, demo.project_id, EntityType(99, "X", "x"))
        assert entity_types.by_label(s, demo.project_id)["human being"].id == old.id
    assert demo.spans(text_id)[0] == ("Ann", "HUMAN", "accepted")


def test_labels_find_their_type_by_code_or_name_whatever_the_case(demo: Corpus) -> None:
    with demo.database.session() as s:
        entity_types.add(s, demo.project_id, EntityType(0, "STRASSE", "per"))
        found = entity_types.by_label(s, demo.project_id)
    assert found["straße".casefold()].code == "STRASSE"
    assert found["per"].code == "PER", "a code wins over another type's name"
    assert found["org type"].code == "ORG"


def test_usage_tells_suggestions_gold_and_drafts_apart(demo: Corpus) -> None:
    draft = demo.tagged("Ann met Bo.", PER="Ann")
    demo.draw(draft, "Bo", "PER")
    done = demo.tagged("Cleo saw Oslo.", PER="Cleo", LOC="Oslo")
    demo.set_status(done, "accepted", accept_open=True)
    with demo.database.session() as s:
        ids = {code: one.id for code, one in types(s, demo.project_id).items()}
        assert entity_types.usage(s, demo.project_id) == {
            ids["PER"]: TypeUsage(suggestions=1, accepted=1, human=2),
            ids["ORG"]: TypeUsage(),
            ids["LOC"]: TypeUsage(accepted=1, human=1),
        }


def test_a_type_in_use_is_not_deleted_by_accident(demo: Corpus) -> None:
    text_id = demo.tagged("Ann met Bo.", PER="Ann")
    demo.draw(text_id, "Bo", "PER")
    with demo.database.session() as s:
        found = types(s, demo.project_id)["PER"]
        with pytest.raises(InUse, match="1 suggestions and 1 human spans"):
            entity_types.delete(s, demo.project_id, found.id)
        with pytest.raises(NotFound):
            entity_types.delete(s, demo.project_id, 99, force=True)
    assert len(demo.spans(text_id)) == 2


def test_a_deleted_type_takes_its_spans_along_and_undo_does_not_bring_them_back(
    demo: Corpus,
) -> None:
    text_id = demo.tagged("Ann met Bo in Oslo.", PER="Ann", LOC="Oslo")
    demo.draw(text_id, "Ann", "PER")
    demo.draw(text_id, "Bo", "PER")
    demo.draw(text_id, "Oslo", "LOC")
    with demo.database.session() as s:
        found = types(s, demo.project_id)["PER"]
        entity_types.delete(s, demo.project_id, found.id, force=True, author="Ada")
        assert "PER" not in types(s, demo.project_id)
        again = entity_types.add(s, demo.project_id, EntityType(0, "PER", "per type"))
        assert again.id != found.id
    assert demo.spans(text_id) == [("Oslo", "LOC", "accepted")]
    demo.undo(text_id)
    assert demo.spans(text_id) == [("Oslo", "LOC", "suggestion")]
    while demo.get(text_id).can_undo:
        demo.undo(text_id)
    while demo.get(text_id).can_redo:
        demo.redo(text_id)
    assert demo.spans(text_id) == [("Oslo", "LOC", "accepted")]


def test_an_unused_type_is_deleted_at_once(demo: Corpus) -> None:
    with demo.database.session() as s:
        entity_types.delete(s, demo.project_id, types(s, demo.project_id)["LOC"].id)
        assert [*types(s, demo.project_id)] == ["PER", "ORG"]
