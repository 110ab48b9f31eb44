"""Offsets of files: proven, converted with proof, or refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import FormatError, OffsetError
from engine.formats.offsets import RawSpan, raw_spans, resolve
from engine.types import Span

# text, surface, code points, UTF-16 units, UTF-8 bytes
VECTORS = [
    ("💩This is an annotation.", "annotation", (12, 22), (13, 23), (15, 25)),
    ("👨🏻\u200d🚒 firemen drive firetrucks at work", "firetrucks", (19, 29), (22, 32), (30, 40)),
    ("a\r\n  b Acme\n", "Acme", (7, 11), (7, 11), (7, 11)),
    ("Cafe\u0301 Noir in 東京都", "東京都", (14, 17), (14, 17), (15, 24)),
    ("Caf\u00e9 Noir in 東京都", "東京都", (13, 16), (13, 16), (14, 23)),
    ("\ufeffAcme rocks", "Acme", (1, 5), (1, 5), (3, 7)),
    ("שלום Acme Corp 2002", "Acme Corp", (5, 14), (5, 14), (9, 18)),
    ("x\xa0y\u200bAcme\xadCorp", "Acme\xadCorp", (4, 13), (4, 13), (7, 17)),
    ("𝒜𝒸𝓂𝑒 Inc", "Inc", (5, 8), (9, 12), (17, 20)),
]


def plain(surface: str) -> str:
    return unicodedata.normalize("NFC", " ".join(surface.split()))


@pytest.mark.parametrize(("text", "surface", "points", "wide", "bytes_"), VECTORS)
def test_offsets_in_any_unit_are_found_out_by_their_surface(
    text: str,
    surface: str,
    points: tuple[int, int],
    wide: tuple[int, int],
    bytes_: tuple[int, int],
) -> None:
    for unit, (start, end) in (("", points), ("UTF-16", wide), ("UTF-8", bytes_)):
        spans, note = resolve(text, [RawSpan(start, end, "X", surface)])
        assert spans == (Span(*points, "X"),)
        assert (unit in note) if (start, end) != points else note == ""


def test_without_a_surface_nothing_is_converted() -> None:
    assert resolve("💩 Acme", [RawSpan(3, 6, "X")]) == ((Span(3, 6, "X"),), "")
    with pytest.raises(OffsetError, match=r"3-7 \(X\) reaches past the end of a text of 6 char"):
        resolve("💩 Acme", [RawSpan(3, 7, "X")])


def test_a_wrong_surface_is_refused_with_both_spellings() -> None:
    with pytest.raises(OffsetError, match=r"the span 0-4 \(X\) covers 'Acme', but the file says"):
        resolve("Acme Corp", [RawSpan(0, 4, "X", "Corp")])


def test_all_spans_of_a_text_count_in_the_same_unit() -> None:
    both = [RawSpan(0, 3, "A", "Ann"), RawSpan(7, 10, "B", "Bob")]
    assert resolve("Ann 💩 Bob", both)[0] == (Span(0, 3, "A"), Span(6, 9, "B"))


@pytest.mark.parametrize(
    ("covered", "quoted"), [("Acme\r\n  Corp", "Acme Corp"), ("Cafe\u0301", "Caf\u00e9")]
)
def test_a_surface_may_be_quoted_with_other_spacing_or_composed(covered: str, quoted: str) -> None:
    assert resolve(covered, [RawSpan(0, len(covered), "X", quoted)])[1] == ""


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 3), (4, 2)])
def test_empty_and_negative_spans_are_refused(start: int, end: int) -> None:
    with pytest.raises(OffsetError, match="is empty or starts before the text"):
        resolve("Acme Corp", [RawSpan(start, end, "X")])


def test_graphemes_are_recognised_by_word_edges_when_a_format_may_count_them() -> None:
    text = "👨🏻\u200d🚒 drove\r\nto Rome"
    raws = [RawSpan(2, 7, "X"), RawSpan(11, 15, "LOC")]
    spans, note = resolve(text, raws, graphemes=True)
    assert [text[s.start : s.end] for s in spans] == ["drove", "Rome"]
    assert "graphemes" in note
    fine = [RawSpan(5, 10, "X")]
    assert resolve(text, fine, graphemes=True) == ((Span(5, 10, "X"),), "")


@pytest.mark.parametrize(
    "item",
    [
        [0, 7, "PER"],
        {"start": 0, "end": 7, "label": "PER"},
        {"start_offset": 0, "end_offset": 7, "label": "PER"},
        {"start": 0, "end": 7, "labels": ["PER"]},
    ],
)
def test_the_usual_shapes_of_a_span_are_read(item: object) -> None:
    assert raw_spans(item) == [RawSpan(0, 7, "PER")]


def test_a_span_with_two_labels_is_two_spans() -> None:
    item = {"start": 0, "end": 7, "labels": ["PER", "ART"], "text": "Ann Lee"}
    assert [raw.label for raw in raw_spans(item)] == ["PER", "ART"]


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ("PER", "a span must be an object"),
        ([0, 7], "a span must be an object"),
        ({"start": "0", "end": 7, "label": "PER"}, "start must be a whole number"),
        ({"start": 0, "end": 7.5, "label": "PER"}, "end must be a whole number"),
        ({"start": True, "end": 7, "label": "PER"}, "start must be a whole number"),
        ({"start": 0, "end": 7}, "the span 0-7 has no label"),
        ({"start": 0, "end": 7, "label": " "}, "the span 0-7 has no label"),
        ({"start": 0, "end": 7, "labels": []}, "the span 0-7 has no label"),
    ],
)
def test_anything_else_is_refused_in_words(item: object, told: str) -> None:
    with pytest.raises(FormatError, match=told):
        raw_spans(item)


@given(st.text(), st.data())
def test_a_surface_in_utf16_units_always_leads_back_to_a_stretch_that_reads_so(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    if start == end:
        return
    wide = [len(text[:i].encode("utf-16-le", "surrogatepass")) // 2 for i in (start, end)]
    spans, _ = resolve(text, [RawSpan(wide[0], wide[1], "X", text[start:end])])
    covered = text[spans[0].start : spans[0].end]
    assert plain(covered) == plain(text[start:end])
