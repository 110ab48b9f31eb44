"""A tagger against a labelled file: the same texts, strict span scores, what it cost.

Nothing is stored. All texts are read and checked before the tagger starts.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import formats
from engine.llm.usage import added, figures
from engine.metrics import score
from engine.types import AnnotatedText, EntityType, Problem, Report, Score, Span
from studio.errors import RequestRefused, WorkFailed
from studio.typesets import codes

if TYPE_CHECKING:
    from engine.protocols import Tagger


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How a tagger did.

    Attributes:
        types: name of the type -> score.
        failed: texts the tagger could not answer; they count as answered with nothing.
        error: why the first of them failed, "" for none.
        usage: what it cost, as `engine.llm.usage.figures` tells it.
    """

    tagger: str
    texts: int
    micro: Score
    types: Mapping[str, Score]
    failed: int
    seconds: float
    usage: Mapping[str, float | None]
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        """The result under the names the command line promises."""
        micro = self.micro
        return {
            "tagger": self.tagger,
            "texts": self.texts,
            "micro": {**_prf(micro), "low": micro.low, "high": micro.high},
            "types": {
                name: {**_prf(one), "low": one.low, "high": one.high}
                for name, one in self.types.items()
            },
            "failed": self.failed,
            "seconds": round(self.seconds, 3),
            "texts_per_second": round(self.texts / self.seconds, 1) if self.seconds else 0.0,
            **self.usage,
        }


def _prf(one: Score) -> dict[str, float]:
    return {"p": one.p, "r": one.r, "f1": one.f1, "support": one.support}


def read_gold(
    path: Path,
    types: Sequence[EntityType],
    format: str = "auto",  # noqa: A002
    limit: int = 0,
) -> list[AnnotatedText]:
    """The labelled texts of a file, labels as codes of the types.

    Raises:
        FormatError: the file cannot be read.
        RequestRefused: an entry is broken, a label is no type, or there are no texts; a score over
            part of a file would be taken for one over all of it.
    """
    known = codes(types)
    gold: list[AnnotatedText] = []
    items = formats.read(path, format)
    for item in islice(items, limit) if limit else items:
        if isinstance(item, Problem):
            if item.kind == "rejected":
                place = f"{path}:{item.line}"
                raise RequestRefused(f"{path.name}: {item.message}", where=place)
            continue
        gold.append(_with_codes(item.content, known, path, item.line))
    if not gold:
        raise RequestRefused(f"{path.name} holds no texts.", where=str(path))
    return gold


def _with_codes(
    content: AnnotatedText, known: Mapping[str, str], path: Path, line: int
) -> AnnotatedText:
    for span in content.spans:
        if span.label.strip().casefold() not in known:
            raise RequestRefused(
                f"{path.name}, line {line}: no entity type of the project is called "
                f"{span.label!r}; the project has {', '.join(sorted(set(known.values())))}.",
                kind="unknown_type",
                where=f"{path}:{line}",
            )
    spans = (Span(s.start, s.end, known[s.label.strip().casefold()]) for s in content.spans)
    return AnnotatedText(content.text, tuple(spans))


class Evaluating:
    """One tagger on gold texts: iterate for progress, then ask for the result."""

    def __init__(
        self, tagger: Tagger, gold: Sequence[AnnotatedText], types: Sequence[EntityType]
    ) -> None:
        self._tagger = tagger
        self._gold = gold
        self._names = {t.code: t.name for t in types}
        self._result: Evaluation | None = None

    def __iter__(self) -> Iterator[Report]:
        """Tag the texts; yields how many are through."""
        started = time.monotonic()
        predicted: list[AnnotatedText] = []
        bills: list[Mapping[str, float]] = []
        failed, error = 0, ""
        for tagged in self._tagger.tag(gold.text for gold in self._gold):
            predicted.append(tagged.annotated())
            failed += bool(tagged.error)
            error = error or tagged.error
            bills.append(tagged.usage)
            yield Report(len(predicted), len(self._gold))
        seconds = time.monotonic() - started
        scores = score(self._gold, predicted)
        self._result = Evaluation(
            tagger=self._tagger.name,
            texts=len(predicted),
            micro=scores.micro,
            types={self._names.get(code, code): one for code, one in scores.types.items()},
            failed=failed,
            seconds=seconds,
            usage=figures(added(bills)),
            error=error,
        )

    @property
    def result(self) -> Evaluation:
        """The evaluation, once all texts are through.

        Raises:
            WorkFailed: they are not.
        """
        if self._result is None:
            raise WorkFailed("The evaluation did not run to its end.")
        return self._result
