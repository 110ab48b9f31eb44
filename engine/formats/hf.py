"""A folder for Hugging Face datasets: `datasets.load_from_disk(folder)`.

Two views of each text: `tokens` with `ner_tags` (IOB2, a ClassLabel that knows its names) and
`entities` with characters, which holds every span exactly. Words are cut further where a span
starts or ends inside one; of overlapping spans the tags hold the longest, and the card in the
folder says how many stand in `entities` alone. Reading takes either view. `datasets` is an optional
dependency; a path that ends in .zip is packed and unpacked.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.errors import EngineError, FormatError
from engine.formats.files import replacing_folder
from engine.formats.json_rows import parse
from engine.formats.offsets import checked, raw_spans
from engine.formats.tokens import covered, cut, join
from engine.formats.values import Tally, Written, no_loss
from engine.spans import bio_to_spans, resolve_overlaps
from engine.types import AnnotatedText, EntityType, Problem, Record

NAME = "hf"
LABEL = "Hugging Face datasets (folder or zip)"
EXTENSIONS = (".zip",)
LARGEST = 4_000_000_000
"""Bytes; a larger archive is refused unpacked."""
loss = no_loss


def sniff(head: bytes, name: str) -> float:
    """How surely a folder or archive is of this format, 0..1; a folder's head lists its names."""
    marked = b"dataset_info.json" in head or b"dataset_dict.json" in head
    return 0.95 if marked and name.endswith(("/", ".zip")) else 0.0


def read(path: Path) -> Iterator[Record | Problem]:
    """The rows of all splits of a dataset folder.

    Raises:
        FormatError: `datasets` is missing, or the folder is no such dataset.
    """
    datasets = _datasets()
    with tempfile.TemporaryDirectory() as unpacked:
        folder = _unpack(path, Path(unpacked)) if path.suffix == ".zip" else path
        try:
            loaded = datasets.load_from_disk(str(folder))
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise FormatError(f"{path.name} is no folder that datasets can load.") from error
        splits = loaded.values() if isinstance(loaded, dict) else [loaded]
        for split in splits:
            yield from _split(split, path.name)


def _unpack(path: Path, target: Path) -> Path:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > LARGEST:
                raise FormatError(f"{path.name} is too large to unpack.")
            archive.extractall(target)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise FormatError(f"{path.name} cannot be unpacked: {error}.") from error
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}.") from error
    marked = sorted(p.parent for p in target.rglob("state.json"))
    dicts = sorted(p.parent for p in target.rglob("dataset_dict.json"))
    return next(iter([*dicts, *marked]), target)


def _split(split: Any, name: str) -> Iterator[Record | Problem]:
    columns = set(split.column_names)
    tags = next((c for c in ("ner_tags", "tags", "labels") if c in columns), None)
    names: Sequence[str] = ()
    if {"text", "entities"} <= columns:
        tags = None
    elif "tokens" in columns and tags is not None:
        names = _names(split.features[tags])
    else:
        shown = ", ".join(sorted(columns))
        raise FormatError(
            f"{name} needs text and entities, or tokens and ner_tags; it has: {shown}."
        )
    for number, row in enumerate(split, 1):
        try:
            if tags is None:
                yield from _characters(row, number)
            else:
                yield _tokens(row["tokens"], [_name(names, tag) for tag in row[tags]], row, number)
        except (EngineError, ValueError, TypeError, AttributeError, LookupError) as error:
            told = str(error) if isinstance(error, EngineError) else "it has another shape."
            yield Problem("rejected", number, f"Row {number}: {told}")


def _characters(row: Mapping[str, Any], number: int) -> Iterator[Record | Problem]:
    listed = row["entities"] or []
    if isinstance(listed, dict):  # how older releases give a sequence of objects
        listed = [
            dict(zip(listed, values, strict=True)) for values in zip(*listed.values(), strict=True)
        ]
    raws = [raw for item in listed for raw in raw_spans(item)]
    meta = row.get("meta")
    stated = parse(meta, "its meta", number) if isinstance(meta, str) and meta else {}
    yield from checked(
        row["text"],
        raws,
        where=f"Row {number}",
        line=number,
        meta=stated if isinstance(stated, dict) else {"meta": stated},
        id=str(row.get("id") or ""),
    )


def _tokens(
    tokens: Sequence[str], tags: Sequence[str], row: Mapping[str, Any], number: int
) -> Record:
    text, places = join([token or " " for token in tokens])
    spans = tuple(bio_to_spans(places, tags))
    return Record(AnnotatedText(text, spans), line=number, id=str(row.get("id") or ""))


