"""From what a model wrote to the mentions it meant, and to what could not be read of it.

A reply should be `{"entities": [{"text", "type", "left", "occurrence"}]}` and often is something
like it. Whatever names a mention and a type we know is taken, under whichever keys; everything else
becomes a problem in words. Nothing is guessed: a type that is none of ours labels nothing.

>>> parse('<think>Hm.</think> Sure: [{"surface": "Ann", "label": "per"}]', ["PER"]).mentions
(Mention(surface='Ann', label='PER', left='', occurrence=0),)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.grounding import Mention
from engine.llm.lenient import Cut, CutList, values

LISTS = ("entities", "named_entities", "mentions", "spans", "annotations", "results", "result",
         "items", "output", "answer", "response", "data", "predictions")  # fmt: skip
TEXTS = ("text", "surface", "mention", "span", "quote", "word", "entity_text", "value", "name",
         "entity")  # fmt: skip
TYPES = ("type", "label", "entity_type", "category", "class", "tag", "code", "entity_group",
         "entity")  # fmt: skip
LEFTS = ("left", "left_context", "context", "before")
OCCURRENCES = ("occurrence", "occurrence_index", "nth", "index")

_THOUGHT = re.compile(r"</(?:think|thinking|reasoning|thought)>|◁/think▷|<\|message\|>", re.I)
_UNFINISHED = re.compile(r"<(?:think|thinking|reasoning|thought)>|◁think▷", re.I)
_EDGES = " \t\r\n\"'`*_.,:;()[]{}<>"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What could be read of a reply.

    Attributes:
        mentions: in the order listed; their labels are codes of ours.
        problems: one sentence for each thing that could not be used.
        readable: whether a list of entities was found at all, an empty one included.
        cut: whether the reply broke off inside that list.
    """

    mentions: tuple[Mention, ...] = ()
    problems: tuple[str, ...] = ()
    readable: bool = False
    cut: bool = False

    @property
    def complaint(self) -> str:
        """Why it should be asked for again, "" when it is good enough to use.

        Some entries that cannot be used beside good ones are shown and not asked for again: most
        of a second answer would be paid for twice (our choice).
        """
        if not self.readable or self.cut or not self.mentions:
            return self.problems[0] if self.problems else ""
        return ""


def schema(codes: Iterable[str]) -> dict[str, Any]:
    """The JSON schema of a reply, in the subset that every endpoint understands.

    Every field is required and nothing is bounded, as strict endpoints demand.
    """
    fields: dict[str, Any] = {
        "text": {"type": "string"},
        "type": {"type": "string", "enum": list(codes)},
        "left": {"type": "string"},
    }
    entity = {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"entities": {"type": "array", "items": entity}},
        "required": ["entities"],
        "additionalProperties": False,
    }


def parse(text: str, codes: Iterable[str] | Mapping[str, str]) -> Parsed:
    """Read a reply.

    Args:
        text: the reply as it came.
        codes: codes of the entity types, or every accepted spelling -> its code; case and
            punctuation around a type do not count.
    """
    spelled = codes if isinstance(codes, Mapping) else {code: code for code in codes}
    known = {_folded(name): code for name, code in spelled.items()}
    if not text.strip():
        return Parsed(problems=("The reply is empty.",))
    for stretch in _stretches(text):
        found = _find(stretch, known)
        if found is not None:
            return _read(*found, known)
    return Parsed(problems=(_why_unreadable(text),))


def _folded(name: str) -> str:
    return name.strip(_EDGES).casefold()


def _stretches(text: str) -> Iterator[str]:
    """Where to look: after the thinking, and if nothing is there, everywhere.

    What a model thinks before it answers may hold drafts of the answer.
    """
    ends = [match.end() for match in _THOUGHT.finditer(text)]
    if ends:
        yield text[ends[-1] :]
    elif _UNFINISHED.match(text.lstrip()):
        return
    yield text


def _find(text: str, known: Mapping[str, str]) -> tuple[list[Any], int] | None:
    """The entries of the answer, and how many earlier answers with entries were passed over."""
    found = _last(values(text), known)
    return _last(values(text, inner=True), known) if found is None else found


def _last(read: Iterable[Any], known: Mapping[str, str]) -> tuple[list[Any], int] | None:
    """The last value that looks like an answer: what comes before it are drafts."""
    lines: list[Any] = []  # one object a line
    answers: list[list[Any]] = []
    for value in read:
        entries = _entries(value, known)
        if isinstance(value, dict) and (entries == [value] or (lines and isinstance(value, Cut))):
            lines.append(value)
        elif entries is not None and entries not in answers[-1:]:
            answers.append(entries)
    full = [entries for entries in answers if entries]
    if full:
        return full[-1], len(full) - 1
    return (lines, 0) if lines else (answers[-1], 0) if answers else None


def _entries(value: Any, known: Mapping[str, str], depth: int = 0) -> list[Any] | None:
    """The entries of a value that may be an answer, None when it is something else."""
    if isinstance(value, list):
        return value if _lists_entities(value) else None
    if not isinstance(value, dict) or depth > 2 or _is_schema(value):
        return None
    if _text_of(value) is not None and _type_of(value) is not None:
        return [value]
    named = {str(key).strip().casefold(): inner for key, inner in value.items()}
    for key in LISTS:
        if key in named:
            found = _under(named[key], known, depth)
            if found is not None:
                return found
    by_type = _by_type(value, known)
    if by_type is not None:
        return by_type
    inner = [_entries(one, known, depth + 1) for one in value.values() if one != []]
    found_inner = [one for one in inner if one is not None]
    return found_inner[0] if len(found_inner) == 1 else None


