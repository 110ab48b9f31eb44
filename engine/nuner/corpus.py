"""Pre-training data: files of labelled texts -> words, sub-tokens and mentions of concepts."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import TrainingError
from engine.nuner.concepts import Taxonomy
from engine.nuner.encoder import casing
from engine.spans import words as split_words

Mention = tuple[int, int, str]
"""First word, one past the last word, concept name."""


@dataclass(frozen=True, slots=True)
class Example:
    """One text, ready for a batch.

    Attributes:
        source: name of the set it comes from.
        ids: sub-token ids with [CLS] and [SEP].
        word_at: the sub-token each word is read at.
        casings: rows of the casing embedding, one a word.
        mentions: concepts on word offsets, without overlaps.
    """

    source: str
    ids: np.ndarray[Any, np.dtype[np.int32]]
    word_at: np.ndarray[Any, np.dtype[np.int32]]
    casings: np.ndarray[Any, np.dtype[np.int8]]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything a pre-training run sees.

    Attributes:
        examples: all of them, set after set.
        taxonomy: every concept and its broader ones.
        own: set -> the concepts it annotates completely; empty for a free-form set.
        skipped: mentions left out since they do not fit the words or the window.
    """

    examples: list[Example]
    taxonomy: Taxonomy
    own: dict[str, tuple[str, ...]]
    skipped: int

    def mentioned(self) -> Counter[str]:
        """Concept name -> number of its mentions."""
        return Counter(name for example in self.examples for _, _, name in example.mentions)


def set_name(path: Path) -> str:
    """The name of a set: its file name without endings."""
    return path.name.split(".")[0]


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """JSON objects of a .jsonl or .jsonl.gz file.

    Raises:
        TrainingError: names the file and the line that is no JSON object.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise TrainingError(
                    f"{path.name}, line {number}: not JSON ({error.msg})."
                ) from error
            if not isinstance(row, dict) or not isinstance(row.get("text"), str | None):
                raise TrainingError(f'{path.name}, line {number}: needs an object with "text".')
            yield row


def load(paths: Sequence[Path], tokenizer: Any, window: int) -> Corpus:
    """Read sets with the label files and concept lists that lie beside them.

    Args:
        paths: `NAME.jsonl[.gz]`; beside it `NAME.labels.json` makes it a closed set, and
            `NAME.concepts.jsonl` gives broader concepts and definitions of a free-form one.
        tokenizer: a fast tokenizer (tokenizers.Tokenizer), no truncation set.
        window: sub-tokens an example may hold; longer texts are cut for training.
    """
    taxonomy = Taxonomy()
    own: dict[str, tuple[str, ...]] = {}
    labels: dict[str, dict[str, str]] = {}
    for path in paths:
        name = set_name(path)
        labels[name] = _learn_concepts(path.parent, name, taxonomy)
        own[name] = tuple(dict.fromkeys(labels[name].values()))
    examples: list[Example] = []
    skipped = 0
    for path in paths:
        name = set_name(path)
        for made, missed in _examples(path, name, labels[name], tokenizer, window):
            skipped += missed
            if len(made.word_at):
                examples.append(made)
    for example in examples:
        for _, _, concept in example.mentions:
            taxonomy.add(concept)
    return Corpus(examples, taxonomy, own, skipped)


def _learn_concepts(folder: Path, name: str, taxonomy: Taxonomy) -> dict[str, str]:
    """Add a set's concepts to the taxonomy; return label -> concept name for a closed set."""
    concepts = folder / f"{name}.concepts.jsonl"
    if concepts.exists():
        for row in read_lines(concepts):
            taxonomy.add(row["name"], row.get("hypernyms", ()), row.get("definition", ""))
    described = folder / f"{name}.labels.json"
    if not described.exists():
        return {}
    table = json.loads(described.read_text(encoding="utf-8"))
    for entry in table.values():
        taxonomy.add(entry["name"], (), entry.get("definition", ""))
    return {label: entry["name"] for label, entry in table.items()}


def _examples(
    path: Path, name: str, labels: dict[str, str], tokenizer: Any, window: int
) -> Iterator[tuple[Example, int]]:
    """Examples of one file, each with the number of its mentions that were left out."""
    rows = list(read_lines(path))
    for first in range(0, len(rows), 1000):
        some = rows[first : first + 1000]
        spans = [split_words(row["text"]) for row in some]
        split = [[row["text"][s:e] for s, e in at] for row, at in zip(some, spans, strict=True)]
        encoded = tokenizer.encode_batch(split, is_pretokenized=True)
        for row, at, pieces, tokens in zip(some, spans, split, encoded, strict=True):
            word_at = first_tokens(tokens.word_ids, len(pieces))
            fits = int(np.searchsorted(word_at, window - 1))
            named = [s for s in row.get("spans", ()) if not is_handle(row["text"], s["start"])]
            mentions, missed = _mentions(named, at[:fits], labels)
            yield (
                Example(
                    name,
                    np.asarray(tokens.ids[:window], np.int32),
                    word_at[:fits],
                    np.asarray([casing(p) for p in pieces[:fits]], np.int8),
                    mentions,
                ),
                missed,
            )


def first_tokens(word_ids: Sequence[int | None], count: int) -> np.ndarray[Any, np.dtype[np.int32]]:
    """(count,) index of each word's first sub-token; a word without one borrows its neighbour's."""
    out = np.full(count, -1, np.int32)
    for at in range(len(word_ids) - 1, -1, -1):
        word = word_ids[at]
        if word is not None:
            out[word] = at
    last = 0
    for word in range(count):
        last = out[word] = out[word] if out[word] >= 0 else last
    return out


def is_handle(text: str, start: int) -> bool:
    """Whether a mention is an account such as @name: an address, which some sets mark as a person.

    >>> is_handle("thanks @ann", 8), is_handle("thanks Ann", 7)
    (True, False)
    """
    return text[start] == "@" or text[:start].rstrip().endswith("@")


def _mentions(
    spans: Sequence[dict[str, Any]], at: Sequence[tuple[int, int]], labels: dict[str, str]
) -> tuple[tuple[Mention, ...], int]:
    """Character spans -> mentions on words; a span that cuts a word takes the whole word."""
    starts = [s for s, _ in at]
    ends = [e for _, e in at]
    found: list[Mention] = []
    taken = -1
    for span in sorted(spans, key=lambda s: (s["start"], -s["end"])):
        first = int(np.searchsorted(ends, span["start"], side="right"))
        last = int(np.searchsorted(starts, span["end"], side="left"))
        if first >= last or first < taken or span["end"] > (ends[-1] if ends else 0):
            continue
        found.append((first, last, labels.get(span["label"], span["label"])))
        taken = last
    return tuple(found), len(spans) - len(found)