def _names(feature: Any) -> Sequence[str]:
    """Names of the tags; nothing when the column holds them as strings."""
    inner = getattr(feature, "feature", feature)
    names = getattr(inner, "names", None)
    if names is None and getattr(inner, "dtype", "") != "string":
        raise FormatError("The tags of the dataset are numbers without names.")
    return names or ()


def _name(names: Sequence[str], tag: Any) -> str:
    if not names:
        return str(tag)
    return names[tag] if 0 <= tag < len(names) else f"tag {tag}"


def write(records: Iterable[Record], path: Path, types: Sequence[EntityType] = ()) -> Written:
    """Write records as a dataset, its card and its label names; it is built in memory.

    Raises:
        FormatError: `datasets` is missing, there are no records, the folder is not empty or cannot
            be written.
    """
    datasets = _datasets()
    tally = Tally()
    rows: list[dict[str, Any]] = []
    hidden = 0
    labels = dict.fromkeys(t.code for t in types)
    for record in records:
        labels |= dict.fromkeys(span.label for span in record.content.spans)
        row, untagged = _row(record)
        rows.append(row)
        hidden += untagged
        tally.add(record)
    if not rows:
        raise FormatError("There is no text to write; a dataset must hold one at least.")
    names = ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]
    features = _features(datasets, names)
    columns = {name: [row[name] for row in rows] for name in features}
    dataset = datasets.Dataset.from_dict(columns, features=features)
    with replacing_folder(path) as folder:
        _save(datasets, dataset, folder)
        listed = json.dumps({"ner_tags": names}, ensure_ascii=False, indent=1)
        (folder / "label_names.json").write_text(listed + "\n", encoding="utf-8")
        card = _card(tally, types, hidden)
        (folder / "README.md").write_text(card, encoding="utf-8")
    return tally.written(path)


def _row(record: Record) -> tuple[dict[str, Any], int]:
    """A row of the dataset, and how many spans its tags cannot say."""
    text, spans = record.content.text, record.content.spans
    tokens = cut(text, spans)
    tags = ["O"] * len(tokens)
    tagged = 0
    for span in resolve_overlaps(spans):
        if inside := covered(tokens, span):
            first, last = inside
            tags[first : last + 1] = [f"B-{span.label}"] + [f"I-{span.label}"] * (last - first)
            tagged += 1
    row = {
        "id": record.id,
        "text": text,
        "tokens": [text[token.start : token.end] for token in tokens],
        "ner_tags": tags,
        "entities": [{"start": s.start, "end": s.end, "label": s.label} for s in spans],
        "meta": json.dumps(dict(record.meta), ensure_ascii=False),
    }
    return row, len(spans) - tagged


def _features(datasets: Any, names: Sequence[str]) -> Any:
    value = datasets.Value
    entity: Mapping[str, Any] = {
        "start": value("int64"),
        "end": value("int64"),
        "label": value("string"),
    }
    return datasets.Features(
        {
            "id": value("string"),
            "text": value("string"),
            "tokens": datasets.Sequence(value("string")),
            "ner_tags": datasets.Sequence(datasets.ClassLabel(names=list(names))),
            "entities": [entity],
            "meta": value("string"),
        }
    )


def _save(datasets: Any, dataset: Any, folder: Path) -> None:
    """Save without a progress bar on our standard error."""
    quiet = datasets.are_progress_bars_disabled()
    datasets.disable_progress_bars()
    try:
        dataset.save_to_disk(str(folder))
    finally:
        if not quiet:
            datasets.enable_progress_bars()


def _card(tally: Tally, types: Sequence[EntityType], hidden: int) -> str:
    """What the dataset is, for whoever opens the folder."""
    lines = [
        "# Named entities",
        "",
        f"{tally.texts} texts, {tally.spans} spans. Load with `datasets.load_from_disk(folder)`.",
        "",
        "- `text`, `entities`: characters (Unicode code points, end exclusive), every span.",
        "- `tokens`, `ner_tags`: IOB2; the feature and `label_names.json` name the tags.",
        f"- {hidden} spans overlap a longer one (or are all blank) and stand in `entities` alone.",
        "",
        *(f"- `{t.code}`: {t.name}. {t.definition}".rstrip() for t in types),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _datasets() -> Any:
    try:
        import datasets
    except ImportError as error:
        raise FormatError(
            "The hf format needs datasets, which is missing; run: pip install 'datasets>=4'."
        ) from error
    return datasets
