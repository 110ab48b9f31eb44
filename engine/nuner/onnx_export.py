"""A run as a folder for onnxruntime, kept only when it computes what the run computes.

Parity is measured on texts of several lengths, alone, in pairs of a short and a long one, and
together: the largest difference between what onnxruntime and torch say in single precision, and
the texts whose spans agree.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from engine.errors import OnnxError
from engine.formats.files import replacing_folder
from engine.nuner import run_folder
from engine.nuner.bio import labels_of, read_bio
from engine.nuner.config import CASINGS, to_dict
from engine.nuner.encoder import ROLES
from engine.nuner.onnx_card import card
from engine.nuner.onnx_graph import OPSET, BioGraph, Graph, SpansGraph, write_graph
from engine.nuner.onnx_reader import ABOUT, LAYOUT, MODEL, Feeds, Run, session_of, tagger_of
from engine.spans import word_pattern

if TYPE_CHECKING:
    from engine.protocols import Tagger

PACKAGES = ("onnx", "onnxruntime", "onnxscript")
"""What the exporter and the check need."""

TOLERANCE = 1e-3
"""Largest difference allowed, in logits or probabilities. Our choice: rounding stays below a tenth
of it on the models we tried, and a wrong graph is off by far more."""

MOST = 64
"""Texts to compare, the given ones first. Our choice: seconds on one core."""

PROBES = (
    "Ann",
    "Ann Lee left Acme Inc. for Oslo in May 2021.",
    "the price of 3.5 kg COVID-19 tests (McDonald's, B2B) rose by 12 %",
    "Zoë's café in São Paulo 🇧🇷 serves 東京 ramen — and pierogi 👩‍🍳!",
    "Last week the mayor of Porto met growers from Ghent. They spoke of water, wages and wine. "
    * 3,
    "In 1998 Kyoto and Tartu signed a paper, and nobody in either town has read it since. " * 25,
)
"""Texts of several lengths, one longer than any window. Our choice."""


@dataclass(frozen=True, slots=True)
class Parity:
    """How near an export comes to its run.

    Attributes:
        difference: the largest absolute one, in logits (kind "bio") or probabilities ("spans").
        tolerance: what was allowed.
        texts, batches: how many were compared.
        spans: how many torch found in the texts, in single precision.
        spans_agree: texts in which onnxruntime finds the same ones.
        tagger_agrees: texts in which the run as it tags here, which may be in eight or sixteen
            bits, finds the same ones.
    """

    difference: float
    tolerance: float
    texts: int
    batches: int
    spans: int
    spans_agree: int
    tagger_agrees: int


def check(out: Path) -> None:
    """Refuse what can be refused before any work.

    Raises:
        OnnxError: a package is missing, or `out` exists.
    """
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise OnnxError(
            f"The ONNX export needs {' and '.join(missing)}; install what is missing with: "
            f'pip install "ner-studio[onnx]"',
            kind="missing_package",
        )
    if out.exists():
        raise OnnxError(f"{out} exists already; name a new folder.", kind="exists")


def export_onnx(folder: Path, out: Path, texts: Sequence[str] = ()) -> Parity:
    """Write the run in `folder` to a new folder `out`, unless it computes something else there.

    Args:
        texts: to compare on, beside `PROBES`.

    Raises:
        OnnxError: see `check`; it cannot be said in ONNX, or the difference is too large. Nothing
            is kept.
        CheckpointError: the run cannot be read.
        FormatError: the place cannot be written to.
    """
    check(out)
    tagger = run_folder.load_run(folder)
    graph, tokenizer, about = run_folder.reading(folder, lambda: _read(folder))
    compared = [*texts[: MOST - len(PROBES)], *PROBES]
    with replacing_folder(out) as part:
        tokenizer.save(str(part / run_folder.TOKENIZER), pretty=False)
        write_graph(graph, example(graph), part / MODEL)
        parity = compare(part, about, graph, compared, tagger)
        refuse(parity)
        about |= {"parity": asdict(parity)}
        run_folder.write_json(part / ABOUT, about)
        run_folder.write_json(part / run_folder.TYPES, about["types"])
        if about["kind"] == "bio":
            shutil.copyfile(folder / run_folder.CONFIG, part / run_folder.CONFIG)
        (part / run_folder.CARD).write_text(card(about), encoding="utf-8")
    return parity


def _read(folder: Path) -> tuple[Graph, Tokenizer, dict[str, Any]]:
    run = json.loads((folder / run_folder.RUN).read_text(encoding="utf-8"))
    about = {
        "layout": LAYOUT,
        "kind": run["kind"],
        "run": run["name"],
        "base": run["base"],
        "version": run_folder.version(folder),
        "types": run["types"],
        "words": word_pattern(),
        "opset": OPSET,
    }
    if run["kind"] == "bio":
        model, tokenizer = read_bio(folder, bool(run["concat"]))
        labels = labels_of([t["code"] for t in run["types"]])
        return BioGraph(model), tokenizer, about | {"window": run["window"], "labels": labels}
    text, head, tokenizer, decode = run_folder.read_spans(folder)
    return (
        SpansGraph(text, head),
        tokenizer,
        about
        | {
            "window": [text.config.window, text.config.window_overlap],
            "roles": list(ROLES),
            "casings": list(CASINGS),
            "classes": len(head.vectors),
            "decode": to_dict(decode),
            "rules": run["rules"],
        },
    )


def example(graph: Graph) -> dict[str, torch.Tensor]:
    """Inputs for a graph, of sizes that no two of its axes share."""
    ids = torch.full((2, 7), 3)
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    given = {"input_ids": ids, "attention_mask": mask}
    if isinstance(graph, BioGraph):
        return given
    row, at = torch.tensor([0, 0, 0, 1, 1]), torch.tensor([1, 3, 4, 1, 2])
    return given | {"word_row": row, "word_at": at, "casings": torch.arange(5)}


class Comparing:
    """Runs a graph twice and notes by how much the answers differ.

    Attributes:
        differences: the largest absolute one of each batch; infinite where a shape differs or a
            number is none.
    """

    def __init__(self, first: Run, second: Run) -> None:
        self.differences: list[float] = []
        self._first, self._second = first, second

    def __call__(self, feeds: Feeds) -> NDArray[np.float32]:
        """What the first one says."""
        one, other = self._first(feeds), self._second(feeds)
        same_shape = one.shape == other.shape
        worst = float(np.abs(one - other).max(initial=0)) if same_shape else np.inf
        self.differences.append(worst if np.isfinite(worst) else np.inf)
        return one


def torch_run(graph: Graph) -> Run:
    """Runs a graph in torch, in single precision."""

    def run(feeds: Feeds) -> NDArray[np.float32]:
        with torch.inference_mode():
            found = graph(**{name: torch.from_numpy(value) for name, value in feeds.items()})
        made: NDArray[np.float32] = found.numpy()
        return made

    return run


def compare(
    folder: Path, about: Mapping[str, Any], graph: Graph, texts: Sequence[str], tagger: Tagger
) -> Parity:
    """Compare the graph in a folder with what it was made from."""
    exact = torch_run(graph)
    comparing = Comparing(session_of(folder / MODEL), exact)
    ours = tagger_of(folder, about, comparing)
    for group in groups(texts):
        list(ours.tag(group))
    found = spans_of(ours, texts)
    expected = spans_of(tagger_of(folder, about, exact), texts)
    usual = spans_of(tagger, texts)
    return Parity(
        difference=max(comparing.differences, default=0.0),
        tolerance=TOLERANCE,
        texts=len(texts),
        batches=len(comparing.differences),
        spans=sum(map(len, expected)),
        spans_agree=sum(a == b for a, b in zip(found, expected, strict=True)),
        tagger_agrees=sum(a == b for a, b in zip(found, usual, strict=True)),
    )


def groups(texts: Sequence[str]) -> Iterator[list[str]]:
    """Each text alone, then the shortest with the longest, and so on inwards.

    >>> list(groups(["aa", "b", "cccc", "ddd"]))[4:]
    [['b', 'cccc'], ['aa', 'ddd']]
    """
    yield from ([text] for text in texts)
    ordered = sorted(texts, key=len)
    for first in range(len(ordered) // 2):
        yield [ordered[first], ordered[-1 - first]]


def spans_of(tagger: Tagger, texts: Sequence[str]) -> list[list[tuple[int, int, str]]]:
    """The spans of each text as (start, end, code)."""
    return [
        [(s.span.start, s.span.end, s.label) for s in tagged.suggestions if s.span]
        for tagged in tagger.tag(texts)
    ]


def refuse(parity: Parity) -> None:
    """Raise OnnxError for a difference over the tolerance, or one that is no number."""
    if not parity.difference <= parity.tolerance:
        raise OnnxError(
            f"onnxruntime and torch differ by {parity.difference:.2g}, more than the "
            f"{parity.tolerance:g} allowed; nothing was kept.",
            kind="parity",
        )
