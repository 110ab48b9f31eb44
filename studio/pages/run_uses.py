"""How a run is used outside of the studio: what to say, and what to type."""

from __future__ import annotations

import shlex
from typing import Any

from db.values import Run


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
