"""A hub encoder as a tagger: ordinary token classification over our own words.

A word is read at its first sub-token, in training and in use alike. Words are given to the
tokenizer already split, since a RoBERTa sees ", " and "," as different things: a model trained on
one and used on the other finds nothing.
"""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.errors import CheckpointError
from engine.nuner import int8_rows
from engine.nuner.backbone import SHAPE, pad
from engine.nuner.corpus import first_tokens
from engine.nuner.devices import Device, pick
from engine.nuner.inference import (
    BATCH_TOKENS,
    BATCH_TOKENS_CUDA,
    CHUNK,
    Window,
    cut,
    one_thread,
    sorted_batches,
    workers_on,
)
from engine.nuner.memory import in_parts
from engine.spans import bio_to_spans
from engine.spans import words as split_words
from engine.types import EntityType, Span, Suggestion, Tagged

HEAD = "head.safetensors"
"""The classifier over two layers, which transformers has no class for."""

DEEP = 7
"""The second layer that `concat` reads, from the top. [P]: the authors' cards."""


def labels_of(codes: Sequence[str]) -> list[str]:
    """The label map: O, then B and I of each type.

    >>> labels_of(["PER"])
    ['O', 'B-PER', 'I-PER']
    """
    return ["O", *(f"{prefix}-{code}" for code in codes for prefix in "BI")]


class BioModel(nn.Module):
    """Token classification of transformers, or a classifier over two of its layers together.

    Args:
        net: an AutoModelForTokenClassification.
        concat: read the layers -1 and -7 together.
    """

    def __init__(self, net: Any, concat: bool = False) -> None:
        super().__init__()
        self.net = net
        self.width, labels = net.config.hidden_size, net.config.num_labels
        self.deep = nn.Linear(2 * self.width, labels) if concat else None

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """(b, t) ids and mask -> (b, t, labels) logits."""
        attend = mask.long()
        if self.deep is None:
            logits: Tensor = self.net(input_ids=ids, attention_mask=attend).logits
            return logits
        out = self.net.base_model(input_ids=ids, attention_mask=attend, output_hidden_states=True)
        both = torch.cat((out.hidden_states[-1], out.hidden_states[-DEEP]), -1)
        found: Tensor = self.deep(both)
        return found


def fastest(model: nn.Module, device: Device) -> nn.Module:
    """A model as it is quickest for tagging: in bytes, bfloat16 or single precision.

    Args:
        model: in evaluation mode and single precision; it is changed.
    """
    if device.bytes and isinstance(model, BioModel) and int8_rows.suits(model.net):
        int8_rows.quantise(model.net.base_model)
        return model
    return model.to(device.torch, torch.bfloat16 if device.half else torch.float32)


def budget(model: nn.Module, device: Device) -> int:
    """Sub-tokens a batch, padding included; without CUDA the fewer, the wider the encoder."""
    if device.torch.type == "cuda":
        return BATCH_TOKENS_CUDA
    narrow: int = SHAPE["hidden_size"]
    return BATCH_TOKENS * narrow // int(getattr(model, "width", narrow))


