"""The demo project and the ready-made sets of entity types are what their README says."""

import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

import assets
from db.entity_types import RESERVED_KEYS
from engine.formats import jsonl
from engine.types import AnnotatedText, EntityType, Record
from studio import typesets

DEMO = assets.path("demo")
SETS = sorted(assets.path("entity_types").glob("*.yaml"))
WHITE = "#ffffff"
DARK = "#1f2937"


def contents(name: str) -> list[AnnotatedText]:
    found = list(jsonl.read(DEMO / name))
    assert all(isinstance(each, Record) for each in found), found
    return [each.content for each in found if isinstance(each, Record)]


def type_set(path: Path) -> tuple[EntityType, ...]:
    return typesets.read(path)


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", 0..1."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_there_are_about_150_different_texts_and_none_is_annotated():
    texts = contents("texts.jsonl")
    assert 150 <= len(texts) <= 165
    assert len({each.text for each in texts}) == len(texts)
    assert not any(each.spans for each in texts)


def test_no_demo_text_starts_or_ends_with_a_space():
    assert [t.text for t in contents("texts.jsonl") if t.text != t.text.strip()] == []


def test_the_60_gold_texts_are_texts_of_the_project_in_their_order():
    order = [each.text for each in contents("texts.jsonl")]
    gold = [each.text for each in contents("gold.jsonl")]
    assert len(gold) == 60
    assert gold == [text for text in order if text in set(gold)]


def test_every_gold_span_covers_whole_words_of_one_line():
    for each in contents("gold.jsonl"):
        for span in each.spans:
            surface = each.surface(span)
            assert surface == surface.strip()
            assert "\n" not in surface
            before, after = each.text[: span.start][-1:], each.text[span.end :][:1]
            assert not before.isalnum() and not after.isalnum(), surface


def test_gold_spans_do_not_overlap():
    for each in contents("gold.jsonl"):
        assert not any(a.overlaps(b) for a, b in combinations(each.spans, 2)), each.text


def test_one_surface_has_one_type_throughout_the_gold():
    labels: dict[str, set[str]] = {}
    for each in contents("gold.jsonl"):
        for span in each.spans:
            labels.setdefault(each.surface(span).casefold(), set()).add(span.label)
    assert {surface: found for surface, found in labels.items() if len(found) > 1} == {}


def test_a_surface_marked_once_is_marked_everywhere_in_the_gold():
    gold = contents("gold.jsonl")
    surfaces = {each.surface(span) for each in gold for span in each.spans}
    for each in gold:
        for surface in surfaces:
            for found in re.finditer(rf"(?<!\w){re.escape(surface)}(?!\w)", each.text):
                inside = any(s.start < found.end() and found.start() < s.end for s in each.spans)
                assert inside, (surface, each.text)


def test_six_types_each_have_at_least_20_gold_spans():
    codes = {each.code for each in type_set(DEMO / "types.yaml")}
    counts = Counter(span.label for each in contents("gold.jsonl") for span in each.spans)
    assert len(codes) == 6
    assert set(counts) == codes
    assert min(counts.values()) >= 20


def test_some_texts_are_paragraphs_and_some_gold_is_negative():
    texts = [each.text for each in contents("texts.jsonl")]
    assert 25 <= sum(len(re.findall(r"[.!?](?=\s)", text)) >= 1 for text in texts) <= 40
    assert sum("\n\n" in text for text in texts) >= 3
    assert sum(not each.spans for each in contents("gold.jsonl")) == 4


def test_the_texts_hold_characters_beyond_the_basic_plane():
    assert sum(any(ord(c) > 0xFFFF for c in t.text) for t in contents("texts.jsonl")) >= 8


def test_the_readme_counts_what_the_files_hold():
    readme = (DEMO / "README.md").read_text(encoding="utf-8")
    gold = contents("gold.jsonl")
    counts = Counter(span.label for each in gold for span in each.spans)
    stated = {c: int(n) for c, n in re.findall(r"^\| ([A-Z]+|all) \| (\d+) \|$", readme, re.M)}
    assert stated == {**counts, "all": counts.total()}
    assert f"{len(contents('texts.jsonl'))} texts without spans" in readme


def test_the_demo_colours_stand_out_on_a_light_and_on_a_dark_page():
    types = type_set(DEMO / "types.yaml")
    assert len({each.colour for each in types}) == len(types)
    for each in types:
        assert contrast(each.colour, WHITE) >= 3, each.colour
        assert contrast(each.colour, DARK) >= 3, each.colour


def test_there_are_eight_ready_made_sets():
    assert len(SETS) == 8


@pytest.mark.parametrize("path", [DEMO / "types.yaml", *SETS], ids=lambda path: path.stem)
def test_a_set_has_unique_names_codes_and_free_keys(path: Path):
    types = type_set(path)
    assert 5 <= len(types) <= 9
    for field in ("name", "code", "key"):
        values = [getattr(each, field) for each in types]
        assert all(values), (field, values)
        assert len({value.casefold() for value in values}) == len(values), (field, values)
    assert not RESERVED_KEYS & {each.key.casefold() for each in types}


@pytest.mark.parametrize("path", [DEMO / "types.yaml", *SETS], ids=lambda path: path.stem)
def test_every_definition_is_one_sentence_an_annotator_can_read_at_a_glance(path: Path):
    for each in type_set(path):
        assert each.definition[0].isupper()
        assert each.definition.endswith(".")
        assert ". " not in each.definition
        assert 10 <= len(each.definition.split()) <= 45, each.definition


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_a_ready_made_set_says_what_it_is_for_in_its_first_line(path: Path):
    assert re.match(r"# [A-Z].+\.$", path.read_text(encoding="utf-8").splitlines()[0])
