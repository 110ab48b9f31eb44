"""Our exports, read by the tools they are meant for; their exports, read by us."""

from __future__ import annotations

import builtins
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import formats
from engine.errors import FormatError
from engine.spans import resolve_overlaps
from engine.types import AnnotatedText, EntityType, Problem, Record, Span
from tests.strategies import records

spacy = pytest.importorskip("spacy")
datasets = pytest.importorskip("datasets")

T = "Ann Lee joined Acme in Rome."
SPANS = (Span(0, 7, "PER"), Span(15, 19, "ORG"), Span(23, 27, "LOC"))
TYPES = [EntityType(1, "PER", "person"), EntityType(2, "ORG", "company")]
SURFACES = [("Ann Lee", "PER"), ("Acme", "ORG"), ("Rome", "LOC")]
VECTORS = [
    AnnotatedText("💩This is an annotation.", (Span(12, 22, "X"),)),
    AnnotatedText("👨🏻\u200d🚒 firemen drive firetrucks at work", (Span(19, 29, "X"),)),
    AnnotatedText("a\r\n  b Acme\n", (Span(7, 11, "X"),)),
    AnnotatedText("Cafe\u0301 Noir in 東京都", (Span(14, 17, "X"),)),
    AnnotatedText("Caf\u00e9 Noir in 東京都", (Span(13, 16, "X"),)),
    AnnotatedText("\ufeffAcme rocks", (Span(1, 5, "X"),)),
    AnnotatedText("שלום Acme Corp 2002", (Span(5, 14, "X"),)),
    AnnotatedText("x\xa0y\u200bAcme\xadCorp", (Span(4, 13, "X"),)),
    AnnotatedText("𝒜𝒸𝓂𝑒 Inc", (Span(5, 8, "X"),)),
]
few = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def docs(path: Path) -> list[Any]:
    from spacy.tokens import DocBin

    return list(DocBin().from_disk(path).get_docs(spacy.blank("xx").vocab))


def surfaces(record: Record | Problem) -> list[tuple[str, str]]:
    assert isinstance(record, Record), record
    return [(record.content.surface(s), s.label) for s in record.content.spans]


@given(given_records=st.lists(records(), min_size=1, max_size=3))
@few
def test_spacy_loads_every_text_and_span(
    tmp_path_factory: pytest.TempPathFactory, given_records: list[Record]
) -> None:
    path = tmp_path_factory.mktemp("spacy") / "out.spacy"
    formats.write(given_records, path, "spacy")
    for doc, record in zip(docs(path), given_records, strict=True):
        content = record.content
        ents = {Span(e.start_char, e.end_char, e.label_) for e in doc.ents}
        group = {Span(s.start_char, s.end_char, s.label_) for s in doc.spans.get("sc", [])}
        assert doc.text == content.text
        assert ents == set(resolve_overlaps(content.spans))
        assert ents | group == set(content.spans)


def test_spacy_trains_on_what_we_write(tmp_path: Path) -> None:
    path = tmp_path / "out.spacy"
    formats.write([Record(AnnotatedText(T, SPANS))] * 4, path, "spacy")
    from spacy.training import Example

    nlp = spacy.blank("xx")
    ner = nlp.add_pipe("ner")
    gold = docs(path)
    examples = [Example(nlp.make_doc(doc.text), doc) for doc in gold]
    nlp.initialize(lambda: examples)
    losses = [nlp.update(examples)["ner"] for _ in range(12)]
    assert losses[-1] < losses[0]
    assert set(ner.labels) == {"PER", "ORG", "LOC"}
    assert "-" not in examples[0].get_aligned_ner()


def test_a_docbin_made_by_others_is_read(tmp_path: Path) -> None:
    from spacy.tokens import DocBin

    doc = spacy.blank("en").make_doc(T)
    doc.ents = [doc.char_span(0, 7, label="PER")]
    doc.spans["sc"] = [doc.char_span(0, 3, label="FIRST"), doc.char_span(0, 7, label="PER")]
    path = tmp_path / "a.spacy"
    DocBin(docs=[doc]).to_disk(path)
    assert formats.sniff(path) == "spacy"
    [record] = formats.read(path)
    assert isinstance(record, Record)
    assert record.content == AnnotatedText(T, (Span(0, 3, "FIRST"), Span(0, 7, "PER")))


def test_spacy_converts_the_conll_we_write(tmp_path: Path) -> None:
    from spacy.training.converters.conll_ner_to_docs import conll_ner_to_docs

    convert: Any = conll_ner_to_docs
    path = tmp_path / "a.conll"
    formats.write([Record(AnnotatedText(T, SPANS)), Record(AnnotatedText("No."))], path, "conll")
    [doc] = convert(path.read_text(), no_print=True)
    assert [(e.text, e.label_) for e in doc.ents] == SURFACES
    assert "DOCSTART" not in doc.text


def test_doccano_rules_accept_the_conll_we_write(tmp_path: Path) -> None:
    path = tmp_path / "a.conll"
    formats.write([Record(AnnotatedText(T, SPANS))], path, "conll")
    rows = [line for line in path.read_text().split("\n") if line]
    assert all(len(row.split("\t")) == 2 for row in rows)


