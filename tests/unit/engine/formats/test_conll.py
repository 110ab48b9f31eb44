"""CoNLL columns, as they are found in the wild and as we write them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import FormatError
from engine.formats import conll
from engine.spans import words
from engine.types import AnnotatedText, Problem, Record, Span
from tests.strategies import records

T = "Ann Lee joined Acme in Rome."
SPANS = (Span(0, 7, "PER"), Span(15, 19, "ORG"), Span(23, 27, "LOC"))


def read(tmp_path: Path, content: str | bytes) -> list[Record | Problem]:
    path = tmp_path / "a.conll"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(conll.read(path))


def surfaces(record: Record | Problem) -> list[tuple[str, str]]:
    assert isinstance(record, Record), record
    return [(record.content.surface(s), s.label) for s in record.content.spans]


@pytest.mark.parametrize(
    "tags",
    [
        "I-PER I-PER O I-LOC B-LOC",
        "B-PER I-PER O B-LOC B-LOC",
        "I-PER E-PER O E-LOC E-LOC",
        "B-PER E-PER O S-LOC S-LOC",
        "B-PER L-PER O U-LOC U-LOC",
    ],
)
def test_all_five_schemes_are_read(tmp_path: Path, tags: str) -> None:
    tokens = ["Ann", "Lee", "in", "Rome", "Oslo"]
    rows = zip(tokens, tags.split(), strict=True)
    [record] = read(tmp_path, "".join(f"{token} {tag}\n" for token, tag in rows))
    assert surfaces(record) == [("Ann Lee", "PER"), ("Rome", "LOC"), ("Oslo", "LOC")]


@pytest.mark.parametrize(
    "header",
    [
        "-DOCSTART- -X- -X- O\n\n",
        "-DOCSTART- -X- O O\n\n",
        "-DOCSTART- -X- O\n",
        "-DOCSTART- O\n\n",
        "-DOCSTART-\n\n",
        "-DOCSTART-\tO\r\n\r\n",
        "\n\n-DOCSTART- -X- -X- O\n\n\n",
        "# global.columns = FORM NER\n# a note\n\n",
    ],
)
def test_every_kind_of_header_is_passed_over(tmp_path: Path, header: str) -> None:
    body = "Ann NNP I-NP I-PER\nLee NNP I-NP I-PER\njoined VBD I-VP O\n"
    found = read(tmp_path, header + body + "\n" + header + body)
    assert [r.content.text for r in found if isinstance(r, Record)] == ["Ann Lee joined"] * 2
    assert surfaces(found[0]) == [("Ann Lee", "PER")]


@pytest.mark.parametrize(
    "content",
    [
        "Ann\tB-PER\r\nleft\tO\r\n\r\nBob\tB-PER\r\n",
        "Ann\tB-PER\nleft\tO\n\nBob\tB-PER",
        "\ufeffAnn B-PER\nleft O\n \t\nBob B-PER\n\n\n\n",
        "Ann -X- _ B-PER\nleft -X- _ O\n\nBob -X- _ B-PER\n",
        "Ann  NNP   B-PER\nleft  VBD  O\n\nBob  NNP  B-PER\n",
        "# sent_id = 1\nAnn\tB-PER\nleft\tO\n\n# sent_id = 2\n# note\nBob\tB-PER\n",
        "1\tAnn\tNNP\tB-PER\n2\tleft\tVBD\tO\n\n1\tBob\tNNP\tB-PER\n",
        "1\tAnn\tB-PER\tO\n2\tleft\tO\tO\n\n1\tBob\tB-PER\tO\n",
        "Ann B-PER _\nleft O _\n\nBob B-PER _\n",
    ],
)
def test_layouts_found_in_the_wild_say_the_same(tmp_path: Path, content: str) -> None:
    first, second = read(tmp_path, content)
    assert isinstance(first, Record)
    assert first.content == AnnotatedText("Ann left", (Span(0, 3, "PER"),))
    assert surfaces(second) == [("Bob", "PER")]


def test_a_token_that_looks_like_a_comment_is_a_token(tmp_path: Path) -> None:
    [record] = read(tmp_path, "#fun B-X\n# O\n#1 I-X\n")
    assert isinstance(record, Record)
    assert record.content.text == "#fun # #1"


def test_a_stated_text_brings_the_spacing_back(tmp_path: Path) -> None:
    [record] = read(tmp_path, "# text = Ann's  (Rome)\nAnn B-X\n's O\n( O\nRome B-Y\n) O\n")
    assert isinstance(record, Record)
    assert record.content == AnnotatedText("Ann's  (Rome)", (Span(0, 3, "X"), Span(8, 12, "Y")))
    [record] = read(tmp_path, "# text = something else\nAnn B-X\n's O\n")
    assert isinstance(record, Record)
    assert record.content.text == "Ann 's"


def test_chinese_tokens_are_joined_without_blanks(tmp_path: Path) -> None:
    [record] = read(tmp_path, "東 B-LOC\n京 I-LOC\nis O\nbig O\n。 O\n")
    assert isinstance(record, Record)
    assert record.content == AnnotatedText("東京 is big 。", (Span(0, 2, "LOC"),))


def test_inside_tags_without_a_beginning_are_not_dropped(tmp_path: Path) -> None:
    tags = ["I-ORG", "O", "I-PER", "I-PER", "B-PER"]
    [record] = read(tmp_path, "".join(f"w{i} {tag}\n" for i, tag in enumerate(tags)))
    assert surfaces(record) == [("w0", "ORG"), ("w2 w3", "PER"), ("w4", "PER")]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("left", "Line 5 has 1 column(s) where a token and a tag are wanted; its sentence was"),
        ("left X-PER", "Line 5 ends in 'X-PER', which is not a tag such as O or B-PER; its"),
        ("left VERB", "Line 5 ends in 'VERB'"),
        ("\tO", "Line 5 has no token"),
    ],
)
def test_a_broken_line_leaves_its_sentence_out_and_names_itself(
    tmp_path: Path, row: str, told: str
) -> None:
    good = "Ann B-PER\nleft O\n\n"
    found = read(tmp_path, f"{good}Bob B-PER\n{row}\nfor O\n\n{good}")
    assert [type(r) for r in found] == [Record, Problem, Record]
    assert isinstance(found[1], Problem)
    assert (found[1].kind, found[1].line) == ("rejected", 5)
    assert found[1].message.startswith(told)


def test_a_line_that_is_not_utf8_leaves_its_sentence_out(tmp_path: Path) -> None:
    found = read(tmp_path, b"Ann B-PER\n\nK\xf6ln B-LOC\n\nBob B-PER\n")
    assert [type(r) for r in found] == [Record, Problem, Record]


@pytest.mark.parametrize(
    "content",
    ["just some words\nin two lines\n", "a,b\n1,2\n", '{"text": "x"}\n', b"\x89PNG\r\n\x1a\n\0"],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: str | bytes) -> None:
    with pytest.raises(FormatError, match=r"^a\.conll is "):
        read(tmp_path, content)


def test_the_file_is_two_columns_parted_by_a_tab_in_iob2(tmp_path: Path) -> None:
    path = tmp_path / "a.conll"
    written = conll.write([Record(AnnotatedText(T, SPANS)), Record(AnnotatedText("No."))], path)
    assert path.read_text() == (
        "Ann\tB-PER\nLee\tI-PER\njoined\tO\nAcme\tB-ORG\nin\tO\nRome\tB-LOC\n.\tO\n\n"
        "No\tO\n.\tO\n\n"
    )
    assert (written.texts, written.spans, written.lost) == (2, 3, ())


def test_what_cannot_be_written_is_reported_and_nothing_is_made_up(tmp_path: Path) -> None:
    city = AnnotatedText("in New York City", (Span(3, 11, "LOC"), Span(3, 16, "LOC2")))
    gene = AnnotatedText("AHU-G1-V-1 ran", (Span(0, 3, "A"), Span(4, 5, "B"), Span(7, 8, "C")))
    odd = AnnotatedText("Ann left", (Span(0, 3, "first name"),))
    given_records = [Record(city, id="9"), Record(gene), Record(odd), Record(AnnotatedText(" "))]
    lost = conll.loss(given_records)
    assert [(x.text_id, x.span, x.reason) for x in lost] == [
        ("9", Span(3, 11, "LOC"), "it overlaps another span"),
        ("2", Span(4, 5, "B"), "its edges are not the edges of words"),
        ("3", Span(0, 3, "first name"), "its label holds white space"),
        ("4", None, "the text has no words"),
    ]
    path = tmp_path / "a.conll"
    written = conll.write(given_records, path)
    assert (written.texts, written.spans, list(written.lost)) == (3, 3, lost)
    first, second, third = conll.read(path)
    assert surfaces(first) == [("New York City", "LOC2")]
    assert surfaces(second) == [("AHU", "A"), ("V", "C")]
    assert surfaces(third) == []


def test_two_characters_of_a_chinese_sentence_are_one_entity(tmp_path: Path) -> None:
    path = tmp_path / "a.conll"
    conll.write([Record(AnnotatedText("我在东京工作。", (Span(2, 4, "LOC"),)))], path)
    [record] = conll.read(path)
    assert isinstance(record, Record)
    assert record.content == AnnotatedText("我在东京工作。", (Span(2, 4, "LOC"),))


@given(st.lists(records(), max_size=4))
def test_words_and_labels_come_back_and_every_loss_is_counted(
    tmp_path_factory: pytest.TempPathFactory, given_records: list[Record]
) -> None:
    given_records = [replace(record, id="") for record in given_records]
    path = tmp_path_factory.mktemp("conll") / "a.conll"
    written = conll.write(given_records, path)
    assert list(written.lost) == conll.loss(given_records)
    gone = {(x.text_id, x.span) for x in written.lost}
    wanted = [
        (tokens(record.content.text), spans_as_words(record, number, gone))
        for number, record in enumerate(given_records, 1)
        if (str(number), None) not in gone
    ]
    found = []
    for record in conll.read(path):
        assert isinstance(record, Record)
        found.append((record.content.text.split(), spans_as_words(record, 0, set())))
    assert [(squeeze(a), b) for a, b in found] == [(squeeze(a), b) for a, b in wanted]


def tokens(text: str) -> list[str]:
    return [text[start:end] for start, end in words(text)]


def squeeze(parts: list[str]) -> str:
    return "".join(parts)


def spans_as_words(
    record: Record, number: int, gone: set[tuple[str, Span | None]]
) -> list[tuple[str, str]]:
    return [
        (squeeze(record.content.surface(span).split()), span.label)
        for span in record.content.spans
        if (str(number), span) not in gone
    ]


@given(st.text(alphabet="ab \t\r\n#-BIOESLU_XDOCSTART\u3000\ufeff東", max_size=60))
def test_any_text_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: str
) -> None:
    try:
        for found in read(tmp_path_factory.mktemp("any"), content):
            assert isinstance(found, Problem) or found.content.text
    except FormatError as error:
        assert str(error).endswith(".")
