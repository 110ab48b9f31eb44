"""What a training on this machine would run on, in one honest sentence; looked up once."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.errors import WorkFailed

PATIENCE_SECONDS = 120
"""Loading torch from a cold disk takes a while."""


@dataclass(frozen=True, slots=True)
class Hardware:
    """What was found.

    Attributes:
        auto: what "auto" picks, as a run will show it.
        kinds: what can be asked for by name, the best first.
        cores: processor cores this process may use.
        cuda_build: version of CUDA that torch was built for, "" for none.
    """

    auto: str
    kinds: tuple[str, ...]
    cores: int
    cuda_build: str

    @property
    def sentence(self) -> str:
        """For the person who is about to start.

        >>> Hardware("cpu (float32)", ("cpu",), 2, "").sentence[:45]
        'Found: the processor alone, cpu (float32), 2 '
        """
        cores = "1 core" if self.cores == 1 else f"{self.cores} cores"
        if self.kinds[0] == "cpu":
            why = (
                "torch sees no graphics card"
                if self.cuda_build
                else "this torch is built without support for graphics cards"
            )
            return f"Found: the processor alone, {self.auto}, {cores}; {why}."
        return f"Found: {self.auto}, and a processor of {cores}."


@functools.lru_cache(maxsize=1)
def look() -> Hardware:
    """Look, in a process of its own; the answer is kept until the studio ends.

    Raises:
        WorkFailed: it could not be found out.
    """
    command = [sys.executable, "-m", "studio.jobs.hardware"]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, check=True,
            timeout=PATIENCE_SECONDS,
        )  # fmt: skip
        return read(json.loads(done.stdout))
    except (subprocess.SubprocessError, json.JSONDecodeError, KeyError) as error:
        raise WorkFailed("What this machine can train on could not be found out.") from error


def read(said: Mapping[str, Any]) -> Hardware:
    """The answer of `studio.jobs.hardware`. Raises KeyError."""
    return Hardware(said["auto"], tuple(said["kinds"]), int(said["cores"] or 1), said["cuda_build"])