@pytest.mark.parametrize(
    "content",
    [
        "-DOCSTART- -X- O\nAnn -X- _ B-PER\nLee -X- _ I-PER\njoined -X- _ O\n\n",
        "-DOCSTART- -X- -X- O\n\nAnn NNP I-NP I-PER\nLee NNP I-NP I-PER\njoined VBD I-VP O\n",
        "-DOCSTART- -X- O O\n\nAnn\tB-PER\nLee\tL-PER\njoined\tO",
    ],
)
def test_headers_that_other_readers_stumble_over_are_read(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.conll"
    path.write_text(content)
    [record] = formats.read(path)
    assert surfaces(record) == [("Ann Lee", "PER")]


@pytest.mark.parametrize("name", ["jsonl", "csv", "doccano", "labelstudio", "prodigy", "brat"])
def test_the_golden_offsets_stay_as_they_are(tmp_path: Path, name: str) -> None:
    path = tmp_path / "out"
    formats.write([Record(content) for content in VECTORS], path, name)
    found = [x.content for x in formats.read(path, name) if isinstance(x, Record)]
    assert found == VECTORS


def test_the_golden_offsets_stay_as_they_are_in_spacy_and_datasets(tmp_path: Path) -> None:
    given_records = [Record(content) for content in VECTORS]
    formats.write(given_records, tmp_path / "out.spacy", "spacy")
    assert [
        AnnotatedText(doc.text, tuple(Span(e.start_char, e.end_char, e.label_) for e in doc.ents))
        for doc in docs(tmp_path / "out.spacy")
    ] == VECTORS
    formats.write(given_records, tmp_path / "out", "hf")
    assert [
        AnnotatedText(row["text"], tuple(Span(**entity) for entity in row["entities"]))
        for row in datasets.load_from_disk(str(tmp_path / "out"))
    ] == VECTORS


def test_datasets_loads_named_tags_characters_and_a_card(tmp_path: Path) -> None:
    nested = AnnotatedText(T, (*SPANS, Span(0, 3, "FIRST")))
    formats.write(
        [Record(nested, id="7"), Record(AnnotatedText("No."))], tmp_path / "d", "hf", TYPES
    )
    loaded = datasets.load_from_disk(str(tmp_path / "d"))
    names = loaded.features["ner_tags"].feature.names
    assert names == [
        "O",
        "B-PER",
        "I-PER",
        "B-ORG",
        "I-ORG",
        "B-FIRST",
        "I-FIRST",
        "B-LOC",
        "I-LOC",
    ]
    row = loaded[0]
    assert (row["id"], row["text"]) == ("7", T)
    assert list(zip(row["tokens"], (names[tag] for tag in row["ner_tags"]), strict=True)) == [
        ("Ann", "B-PER"),
        ("Lee", "I-PER"),
        ("joined", "O"),
        ("Acme", "B-ORG"),
        ("in", "O"),
        ("Rome", "B-LOC"),
        (".", "O"),
    ]
    assert {(e["start"], e["end"], e["label"]) for e in row["entities"]} == {
        (s.start, s.end, s.label) for s in nested.spans
    }
    assert json.loads((tmp_path / "d" / "label_names.json").read_text()) == {"ner_tags": names}
    assert "1 spans overlap a longer one" in (tmp_path / "d" / "README.md").read_text()


def test_a_dataset_of_tokens_and_named_tags_is_read(tmp_path: Path) -> None:
    features = datasets.Features(
        {
            "tokens": datasets.Sequence(datasets.Value("string")),
            "ner_tags": datasets.Sequence(datasets.ClassLabel(names=["O", "B-PER", "I-PER"])),
        }
    )
    rows = {"tokens": [["Ann", "Lee", "left"], ["No"]], "ner_tags": [[1, 2, 0], [0]]}
    split = datasets.Dataset.from_dict(rows, features=features)
    datasets.DatasetDict(train=split, test=split).save_to_disk(str(tmp_path / "d"))
    assert formats.sniff(tmp_path / "d") == "hf"
    found = list(formats.read(tmp_path / "d"))
    assert [surfaces(x) for x in found] == [[("Ann Lee", "PER")], []] * 2


def test_tags_without_names_are_refused(tmp_path: Path) -> None:
    rows = {"tokens": [["Ann"]], "ner_tags": [[1]]}
    datasets.Dataset.from_dict(rows).save_to_disk(str(tmp_path / "d"))
    with pytest.raises(FormatError, match="numbers without names"):
        list(formats.read(tmp_path / "d"))


@pytest.mark.parametrize(("name", "package"), [("spacy", "spaCy"), ("hf", "datasets")])
def test_a_missing_package_is_one_sentence(
    tmp_path: Path, name: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def missing(module: str, *rest: Any, **named: Any) -> Any:
        if module in ("spacy", "datasets"):
            raise ImportError(module)
        return real(module, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(
        FormatError, match=rf"^The {name} format needs {package}, which is missing; "
    ):
        formats.write([Record(AnnotatedText(T, SPANS))], tmp_path / "out", name)
    assert list(tmp_path.iterdir()) == []
