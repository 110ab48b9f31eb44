"""What a downloaded file is called."""

from __future__ import annotations

import pytest

from studio.downloads import file_name


@pytest.mark.parametrize(
    ("project", "name"),
    [
        ("letters", "letters.jsonl"),
        ("../../etc/passwd", "_.._etc_passwd.jsonl"),
        ('<img src=x onerror="1">', "_img src=x onerror=_1__.jsonl"),
        ("...", "project.jsonl"),
        ("a\nb\x00c", "a_b_c.jsonl"),
        ("é" * 200, "é" * 80 + ".jsonl"),
    ],
)
def test_a_file_is_named_after_its_project_without_what_disks_dislike(
    project: str, name: str
) -> None:
    assert file_name(project, "jsonl") == name
