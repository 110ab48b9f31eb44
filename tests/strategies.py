"""Random annotated texts and records, for properties that must hold for all of them."""

from __future__ import annotations

from hypothesis import strategies as st

from engine.spans import words
from engine.types import AnnotatedText, Record, Span

LABELS = ("PER", "ORG", "ART-FILM")

characters = st.one_of(
    st.sampled_from(
        "abAé .,'\"-#=+@\t\r\n\u0301\u200d\u200b\u00ad\ufeff\u2028\x85東カ👍🏽𝒜שܐ<>&{}[]\\"
    ),
    st.characters(exclude_categories=["Cs"]),
)
texts = st.text(characters, max_size=30)
jsons = st.dictionaries(
    st.sampled_from(["source", "n", "é", "label", "id", "text", "spans", "meta", "answer", "data"]),
    st.one_of(st.integers(-9, 9), st.text(characters, max_size=5), st.lists(st.booleans())),
    max_size=3,
)


@st.composite
def annotated_texts(draw: st.DrawFn, *, on_words: bool = False) -> AnnotatedText:
    """Any text with any spans; `on_words` puts their edges on the edges of words."""
    text = draw(texts)
    spots = words(text) if on_words else [(i, i + 1) for i in range(len(text))]
    if not spots:
        return AnnotatedText(text)
    index = st.integers(0, len(spots) - 1)
    drawn = draw(st.lists(st.tuples(index, index, st.sampled_from(LABELS)), max_size=4))
    spans = (Span(spots[min(a, b)][0], spots[max(a, b)][1], label) for a, b, label in drawn)
    return AnnotatedText(text, tuple(spans))


@st.composite
def records(draw: st.DrawFn, *, on_words: bool = False, meta: bool = True) -> Record:
    """Any record that could come out of a project."""
    return Record(
        draw(annotated_texts(on_words=on_words)),
        meta=draw(jsons) if meta else {},
        id=draw(st.sampled_from(["", "7", "doc-1", "é/.."])),
    )