def _is_schema(value: Mapping[str, Any]) -> bool:
    """Whether a value is the schema that was asked for, and no answer in it."""
    inner = {"object": "properties", "array": "items"}.get(str(value.get("type")))
    return isinstance(value.get(inner), dict) if inner else False


def _under(value: Any, known: Mapping[str, str], depth: int) -> list[Any] | None:
    """The entries under a key that names a list; nothing there means no entities."""
    if value is None or value in ({}, ""):
        return []
    if isinstance(value, str):
        inner = [_entries(one, known, depth + 1) for one in values(value)]
        return next((one for one in inner if one is not None), None)
    if isinstance(value, list):
        return value
    return _entries(value, known, depth + 1)


def _by_type(value: Mapping[str, Any], known: Mapping[str, str]) -> list[Any] | None:
    """Entries of `{"PER": ["Ann"]}` and of `{"Ann": "PER"}`."""
    if not value:
        return None
    if all(_folded(str(key)) in known for key in value):
        entries: list[Any] = []
        for key, inner in value.items():
            for one in inner if isinstance(inner, list) else [inner]:
                if one is not None:
                    entries.append({**one, "type": key} if isinstance(one, dict) else [one, key])
        return CutList(entries) if _is_cut(value) else entries
    if all(isinstance(one, str) and _folded(one) in known for one in value.values()):
        return [[surface, label] for surface, label in value.items()]
    return None


def _is_cut(value: Mapping[str, Any]) -> bool:
    return isinstance(value, Cut) or any(isinstance(one, CutList) for one in value.values())


def _lists_entities(value: Sequence[Any]) -> bool:
    """Whether a list may be a list of entities: empty, or of objects and pairs."""
    return all(
        (isinstance(one, dict) and (_text_of(one) is not None or isinstance(one, Cut)))
        or (isinstance(one, list) and len(one) == 2)
        for one in value
    )


def _read(entries: list[Any], drafts: int, known: Mapping[str, str]) -> Parsed:
    mentions: list[Mention] = []
    problems: list[str] = []
    cut = isinstance(entries, CutList)
    for number, entry in enumerate(entries, start=1):
        if isinstance(entry, Cut):
            cut = True
            continue
        read = _mention(entry, known)
        if isinstance(read, Mention):
            mentions.append(read)
        else:
            problems.append(f"Entity {number}: {read}.")
    if drafts:
        problems.append(f"The reply holds {drafts + 1} answers; the last one is taken.")
    if cut:
        problems.insert(0, f"The reply breaks off after {len(mentions)} entities.")
    return Parsed(tuple(mentions), tuple(problems), readable=True, cut=cut)


def _mention(entry: Any, known: Mapping[str, str]) -> Mention | str:
    """A mention, or what is wrong with the entry."""
    if isinstance(entry, list) and len(entry) == 2:
        swapped = _folded(str(entry[0])) in known and _folded(str(entry[1])) not in known
        surface, label = reversed(entry) if swapped else entry
        entry = {"text": surface, "type": label}
    if not isinstance(entry, dict):
        return f"{_short(entry)} is no object with a text and a type"
    surface, label = _text_of(entry), _type_of(entry)
    if not isinstance(surface, str) or not surface.strip():
        return "it quotes no text"
    if not isinstance(label, str):
        return f"{_short(surface)} has no type"
    if not _is_unicode(surface):
        return "what it quotes is not valid Unicode"
    code = _code(label, known)
    if code is None:
        return f"{_short(surface)} has the type {_short(label)}, which is none of ours"
    left = _first(entry, LEFTS)
    left = left if isinstance(left, str) and _is_unicode(left) else ""
    return Mention(surface, code, left, _number(_first(entry, OCCURRENCES)))


def _code(label: str, known: Mapping[str, str]) -> str | None:
    """The code that a type stands for, also with a BIO prefix or with its name behind it.

    >>> _code("B-PER", {"per": "PER"}), _code("PER (person)", {"per": "PER"})
    ('PER', 'PER')
    """
    ways = (label, re.sub(r"^[BIESLU]-", "", label.strip()), label.partition("(")[0])
    return next((known[_folded(way)] for way in ways if _folded(way) in known), None)


def _text_of(entry: Mapping[str, Any]) -> Any:
    """What an entry quotes, None when it has no such key; `entity` may be its text or its type."""
    found = _first(entry, TEXTS)
    return found[0] if isinstance(found, list) and len(found) == 1 else found


def _type_of(entry: Mapping[str, Any]) -> Any:
    found = _first(entry, TYPES)
    return found[0] if isinstance(found, list) and len(found) == 1 else found


def _first(entry: Mapping[str, Any], keys: Sequence[str]) -> Any:
    named = {re.sub(r"[\s-]+", "_", str(key).strip().casefold()): key for key in entry}
    return next((entry[named[key]] for key in keys if key in named), None)


def _number(value: Any) -> int:
    """A 1-based occurrence, 0 when none was said."""
    digits = str(value).strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 7 else 0


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def _short(value: Any) -> str:
    """What a reply said, short enough for a sentence and safe to print."""
    text = " ".join(str(value).split()).encode("utf-8", "replace").decode()
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"


def _why_unreadable(text: str) -> str:
    if _UNFINISHED.match(text.lstrip()) and not _THOUGHT.search(text):
        return "The reply ends while the model was still thinking."
    if "{" not in text and "[" not in text:
        return f"The reply holds no JSON: {_short(text)}."
    return f"The reply holds no list of entities: {_short(text)}."
