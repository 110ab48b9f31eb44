"""The embedded tagger: any entity types, by name and definition, on this machine alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from engine.errors import TaggingError
from engine.nuner import checkpoint
from engine.nuner.broader import broader_matrix
from engine.nuner.concepts import shown
from engine.nuner.decoding import WordSpan, decode
from engine.nuner.inference import Prepared, Scores, WordScorer
from engine.types import EntityType, Span, Suggestion, Tagged

NAME = "embedded"


class EmbeddedTagger:
    """Zero-shot tagging with a compact NuNER.

    Attributes:
        name: "embedded".
        version: of the checkpoint.
        types: what it looks for.
        threshold: score from which a span is suggested (0..1, calibrated: about the share of
            suggestions with that score that are right).
    """

    def __init__(
        self,
        bundle: checkpoint.Bundle,
        types: Sequence[EntityType],
        threshold: float | None = None,
        device: str = "cpu",
    ) -> None:
        if not types:
            raise TaggingError("There are no entity types to look for; define one first.")
        self.name = NAME
        self.version = bundle.version
        self.types = tuple(types)
        self.config = bundle.decode
        self.threshold = bundle.decode.threshold if threshold is None else threshold
        names = [t.name for t in types]
        defined = [shown(t.name, t.definition) for t in types]
        vectors = torch.from_numpy(bundle.model.backbone.embed([*names, *defined]))
        by_name, by_definition = vectors[: len(names)], vectors[len(names) :]
        with torch.inference_mode():
            concepts = bundle.model.concepts(by_name, by_definition)
        self._broader = broader_matrix(names, by_name, bundle)
        self._scorer = WordScorer(bundle.model, concepts, device)

    @classmethod
    def load(
        cls,
        types: Sequence[EntityType],
        folder: Path,
        threshold: float | None = None,
        device: str = "cpu",
    ) -> EmbeddedTagger:
        """Load a checkpoint for these types.

        Args:
            types: what to look for; names and definitions matter.
            folder: a bundle, such as the one in assets/checkpoints.
            threshold: 0..1; None means the one stored with the checkpoint.

        Raises:
            TaggingError: no types were given.
            CheckpointError: the bundle cannot be read.
        """
        return cls(checkpoint.load(folder), types, threshold, device)

    def tag(self, texts: Iterable[str]) -> Iterator[Tagged]:
        """Yield one result a text, in the same order."""
        seen: list[str] = []

        def remembered() -> Iterator[str]:
            for text in texts:
                seen.append(text)
                yield text

        for prepared, scores in self._scorer.score(remembered()):
            yield self._tagged(seen.pop(0), prepared, scores)

    def _tagged(self, text: str, prepared: Prepared, scores: Scores) -> Tagged:
        found = decode(np.asarray(scores), self._broader, self.config, self.threshold)
        return Tagged(text, tuple(self._suggestion(text, prepared, span) for span in found))

    def _suggestion(self, text: str, prepared: Prepared, found: WordSpan) -> Suggestion:
        start, end = prepared.words[found.first][0], prepared.words[found.last][1]
        code = self.types[found.kind].code
        score = round(min(max(found.score, 0.0), 1.0), 4)
        return Suggestion(Span(start, end, code), code, text[start:end], score)
