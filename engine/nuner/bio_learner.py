"""Any encoder of the hub, or of a folder, as a learner: word-level BIO token classification."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine import hub
from engine.errors import CheckpointError, TrainingError
from engine.nuner.backbone import pad
from engine.nuner.bio import DEEP, BioModel, BioTagger, core, labels_of, write_bio
from engine.nuner.devices import Device
from engine.nuner.learner import Groups, Learner
from engine.nuner.recipe import FinetuneConfig, type_weights
from engine.nuner.rows import Labelled, Row, label
from engine.nuner.run_folder import refuse_pickles
from engine.nuner.seen import SeenEmbedding, seen_ids
from engine.types import AnnotatedText, EntityType


class BioLearner(Learner):
    """Fine-tunes an encoder with a new linear head.

    Args:
        base: name on the Hugging Face hub, or a folder in its layout.

    Raises:
        CheckpointError: the base is not there, holds a pickle, or has no safetensors.
    """

    learnt_before = False

    def __init__(
        self,
        base: str,
        types: Sequence[EntityType],
        config: FinetuneConfig,
        device: Device,
    ) -> None:
        self.types, self.config, self.device = tuple(types), config, device
        labels = labels_of([t.code for t in types])
        torch.manual_seed(config.seed)
        net, self.saved_tokenizer = load_base(base, labels)
        if config.concat and net.config.num_hidden_layers < DEEP + 1:
            raise TrainingError(
                f"Reading two layers together needs an encoder of at least {DEEP + 1} layers; "
                f"{base} has {net.config.num_hidden_layers}."
            )
        self.model = BioModel(net, config.concat).to(device.torch)
        self.tokenizer = core(self.saved_tokenizer)
        room = int(getattr(net.config, "max_position_embeddings", 512) or 512) - 2
        self.window = (min(config.window, room), min(config.window_overlap, room // 4))
        self.model.requires_grad_(False)
        for part in self._parts():
            part.requires_grad_(True)
        self.rows: list[Row] = []

    def _head(self) -> nn.Module:
        """The classifier: whatever the net has beside its encoder."""
        return self.model.deep if self.model.deep is not None else _Heads(self.model.net)

    def _parts(self) -> list[nn.Module]:
        """The modules that learn."""
        head = self._head()
        if self.config.train == "head":
            return [head]
        if self.config.train == "all":
            return [head, self.model.net.base_model]
        layers = encoder_layers(self.model.net)
        return [head, *layers[len(layers) // 2 :]]

    def label(self, texts: Sequence[AnnotatedText], beside: Sequence[str] = ()) -> Labelled:  # noqa: ARG002
        """Make training rows of texts; of texts without a label a new head knows nothing."""
        made = label(texts, [t.code for t in self.types], self.tokenizer, *self.window)
        self.rows = made.rows
        if self.config.train == "all":
            self._learn_seen_alone()
        each = type_weights(made.counts, self.config.balance)
        self.weights = torch.tensor([1.0, *(w for one in each for w in (one, one))])
        return made

    def _learn_seen_alone(self) -> None:
        """Leave the embeddings of the words that no row has as they are."""
        base = self.model.net.base_model
        table = base.get_input_embeddings()
        whole = table.whole() if isinstance(table, SeenEmbedding) else table
        base.set_input_embeddings(SeenEmbedding(whole, seen_ids(self.rows)))

    def _plain(self) -> BioModel:
        """A copy of the model in transformers' own shape."""
        model = copy.deepcopy(self.model)
        base = model.net.base_model
        table = base.get_input_embeddings()
        if isinstance(table, SeenEmbedding):
            base.set_input_embeddings(table.whole())
        return model

    def modules(self) -> dict[str, nn.Module]:
        """The whole model."""
        return {"model": self.model}

    def groups(self) -> Groups:
        """The head at its own rate, layers at theirs."""
        head = list(self._head().parameters())
        mine = {id(p) for p in head}
        layers = [p for p in self.model.parameters() if p.requires_grad and id(p) not in mine]
        groups = [{"params": head, "lr": self.config.head_learning_rate}]
        return groups + ([{"params": layers, "lr": self.config.learning_rate}] if layers else [])

    def loss(self, rows: Sequence[int]) -> Tensor:
        """Cross-entropy of the words' labels."""
        some = [self.rows[i] for i in rows]
        where = self.device.torch
        ids, mask = pad([row.ids.tolist() for row in some])
        if self.config.train == "head":
            self.model.eval()
        with self.device.precision():
            logits = self.model(ids.to(where), mask.to(where)).float()
        sizes = torch.tensor([len(row.word_at) for row in some])
        row_of = torch.arange(len(some)).repeat_interleave(sizes).to(where)
        at = torch.from_numpy(np.concatenate([row.word_at for row in some])).long().to(where)
        goal = torch.from_numpy(np.concatenate([bio_labels(row) for row in some])).to(where)
        counts = torch.from_numpy(np.concatenate([row.counts for row in some])).to(where)
        each = nn.functional.cross_entropy(
            logits[row_of, at], goal, self.weights.to(where), reduction="none"
        )
        return (each * counts).sum()

    def tagger(self) -> BioTagger:
        """A tagger with a copy of the weights as they are now."""
        return BioTagger(
            "run",
            "",
            self._plain(),
            self.tokenizer,
            self.types,
            self.window,
            self.device,
        )

    def write(self, folder: Path) -> Mapping[str, Any]:
        """Write the run in transformers' layout."""
        return write_bio(folder, self._plain(), self.saved_tokenizer, self.window)


