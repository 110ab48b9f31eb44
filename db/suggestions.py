"""What taggers propose: one tagging a pass, written in batches, safe to repeat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from db.values import TaggingSummary
from engine.types import Tagged


def start_tagging(
    session: Session,
    project_id: int,
    tagger: str,
    version: str,
    settings: Mapping[str, Any],
    job_id: int | None = None,
) -> int:
    """Open a pass of a tagger; returns its number. Raises NotFound."""
    raise NotImplementedError


def find_tagging(session: Session, job_id: int) -> int | None:
    """The pass that a job has opened before it was interrupted, None when it has not."""
    raise NotImplementedError


def write_batch(
    session: Session,
    tagging_id: int,
    batch: Sequence[tuple[int, Tagged]],
    *,
    prompt_version: str = "",
) -> None:
    """Keep what a tagger said; it replaces what the same tagger said of these texts before."""
    raise NotImplementedError


def done_ids(session: Session, tagging_id: int) -> set[int]:
    """Texts that this pass has answered without an error, to skip on resuming."""
    raise NotImplementedError


def summary(session: Session, tagging_id: int) -> TaggingSummary:
    """What a pass has done so far. Raises NotFound."""
    raise NotImplementedError
