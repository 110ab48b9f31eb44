"""JSON objects of a file, one a line or as one array, with a problem for each that is broken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from engine.errors import FormatError
from engine.formats.files import as_utf8, check_is_text, head, lines, patient, whole_text
from engine.types import Problem

_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")


class Row(NamedTuple):
    """A JSON object and the line it starts on."""

    line: int
    values: dict[str, Any]

    @property
    def id(self) -> str:
        """Its own id, "" for none."""
        own = self.values.get("id")
        return str(own) if isinstance(own, (str, int)) else ""


def rows(path: Path, *required: str) -> Iterator[Row | Problem]:
    """The objects of a JSON Lines file, or of a JSON array, that have one of the fields.

    Raises:
        FormatError: the file is missing, binary, or none of its first rows is such an object.
    """
    start = head(path)
    check_is_text(start, path.name)
    found = _array(path) if as_utf8(start).lstrip().startswith(b"[") else _lines(path)
    return patient((_with_field(row, required) for row in found), f"{path.name} cannot be read")


def _with_field(row: Row | Problem, required: Sequence[str]) -> Row | Problem:
    if isinstance(row, Problem) or any(field in row.values for field in required):
        return row
    return Problem("rejected", row.line, f'Line {row.line} has no field "{required[0]}".')


def parse(text: str, what: str, line: int) -> Any:
    """Read one JSON value strictly: no NaN, no half surrogate pairs.

    Args:
        text: the JSON.
        what: how a message names it, such as "Line 7".
        line: 1-based line it is on.

    Raises:
        FormatError: says what is wrong, and at which character.
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
        if _HALF_PAIR.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        told = f"{error.msg[:1].lower()}{error.msg[1:]} at character {error.colno}"
        raise FormatError(f"{what} is not valid JSON: {told}.", line=line) from error
    except UnicodeEncodeError as error:
        raise FormatError(f"{what} holds half of a surrogate pair.", line=line) from error
    except RecursionError as error:
        raise FormatError(f"{what} is nested too deeply.", line=line) from error
    except ValueError as error:
        raise FormatError(f"{what} is not valid JSON: {error}.", line=line) from error
    return value


def first_keys(start: bytes) -> set[str]:
    """Field names of the first object in the first bytes of a file; empty when there is none."""
    text = start.decode("utf-8-sig", "ignore").lstrip()
    if not text.startswith(("{", "[")):
        return set()
    for line in text.splitlines()[:20]:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            return set(value)
    return set(re.findall(r'"(\w+)"\s*:', text))


def _lines(path: Path) -> Iterator[Row | Problem]:
    for line in lines(path):
        if isinstance(line, Problem):
            yield line
        elif line.text.strip():
            try:
                yield _row(parse(line.text, f"Line {line.number}", line.number), line.number)
            except FormatError as error:
                yield Problem("rejected", line.number, str(error))


def _array(path: Path) -> Iterator[Row | Problem]:
    """The items of one JSON array; a broken one ends it, for there is no telling where it ends."""
    text = whole_text(path)
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    at, line = text.index("[") + 1, 1
    gap = re.compile(r"[\s,]*")
    counted = 0
    while True:
        match = gap.match(text, at)
        at = match.end() if match else at
        line += text.count("\n", counted, at)
        counted = at
        if text[at : at + 1] == "]":
            return
        try:
            value, end = decoder.raw_decode(text, at)
            if _HALF_PAIR.search(text, at, end):
                json.dumps(value, ensure_ascii=False).encode()
            yield _row(value, line)
        except FormatError as error:
            yield Problem("rejected", line, str(error))
        except (ValueError, RecursionError):
            told = f"The entry on line {line} is not valid JSON; nothing after it was read."
            yield Problem("rejected", line, told)
            return
        at = end


def _row(value: object, line: int) -> Row:
    if not isinstance(value, dict):
        raise FormatError(f"Line {line} is not a JSON object.", line=line)
    return Row(line, value)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")
