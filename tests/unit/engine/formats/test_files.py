"""Lines are read one at a time; files appear whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from engine.errors import FormatError
from engine.formats.files import Line, lines, replacing, replacing_folder
from engine.types import Problem


def test_only_line_feeds_end_lines_and_marks_are_taken_off(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\x0bstill\xe2\x80\xa8two\n\nlast")
    assert list(lines(path)) == [
        Line(1, "one"),
        Line(2, "two\x0bstill\u2028two"),
        Line(3, ""),
        Line(4, "last"),
    ]


def test_a_line_that_is_not_utf8_is_a_problem_and_the_next_ones_go_on(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("eins\nfünf\n".encode("latin-1") + b"zwei\n")
    one, problem, two = lines(path)
    assert (one, two) == (Line(1, "eins"), Line(3, "zwei"))
    assert problem == Problem(
        "rejected",
        2,
        "Line 2 is not UTF-8 text (byte 0xfc at byte 2); save the file as UTF-8.",
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_files_with_a_byte_order_mark_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Ann\r\n東京\n", encoding=encoding, newline="")
    assert list(lines(path)) == [Line(1, "Ann"), Line(2, "東京")]


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\nxx", b"PK\x03\x04zip", b"a\0b", b"%PDF-1.4\n", b"\x01\x02\xff"]
)
def test_a_binary_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "photo.txt"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=r"^photo\.txt is not a text file; it holds binary data"):
        list(lines(path))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"^There is no file .*nothing\.txt\.$"):
        list(lines(tmp_path / "nothing.txt"))
    with pytest.raises(FormatError, match="Is a directory"):
        list(lines(tmp_path))


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), replacing(path) as file:
        file.write("new")
        raise ZeroDivisionError
    with pytest.raises(FormatError, match="half of a surrogate pair"), replacing(path) as file:
        file.write("\ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    with replacing(path) as file:
        file.write("new\r\n")
    assert path.read_bytes() == b"new\r\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    missing = "cannot be written: No such file or directory"
    with pytest.raises(FormatError, match=missing), replacing(tmp_path / "no" / "out.txt"):
        pass
    with pytest.raises(FormatError, match="is a folder; name a file"), replacing(tmp_path):
        pass


def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    told = "cannot be written: No space left on device"
    with pytest.raises(FormatError, match=told), replacing(tmp_path / "out.txt") as file:
        file.write("x")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_appears_whole_or_not_at_all_and_never_over_another(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(ZeroDivisionError), replacing_folder(out) as folder:
        (folder / "a.txt").write_text("a")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
    with replacing_folder(out) as folder:
        (folder / "a.txt").write_text("a")
    assert (out / "a.txt").read_text() == "a"
    with pytest.raises(FormatError, match="not empty; choose a new folder"), replacing_folder(out):
        pass
    assert list(tmp_path.iterdir()) == [out]
