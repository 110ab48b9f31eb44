"""Label Studio's tasks as one JSON array, with the labelling configuration beside them.

Reading takes tasks (`annotations`, older `completions`, or `predictions` where nobody annotated
yet), the short JSON_MIN form, every label of a region and HTML regions that state globalOffsets.
Of several annotations the ground truth counts, else the newest, and the others are mentioned. A
skipped task has the answer "ignore". Writing puts `NAME.config.xml` beside the file; its labels
and names agree with the tasks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from engine.errors import FormatError
from engine.formats.files import replacing
from engine.formats.json_rows import Row, first_keys, rows
from engine.formats.offsets import RawSpan, checked, raw_spans
from engine.formats.values import Tally, Written, no_loss
from engine.types import EntityType, Problem, Record

NAME = "labelstudio"
LABEL = "Label Studio (JSON tasks)"
EXTENSIONS = (".json",)
loss = no_loss


def sniff(head: bytes, _name: str) -> float:
    """How surely a file is of this format, 0..1."""
    keys = first_keys(head)
    if "data" in keys and keys & {"annotations", "predictions", "completions"}:
        return 0.95
    if {"text", "label", "start", "labels"} <= keys:
        return 0.9
    return 0.6 if "data" in keys else 0.0


def read(path: Path) -> Iterator[Record | Problem]:
    """The tasks of a file, with a problem for each that cannot be taken.

    Raises:
        FormatError: the file as a whole is not of this format.
    """
    for row in rows(path, "data", "text"):
        if isinstance(row, Problem):
            yield row
            continue
        try:
            yield from _record(row)
        except (FormatError, TypeError, AttributeError, LookupError) as error:
            told = str(error) if isinstance(error, FormatError) else "the task has another shape."
            yield Problem("rejected", row.line, f"Line {row.line}: {told}")


def _record(row: Row) -> Iterator[Record | Problem]:
    task = row.values
    data: Mapping[str, Any] = task.get("data", task)
    own = task.get("meta")
    meta: dict[str, Any] = dict(own) if isinstance(own, dict) else {}
    answer = ""
    results: Sequence[Any] = ()
    if "data" not in task:
        results = [{"value": raw_spans(item) and item} for item in task.get("label") or []]
    elif listed := task.get("annotations") or task.get("completions"):
        done = [a for a in listed if not (a.get("was_cancelled") or a.get("skipped"))]
        answer = "" if done else "ignore"
        if len(done) > 1:
            told = f"Line {row.line}: the task has {len(done)} annotations; one was taken."
            yield Problem("repaired", row.line, told)
        results = _best(done).get("result") or [] if done else []
    elif predicted := task.get("predictions"):
        results = predicted[-1].get("result") or []
        meta |= {k: predicted[-1][k] for k in ("model_version", "score") if k in predicted[-1]}
    raws = [raw for result in results for raw in _region(result)]
    number = data.get("id", task.get("id", ""))
    yield from checked(
        _text(data),
        raws,
        line=row.line,
        meta=meta,
        answer=answer,
        id="" if number is None else str(number),
    )


def _best(annotations: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The ground truth, else the newest, else the last."""
    order = [
        (bool(a.get("ground_truth")), str(a.get("updated_at") or a.get("created_at") or ""), i)
        for i, a in enumerate(annotations)
    ]
    return annotations[max(order)[2]]


def _text(data: Mapping[str, Any]) -> object:
    """The field "text", else the only field that holds a string."""
    strings = [value for key, value in data.items() if isinstance(value, str) and key != "id"]
    if "text" not in data and len(strings) != 1:
        raise FormatError('the task\'s data have no field "text".', field="text")
    return data.get("text", strings[0] if strings else None)


def _region(result: Mapping[str, Any]) -> list[RawSpan]:
    """The spans of one result; nothing for relations, choices and other results."""
    value = result.get("value")
    if not isinstance(value, dict):
        return []
    labels = next((v for k, v in value.items() if k.endswith("labels")), None)
    if labels is None or "start" not in value:
        return []
    places: Mapping[str, Any] = value
    if isinstance(value["start"], str):
        places = value.get("globalOffsets") or {}
        if not places:
            raise FormatError("a region marks HTML and states no globalOffsets.", field="start")
    item = {"start": places.get("start"), "end": places.get("end"), "labels": labels}
    return raw_spans(item | {"text": value.get("text")})


def write(records: Iterable[Record], path: Path, types: Sequence[EntityType] = ()) -> Written:
    """Write records as annotated tasks, and the configuration that shows them.

    Raises:
        FormatError: a file cannot be written.
    """
    tally = Tally()
    labels = {t.code: t.colour for t in types}
    with replacing(path) as file:
        file.write("[")
        for number, record in enumerate(records, 1):
            labels |= {s.label: "" for s in record.content.spans if s.label not in labels}
            task = json.dumps(_task(record, number), ensure_ascii=False)
            file.write((",\n" if number > 1 else "\n") + task)
            tally.add(record)
        file.write("\n]\n")
    config = path.with_suffix(".config.xml")
    with replacing(config) as file:
        file.write(_config(labels))
    return tally.written(path, config)


def _task(record: Record, number: int) -> dict[str, Any]:
    content = record.content
    results = [
        {
            "id": f"{number}-{i}",
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "origin": "manual",
            "value": {
                "start": span.start,
                "end": span.end,
                "text": content.surface(span),
                "labels": [span.label],
            },
        }
        for i, span in enumerate(content.spans, 1)
    ]
    task: dict[str, Any] = {"data": {"text": content.text}}
    if record.id:
        task["data"]["id"] = record.id
    if record.meta:
        task["meta"] = dict(record.meta)
    skipped = record.answer == "ignore"
    task["annotations"] = [{"was_cancelled": skipped, "ground_truth": False, "result": results}]
    return task


def _config(labels: Mapping[str, str]) -> str:
    lines = ["<View>", '  <Labels name="label" toName="text">']
    for label, colour in labels.items():
        shown = f' background="{colour}"' if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) else ""
        lines.append(f"    <Label value={quoteattr(label)}{shown}/>")
    return "\n".join([*lines, "  </Labels>", '  <Text name="text" value="$text"/>', "</View>\n"])
