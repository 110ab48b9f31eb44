"""What a run can start from: the embedded checkpoint, or an encoder of the hub or of a folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import CheckpointError
from engine.nuner import checkpoint
from engine.nuner.devices import Device
from engine.nuner.learner import Learner
from engine.nuner.recipe import FinetuneConfig
from engine.nuner.run_folder import CONFIG, is_run, refuse_pickles
from engine.types import EntityType

EMBEDDED = "embedded"


@dataclass(slots=True)
class Base:
    """A base, loaded at most once.

    Attributes:
        name: as it was asked for.
        folder: of the embedded checkpoint when it is one, None for an encoder.
        licence: as far as known.
    """

    name: str
    folder: Path | None
    licence: str = ""
    _bundle: checkpoint.Bundle | None = None

    @property
    def embedded(self) -> bool:
        """Whether it has a concept encoder to start the head from."""
        return self.folder is not None

    def learner(
        self, types: Sequence[EntityType], config: FinetuneConfig, device: Device
    ) -> Learner:
        """A learner that has learnt nothing yet.

        Raises:
            CheckpointError: the base cannot be loaded.
        """
        if self.folder is None:
            from engine.nuner.bio_learner import BioLearner

            return BioLearner(self.name, types, config, device)
        from engine.nuner.concept_learner import ConceptLearner

        if self._bundle is None:
            self._bundle = checkpoint.load(self.folder)
        return ConceptLearner(self._bundle, types, config, device)


def find(name: str, shipped: Path) -> Base:
    """The base called `name`: "embedded", a folder, or a model of the hub.

    Args:
        shipped: folder of the embedded checkpoint.

    Raises:
        CheckpointError: it is a folder that is not there, that holds no model, a pickle or a
            finished run.
    """
    if name == EMBEDDED:
        return Base(name, shipped, "Apache-2.0")
    folder = Path(name)
    if not folder.is_dir():
        if name.startswith((".", "/", "~")) or name.count("/") > 1:
            raise CheckpointError(f"There is no base folder {name}.")
        return Base(name, None)
    refuse_pickles(folder)
    if is_run(folder):
        raise CheckpointError(
            f"The folder {folder} holds a finished run; start from the base that it grew from."
        )
    if not (folder / CONFIG).is_file():
        raise CheckpointError(f"The folder {folder} holds no model: {CONFIG} is missing.")
    return Base(name, folder if _is_bundle(folder) else None)


def _is_bundle(folder: Path) -> bool:
    """Whether a folder holds a checkpoint of ours and not one of transformers."""
    place = folder / CONFIG
    try:
        return "layout" in json.loads(place.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise CheckpointError(f"{place} is no JSON.") from error
