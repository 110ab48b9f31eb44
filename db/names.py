"""What a name may be: names come from people and files, and end up in files and on screens."""

from __future__ import annotations

import unicodedata

from db.errors import Invalid

LONGEST = 200


def checked(name: str, what: str, *, longest: int = LONGEST) -> str:
    """The name without blanks around it.

    Raises:
        Invalid: it is blank, too long, or holds control characters or half a character.
    """
    name = name.strip()
    if not name:
        raise Invalid(f"{what} needs some characters.")
    if len(name) > longest:
        raise Invalid(f"{what} has at most {longest} characters; got {len(name)}.")
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in name):
        raise Invalid(f"{what} has no line breaks, control characters or halves of characters.")
    return name
