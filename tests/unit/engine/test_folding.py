"""Folded texts and the way back to their offsets."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("O’Reilly‘s “Guide” — 3–5", "O'Reilly's \"Guide\" - 3-5"),
        ("a\r\n  b\u00a0c", "a b c"),
        ("Acme\u00adCorp\u200b", "AcmeCorp"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("ﬁrst Ｔｅｓｔ 𝒜𝒸𝓂𝑒", "first Test Acme"),
        ("❤\ufe0f", "❤"),
        ("\u1112\u1161\u11ab", "한"),
        ("ｶﾞ", "ガ"),
    ],
)
def test_signs_spacing_and_compatibility_forms_are_folded(text: str, folded: str) -> None:
    assert fold(text).chars == folded


def test_case_is_folded_cluster_by_cluster_so_that_offsets_stay() -> None:
    folded = fold("İzmir, STRASSE straße", case=True)
    assert list(folded.find("strasse")) == [(7, 14), (15, 21)]


def test_a_place_inside_a_cluster_is_none() -> None:
    folded = fold("ﬁn")
    assert list(folded.find("fin")) == [(0, 2)]
    assert list(folded.find("in")) == []
    assert list(folded.find("f")) == []


@given(st.text())
def test_both_normal_forms_of_a_text_fold_alike(text: str) -> None:
    forms = [fold(unicodedata.normalize(form, text)).chars for form in ("NFC", "NFD")]
    assert forms[0] == forms[1]


@given(st.text(), st.booleans())
def test_offsets_rise_and_stay_inside_the_text(text: str, case: bool) -> None:
    folded = fold(text, case=case)
    assert len(folded.chars) == len(folded.starts) == len(folded.ends)
    assert folded.starts == sorted(folded.starts)
    assert folded.ends == sorted(folded.ends)
    assert all(0 <= s < e <= len(text) for s, e in zip(folded.starts, folded.ends, strict=True))


@given(st.text(alphabet="aA éİﬁß\u0301\u00ad’", min_size=1), st.data())
def test_what_is_found_folds_to_the_needle(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    needle = fold(text[start:end]).chars.strip()
    # An accent without its letter takes in whatever it stands on.
    assume(needle and not unicodedata.combining(needle[0]))
    for first, last in fold(text).find(needle):
        assert fold(text[first:last]).chars == needle
