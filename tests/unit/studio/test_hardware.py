"""What a training would run on is said as it is."""

from __future__ import annotations

import doctest
import subprocess
from typing import Any

import pytest

from studio import hardware
from studio.errors import WorkFailed
from studio.hardware import Hardware, read


def test_the_examples_are_true() -> None:
    assert doctest.testmod(hardware).failed == 0


def test_a_processor_alone_says_why() -> None:
    bare = Hardware("cpu (bfloat16)", ("cpu",), 1, "")
    blind = Hardware("cpu (bfloat16)", ("cpu",), 8, "12.8")
    assert "built without support for graphics cards" in bare.sentence
    assert "1 core;" in bare.sentence
    assert "sees no graphics card" in blind.sentence


def test_a_graphics_card_is_named() -> None:
    said = Hardware("cuda (NVIDIA T4, float32)", ("cuda", "cpu"), 4, "12.8").sentence
    assert said == "Found: cuda (NVIDIA T4, float32), and a processor of 4 cores."


def test_an_answer_is_read() -> None:
    said = {"auto": "cpu (float32)", "kinds": ["cpu"], "cores": None, "cuda_build": ""}
    assert read(said) == Hardware("cpu (float32)", ("cpu",), 1, "")


def test_a_look_that_fails_is_a_sentence_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(command: list[str], **_: Any) -> None:
        raise subprocess.CalledProcessError(1, command)

    hardware.look.cache_clear()
    monkeypatch.setattr(subprocess, "run", broken)
    with pytest.raises(WorkFailed, match="could not be found out"):
        hardware.look()
    assert hardware.look.cache_info().currsize == 0
