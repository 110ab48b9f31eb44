"""What every format says about a file it wrote, and the loss check of formats that lose nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.types import Record, Span


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that a format cannot hold.

    Attributes:
        text_id: the record's id, or its 1-based number when it has none.
        span: the span, None when the text itself cannot be written.
        reason: why, as the end of a sentence: "it overlaps another span".
    """

    text_id: str
    span: Span | None
    reason: str


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Attributes:
        files: every file or folder that now exists.
        texts: number of texts in them.
        spans: number of spans in them.
        lost: what could not be written.
    """

    files: tuple[Path, ...]
    texts: int
    spans: int
    lost: tuple[Loss, ...] = ()


@dataclass
class Tally:
    """Counts records while they are written."""

    texts: int = 0
    spans: int = 0
    lost: list[Loss] = field(default_factory=list)

    def add(self, record: Record, lost: Sequence[Loss] = ()) -> None:
        """Count one record; a text that is lost as a whole is not among the texts."""
        self.lost.extend(lost)
        if all(loss.span for loss in lost):
            self.texts += 1
            self.spans += len(record.content.spans) - len(lost)

    def written(self, *files: Path) -> Written:
        """The sum, once the files stand."""
        return Written(files, self.texts, self.spans, tuple(self.lost))


def text_id(record: Record, number: int) -> str:
    """How a report names a text: its id, or its 1-based number."""
    return record.id or str(number)


def no_loss(_records: Iterable[Record]) -> list[Loss]:
    """The loss check of a format that holds every text and span."""
    return []
