"""Step 5b: the question about one text, with examples as turns of a conversation.

What every text shares comes first (rules and types), then the examples, then the text: an endpoint
that keeps prefixes reads the first part once, and with examples shared by a cluster the second too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from engine.llm import replies
from engine.protocols import Request
from engine.reverse_ner.config import TaggingConfig
from engine.reverse_ner.templates import Message, messages, quoted
from engine.types import AnnotatedText, EntityType

PROMPT = "tagging/v1"
LEFT = 3
"""Words of left context in an example's answer, as many as the rules ask for. [C]"""


def request(
    text: str,
    types: Sequence[EntityType],
    examples: Sequence[AnnotatedText] = (),
    config: TaggingConfig = TaggingConfig(),
    sample: int = 0,
) -> Request:
    """The question for one sample of one text; each sample has a seed of its own."""
    system, question = messages(PROMPT, types=types, text=text)
    known = {one.code for one in types}
    turns: list[Message] = [system]
    for example in examples:
        turns += [
            {"role": "user", "content": quoted(example.text)},
            {"role": "assistant", "content": answer(example, known)},
        ]
    turns.append(question)
    return Request(
        tuple(turns),
        replies.schema(one.code for one in types),
        config.temperature if config.samples > 1 else 0.0,
        config.seed + sample,
        config.max_tokens,
        PROMPT,
    )


def answer(example: AnnotatedText, known: set[str] | None = None) -> str:
    """The answer that an example stands for: what we ask a model to write.

    >>> from engine.types import Span
    >>> answer(AnnotatedText("Off to Oslo.", (Span(7, 11, "LOC"),)))
    '{"entities": [{"text": "Oslo", "type": "LOC", "left": "Off to"}]}'
    """
    listed = [
        {
            "text": example.surface(span),
            "type": span.label,
            "left": " ".join(example.text[: span.start].split()[-LEFT:]),
        }
        for span in example.spans
        if known is None or span.label in known
    ]
    return json.dumps({"entities": listed}, ensure_ascii=False)
