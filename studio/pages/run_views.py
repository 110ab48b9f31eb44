"""What the train page shows of runs, as values: scores, mistakes, how a run is used elsewhere."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from db import entity_types, projects, runs, suggestions

if TYPE_CHECKING:
    from sqlmodel import Session

    from db.values import Run

RIVALS = ("llm", "llm-zero-shot", "embedded")
"""Whom a run is compared with, the most telling first."""


def source_name(settings: Mapping[str, Any]) -> str:
    """What a run or a training learns from."""
    name = settings.get("set")
    return f"the set {name}" if name else "the library"


def results(session: Session, project: str, chosen: str = "") -> dict[str, Any]:
    """All runs of a project side by side, and one of them in detail: the newest if none is named.

    Raises:
        NotFound: there is no such project.
    """
    project_id = projects.get(session, project).id
    listed = runs.list_runs(session, project_id)
    types = entity_types.list_types(session, project_id)
    opened = next((run for run in listed if run.name == chosen), listed[0] if listed else None)
    known = suggestions.taggers(session, project_id)
    return {
        "project": project,
        "types": [{"code": t.code, "name": t.name, "colour": t.colour} for t in types],
        "runs": [line(run) for run in listed],
        "detail": detail(opened, project, rival(opened.name, known)) if opened else None,
    }


def line(run: Run) -> dict[str, Any]:
    """A run as one line of the table."""
    values = run.values
    dev = values.get("dev") or {}
    return {
        "name": run.name,
        "base": run.base,
        "part": {"head": "head", "top": "upper layers", "all": "everything"}.get(
            values.get("settings", {}).get("train", ""), ""
        ),
        "source": source_name(run.settings),
        "texts": values.get("texts", 0),
        "micro": dev.get("micro"),
        "types": dev.get("types", {}),
        "measured": measured(dev),
        "best_epoch": values.get("best_epoch", 0),
        "seconds": values.get("seconds", 0.0),
        "finished": values.get("finished", True),
        "device": values.get("device", ""),
        "created_at": run.created_at.isoformat(),
    }


def measured(dev: Mapping[str, Any]) -> str:
    """On what a run was measured, in few words."""
    if dev.get("from") == "dev":
        return f"{dev['texts']} texts kept apart"
    return "parts held out in turn" if dev.get("from") == "folds" else ""


def detail(run: Run, project: str, rival: str = "") -> dict[str, Any]:
    """A run with its scores, confusions and mistakes, and how to use it."""
    dev = run.values.get("dev") or {}
    return {
        **line(run),
        "said": _said(dev, written=not run.settings.get("set")),
        "confusion": dev.get("confusion", []),
        "mistakes": dev.get("mistakes", []),
        "kinds": dev.get("kinds", {}),
        "rival": rival,
        "tagger": f"run:{run.name}",
        "folder": run.folder,
        "uses": uses(run, project),
    }


def _said(dev: Mapping[str, Any], written: bool) -> str:
    if dev.get("from") == "dev":
        return (
            f"On {dev['texts']} accepted texts kept for evaluation. None was learnt from, but they "
            "chose the epoch, so expect a little less elsewhere."
        )
    if dev.get("from") == "folds":
        return (
            "Each text was tagged by a model that had not seen it: the set was split into parts, "
            "each held out once. The run itself has learnt from all of them."
        )
    why = (
        "it learnt from written sentences, which cannot tell how well real texts are tagged"
        if written
        else "there were too few texts to hold some out"
    )
    keep = "Keep some accepted texts for evaluation on the page of few-shot sets."
    return f"Not measured: {why}. {keep}"


def rival(name: str, taggers: Sequence[str]) -> str:
    """Whom to compare a run with: a tagger that has looked at the texts as it has, "" for none.

    >>> rival("a", ["embedded", "llm", "run:a"]), rival("b", ["embedded", "run:a"])
    ('llm', '')
    """
    if f"run:{name}" not in taggers:
        return ""
    others = [one for one in taggers if one != f"run:{name}"]
    return next((one for one in RIVALS if one in others), others[0] if others else "")


def uses(run: Run, project: str) -> list[dict[str, Any]]:
    """Ways to use a run, each with the words before it and the lines to copy."""
    folder = shlex.quote(run.folder)
    shell = f"ner-studio predict texts.txt --model {folder} --out tagged.jsonl"
    named = f"-p {shlex.quote(project)} --run {shlex.quote(run.name)}"
    onnx = f"ner-studio export-onnx {named} --out {shlex.quote(f'{run.folder}-onnx')}"
    return [
        _use("Tag a file with it from a shell; no database and no network are needed:", shell),
        *_in_transformers(run),
        _use("Or write it as ONNX, for programs without PyTorch:", onnx),
    ]


def _in_transformers(run: Run) -> list[dict[str, Any]]:
    values = run.values
    if values.get("kind") != "bio":
        where = ", where NER Studio is installed too"
        option = "trust_remote_code=True"
    elif values.get("settings", {}).get("concat"):
        return []  # words are read from two layers, which transformers has no head for
    else:
        where, option = "", 'aggregation_strategy="first"'
    made = f'pipeline("token-classification", model={run.folder!r}, {option})'
    lines = f"from transformers import pipeline\ntagger = {made}"
    return [_use(f"Or load it with transformers{where}:", lines)]


def _use(says: str, lines: str) -> dict[str, Any]:
    return {"says": says, "lines": lines}
