"""spaCy's DocBin (.spacy), ready for `spacy train`.

Words are cut further where a span starts or ends inside one, and white space that one blank cannot
say becomes a token, so `doc.text` equals the text and every span fits. Spans that do not overlap
are `doc.ents`; where some overlap, all of them stand in `doc.spans["sc"]` and `doc.ents` holds the
longest. Reading takes both. A DocBin is data only (compressed msgpack) and safe to open. spaCy is
an optional dependency.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from engine.errors import FormatError
from engine.formats.files import head, replacing_bytes
from engine.formats.tokens import cut
from engine.formats.values import Tally, Written, no_loss
from engine.spans import resolve_overlaps
from engine.types import AnnotatedText, EntityType, Problem, Record, Span

NAME = "spacy"
LABEL = "spaCy (DocBin)"
EXTENSIONS = (".spacy",)
GROUP = "sc"
"""The span group that spaCy's own span categorizer reads."""
loss = no_loss


def sniff(head: bytes, name: str) -> float:
    """How surely a file is of this format, 0..1."""
    return 0.95 if name.endswith(".spacy") and head.startswith(b"\x78") else 0.0


def read(path: Path) -> Iterator[Record | Problem]:
    """The documents of a DocBin.

    Raises:
        FormatError: spaCy is missing, or the file is no DocBin.
    """
    head(path)
    tokens, vocab = _spacy()
    try:
        docs = tokens.DocBin(store_user_data=True).from_bytes(path.read_bytes())
        for doc in docs.get_docs(vocab):
            yield _record(doc)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError) as error:
        raise FormatError(f"{path.name} is no spaCy DocBin file.") from error


def _record(doc: Any) -> Record:
    spans = [*doc.ents, *doc.spans.get(GROUP, [])]
    found = {Span(s.start_char, s.end_char, s.label_) for s in spans if s.label_ and s.text}
    data = doc.user_data
    meta = data.get("meta", {})
    return Record(
        AnnotatedText(doc.text, tuple(found)),
        meta=_listed(meta) if isinstance(meta, dict) else {},
        id=str(data.get("id", "")),
    )


def _listed(value: Any) -> Any:
    """JSON values again: msgpack gives tuples back for lists."""
    if isinstance(value, dict):
        return {str(key): _listed(item) for key, item in value.items()}
    return [_listed(item) for item in value] if isinstance(value, (list, tuple)) else value


def write(records: Iterable[Record], path: Path, _types: Sequence[EntityType] = ()) -> Written:
    """Write records as one DocBin; it is built in memory.

    Raises:
        FormatError: spaCy is missing or the file cannot be written.
    """
    tokens, vocab = _spacy()
    tally = Tally()
    docs = tokens.DocBin(store_user_data=True)
    for record in records:
        doc = _doc(tokens, vocab, record.content)
        doc.user_data.update({"id": record.id, "meta": dict(record.meta)})
        docs.add(doc)
        tally.add(record)
    with replacing_bytes(path) as file:
        file.write(docs.to_bytes())
    return tally.written(path)


def _doc(tokens: Any, vocab: Any, content: AnnotatedText) -> Any:
    words, blanks = _pieces(content)
    doc = tokens.Doc(vocab, words=words, spaces=blanks)
    if doc.text != content.text:
        raise FormatError(f"spaCy would change the text {content.text[:40]!r}.")

    def fit(spans: Iterable[Span]) -> list[Any]:
        return [doc.char_span(span.start, span.end, label=span.label) for span in spans]

    kept = resolve_overlaps(content.spans)
    doc.set_ents(fit(kept))
    if len(kept) < len(content.spans):
        doc.spans[GROUP] = fit(content.spans)
    return doc


def _pieces(content: AnnotatedText) -> tuple[list[str], list[bool]]:
    """Tokens that together are the text, and which of them one blank follows."""
    text, spans = content.text, content.spans
    edges = {edge for span in spans for edge in (span.start, span.end)}
    starts, ends = {span.start for span in spans}, {span.end for span in spans}
    words: list[str] = []
    blanks: list[bool] = []
    at = 0
    for token in [*cut(text, spans), None]:
        start = token.start if token else len(text)
        if words and at < start and text[at] == " " and at not in starts and at + 1 not in ends:
            blanks[-1] = True
            at += 1
        while at < start:
            end = min((edge for edge in edges if at < edge < start), default=start)
            words.append(text[at:end])
            blanks.append(False)
            at = end
        if token:
            words.append(text[start : token.end])
            blanks.append(False)
            at = token.end
    return words, blanks


def _spacy() -> tuple[Any, Any]:
    """SpaCy's tokens and an empty vocabulary."""
    try:
        from spacy import tokens
        from spacy.vocab import Vocab
    except ImportError as error:
        raise FormatError(
            "The spacy format needs spaCy, which is missing; run: pip install 'spacy>=3.8,<4'."
        ) from error
    return tokens, Vocab()
