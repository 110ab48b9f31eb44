"""Sentence vectors: the shipped encoder, or any model that sentence-transformers can load."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import CheckpointError
from engine.nuner import checkpoint
from engine.nuner.backbone import Backbone


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

    Raises:
        CheckpointError: it cannot be loaded.
    """

    def __init__(self, name: str) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model: Any = SentenceTransformer(name)
        except (OSError, ValueError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise CheckpointError(
                f"The embedder {name!r} cannot be loaded: {reason.rstrip('.')}."
            ) from error
        self.name = name

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, d) unit rows, one a text."""
        rows = self._model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return np.asarray(rows, np.float32).reshape(len(texts), -1)
