"""Texts through the text encoder, fast: windows, length-sorted batches, a worker a core.

A text longer than the encoder's window is read in windows that overlap; a word seen twice takes
the scores of the window in which it stands further from the edge. Nothing is cut.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from engine.nuner import int8
from engine.nuner.backbone import pad
from engine.nuner.config import EncoderConfig
from engine.nuner.corpus import first_tokens
from engine.nuner.encoder import ROLES, Batch, TextEncoder, casing
from engine.nuner.head import ClassHead
from engine.nuner.memory import in_parts
from engine.spans import words as split_words

Scores = NDArray[np.float32]
"""(roles, w, c) probabilities."""

CHUNK = 512
"""Texts held at a time: enough to sort by length, little enough to report and cancel often."""
BATCH_TOKENS = 1000
"""Sub-tokens a batch on a CPU, padding included; more falls out of the cache."""
BATCH_TOKENS_CUDA = 16_000


@dataclass(frozen=True, slots=True)
class Window:
    """Some words of one text.

    Attributes:
        text: index of the text in its chunk.
        first: index of its first word.
        ids: sub-token ids with [CLS] and [SEP].
        word_at: (w,) the sub-token each word is read at.
        keep: the words, counted from `first`, whose scores this window gives.
    """

    text: int
    first: int
    ids: list[int]
    word_at: NDArray[np.int32]
    keep: range


@dataclass(frozen=True, slots=True)
class Prepared:
    """One text cut into words.

    Attributes:
        words: half-open code point offsets.
        casings: (w,) rows of the casing embedding.
    """

    words: list[tuple[int, int]]
    casings: NDArray[np.int64]


def has_bfloat16() -> bool:
    """Whether this CPU multiplies bfloat16 in hardware (AVX512-BF16 or AMX)."""
    cpu = torch.cpu
    checks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(bool(getattr(cpu, name, bool)()) for name in checks)


def fastest(text: TextEncoder, device: str) -> TextEncoder:
    """A text encoder as it is quickest for tagging: bytes, bfloat16 or single precision.

    Args:
        text: in single precision; it may be changed.
        device: "cpu" or a CUDA device.
    """
    measured = bool(text.reads[0].any())
    if device != "cpu" or not measured or not int8.available():
        half = device != "cpu" or has_bfloat16()
        return text.to(device=device, dtype=torch.bfloat16 if half else torch.float32)
    text = text.float()
    layers = int8.quantised([*text.bottom, *text.top], list(text.reads))
    return text.with_layers(layers[: len(text.bottom)], layers[len(text.bottom) :])


class Scorer(ABC):
    """Scores every word of texts, window by window; a subclass says what runs a batch.

    Args:
        tokenizer: of the encoder's backbone.
        config: how long a window is.
        kinds: classes that a word is scored against.
        workers: threads that each run one batch.
        budget: sub-tokens a batch, padding included.
    """

    def __init__(
        self, tokenizer: Tokenizer, config: EncoderConfig, kinds: int, workers: int, budget: int
    ) -> None:
        self.tokenizer, self.config, self.kinds = tokenizer, config, kinds
        self.workers, self.budget = workers, budget

    def score(self, texts: Iterable[str]) -> Iterator[tuple[Prepared, Scores]]:
        """Yield each text's words and their (roles, w, c) probabilities, in order."""
        todo = iter(texts)
        with ThreadPoolExecutor(self.workers, initializer=one_thread) as pool:
            while chunk := list(islice(todo, CHUNK)):
                yield from self._chunk(chunk, pool)

    def _chunk(
        self, texts: Sequence[str], pool: ThreadPoolExecutor
    ) -> Iterator[tuple[Prepared, Scores]]:
        prepared, windows = self._windows(texts)
        out = [np.zeros((len(ROLES), len(p.words), self.kinds), np.float32) for p in prepared]
        batches = sorted_batches(windows, self.budget)
        for batch, scores in zip(
            batches, pool.map(lambda b: self._scores(b, prepared), batches), strict=True
        ):
            at = 0
            for window in batch:
                keep, size = window.keep, len(window.word_at)
                part = scores[:, at + keep.start : at + keep.stop]
                first = window.first
                out[window.text][:, first + keep.start : first + keep.stop] = part
                at += size
        yield from zip(prepared, out, strict=True)

    def _scores(self, batch: Sequence[Window], prepared: Sequence[Prepared]) -> Scores:
        """(roles, words of the batch, c) probabilities, in parts where memory is short."""
        return np.concatenate(in_parts(lambda some: self._run(some, prepared), batch), 1)

    def _windows(self, texts: Sequence[str]) -> tuple[list[Prepared], list[Window]]:
        """Cut texts into words, and words into windows."""
        spans = [split_words(text) for text in texts]
        pieces = [[text[s:e] for s, e in at] for text, at in zip(texts, spans, strict=True)]
        encoded = self.tokenizer.encode_batch(pieces, is_pretokenized=True)
        prepared: list[Prepared] = []
        windows: list[Window] = []
        config = self.config
        for i, (at, split, tokens) in enumerate(zip(spans, pieces, encoded, strict=True)):
            prepared.append(Prepared(at, np.asarray([casing(w) for w in split], np.int64)))
            word_at = first_tokens(tokens.word_ids, len(split))
            windows += cut(i, tokens.ids, word_at, config.window, config.window_overlap)
        return prepared, windows

    @abstractmethod
    def _run(self, batch: Sequence[Window], prepared: Sequence[Prepared]) -> Scores:
        """(roles, words of the batch, c) probabilities."""


