"""What fine-tuning asks of a model, whichever kind it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

if TYPE_CHECKING:
    from engine.nuner.devices import Device
    from engine.nuner.rows import Labelled, Row
    from engine.protocols import Tagger
    from engine.types import AnnotatedText, EntityType

Groups = list[dict[str, Any]]
"""Parameter groups of an optimiser, each with its learning rate."""


class Learner(ABC):
    """A model that learns to tag.

    Attributes:
        types: what it tags.
        device: where it runs.
        learnt_before: whether it can tag before it has seen a text.
        rows: what it learns from, once it has labelled texts.
    """

    types: Sequence[EntityType]
    device: Device
    learnt_before: bool
    rows: list[Row]

    @abstractmethod
    def label(self, texts: Sequence[AnnotatedText], beside: Sequence[str] = ()) -> Labelled:
        """Make training rows of texts, and keep them as those that `loss` speaks of.

        Args:
            beside: texts without a label; where the model tags before it has learnt, it is held to
                what it says of them now. They do not count as examples.
        """

    @abstractmethod
    def modules(self) -> dict[str, nn.Module]:
        """The parts that may learn, by name; what does not learn needs no gradient."""

    @abstractmethod
    def groups(self) -> Groups:
        """The parameters that learn, with their learning rates."""

    @abstractmethod
    def loss(self, rows: Sequence[int]) -> Tensor:
        """The loss of some rows, summed over their words."""

    def words_of(self, rows: Sequence[int]) -> int:
        """The number of words that `loss` sums over."""
        return sum(int(self.rows[i].counts.sum()) for i in rows)

    @abstractmethod
    def tagger(self) -> Tagger:
        """A tagger with the weights as they are now; training on does not change it."""

    @abstractmethod
    def write(self, folder: Path) -> Mapping[str, Any]:
        """Write weights, tokenizer and configuration; returns what a reader of the run needs."""
