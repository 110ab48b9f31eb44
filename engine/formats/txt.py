"""Plain text: a text a line, no labels.

Blank lines are left out. Writing loses every span, and a text that is blank or holds a line break
or a NUL cannot be written at all, because no reader could tell it from others, or from a picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from engine.formats.files import lines, replacing
from engine.formats.values import Loss, Tally, Written, text_id
from engine.types import AnnotatedText, EntityType, Problem, Record

NAME = "txt"
LABEL = "Plain text (a text a line)"
EXTENSIONS = (".txt",)


def sniff(head: bytes, name: str) -> float:
    """How surely a file is of this format, 0..1."""
    if not head.strip():
        return 0.0
    return 0.5 if name.endswith(".txt") else 0.3 if name.endswith((".md", ".text")) else 0.05


def read(path: Path) -> Iterator[Record | Problem]:
    """The lines of a file that are not blank, as they stand.

    Raises:
        FormatError: the file as a whole is no text.
    """
    for line in lines(path):
        if isinstance(line, Problem):
            yield line
        elif line.text.strip():
            yield Record(AnnotatedText(line.text), line=line.number)


def loss(records: Iterable[Record]) -> list[Loss]:
    """What would be lost: all spans, and texts that do not fit on a line."""
    return [x for number, record in enumerate(records, 1) for x in _lost(record, number)]


def _lost(record: Record, number: int) -> list[Loss]:
    name, text = text_id(record, number), record.content.text
    lost = [Loss(name, span, "plain text holds no labels") for span in record.content.spans]
    if not text.strip():
        lost.append(Loss(name, None, "the text is blank"))
    elif "\n" in text or text.endswith("\r"):
        lost.append(Loss(name, None, "the text holds a line break"))
    elif "\0" in text:
        lost.append(Loss(name, None, "the text holds a NUL character"))
    return lost


def write(records: Iterable[Record], path: Path, _types: Sequence[EntityType] = ()) -> Written:
    """Write the texts, one a line.

    Raises:
        FormatError: the file cannot be written.
    """
    tally = Tally()
    with replacing(path) as file:
        for number, record in enumerate(records, 1):
            lost = _lost(record, number)
            tally.add(record, lost)
            if all(x.span for x in lost):
                text = record.content.text
                if text[0] == "\ufeff" and tally.texts == 1:  # or it would be read as a file mark
                    file.write("\ufeff")
                file.write(text + "\n")
    return tally.written(path)
