"""Find texts that contain what a person typed, whatever that is."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import bindparam, column, func, select, table, true

from db.tables import TEXT, TEXT_BODY

_SEARCH = table("text_search", column("rowid"), column("text_search"))

_NO_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, kana, ideographs: written without spaces, so that the index, which
knows whole words, cannot find a part."""


def contains(typed: str) -> Any:
    """A condition on texts: they contain the words typed, in order, the last perhaps unfinished.

    Words are compared without case and accents, by the search index. What the index cannot see is
    looked for in the characters themselves (case aside for a-z): scripts without spaces, and
    signs, so that C++ is not every word that begins with C. Blanks alone let everything through.
    """
    wanted = typed.replace("\x00", " ").strip()
    wanted = wanted.encode("utf-8", "replace").decode()
    if not wanted:
        return true()
    body = TEXT.c.id.in_(
        select(TEXT_BODY.c.text_id).where(
            func.instr(func.lower(TEXT_BODY.c.text), func.lower(wanted)) > 0
        )
    )
    if _NO_SPACES.search(wanted) or not any(character.isalnum() for character in wanted):
        return body
    phrase = '"' + wanted.replace('"', '""') + '" *'
    matched = select(_SEARCH.c.rowid).where(
        _SEARCH.c.text_search.op("MATCH")(bindparam(None, phrase))
    )
    if all(character.isalnum() or character.isspace() for character in wanted):
        return TEXT.c.id.in_(matched)
    return TEXT.c.id.in_(
        select(TEXT_BODY.c.text_id).where(
            TEXT_BODY.c.text_id.in_(matched),
            func.instr(func.lower(TEXT_BODY.c.text), func.lower(wanted)) > 0,
        )
    )
