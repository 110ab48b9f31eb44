"""Prompts from their files: `prompts/STEP/vN.jinja`, one block a message.

A file is never edited once it was used; a better prompt is a new version, and what was made names
the version it was made with.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

Message = Mapping[str, str]

ROLES = ("system", "user")


def messages(version: str, **values: Any) -> tuple[Message, ...]:
    """The chat messages of a prompt, one for each role that it has a block for.

    Args:
        version: such as "tagging/v1".
        values: what the template names; one it does not get is an error, not a gap.
    """
    template = _environment().get_template(f"{version}.jinja")
    context = template.new_context(values)
    return tuple(
        {"role": role, "content": "".join(template.blocks[role](context)).strip()}
        for role in ROLES
        if role in template.blocks
    )


def quoted(text: str) -> str:
    """A text as a JSON string: nothing in it can end the quotation.

    >>> quoted("Café")
    '"Café"'
    """
    return json.dumps(text, ensure_ascii=False)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("engine.reverse_ner", "prompts"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["quoted"] = quoted
    return made
