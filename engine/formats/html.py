"""One HTML page for reading and printing: the texts with their spans marked; no script.

It is written only. Every span is shown, also where spans overlap: the text is cut at all edges, and
a piece is marked by all the spans that cover it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from engine.formats.files import replacing
from engine.formats.values import Tally, Written, no_loss
from engine.types import AnnotatedText, EntityType, Record, Span

NAME = "html"
LABEL = "HTML page (for reading)"
EXTENSIONS = (".html", ".htm")
PLAIN = "#d8dee9"
"""Colour of a type that has none."""
loss = no_loss

_STYLE = """
body { font: 1rem/1.9 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #1b1f24; background: #fff }
article { white-space: pre-wrap; overflow-wrap: anywhere; border-top: 1px solid #d0d7de;
  padding: .75rem 0 }
mark { color: inherit; border-radius: .2rem; padding: .1rem 0 }
mark small { font-weight: 600; font-size: .7em; padding: 0 .3em; user-select: none }
"""


def sniff(_head: bytes, _name: str) -> float:
    """Never: such pages are not read."""
    return 0.0


def write(records: Iterable[Record], path: Path, types: Sequence[EntityType] = ()) -> Written:
    """Write the page.

    Raises:
        FormatError: the file cannot be written.
    """
    tally = Tally()
    colours = {t.code: t.colour for t in types if re.fullmatch(r"#[0-9a-fA-F]{6}", t.colour)}
    with replacing(path) as file:
        file.write('<!doctype html>\n<html lang="und">\n<head>\n<meta charset="utf-8">\n')
        file.write("<title>Annotated texts</title>\n")
        file.write(f"<style>{_STYLE}</style>\n</head>\n<body>\n<h1>Annotated texts</h1>\n")
        file.write(_legend(types, colours))
        for record in records:
            body = "".join(_pieces(record.content, colours))
            file.write(f'<article dir="auto">{body}</article>\n')
            tally.add(record)
        file.write("</body>\n</html>\n")
    return tally.written(path)


def _legend(types: Sequence[EntityType], colours: Mapping[str, str]) -> str:
    if not types:
        return ""
    items = (
        f"<li>{_mark([t.code], html.escape(t.name), '', colours)} {html.escape(t.definition)}</li>"
        for t in types
    )
    return "\n".join(["<ul>", *items, "</ul>\n"])


def _pieces(content: AnnotatedText, colours: Mapping[str, str]) -> Iterator[str]:
    """The text from edge to edge, each piece marked by the spans that cover it."""
    cuts = {0, len(content.text)}
    cuts |= {edge for span in content.spans for edge in (span.start, span.end)}
    edges = sorted(cuts)
    active: list[Span] = []
    waiting = list(content.spans)
    for start, end in pairwise(edges):
        active = [span for span in active if span.end > start]
        while waiting and waiting[0].start <= start:
            active.append(waiting.pop(0))
        piece = html.escape(content.text[start:end], quote=False)
        ending = ", ".join(span.label for span in active if span.end == end)
        labels = [span.label for span in active]
        yield _mark(labels, piece, ending, colours) if active else piece


def _mark(labels: Sequence[str], piece: str, ending: str, colours: Mapping[str, str]) -> str:
    """A marked piece; the names of the spans that end with it stand behind it."""
    colour = colours.get(labels[-1], PLAIN)
    title = html.escape(", ".join(labels))
    shown = f"<small>{html.escape(ending)}</small>" if ending else ""
    line = f"background: {colour}55; border-bottom: {2 * len(labels)}px solid {colour}"
    return f'<mark style="{line}" title="{title}">{piece}{shown}</mark>'
