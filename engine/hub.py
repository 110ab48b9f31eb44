"""Models by name: from this machine when it has them, else from the Hugging Face hub."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from engine.errors import CheckpointError

Model = TypeVar("Model")

PATIENCE_S = 10
"""Seconds the hub has to answer. [C]"""


def found(name: str, load: Callable[[bool], Model]) -> Model:
    """Load a model from a folder or from what was fetched before, else fetch it.

    Args:
        name: of the hub, or a folder.
        load: called with whether it may ask the hub; raises CheckpointError.

    Raises:
        CheckpointError: neither this machine nor the hub has it, or the hub does not answer.
    """
    try:
        return load(False)
    except CheckpointError:
        if Path(name).is_dir():
            raise
    ask(name)
    return load(True)


def ask(name: str) -> None:
    """Ask the hub once for a model: loading one that it cannot give retries for a minute.

    Raises:
        CheckpointError: the hub does not answer, or has no such model.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import (
        HFValidationError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
    )

    missing = f"This machine has no model {name!r}, and "
    try:
        HfApi().model_info(name, timeout=PATIENCE_S)
    except (HFValidationError, RepositoryNotFoundError) as error:
        raise CheckpointError(
            f"{missing}neither has the Hugging Face hub, or it wants a token (HF_TOKEN)."
        ) from error
    except OfflineModeIsEnabled as error:
        raise CheckpointError(
            f"{missing}HF_HUB_OFFLINE keeps it from asking the Hugging Face hub."
        ) from error
    except Exception as error:  # its client's errors change with its versions
        reason = str(error).strip().rstrip(".") or type(error).__name__
        raise CheckpointError(
            f"{missing}the Hugging Face hub does not answer: {reason}."
        ) from error
