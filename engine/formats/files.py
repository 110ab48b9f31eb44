"""Reading lines without holding a file, and writing files that appear whole or not at all."""

from __future__ import annotations

import codecs
import io
import os
import secrets
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedWriter
from pathlib import Path
from typing import NamedTuple, TextIO, TypeVar

from engine.errors import FormatError
from engine.types import Problem

HEAD = 65536
"""How many bytes are looked at to tell what a file is."""
PATIENCE = 20
"""A file whose first so many rows are all broken is taken for another format."""
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MAGIC = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"{\\rtf")


Item = TypeVar("Item")


class Line(NamedTuple):
    """A line of a text file, without its line break; numbers start at 1."""

    number: int
    text: str


def head(path: Path) -> bytes:
    """The first bytes of a file.

    Raises:
        FormatError: there is no such file, it is a folder, or it may not be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(HEAD)
    except FileNotFoundError as error:
        raise FormatError(f"There is no file {path}.") from error
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}.") from error


def as_utf8(start: bytes) -> bytes:
    """First bytes of a file without a byte order mark, also where they were UTF-16."""
    if start.startswith(_WIDE):
        return start.decode("utf-16", "ignore").encode(errors="replace")
    return start.removeprefix(codecs.BOM_UTF8)


def encoding(start: bytes) -> str:
    """The encoding that the first bytes of a text file show."""
    return "utf-16" if start.startswith(_WIDE) else "utf-8-sig"


def check_is_text(start: bytes, name: str) -> None:
    """Refuse a file that is no text.

    Raises:
        FormatError: its first bytes are those of a picture, an archive or a program.
    """
    wide = start.startswith(_WIDE)
    controls = sum(byte < 9 or 13 < byte < 27 for byte in start)
    odd = controls * 100 > len(start) and not _is_utf8(start)
    if start.startswith(_MAGIC) or (not wide and (b"\0" in start or odd)):
        raise FormatError(f"{name} is not a text file; it holds binary data.")


def _is_utf8(start: bytes) -> bool:
    """Whether bytes are UTF-8, but perhaps for a last character that was cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True


def lines(path: Path) -> Iterator[Line | Problem]:
    r"""The lines of a UTF-8 file (or UTF-16 with a byte order mark), one at a time.

    Only "\n" ends a line; a "\r" before it and a byte order mark at the start are taken off. A
    line that is not UTF-8 becomes a Problem and the next lines go on.

    Raises:
        FormatError: the file is missing or binary.
    """
    start = head(path)
    check_is_text(start, path.name)
    if start.startswith(_WIDE):
        yield from _wide_lines(path)
        return
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            raw = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
            try:
                yield Line(number, raw.decode().removesuffix("\n").removesuffix("\r"))
            except UnicodeDecodeError as error:
                yield Problem(
                    "rejected",
                    number,
                    f"Line {number} is not UTF-8 text (byte 0x{raw[error.start]:02x} at byte "
                    f"{error.start + 1}); save the file as UTF-8.",
                )


def _wide_lines(path: Path) -> Iterator[Line]:
    with path.open(encoding="utf-16", newline="\n") as file:
        try:
            for number, line in enumerate(file, 1):
                yield Line(number, line.removesuffix("\n").removesuffix("\r"))
        except UnicodeError as error:
            raise FormatError(f"{path.name} is damaged UTF-16; save it as UTF-8.") from error


def patient(items: Iterable[Item | Problem], told: str) -> Iterator[Item | Problem]:
    """Pass items on, unless so many problems come before the first good one that all is wrong.

    Args:
        items: what a reader found.
        told: how the refusal begins, such as "notes.txt is no CoNLL file".

    Raises:
        FormatError: the first items, or all of them, are problems.
    """
    broken: list[Problem] = []
    source = iter(items)
    for item in source:
        if not isinstance(item, Problem):
            yield from broken
            yield item
            yield from source
            return
        broken.append(item)
        if len(broken) >= PATIENCE:
            break
    if broken:
        raise FormatError(f"{told}: {broken[0].message}", line=broken[0].line)


def whole_text(path: Path) -> str:
    """All of a text file, for formats that cannot be read line by line.

    Raises:
        FormatError: the file is missing, binary or not UTF-8.
    """
    start = head(path)
    check_is_text(start, path.name)
    return decode(path.read_bytes(), path.name)


def decode(raw: bytes, name: str) -> str:
    """Decode UTF-8, with or without a byte order mark; line breaks stay as they are.

    Raises:
        FormatError: it is not UTF-8; says on which line.
    """
    try:
        return raw.decode(encoding(raw))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise FormatError(f"{name} is not UTF-8 text (line {line}).", line=line) from error


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Write a UTF-8 file beside its place and move it there when all went well.

    Raises:
        FormatError: the folder is missing, the disk is full, a text is not valid Unicode.
    """
    with replacing_bytes(path) as raw:
        file = io.TextIOWrapper(raw, encoding="utf-8", newline="", write_through=True)
        yield file
        file.detach()


@contextmanager
def replacing_bytes(path: Path) -> Iterator[BufferedWriter]:
    """Write a binary file beside its place and move it there when all went well.

    Raises:
        FormatError: as `replacing`.
    """
    if path.is_dir():
        raise FormatError(f"{path} is a folder; name a file.")
    part = _part(path)
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except UnicodeEncodeError as error:
        raise FormatError("A text holds half of a surrogate pair and cannot be written.") from error
    except OSError as error:
        raise FormatError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Fill a folder beside its place and move it there when all went well.

    A path that ends in .zip gets an archive of the folder instead.

    Raises:
        FormatError: the folder exists and is not empty, its parent is missing, the disk is full.
    """
    zipped = path.suffix == ".zip"
    if not path.name:
        raise FormatError(f"'{path}' cannot be made anew; name a new folder in it.")
    part = _part(path)
    try:
        if not zipped and path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise FormatError(f"{path} exists already and is not empty; choose a new folder.")
        part.mkdir()
        yield part
        if zipped:
            _zip(part, path)
        else:
            part.replace(path)
    except UnicodeEncodeError as error:
        raise FormatError("A text holds half of a surrogate pair and cannot be written.") from error
    except OSError as error:
        raise FormatError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _zip(folder: Path, path: Path) -> None:
    part = _part(path)
    try:
        with zipfile.ZipFile(part, "x", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.rglob("*")):
                archive.write(file, file.relative_to(folder))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