class _Heads(nn.Module):
    """Everything of a token classification model that is not its encoder."""

    def __init__(self, net: Any) -> None:
        super().__init__()
        inner = net.base_model_prefix
        self.parts = nn.ModuleList(m for name, m in net.named_children() if name != inner)


def bio_labels(row: Row) -> np.ndarray[Any, np.dtype[np.int64]]:
    """(w,) rows of the label map: 0 for O, 1 + 2 * type for B, one more for I."""
    begins = row.role[1].astype(np.int64)
    return np.where(row.kind < 0, 0, 2 + 2 * row.kind - begins)


def encoder_layers(net: Any) -> list[nn.Module]:
    """The transformer layers of a model, bottom first.

    Raises:
        TrainingError: they cannot be told apart.
    """
    wanted = net.config.num_hidden_layers
    for module in net.base_model.modules():
        if isinstance(module, nn.ModuleList) and len(module) == wanted:
            return list(module)
    raise TrainingError("The layers of this base cannot be told apart; train the head, or all.")


def load_base(base: str, labels: Sequence[str]) -> tuple[Any, Any]:
    """A token classification model with a fresh head, and its tokenizer.

    Raises:
        CheckpointError: there is no such base here and it cannot be fetched, it holds a pickle, or
            has no safetensors.
    """
    if Path(base).is_dir():
        refuse_pickles(Path(base))
    return hub.found(base, lambda from_hub: _loaded(base, labels, from_hub))


def _loaded(base: str, labels: Sequence[str], from_hub: bool) -> tuple[Any, Any]:
    from safetensors import SafetensorError
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    named = {
        "num_labels": len(labels),
        "id2label": dict(enumerate(labels)),
        "label2id": {name: i for i, name in enumerate(labels)},
        "ignore_mismatched_sizes": True,
        "use_safetensors": True,
        "dtype": torch.float32,
        "local_files_only": not from_hub,
    }
    try:
        net = AutoModelForTokenClassification.from_pretrained(base, **named)
        spaced = getattr(net.config, "model_type", "") in {"roberta", "longformer", "gpt2"}
        extra = {"add_prefix_space": True} if spaced else {}
        tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=not from_hub, **extra)
        return net, tokenizer
    except (OSError, ValueError, SafetensorError) as error:
        raise CheckpointError(
            f"The base {base!r} cannot be loaded: it must be a folder with safetensors weights, "
            f"or a model of the Hugging Face hub that this machine has or can fetch."
        ) from error
