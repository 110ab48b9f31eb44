"""Step 2: from the definition of a type to surface forms that fit it.

One call a type. What two types claim belongs to neither: it is dropped from both and reported.

Source: ReverseNER, arXiv 2411.00533.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.llm import gather, lenient
from engine.llm.usage import added, counted
from engine.protocols import LLM, Reply, Request
from engine.reverse_ner.config import EntityConfig
from engine.reverse_ner.templates import messages
from engine.spans import words
from engine.types import EntityType

PROMPT = "entities/v1"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"entities": {"type": "array", "items": {"type": "string"}}},
    "required": ["entities"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Rejected:
    """What was not used, and why."""

    surface: str
    reason: str


@dataclass(frozen=True, slots=True)
class Origin:
    """How an answer came about.

    Attributes:
        prompt_version: of the prompt, "" when no model was asked.
        model: the model that answered, or the tagger that found.
        usage: {"llm_calls", "cached_calls", "prompt_tokens", ...}; empty when free.
    """

    prompt_version: str = ""
    model: str = ""
    usage: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntityList:
    """The surfaces of one type.

    Attributes:
        code: of the type.
        surfaces: as given, the first spelling of each.
        rejected: what was left out of them, with the reason.
        calls: how often a model was asked.
    """

    code: str
    surfaces: tuple[str, ...]
    rejected: tuple[Rejected, ...] = ()
    origin: Origin = Origin()
    calls: int = 1


@dataclass(frozen=True, slots=True)
class Pool:
    """The surfaces of all types, each of one type alone.

    Attributes:
        surfaces: code -> surfaces, every type a key.
        shared: surface (case folded) -> codes of the types that claimed it, dropped from all.
    """

    surfaces: Mapping[str, tuple[str, ...]]
    shared: Mapping[str, tuple[str, ...]]


def request(
    wanted: EntityType,
    types: Sequence[EntityType],
    samples: Sequence[str],
    config: EntityConfig,
    attempt: int = 0,
) -> Request:
    """The question for one type; another attempt is another sample of the same question."""
    others = [one for one in types if one.code != wanted.code]
    asked = messages(PROMPT, count=config.count, type=wanted, others=others, samples=samples)
    seed = config.seed + attempt
    return Request(asked, SCHEMA, config.temperature, seed, config.max_tokens, PROMPT)


def read(
    text: str, wanted: EntityType, config: EntityConfig
) -> tuple[tuple[str, ...], tuple[Rejected, ...]]:
    """The usable surfaces of a reply, at most `count`, and the rest with reasons.

    >>> read('{"entities": ["Ann Lee", "ann lee", "person"]}', EntityType(0, "PER", "person"),
    ...      EntityConfig())[0]
    ('Ann Lee',)
    """
    listed = _listed(text)
    if listed is None:
        return (), (Rejected(" ".join(text.split())[:80], "the reply holds no list of entities"),)
    kept: dict[str, str] = {}
    rejected: list[Rejected] = []
    for surface in (" ".join(one.split()) for one in listed):
        reason = _unusable(surface, wanted, config)
        if not reason and surface.casefold() in kept:
            reason = "listed twice"
        if not reason and len(kept) >= config.count:
            reason = f"more than the {config.count} asked for"
        if reason:
            rejected.append(Rejected(surface, reason))
        else:
            kept[surface.casefold()] = surface
    return tuple(kept.values()), tuple(rejected)


def distinct(lists: Iterable[EntityList]) -> Pool:
    """Each surface with its only type; what several types claim (case aside) with none."""
    lists = list(lists)
    claims: dict[str, list[str]] = {}
    for one in lists:
        for key in {surface.casefold() for surface in one.surfaces}:
            claims.setdefault(key, []).append(one.code)
    shared = {key: tuple(codes) for key, codes in claims.items() if len(codes) > 1}
    surfaces = {
        one.code: tuple(s for s in one.surfaces if s.casefold() not in shared) for one in lists
    }
    return Pool(surfaces, shared)


def make(
    llm: LLM,
    wanted: Sequence[EntityType],
    types: Sequence[EntityType],
    samples: Sequence[str],
    config: EntityConfig = EntityConfig(),
    *,
    spare: int = 0,
    at_once: int = 8,
) -> Iterator[EntityList]:
    """Ask for the surfaces of each wanted type, in any order.

    It takes one call a type, and at most `spare` more: a type with fewer than `least` usable
    surfaces is asked for once again.

    Raises:
        LLMError: a question got no answer.
    """
    again: list[tuple[EntityType, EntityList]] = []
    asked = (request(one, types, samples, config) for one in wanted)
    for at, reply in gather.run(llm, asked, at_once):
        made = _list(wanted[at], reply, config)
        if len(made.surfaces) < config.least and len(again) < spare:
            again.append((wanted[at], made))
        else:
            yield made
    asked = (request(one, types, samples, config, attempt=1) for one, _ in again)
    for at, reply in gather.run(llm, asked, at_once):
        one, first = again[at]
        yield _merged(first, _list(one, reply, config), config)


def _list(wanted: EntityType, reply: Reply | Exception, config: EntityConfig) -> EntityList:
    if isinstance(reply, Exception):
        raise reply
    surfaces, rejected = read(reply.text, wanted, config)
    return EntityList(wanted.code, surfaces, rejected, Origin(PROMPT, reply.model, counted(reply)))


def _merged(first: EntityList, second: EntityList, config: EntityConfig) -> EntityList:
    known = {surface.casefold() for surface in first.surfaces}
    more = [surface for surface in second.surfaces if surface.casefold() not in known]
    usage = added([first.origin.usage, second.origin.usage])
    return EntityList(
        first.code,
        (*first.surfaces, *more)[: config.count],
        first.rejected + second.rejected,
        Origin(PROMPT, second.origin.model, usage),
        first.calls + second.calls,
    )


def _listed(text: str) -> list[str] | None:
    """The strings of the last list that a reply holds, under "entities" or bare."""
    found = None
    for value in lenient.values(text):
        listed = value.get("entities") if isinstance(value, dict) else value
        if isinstance(listed, list):
            found = [one for one in listed if isinstance(one, str)]
    return found


def _unusable(surface: str, wanted: EntityType, config: EntityConfig) -> str:
    """Why a surface cannot be used, "" when it can."""
    if not any(sign.isalnum() for sign in surface):
        return "holds no letter"
    if any("\ud800" <= sign <= "\udfff" for sign in surface):
        return "is not valid Unicode"
    if len(words(surface)) > config.longest:
        return f"longer than {config.longest} words"
    if surface.casefold() in (wanted.name.casefold(), wanted.code.casefold()):
        return "the name of the type itself"
    return ""
