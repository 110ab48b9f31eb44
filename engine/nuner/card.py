"""The model card of a run: what it is, what it learnt from, how well, how to load it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.types import EntityType

PIPELINE = """```python
from transformers import pipeline
tagger = pipeline("token-classification", model="{folder}", aggregation_strategy="first")
tagger("...")
```"""

WORDS = """```python
from transformers import pipeline
tagger = pipeline("token-classification", model="{folder}", aggregation_strategy="first")
tagger(["Words", "of", "the", "text", "."], is_split_into_words=True)  # punctuation apart
```"""

TRUSTED = """```python
from transformers import pipeline
tagger = pipeline("token-classification", model="{folder}", trust_remote_code=True)
tagger("...")
```"""

OURS = "ner-studio predict texts.jsonl --model THIS_FOLDER --out tagged.jsonl"


def model_card(report: Mapping[str, Any], types: Sequence[EntityType], licence: str) -> str:
    """The card as Markdown with the front matter that the Hugging Face hub reads.

    Args:
        report: the run's report.json.
        licence: of the base, "" when it is not known.
    """
    front = ["---", "library_name: transformers" if report["kind"] == "bio" else "tags: [ner]"]
    front += ["pipeline_tag: token-classification"]
    front += [f"license: {licence.lower()}"] if licence else []
    lines = [*front, "---", "", f"# {report['run']}", "", _what(report), ""]
    lines += ["## Entity types", "", "| code | name | definition | mentions seen |"]
    lines += ["|---|---|---|---|"]
    mentions = report["mentions"]
    lines += [
        f"| {_cell(t.code)} | {_cell(t.name)} | {_cell(t.definition)} | {mentions.get(t.code, 0)} |"
        for t in types
    ]
    lines += ["", "## Scores", "", *_scores(report["dev"]), "", "## Training", ""]
    lines += [f"- {name}: {value}" for name, value in report["settings"].items()]
    lines += ["", "## Use", "", *_use(report["kind"], report["settings"])]
    lines += ["", "## Licence", "", _licence(licence)]
    return "\n".join(lines) + "\n"


def _what(report: Mapping[str, Any]) -> str:
    """What it is and learnt from, in sentences."""
    source = f" of {report['source']}" if report["source"] else ""
    share, beside = report["settings"]["share"], report["beside"]
    said = [
        f"A named-entity tagger, fine-tuned from {report['base']} on {_texts(report['texts'])}"
        f"{source}, trained on {report['device']} in {report['seconds']:.0f} s.",
        f"The weights are those of epoch {report['best_epoch']} of {report['epochs']}.",
    ]
    if share < 1:
        said.append(f"They lie {share:.0%} of the way from the base's to where training led.")
    if beside:
        said.append(
            f"Beside the examples it was held to what the base says of {_texts(beside)} without "
            "a label."
        )
    if not report["finished"]:
        said.append("It was stopped before its end.")
    return " ".join(said)


def _texts(number: int) -> str:
    return "1 text" if number == 1 else f"{number} texts"


def _scores(dev: Mapping[str, Any]) -> list[str]:
    if not dev:
        return ["Not measured: there were too few texts to hold some out."]
    place = {
        "dev": "texts that it did not learn from, but that chose the epoch",
        "folds": "held-out folds of its own training texts, which chose the number of epochs",
    }[dev["from"]]
    lines = [f"Strict spans, on {dev['texts']} {place}; expect a little less elsewhere.", ""]
    lines += ["| type | F1 | precision | recall | mentions |", "|---|---|---|---|---|"]
    rows = [("all", dev["micro"]), *dev["types"].items()]
    return lines + [
        f"| {_cell(name)} | {one['f1']:.3f} | {one['p']:.3f} | {one['r']:.3f} | {one['support']} |"
        for name, one in rows
    ]


def _use(kind: str, settings: Mapping[str, Any]) -> list[str]:
    lines = [f"    {OURS}", ""]
    if kind == "spans":
        return [
            *lines,
            "Or with transformers, where NER Studio is installed. The model scores the inside, "
            "start and end of mentions apart and decodes spans from the three; transformers has no "
            "head like that, so the few lines of ner_studio_run.py lead it to ours. Both give the "
            "same spans.",
            "",
            TRUSTED.format(folder="THIS_FOLDER"),
        ]
    if settings["concat"]:
        return [
            *lines,
            "Words are read from two layers together; transformers has no such head, so this "
            "model loads in NER Studio alone.",
        ]
    return [
        *lines,
        "Or with transformers. Both give the same spans for texts within the model's window; words "
        "are runs of letters and digits, and every other sign is a word of its own.",
        "",
        (PIPELINE if settings.get("wordpiece") else WORDS).format(folder="THIS_FOLDER"),
    ]


def _licence(licence: str) -> str:
    base = f"The base is under {licence}." if licence else "See the base's own licence."
    return f"{base} The training texts keep theirs; whoever shares this model answers for both."


def _cell(text: str) -> str:
    """Text that cannot break a table of Markdown."""
    return " ".join(text.replace("|", "\\|").split())
