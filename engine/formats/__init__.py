"""File formats: one module each, all with the same names, found by name or by looking at a file.

Each module has `NAME`, `LABEL` (for people), `EXTENSIONS`, `sniff(head, name)`, `read(path)`,
`loss(records)` and `write(records, path, types)`; html, which is for people, has no `read`. Readers
yield a Record a text and a Problem for whatever its owner must hear; a file that as a whole is not
of the format raises FormatError. Writers put a file beside its place and rename it, so that nothing
half-written is ever seen.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from engine.errors import FormatError
from engine.formats import (
    brat,
    conll,
    csv,
    doccano,
    hf,
    html,
    jsonl,
    labelstudio,
    prodigy,
    spacy,
    txt,
)
from engine.formats.files import as_utf8, check_is_text, head
from engine.formats.values import Loss, Written
from engine.types import EntityType, Problem, Record

__all__ = ["FORMATS", "Loss", "Written", "loss", "read", "sniff", "write"]

FORMATS: dict[str, ModuleType] = {
    module.NAME: module
    for module in (jsonl, txt, csv, conll, doccano, labelstudio, prodigy, brat, spacy, hf, html)
}
"""Every format by name, in the order people are shown them."""

BINARY = (".spacy", ".zip")
"""Names of files that are not text."""


def sniff(path: Path) -> str:
    """The name of the format that a file or folder most likely has.

    Raises:
        FormatError: it is missing, empty, binary, or like none of the formats.
    """
    with _located(path):
        return _sniff(path)


def _sniff(path: Path) -> str:
    if path.is_dir():
        start = "\n".join(sorted(entry.name for entry in path.iterdir())).encode()
        name = f"{path.name}/"
    else:
        start, name = head(path), path.name.lower()
        if not start.strip():
            raise FormatError(f"{path.name} is empty.")
        if name.endswith(".zip") and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                start = "\n".join(archive.namelist()).encode(errors="replace")
        if not name.endswith(BINARY):
            check_is_text(start, path.name)
            start = as_utf8(start)
    sure = {known: module.sniff(start, name) for known, module in FORMATS.items()}
    best = max(sure, key=lambda known: sure[known])
    if sure[best] < 0.1:
        known = ", ".join(name for name, module in FORMATS.items() if hasattr(module, "read"))
        raise FormatError(f"{path.name} has no format that could be told; name one of: {known}.")
    return best


def read(path: Path, format: str = "auto") -> Iterator[Record | Problem]:  # noqa: A002
    """Read a file in a named format, or in the one it seems to have.

    Raises:
        FormatError: the format is unknown or the file as a whole is not of it.
    """
    name = sniff(path) if format == "auto" else format
    module = _module(name)
    if not hasattr(module, "read"):
        raise FormatError(f"The format {name} is written only; {path.name} cannot be read.")
    return _read(module, path)


def _read(module: ModuleType, path: Path) -> Iterator[Record | Problem]:
    with _located(path):
        yield from module.read(path)


@contextmanager
def _located(path: Path) -> Iterator[None]:
    """Name the file in what is raised."""
    try:
        yield
    except FormatError as error:
        error.where = error.where or str(path)
        raise


def loss(records: Iterable[Record], format: str) -> list[Loss]:  # noqa: A002
    """What a format could not hold; nothing is written.

    Raises:
        FormatError: the format is unknown.
    """
    lost: list[Loss] = _module(format).loss(records)
    return lost


def write(
    records: Iterable[Record],
    path: Path,
    format: str,  # noqa: A002
    types: Sequence[EntityType] = (),
) -> Written:
    """Write records in a named format; what it cannot hold is left out and reported.

    Raises:
        FormatError: the format is unknown or the file cannot be written.
    """
    written: Written = _module(format).write(records, path, types)
    return written


def _module(name: str) -> ModuleType:
    if name not in FORMATS:
        raise FormatError(f"There is no format {name!r}; there are: {', '.join(FORMATS)}.")
    return FORMATS[name]