class WordScorer(Scorer):
    """Scores every word of texts against class vectors.

    Args:
        text: in evaluation mode; it is moved to `device` in the fastest precision.
        tokenizer: of its backbone.
        head: the class vectors.
        device: "cpu" or a CUDA device.
        workers: threads that each run one batch; default one a core.
    """

    def __init__(
        self,
        text: TextEncoder,
        tokenizer: Tokenizer,
        head: ClassHead,
        device: str = "cpu",
        workers: int = 0,
    ) -> None:
        self.device = torch.device(device)
        workers = workers or workers_on(self.device)
        budget = BATCH_TOKENS if device == "cpu" else BATCH_TOKENS_CUDA
        super().__init__(tokenizer, text.config, len(head.vectors), workers, budget)
        weight, bias = head.folded(text)
        self.weight, self.bias = weight.to(device), bias.to(device)
        self.text = fastest(text, device)

    @torch.inference_mode()
    def _run(self, batch: Sequence[Window], prepared: Sequence[Prepared]) -> Scores:
        ids, mask = pad([w.ids for w in batch])
        ids, mask = ids.to(self.device), mask.to(self.device)
        hidden = self.text.lower(ids, mask)
        casings = casings_of(batch, prepared)
        words = self.text.words(Batch.of(hidden, mask, [w.word_at for w in batch], casings))
        logits = torch.addmm(self.bias, words.float(), self.weight.T)
        probabilities = logits.sigmoid().cpu().numpy()
        shaped: Any = probabilities.reshape(len(words), len(ROLES), self.kinds)
        return np.ascontiguousarray(shaped.transpose(1, 0, 2))


def casings_of(batch: Sequence[Window], prepared: Sequence[Prepared]) -> list[NDArray[np.int64]]:
    """The casing of each word of each window."""
    return [prepared[w.text].casings[w.first : w.first + len(w.word_at)] for w in batch]


def workers_on(device: torch.device) -> int:
    """How many batches to run at a time: one a core, where there is no graphics card."""
    return len(os.sched_getaffinity(0)) if device.type == "cpu" else 1


def one_thread() -> None:
    """Each worker runs its own batch on one core."""
    torch.set_num_threads(1)


def cut(
    text: int, ids: list[int], word_at: NDArray[np.int32], window: int, overlap: int
) -> list[Window]:
    """Cut a text's sub-tokens into windows at word boundaries.

    Args:
        ids: all sub-tokens with [CLS] first and [SEP] last.
        word_at: (w,) the sub-token each word is read at, ascending.
        window: most sub-tokens a window may hold, [CLS] and [SEP] included.
        overlap: sub-tokens that neighbours share.

    Returns:
        Windows whose `keep` ranges cover every word once.
    """
    total = len(word_at)
    if not total:
        return []
    if len(ids) <= window:
        return [Window(text, 0, ids, word_at, range(total))]
    room = window - 2
    ends = np.append(word_at[1:], len(ids) - 1)
    bounds: list[tuple[int, int]] = []
    first = 0
    while True:
        last = max(first + 1, int(np.searchsorted(ends, word_at[first] + room, side="right")))
        bounds.append((first, last))
        if last >= total:
            break
        back = int(np.searchsorted(word_at, word_at[last] - overlap))
        first = min(max(back, first + 1), last)
    windows: list[Window] = []
    begin = 0
    for i, (first, last) in enumerate(bounds):
        stop = total if i + 1 == len(bounds) else (bounds[i + 1][0] + last + 1) // 2
        base = int(word_at[first])
        inside = ids[base : min(int(ends[last - 1]), base + room)]
        at = np.minimum(word_at[first:last] - base + 1, len(inside)).astype(np.int32)
        keep = range(begin - first, stop - first)
        windows.append(Window(text, first, [ids[0], *inside, ids[-1]], at, keep))
        begin = stop
    return windows


def sorted_batches(windows: Sequence[Window], budget: int) -> list[list[Window]]:
    """Group windows of similar length, none above the token budget unless it is alone."""
    batches: list[list[Window]] = []
    for window in sorted(windows, key=lambda w: len(w.ids), reverse=True):
        widest = len(batches[-1][0].ids) if batches else 0
        if not batches or widest * (len(batches[-1]) + 1) > budget:
            batches.append([])
        batches[-1].append(window)
    return batches
