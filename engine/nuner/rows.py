"""Annotated texts as training rows: words, sub-tokens, and which mention each word belongs to.

A text longer than the encoder's window becomes several rows that overlap; each of its words
counts in exactly one of them. Nothing is cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.nuner.corpus import first_tokens
from engine.nuner.encoder import ROLES, casing
from engine.nuner.inference import cut
from engine.spans import words as split_words
from engine.types import AnnotatedText, Span

Words = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Row:
    """Some words of one text, labelled.

    Attributes:
        ids: sub-token ids with the special ones at both ends.
        word_at: (w,) the sub-token each word is read at.
        casings: (w,) rows of the casing embedding.
        kind: (w,) index of the type whose mention the word belongs to, -1 for none.
        role: (roles, w) True where the word is inside, starts or ends its mention.
        counts: (w,) True where the word is learnt from in this row.
    """

    ids: NDArray[np.int32]
    word_at: NDArray[np.int32]
    casings: NDArray[np.int64]
    kind: NDArray[np.int64]
    role: NDArray[np.bool_]
    counts: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Rows, and the mentions of each type among them.

    Attributes:
        moved: spans whose edges are not the edges of words; they are learnt as whole words.
    """

    rows: list[Row]
    counts: list[int]
    moved: int


def label(
    texts: Sequence[AnnotatedText],
    codes: Sequence[str],
    tokenizer: Any,
    window: int,
    overlap: int,
) -> Labelled:
    """Lay the spans of texts over their words.

    Args:
        codes: of the types; spans of other types are left out.
        tokenizer: tokenizers.Tokenizer, without truncation and padding.
        window, overlap: in sub-tokens, see `engine.nuner.inference.cut`.
    """
    at = {code: i for i, code in enumerate(codes)}
    rows: list[Row] = []
    counts = [0] * len(codes)
    moved = 0
    words = [split_words(one.text) for one in texts]
    pieces = [[one.text[s:e] for s, e in w] for one, w in zip(texts, words, strict=True)]
    encoded = tokenizer.encode_batch(pieces, is_pretokenized=True)
    for one, split, parts, tokens in zip(texts, words, pieces, encoded, strict=True):
        spans = [s for s in one.spans if s.label in at]
        kind, role, off = mark(split, spans, at)
        moved += off
        for span in spans:
            counts[at[span.label]] += 1
        casings = np.asarray([casing(p) for p in parts], np.int64)
        word_at = first_tokens(tokens.word_ids, len(split))
        for piece in cut(0, tokens.ids, word_at, window, overlap):
            here = slice(piece.first, piece.first + len(piece.word_at))
            keep = np.zeros(len(piece.word_at), bool)
            keep[piece.keep.start : piece.keep.stop] = True
            ids = np.asarray(piece.ids, np.int32)
            rows.append(Row(ids, piece.word_at, casings[here], kind[here], role[:, here], keep))
    return Labelled(rows, counts, moved)


def mark(
    words: Words, spans: Sequence[Span], at: dict[str, int]
) -> tuple[NDArray[np.int64], NDArray[np.bool_], int]:
    """Types and roles of words, and how many spans do not stand on the edges of words.

    A span takes every word that it touches; of two that share a word the earlier one keeps it.

    >>> kind, role, moved = mark([(0, 3), (4, 7)], [Span(0, 6, "PER")], {"PER": 0})
    >>> kind.tolist(), role[1].tolist(), moved
    ([0, 0], [True, False], 1)
    """
    kind = np.full(len(words), -1, np.int64)
    role = np.zeros((len(ROLES), len(words)), bool)
    starts, ends = [s for s, _ in words], [e for _, e in words]
    moved = 0
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        first = int(np.searchsorted(ends, span.start, side="right"))
        last = int(np.searchsorted(starts, span.end, side="left"))
        if first >= last or (kind[first:last] >= 0).any():
            continue
        moved += starts[first] != span.start or ends[last - 1] != span.end
        kind[first:last] = at[span.label]
        role[0, first:last] = role[1, first] = role[2, last - 1] = True
    return kind, role, moved
