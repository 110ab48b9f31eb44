r"""CoNLL columns: a token and its tag a line, a blank line after each sentence.

Reading takes two or more columns parted by TABs or blanks, the token first (or second, after a
token number) and the tag last; IOB1, IOB2, IOE2, IOBES and BILOU by one rule (`bio_to_spans`);
every kind of -DOCSTART- line; comment lines; "\r\n"; a last line without its break. Tokens are
joined with one blank (with none between two CJK characters) unless a `# text = ...` comment says
how the sentence was spaced. A broken line leaves its sentence out and the next ones go on.

Writing makes one sentence of each text: `token<TAB>tag` in IOB2, no header, so that doccano, spaCy
and seqeval read it. What is lost, and reported: a span whose edges are not the edges of words (see
`engine.spans`), the shorter of two spans that overlap, a span whose label holds white space, a
text without words or with a NUL. The white space between tokens is not written; that is no loss
of a label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from engine.formats.files import Line, lines, patient, replacing
from engine.formats.tokens import join, locate
from engine.formats.values import Loss, Tally, Written, text_id
from engine.spans import bio_to_spans, spans_to_bio, words
from engine.types import AnnotatedText, EntityType, Problem, Record

NAME = "conll"
LABEL = "CoNLL columns (IOB2)"
EXTENSIONS = (".conll", ".conll2003", ".iob", ".iob2", ".bio", ".bilou", ".tsv", ".txt")
_TAG = re.compile(r"O|[BIELSU][-_]\S.*")
_TEXT = re.compile(r"#\s*text\s*=\s?(.*)")


class _Row(NamedTuple):
    line: int
    columns: list[str]


class _Layout(NamedTuple):
    """Which columns hold the token and the tag; the tag's is counted from the right."""

    token: int
    tag: int


def sniff(head: bytes, name: str) -> float:
    """How surely a file is of this format, 0..1."""
    shown = head.decode("utf-8-sig", "ignore").splitlines()[:200]
    marked = any(line.startswith("-DOCSTART-") for line in shown)
    rows = [_columns(x) for x in shown if x.strip() and not x.startswith(("-DOCSTART-", "#"))]
    fitting = sum(len(row) > 1 and _TAG.fullmatch(row[-1]) is not None for row in rows)
    if not rows or fitting < 0.8 * len(rows):
        return 0.6 if marked else 0.3 if name.endswith(EXTENSIONS[:-2]) else 0.0
    return 0.95


def read(path: Path) -> Iterator[Record | Problem]:
    """The sentences of a file, one at a time, with a problem for each that is broken.

    Raises:
        FormatError: the file is missing, binary, or none of its first sentences can be read.
    """
    return patient(_sentences(path), f"{path.name} is no CoNLL file")


def _sentences(path: Path) -> Iterator[Record | Problem]:
    layout: _Layout | None = None
    for block, text, problem in _blocks(path):
        own = layout or _layout(block)
        if layout is None and len(block) > 1:
            layout = own
        yield problem or _sentence(block, own, text)


def _blocks(path: Path) -> Iterator[tuple[list[_Row], str, Problem | None]]:
    """Sentence by sentence: its rows, the text a comment states, and a line that is not UTF-8."""
    block: list[_Row] = []
    text, problem = "", None
    for line in lines(path):
        if isinstance(line, Problem):
            problem = problem or line
        elif not line.text.strip() or line.text.startswith("-DOCSTART-"):
            if block or problem:
                yield block, text, problem
            block, text, problem = [], "", None
        elif _is_comment(line):
            stated = _TEXT.fullmatch(line.text)
            text = stated[1] if stated else text
        else:
            block.append(_Row(line.number, _columns(line.text)))
    if block or problem:
        yield block, text, problem


def _is_comment(line: Line) -> bool:
    """A line that starts with # and has no tag ("#fun O" is a token)."""
    if not line.text.startswith("#"):
        return False
    columns = _columns(line.text)
    return len(columns) < 2 or not _TAG.fullmatch(columns[-1])


def _columns(line: str) -> list[str]:
    if "\t" in line:
        return [column.strip(" ") for column in line.rstrip("\t ").split("\t")]
    return [column for column in line.split(" ") if column]


def _layout(block: Sequence[_Row]) -> _Layout | None:
    """The layout that a sentence shows: the rightmost column that holds nothing but tags."""
    width = min((len(row.columns) for row in block), default=0)
    tagged = [n for n in range(1, width) if all(_TAG.fullmatch(row.columns[-n]) for row in block)]
    if not tagged:
        return None
    counts = [str(n) for n in range(1, len(block) + 1)]
    numbered = len(block) > 1 and width > 2 and [row.columns[0] for row in block] == counts
    if numbered and width == 4 and tagged == [1, 2]:  # GermEval: outer spans, then nested ones
        return _Layout(1, -2)
    return _Layout(int(numbered), -tagged[0])


def _sentence(block: Sequence[_Row], layout: _Layout | None, text: str) -> Record | Problem:
    tokens: list[str] = []
    tags: list[str] = []
    token, tag = layout or _Layout(0, -1)
    for row in block:
        told = _trouble(row, token, tag)
        if told:
            message = f"Line {row.line} {told}; its sentence was left out."
            return Problem("rejected", row.line, message)
        tokens.append(row.columns[token])
        tags.append(row.columns[tag])
    places = locate(text, tokens) if text else None
    if places is None:
        text, places = join(tokens)
    spans = tuple(bio_to_spans(places, tags))
    return Record(AnnotatedText(text, spans), line=block[0].line)


def _trouble(row: _Row, token: int, tag: int) -> str:
    """What is wrong with a row, "" when nothing is."""
    if len(row.columns) < max(token + 1 - tag, 2):
        return f"has {len(row.columns)} column(s) where a token and a tag are wanted"
    if not row.columns[token].strip():
        return "has no token"
    if not _TAG.fullmatch(row.columns[tag]):
        return f"ends in {row.columns[tag]!r}, which is not a tag such as O or B-PER"
    return ""


def loss(records: Iterable[Record]) -> list[Loss]:
    """The spans and texts that CoNLL columns cannot hold."""
    return [x for number, record in enumerate(records, 1) for x in _tagged(record, number)[2]]


def _tagged(record: Record, number: int) -> tuple[list[str], list[str], list[Loss]]:
    """Tokens, tags and losses of one record."""
    name, content = text_id(record, number), record.content
    spots = words(content.text)
    if not spots:
        return [], [], [Loss(name, None, "the text has no words")]
    if "\0" in content.text:
        return [], [], [Loss(name, None, "the text holds a NUL character")]
    spaced = [span for span in content.spans if re.search(r"\s", span.label)]
    tags, lost = spans_to_bio(spots, [span for span in content.spans if span not in spaced])
    losses = [Loss(name, span, "its label holds white space") for span in spaced]
    losses += [Loss(name, x.span, x.reason) for x in lost]
    return [content.text[start:end] for start, end in spots], tags, losses


def write(records: Iterable[Record], path: Path, _types: Sequence[EntityType] = ()) -> Written:
    """Write each record as one sentence.

    Raises:
        FormatError: the file cannot be written.
    """
    tally = Tally()
    with replacing(path) as file:
        for number, record in enumerate(records, 1):
            tokens, tags, lost = _tagged(record, number)
            tally.add(record, lost)
            if tokens:
                rows = zip(tokens, tags, strict=True)
                if tokens[0] == "\ufeff" and tally.texts == 1:  # or it would be read as a file mark
                    file.write("\ufeff")
                file.write("".join(f"{token}\t{tag}\n" for token, tag in rows) + "\n")
    return tally.written(path)
