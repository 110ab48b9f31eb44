"""The embedded tagger: any entity types, by name and definition, on this machine alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import torch

from engine.errors import TaggingError
from engine.nuner import checkpoint
from engine.nuner.broader import broader_matrix
from engine.nuner.concepts import shown
from engine.nuner.decoding import WordSpan, decode
from engine.nuner.inference import Prepared, Scores, WordScorer
from engine.nuner.named import asks_for_names, dim_plain
from engine.nuner.rest import add_rest, rest_kinds, rest_types
from engine.types import EntityType, Span, Suggestion, Tagged

NAME = "embedded"

DEFINED = 0.25
"""How much of a type is read from its definition, the rest from its name. [C]: a definition written
in another style than the training ones costs; 0.25, 0.5 and 0 score alike on the dev splits."""


class EmbeddedTagger:
    """Zero-shot tagging with a compact NuNER.

    Attributes:
        name: "embedded".
        version: of the checkpoint.
        types: what it looks for.
        threshold: score from which a span is suggested (0..1, calibrated: about the share of
            suggestions with that score that are right).
        broader: (c, c) True where the column's type is broader than the row's.
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
        self._rest = rest_types(names)
        self._named = asks_for_names([t.definition for t in types])
        kinds = rest_kinds(names, by_name, bundle) if self._rest else by_name[:0]
        encode = bundle.model.concepts
        with torch.inference_mode():  # a type is read twice: by its name, and with its definition
            read = encode(by_name, by_name).lerp(encode(by_name, by_definition), DEFINED)
            concepts = torch.cat((read, encode(kinds, kinds)))
        self.broader = broader_matrix(names, by_name, bundle)
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

    def scores(self, texts: Iterable[str]) -> Iterator[tuple[Prepared, Scores]]:
        """Words and raw (roles, w, c) probabilities of each text, before decoding."""
        for prepared, scores in self._scorer.score(texts):
            if self._rest:
                scores = add_rest(prepared, scores, len(self.types), self._rest)
            yield prepared, dim_plain(prepared, scores, self._named)

    def tag(self, texts: Iterable[str]) -> Iterator[Tagged]:
        """Yield one result a text, in the same order."""
        seen: deque[str] = deque()
        for prepared, scores in self.scores(_remember(texts, seen)):
            yield self._tagged(seen.popleft(), prepared, scores)

    def span(self, prepared: Prepared, found: WordSpan) -> Span:
        """A span of words as a span of characters."""
        start, end = prepared.words[found.first][0], prepared.words[found.last][1]
        return Span(start, end, self.types[found.kind].code)

    def _tagged(self, text: str, prepared: Prepared, scores: Scores) -> Tagged:
        suggestions = []
        for found in decode(scores, self.broader, self.config, self.threshold):
            span = self.span(prepared, found)
            surface = text[span.start : span.end]
            score = round(min(max(found.score, 0.0), 1.0), 4)
            suggestions.append(Suggestion(span, span.label, surface, score))
        return Tagged(text, tuple(suggestions))


def _remember(texts: Iterable[str], seen: deque[str]) -> Iterator[str]:
    """Pass texts on and keep them until their result comes."""
    for text in texts:
        seen.append(text)
        yield text
