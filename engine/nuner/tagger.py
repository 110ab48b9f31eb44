"""Taggers that score words and decode spans: the embedded one, and what fine-tuning makes of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.errors import TaggingError
from engine.nuner import checkpoint
from engine.nuner.broader import broader_matrix
from engine.nuner.concepts import shown
from engine.nuner.config import DecodeConfig
from engine.nuner.decoding import WordSpan, decode
from engine.nuner.head import ClassHead
from engine.nuner.inference import Prepared, Scorer, Scores, WordScorer
from engine.nuner.named import asks_for_names, dim_plain
from engine.nuner.rest import add_rest, rest_kinds, rest_types
from engine.types import EntityType, Span, Suggestion, Tagged

NAME = "embedded"

DEFINED = 0.25
"""How much of a type is read from its definition, the rest from its name. [C]: a definition written
in another style than the training ones costs; 0.25, 0.5 and 0 score alike on the dev splits."""


@dataclass(frozen=True, slots=True)
class TypeRules:
    """What is known of entity types beyond their class vectors.

    Attributes:
        broader: (c, c) True where the column's type is broader than the row's.
        rest: indices of the types that take what is left; see `engine.nuner.rest`.
        named: (c,) True where a type asks for names; see `engine.nuner.named`.
    """

    broader: NDArray[np.bool_]
    rest: tuple[int, ...]
    named: NDArray[np.bool_]


def read_types(
    bundle: checkpoint.Bundle, types: Sequence[EntityType]
) -> tuple[ClassHead, TypeRules]:
    """Class vectors and rules of entity types, from their names and definitions.

    The head has a class for each type, and after them one for each kind of named thing that a rest
    type takes.

    Raises:
        TaggingError: no types were given.
    """
    if not types:
        raise TaggingError("There are no entity types to look for; define one first.")
    names = [t.name for t in types]
    defined = [shown(t.name, t.definition) for t in types]
    vectors = torch.from_numpy(bundle.model.backbone.embed([*names, *defined]))
    by_name, by_definition = vectors[: len(names)], vectors[len(names) :]
    rest = rest_types(names)
    kinds = rest_kinds(names, by_name, bundle) if rest else by_name[:0]
    encode = bundle.model.concepts
    with torch.inference_mode():  # a type is read twice: by its name, and with its definition
        read = encode(by_name, by_name).lerp(encode(by_name, by_definition), DEFINED)
        concepts = torch.cat((read, encode(kinds, kinds)))
    named = asks_for_names([t.definition for t in types])
    rules = TypeRules(broader_matrix(names, by_name, bundle), tuple(rest), named)
    return ClassHead.of(encode, concepts.clone()), rules


class SpanTagger:
    """Word scores of a text encoder and a head, decoded into spans.

    Attributes:
        name: how the studio calls it.
        version: of its weights.
        types: what it looks for.
        config: how scores become spans.
        threshold: score from which a span is suggested (0..1, calibrated: about the share of
            suggestions with that score that are right).
        rules: of the types; `broader` is its matrix.
    """

    def __init__(
        self,
        name: str,
        version: str,
        scorer: Scorer,
        types: Sequence[EntityType],
        rules: TypeRules,
        config: DecodeConfig,
        threshold: float | None = None,
    ) -> None:
        self.name = name
        self.version = version
        self.types = tuple(types)
        self.rules = rules
        self.broader = rules.broader
        self.config = config
        self.threshold = config.threshold if threshold is None else threshold
        self._scorer = scorer

    def scores(self, texts: Iterable[str]) -> Iterator[tuple[Prepared, Scores]]:
        """Words and raw (roles, w, c) probabilities of each text, before decoding."""
        for prepared, scores in self._scorer.score(texts):
            if self.rules.rest:
                scores = add_rest(prepared, scores, len(self.types), self.rules.rest)
            yield prepared, dim_plain(prepared, scores, self.rules.named)

    def tag(self, texts: Iterable[str]) -> Iterator[Tagged]:
        """Yield one result a text, in the same order."""
        for tagged, _ in self.read(texts):
            yield tagged

    def read(self, texts: Iterable[str]) -> Iterator[tuple[Tagged, Scores]]:
        """Yield one result a text, and the raw (roles, w, c) probabilities it was read from."""
        seen: deque[str] = deque()
        for prepared, scores in self.scores(_remember(texts, seen)):
            yield self._tagged(seen.popleft(), prepared, scores), scores

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


class EmbeddedTagger(SpanTagger):
    """Zero-shot tagging with a compact NuNER: any entity types, on this machine alone."""

    def __init__(
        self,
        bundle: checkpoint.Bundle,
        types: Sequence[EntityType],
        threshold: float | None = None,
        device: str = "cpu",
    ) -> None:
        head, rules = read_types(bundle, types)
        scorer = WordScorer(bundle.model.text, bundle.model.backbone.tokenizer, head, device)
        super().__init__(NAME, bundle.version, scorer, types, rules, bundle.decode, threshold)

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


def _remember(texts: Iterable[str], seen: deque[str]) -> Iterator[str]:
    """Pass texts on and keep them until their result comes."""
    for text in texts:
        seen.append(text)
        yield text
