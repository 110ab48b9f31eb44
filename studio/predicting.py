"""Texts of a file through an exported model, without a project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import formats
from engine.types import EntityType, Problem, Record
from studio import typesets
from studio.errors import RequestRefused

if TYPE_CHECKING:
    from engine.protocols import Tagger
    from studio.settings import Settings

TYPE_FILES = ("types.json", "types.yaml")
"""Where an exported model says which entity types it looks for."""


def check_texts(path: Path) -> int:
    """Count the texts of a file, after reading all of it.

    Raises:
        FormatError: it cannot be read.
        RequestRefused: an entry is broken, or there is none; a result over part of a file would be
            taken for one over all of it.
    """
    count = 0
    for item in formats.read(path):
        if isinstance(item, Record):
            count += 1
        elif item.kind == "rejected":
            place = f"{path}:{item.line}"
            raise RequestRefused(f"{path.name}: {item.message}", where=place)
    if not count:
        raise RequestRefused(f"{path.name} holds no texts.", where=str(path))
    return count


def types_of(folder: Path, file: Path | None) -> tuple[EntityType, ...]:
    """The entity types to look for: those of `file`, else those in the model's folder.

    Raises:
        RequestRefused: there are none, or they cannot be read.
    """
    if not folder.is_dir():
        raise RequestRefused(f"There is no model folder {folder}.", where=str(folder))
    places = [file] if file else [folder / name for name in TYPE_FILES]
    for place in places:
        if file or place.is_file():
            return typesets.read(place)
    raise RequestRefused(
        f"The model in {folder} does not say which entity types to look for; give --types.",
        where=str(folder),
    )


def load(
    settings: Settings, folder: Path, types: tuple[EntityType, ...], threshold: float | None
) -> Tagger:
    """The tagger in a model folder: a run, one exported as ONNX, or a checkpoint for any types.

    Raises:
        CheckpointError: there is none, or the folder holds a pickle.
        OnnxError: an exported run cannot be read.
        RequestRefused: a threshold for an exported run, which has its own.
    """
    from engine.nuner.onnx_reader import is_export, load_onnx
    from engine.nuner.run_folder import is_run, load_run, refuse_pickles
    from studio.wiring import tagger_for

    refuse_pickles(folder)
    if is_run(folder):
        return load_run(folder, threshold)
    if is_export(folder):
        if threshold is not None:
            raise RequestRefused("A run exported as ONNX takes no threshold.", where=str(folder))
        return load_onnx(folder)

    chosen = settings.model_copy(update={"checkpoint": folder, "taggers": {}})
    return tagger_for(chosen, types, "embedded", threshold)


class Predicting:
    """Records with predicted spans, counted while they are made.

    Attributes:
        texts, spans, failed: how many so far.
    """

    def __init__(self, tagger: Tagger, path: Path) -> None:
        self.texts = 0
        self.spans = 0
        self.failed = 0
        self._tagger = tagger
        self._path = path

    def __iter__(self) -> Iterator[Record]:
        """One record a text, in the order of the file; its metadata is kept."""
        texts = (record.content.text for record in self._records())
        for record, tagged in zip(self._records(), self._tagger.tag(texts), strict=True):
            content = tagged.annotated()
            self.texts += 1
            self.spans += len(content.spans)
            self.failed += bool(tagged.error)
            yield Record(content, record.meta, line=record.line, id=record.id)

    def _records(self) -> Iterator[Record]:
        return (item for item in formats.read(self._path) if not isinstance(item, Problem))


def row(record: Record) -> dict[str, Any]:
    """A record as a line of our own format."""
    spans = [{"start": s.start, "end": s.end, "label": s.label} for s in record.content.spans]
    line: dict[str, Any] = {"text": record.content.text, "spans": spans}
    return line | ({"meta": dict(record.meta)} if record.meta else {})
