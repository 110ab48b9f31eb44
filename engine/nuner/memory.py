"""What is done when a processor runs out of memory: less at a time, and a sentence at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import torch

from engine.errors import TaggingError

A = TypeVar("A")
B = TypeVar("B")


def out_of_memory(error: BaseException) -> bool:
    """Whether torch ran out of memory, on a graphics card or in main memory."""
    said = str(error).lower()
    return isinstance(error, torch.OutOfMemoryError) or any(
        words in said for words in ("out of memory", "can't allocate memory", "not enough memory")
    )


def empty_caches() -> None:
    """Hand back memory that torch holds for later."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def in_parts(run: Callable[[Sequence[A]], B], batch: Sequence[A]) -> list[B]:
    """What `run` makes of a batch: of all of it, or of halves of halves where memory is short.

    Raises:
        TaggingError: memory is short even for one of them.

    >>> in_parts(sum, [1, 2, 3])
    [6]
    """
    try:
        return [run(batch)]
    except RuntimeError as error:
        if not out_of_memory(error):
            raise
        if len(batch) < 2:
            raise TaggingError(
                "There is not enough memory to read even one piece of text at a time; run it on "
                "the processor, or choose a smaller model."
            ) from error
    empty_caches()
    middle = len(batch) // 2
    return in_parts(run, batch[:middle]) + in_parts(run, batch[middle:])
