"""`label-corpus`: raw texts through a language model into a set that `pretrain` reads.

What is done is appended to `OUT.part`, a line a text, rejected ones too; a stopped run goes on
behind the last whole line. At the end OUT and its list of concepts appear at once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import formats
from engine.formats.files import replacing
from engine.llm.usage import added, figures
from engine.nuner import labelling
from engine.types import Problem, Report
from studio.errors import RequestRefused

if TYPE_CHECKING:
    from engine.nuner.labelling import Labelled
    from engine.protocols import LLM


class Labelling:
    """One corpus: iterate for progress, then ask for the result.

    Args:
        file: raw texts, in any format we read.
        out: JSONL file to write; its concepts go to NAME.concepts.jsonl beside it.
        resume: go on behind what `OUT.part` holds.

    Raises:
        RequestRefused: the file holds no texts, or `out` is no JSONL file.
        FormatError: the file cannot be read.
    """

    def __init__(self, file: Path, out: Path, *, resume: bool = False) -> None:
        if out.suffix != ".jsonl":
            raise RequestRefused(f"{out.name} should end in .jsonl.", where=str(out))
        self.out = out
        self.part = out.with_name(f"{out.name}.part")
        self.total = sum(1 for _ in _texts(file))
        if not self.total:
            raise RequestRefused(f"{file.name} holds no texts.", where=str(file))
        self._file = file
        self.done = _whole_lines(self.part) if resume else 0

    def run(self, llm: LLM, at_once: int = 8) -> Iterator[Report]:
        """Label what is left, then write the set. Raises LLMError; what is done is kept."""
        yield Report(self.done, self.total)
        todo = islice(_texts(self._file), self.done, None)
        with self.part.open("a" if self.done else "w", encoding="utf-8") as file:
            for found in labelling.label(llm, todo, at_once):
                file.write(json.dumps(_line(found), ensure_ascii=False) + "\n")
                file.flush()
                self.done += 1
                yield Report(self.done, self.total)
        self._finish()

    def _finish(self) -> None:
        described: dict[str, str] = {}
        with replacing(self.out) as file:
            for row in self._rows():
                described = row["described"] | described
                if not row["reason"]:
                    kept = {"text": row["text"], "spans": row["spans"]}
                    file.write(json.dumps(kept, ensure_ascii=False) + "\n")
        with replacing(self.concepts) as file:
            for name, definition in sorted(described.items()):
                row = {"name": name, "definition": definition, "hypernyms": []}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")

    @property
    def concepts(self) -> Path:
        """Where the concepts go: the place where `pretrain` looks for them."""
        return self.out.with_name(f"{self.out.name.split('.')[0]}.concepts.jsonl")

    def result(self) -> dict[str, Any]:
        """The figures under the names that the command line promises."""
        rejected, types = Counter[str](), set[str]()
        texts = spans = unplaced = 0
        bills = []
        for row in self._rows():
            bills.append(row["usage"])
            unplaced += len(row["unplaced"])
            if row["reason"]:
                rejected[row["reason"]] += 1
                continue
            texts += 1
            spans += len(row["spans"])
            types.update(span["label"] for span in row["spans"])
        return {
            "texts": texts,
            "spans": spans,
            "types": len(types),
            "rejected": dict(rejected.most_common()),
            "unplaced": unplaced,
            **figures(added(bills)),
            "files": [str(self.out), str(self.concepts)],
        }

    def _rows(self) -> Iterator[dict[str, Any]]:
        with self.part.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _texts(file: Path) -> Iterator[str]:
    items: Iterable[Any] = formats.read(file)
    return (item.content.text for item in items if not isinstance(item, Problem))


def _line(found: Labelled) -> dict[str, Any]:
    spans = found.content.spans
    return {
        "text": found.content.text,
        "spans": [{"start": s.start, "end": s.end, "label": s.label} for s in spans],
        "described": dict(found.described),
        "unplaced": list(found.unplaced),
        "reason": found.reason,
        "usage": dict(found.usage),
    }


def _whole_lines(part: Path) -> int:
    """How many lines are whole; what a killed process wrote half of is cut off."""
    if not part.exists():
        return 0
    raw = part.read_bytes()
    whole = raw[: raw.rfind(b"\n") + 1]
    if len(whole) < len(raw):
        with part.open("r+b") as file:
            file.truncate(len(whole))
    return whole.count(b"\n")
