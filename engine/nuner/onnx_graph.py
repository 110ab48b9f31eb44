"""A run's model as one ONNX graph in single precision, for any number of texts, sub-tokens, words.

Written by torch.export's exporter: it carries sizes through as symbols, where the older one traces
an example and may keep its sizes (and is to be removed from torch).
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.errors import OnnxError
from engine.nuner.bio import BioModel
from engine.nuner.encoder import ROLES, Batch, TextEncoder
from engine.nuner.head import ClassHead

OPSET = 18
"""Of the standard operators. Our choice: what the exporter of each torch that we allow writes."""

ONE_FILE = 1_900_000_000
"""Bytes of weights above which they go to a file of their own: a protocol buffer holds two GB."""

TEXTS: Mapping[str, Mapping[int, str]] = {
    "input_ids": {0: "batch", 1: "tokens"},
    "attention_mask": {0: "batch", 1: "tokens"},
}
WORDS: Mapping[str, Mapping[int, str]] = {
    "word_row": {0: "words"},
    "word_at": {0: "words"},
    "casings": {0: "words"},
}
ALL: Mapping[str, Mapping[int, str]] = {**TEXTS, **WORDS}
"""What each input is called, and which of its sizes vary."""


class BioGraph(nn.Module):
    """(b, t) ids and mask -> (b, t, labels) logits."""

    output = "logits"
    sizes = TEXTS

    def __init__(self, model: BioModel) -> None:
        super().__init__()
        self.model = model
        self.eval()

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """The model's logits."""
        found: Tensor = self.model(input_ids, attention_mask)
        return found


class SpansGraph(nn.Module):
    """(b, t) ids and mask, (w,) places and casings -> (w, roles, classes) probabilities."""

    output = "scores"
    sizes = ALL

    def __init__(self, text: TextEncoder, head: ClassHead) -> None:
        super().__init__()
        self.text = text.float()
        self.kinds = len(head.vectors)
        weight, bias = head.folded(text)
        self.weight: Tensor
        self.bias: Tensor
        self.register_buffer("weight", weight)
        self.register_buffer("bias", bias)
        self.eval()

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        word_row: Tensor,
        word_at: Tensor,
        casings: Tensor,
    ) -> Tensor:
        """The probabilities, as `inference.WordScorer` makes them."""
        mask = attention_mask.bool()
        hidden = self.text.lower(input_ids, mask)
        words = self.text.words(Batch(hidden, mask, word_row, word_at, casings))
        logits = torch.addmm(self.bias, words, self.weight.T)
        return logits.sigmoid().reshape(-1, len(ROLES), self.kinds)


Graph = BioGraph | SpansGraph


def write_graph(graph: Graph, example: Mapping[str, Tensor], path: Path) -> None:
    """Write a graph to a file.

    Args:
        example: its inputs, with at least two of everything that may vary.

    Raises:
        OnnxError: it holds something that the exporter cannot say in ONNX.
    """
    dims = {name: torch.export.Dim(name) for name in ("batch", "tokens", "words")}
    sizes = {n: {i: dims[size] for i, size in axes.items()} for n, axes in graph.sizes.items()}
    try:
        with _quiet(), torch.no_grad():
            program = torch.onnx.export(
                graph,
                (),
                kwargs=dict(example),
                input_names=list(graph.sizes),
                output_names=[graph.output],
                opset_version=OPSET,
                dynamic_shapes=sizes,
                dynamo=True,
                verbose=False,
            )
            assert program is not None
            _forget(program.model)
            weights = sum(p.nbytes for p in [*graph.parameters(), *graph.buffers()])
            program.save(path, external_data=weights > ONE_FILE)
    except torch.onnx.OnnxExporterError as error:
        reason = str(error.__cause__ or error).strip().partition("\n")[0]
        raise OnnxError(
            f"This model cannot be written as ONNX: {reason.rstrip('.') or type(error).__name__}.",
            kind="not_exportable",
        ) from error


def _forget(model: Any) -> None:
    """Leave out the exporter's notes on each step: lines of code and paths of this machine."""
    for node in model.graph.all_nodes():
        node.metadata_props.clear()
        node.doc_string = None
        for value in node.outputs:
            value.metadata_props.clear()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the exporter's remarks, which are for its own makers, from the screen."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
