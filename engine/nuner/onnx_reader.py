"""An exported run read back with onnxruntime: its folder alone, no torch weights.

model.onnx      the graph and its weights, in single precision
onnx.json       what goes in, what comes out, and how it becomes spans
tokenizer.json  the encoder's tokenizer
types.json      the entity types, as the studio reads them
README.md       the same for people, with an example
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn

from engine.errors import OnnxError
from engine.nuner.backbone import pad
from engine.nuner.bio import BioTagger
from engine.nuner.config import DecodeConfig, EncoderConfig, from_dict
from engine.nuner.devices import Device
from engine.nuner.encoder import Batch
from engine.nuner.inference import (
    BATCH_TOKENS,
    Prepared,
    Scorer,
    Scores,
    Window,
    casings_of,
    workers_on,
)
from engine.nuner.run_folder import TOKENIZER, rules_of
from engine.nuner.tagger import SpanTagger
from engine.types import EntityType

LAYOUT = 1
"""Version of the folder's layout; a reader refuses one it does not know."""

MODEL, ABOUT = "model.onnx", "onnx.json"

Feeds = Mapping[str, NDArray[np.int64]]
"""What goes into a graph, by name."""

Run = Callable[[Feeds], NDArray[np.float32]]
"""Runs a graph once: what goes in -> what comes out."""

PLAIN = Device("cpu", "cpu (float32)", half=False)


def session_of(path: Path) -> Run:
    """Open a graph with onnxruntime. Raises OnnxError."""
    try:
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as state
    except ImportError as error:
        raise OnnxError(
            "Reading a run exported as ONNX needs onnxruntime; install it with: "
            'pip install "ner-studio[onnx]"',
            kind="missing_package",
        ) from error

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # a worker a core runs a batch each
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    except (state.Fail, state.InvalidGraph, state.InvalidProtobuf, state.NoSuchFile) as error:
        raise OnnxError(f"{path} is no model that onnxruntime reads.", kind="bad_file") from error

    def run(feeds: Feeds) -> NDArray[np.float32]:
        found: NDArray[np.float32] = session.run(None, dict(feeds))[0]
        return found

    return run


def is_export(folder: Path) -> bool:
    """Whether a folder holds a run exported as ONNX."""
    return (folder / ABOUT).is_file()


def load_onnx(folder: Path) -> BioTagger | SpanTagger:
    """The tagger in the folder of an exported run.

    Raises:
        OnnxError: a file is missing or broken, or the layout is unknown.
    """
    about = read_about(folder)
    return tagger_of(folder, about, session_of(folder / MODEL))


def read_about(folder: Path) -> dict[str, Any]:
    """What an exported run says of itself. Raises OnnxError."""
    path = folder / ABOUT
    try:
        about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        layout = about["layout"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OnnxError(
            f"The folder {folder} holds no exported run: {ABOUT} is missing or broken.",
            kind="bad_file",
        ) from error
    if layout != LAYOUT:
        raise OnnxError(
            f"The export in {folder} has layout {layout}; this version reads {LAYOUT}.",
            kind="bad_file",
        )
    return about


def tagger_of(folder: Path, about: Mapping[str, Any], run: Run) -> BioTagger | SpanTagger:
    """A tagger that puts its batches through `run`; all else comes from the folder."""
    types = [EntityType(0, t["code"], t["name"], t["definition"]) for t in about["types"]]
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    name, version = f"run:{about['run']}", str(about["version"])
    window, overlap = about["window"]
    if about["kind"] == "bio":
        return BioTagger(name, version, GraphNet(run), tokenizer, types, (window, overlap), PLAIN)
    config = EncoderConfig(window=window, window_overlap=overlap)
    scorer = GraphScorer(run, tokenizer, config, int(about["classes"]))
    decode = from_dict(DecodeConfig, about["decode"])
    return SpanTagger(name, version, scorer, types, rules_of(about["rules"], len(types)), decode)


class GraphNet(nn.Module):
    """A graph in the place of a `BioModel`."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self._run = run

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """(b, t) ids and mask -> (b, t, labels) logits."""
        return torch.from_numpy(self._run(text_feeds(ids, mask)))


class GraphScorer(Scorer):
    """A graph in the place of a text encoder and its head."""

    def __init__(self, run: Run, tokenizer: Tokenizer, config: EncoderConfig, kinds: int) -> None:
        workers = workers_on(PLAIN.torch)
        super().__init__(tokenizer, config, kinds, workers, BATCH_TOKENS)
        self._graph = run

    def _run(self, batch: Sequence[Window], prepared: Sequence[Prepared]) -> Scores:
        found = self._graph(word_feeds(batch, casings_of(batch, prepared)))
        return np.ascontiguousarray(found.transpose(1, 0, 2))


def text_feeds(ids: Tensor, mask: Tensor) -> dict[str, NDArray[np.int64]]:
    """(b, t) ids and mask as a graph wants them."""
    return {"input_ids": ids.numpy(), "attention_mask": mask.long().numpy()}


def word_feeds(
    batch: Sequence[Window], casings: Sequence[NDArray[np.int64]]
) -> dict[str, NDArray[np.int64]]:
    """What a graph of kind "spans" reads.

    Words without a sub-token of their own share their neighbour's. The last one's casing counts,
    and all of them get it here, since ONNX leaves open which of several writes to a place stays.
    """
    ids, mask = pad([window.ids for window in batch])
    places = Batch.of(torch.empty(0), mask, [window.word_at for window in batch], casings)
    row, at, case = (x.numpy() for x in (places.word_row, places.word_at, places.casings))
    last = np.zeros(ids.shape, np.int64)
    last[row, at] = case
    return {**text_feeds(ids, mask), "word_row": row, "word_at": at, "casings": last[row, at]}
