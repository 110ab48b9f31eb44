"""Sentence vectors: the shipped encoder, or any model that sentence-transformers can load."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import hub
from engine.errors import CheckpointError
from engine.nuner import checkpoint
from engine.nuner.backbone import Backbone
from engine.nuner.run_folder import refuse_pickles


class BundledEmbedder:
    """The base encoder of a compact NuNER: no download, no key.

    Single precision on every processor: the same texts choose the same feature sentences and the
    same examples wherever they are embedded, so that recorded answers fit.

    Attributes:
        name: what vectors are comparable by: the checkpoint's version.
    """

    def __init__(self, backbone: Backbone, name: str) -> None:
        self.name = name
        self._backbone = backbone

    @classmethod
    def load(cls, folder: Path) -> BundledEmbedder:
        """Load the base encoder of a bundle. Raises CheckpointError."""
        return cls(checkpoint.load_backbone(folder), f"bundle {checkpoint.version(folder)}")

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, 384) unit rows, one a text; a text is read up to its 256th sub-token."""
        return self._backbone.embed(texts)


class SentenceTransformerEmbedder:
    """A model of sentence-transformers, by hub name or folder.

    Attributes:
        name: what vectors are comparable by.
    """

    def __init__(self, name: str, *, download: bool = False) -> None:
        """Load it; `download` lets it be fetched from the hub where this machine does not have it.

        Raises:
            CheckpointError: it is not there, holds a pickle, or cannot be loaded.
        """
        check(name)
        self.name = f"sentence-transformers {name}"

        def load(from_hub: bool) -> Any:
            return _loaded(name, from_hub=from_hub)

        self._model = hub.found(name, load) if download else load(False)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, d) unit rows, one a text."""
        rows = self._model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        width = -1 if len(texts) else self._model.get_embedding_dimension() or 0
        return np.asarray(rows, np.float32).reshape(len(texts), width)


def check(name: str) -> None:
    """Refuse a name that cannot be a model, before anything slow is loaded.

    Raises:
        CheckpointError: it is a folder that is not there or that holds a pickle.
    """
    folder = Path(name)
    if folder.is_dir():
        refuse_pickles(folder)
    elif name.startswith((".", "/", "~")) or name.count("/") > 1:
        raise CheckpointError(f"There is no embedder folder {name}.")


def _loaded(name: str, *, from_hub: bool) -> Any:
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(
            name,
            device="cpu",
            local_files_only=not from_hub,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError, SafetensorError) as error:
        raise CheckpointError(_unloadable(name, error, from_hub)) from error


def _unloadable(name: str, error: Exception, from_hub: bool) -> str:
    if not from_hub and not Path(name).is_dir():
        return (
            f"The embedder {name!r} is not on this machine; build a library with it once, or give "
            f"its folder."
        )
    lines = str(error).splitlines()
    reason = lines[0].rstrip(".") if lines else type(error).__name__
    return f"The embedder {name!r} cannot be loaded: {reason}."