class BioTagger:
    """Tags texts with a BIO model; the same spans whatever stands beside a text in a batch.

    Attributes:
        name, version: see `engine.protocols.Tagger`.
        threshold: least score of a span, the geometric mean of its words' probabilities.
    """

    def __init__(
        self,
        name: str,
        version: str,
        model: nn.Module,
        tokenizer: Any,
        types: Sequence[EntityType],
        window: tuple[int, int],
        device: Device,
        threshold: float | None = None,
    ) -> None:
        self.name, self.version, self.types = name, version, tuple(types)
        self.model = fastest(model.eval(), device)
        self.tokenizer, self.window, self.device = tokenizer, window, device
        self.budget = budget(model, device)
        self.threshold = threshold or 0.0
        self.labels = labels_of([t.code for t in types])

    def tag(self, texts: Iterable[str]) -> Iterator[Tagged]:
        """Yield one result a text, in the same order."""
        held: deque[str] = deque()
        for text in texts:
            held.append(text)
            if len(held) == CHUNK:
                yield from self._chunk([held.popleft() for _ in range(CHUNK)])
        yield from self._chunk(list(held))

    def _chunk(self, texts: Sequence[str]) -> Iterator[Tagged]:
        words = [split_words(text) for text in texts]
        for text, split, scores in zip(texts, words, self.probabilities(texts), strict=True):
            yield Tagged(text, tuple(self._read(text, split, scores)))

    def _read(
        self, text: str, words: list[tuple[int, int]], scores: NDArray[np.float32]
    ) -> Iterator[Suggestion]:
        best = scores.argmax(1) if len(words) else np.zeros(0, int)
        sure = np.log(np.maximum(scores.max(1, initial=1e-9), 1e-9))
        starts = {start: i for i, (start, _) in enumerate(words)}
        for span in bio_to_spans(words, [self.labels[i] for i in best]):
            first = starts[span.start]
            last = next(i for i in range(first, len(words)) if words[i][1] == span.end)
            score = round(float(np.exp(sure[first : last + 1].mean())), 4)
            if score >= self.threshold:
                found = Span(span.start, span.end, span.label)
                yield Suggestion(found, span.label, text[span.start : span.end], min(score, 1.0))

    def probabilities(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """(w, labels) of each text."""
        words = [split_words(text) for text in texts]
        pieces = [[text[s:e] for s, e in at] for text, at in zip(texts, words, strict=True)]
        encoded = self.tokenizer.encode_batch(pieces, is_pretokenized=True) if texts else []
        windows: list[Window] = []
        for i, (tokens, split) in enumerate(zip(encoded, words, strict=True)):
            word_at = first_tokens(tokens.word_ids, len(split))
            windows += cut(i, tokens.ids, word_at, *self.window)
        out = [np.zeros((len(split), len(self.labels)), np.float32) for split in words]
        batches = sorted_batches(windows, self.budget)
        for batch, found in zip(batches, self._run_all(batches), strict=True):
            for window, scores in zip(batch, found, strict=True):
                keep = window.keep
                part = scores[window.word_at[keep.start : keep.stop]]
                out[window.text][window.first + keep.start : window.first + keep.stop] = part
        return out

    def _run_all(
        self, batches: Sequence[Sequence[Window]]
    ) -> Iterator[Iterable[NDArray[np.float32]]]:
        """(t, labels) of each window of each batch, in parts where memory is short."""
        with ThreadPoolExecutor(workers_on(self.device.torch), initializer=one_thread) as pool:
            for parts in pool.map(lambda batch: in_parts(self._run, batch), batches):
                yield chain.from_iterable(parts)

    @torch.inference_mode()
    def _run(self, batch: Sequence[Window]) -> NDArray[np.float32]:
        """(b, t, labels) probabilities."""
        ids, mask = pad([window.ids for window in batch])
        logits = self.model(ids.to(self.device.torch), mask.to(self.device.torch))
        found: NDArray[np.float32] = logits.float().softmax(-1).cpu().numpy()
        return found


def core(tokenizer: Any) -> Any:
    """A copy of the fast tokenizer behind one of transformers', without cutting and padding.

    Raises:
        CheckpointError: it has none.
    """
    if not getattr(tokenizer, "is_fast", False):
        raise CheckpointError(
            "This base has no fast tokenizer, so its sub-tokens cannot be matched to words; choose "
            "another base."
        )
    made = copy.deepcopy(tokenizer.backend_tokenizer)
    made.no_truncation()
    made.no_padding()
    return made


def write_bio(
    folder: Path, model: BioModel, tokenizer: Any, window: tuple[int, int]
) -> Mapping[str, Any]:
    """Write a run in transformers' layout; returns the facts for `run_folder.write_run`."""
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    folder.mkdir(parents=True, exist_ok=True)
    model.net.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    if model.deep is not None:
        save_file(
            {k: v.cpu().contiguous() for k, v in model.deep.state_dict().items()}, folder / HEAD
        )
    return {"kind": "bio", "window": list(window), "concat": model.deep is not None}


def load_bio(
    folder: Path,
    name: str,
    version: str,
    types: Sequence[EntityType],
    run: Mapping[str, Any],
    threshold: float | None,
    device: str,
) -> BioTagger:
    """The tagger in what `write_bio` wrote."""
    model, tokenizer = read_bio(folder, bool(run["concat"]))
    first, second = run["window"]
    return BioTagger(
        name, version, model, tokenizer, types, (first, second), pick(device), threshold
    )


def read_bio(folder: Path, concat: bool) -> tuple[BioModel, Any]:
    """Read what `write_bio` wrote: the model in single precision and its fast tokenizer."""
    from transformers import AutoModelForTokenClassification, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    net = AutoModelForTokenClassification.from_pretrained(
        folder, use_safetensors=True, local_files_only=True, dtype=torch.float32
    )
    model = BioModel(net, concat)
    if model.deep is not None:
        model.deep.load_state_dict(load_file(folder / HEAD))
    return model, core(AutoTokenizer.from_pretrained(folder, local_files_only=True))
