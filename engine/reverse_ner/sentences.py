"""Step 3: from a few entities and a feature sentence to a new, labelled sentence.

One call a sentence. The reply lists the entities of its own sentence; it is located in it and
checked, and one that fails stays visible with its reason: nothing is dropped, nothing is mended.

Source: ReverseNER, arXiv 2411.00533.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.grounding import Mention, ground
from engine.llm import gather, lenient
from engine.llm.usage import counted
from engine.protocols import LLM, Request
from engine.reverse_ner.config import SentenceConfig
from engine.reverse_ner.entities import Origin, Pool
from engine.reverse_ner.templates import messages
from engine.spans import words
from engine.types import AnnotatedText, EntityType, Span

PROMPT = "sentences/v1"


@dataclass(frozen=True, slots=True)
class Slot:
    """A sentence to be written.

    Attributes:
        number: counts the calls of a library from 0; the same plan gives the same numbers.
        feature: which feature sentence gives the shape.
        entities: (surface, code) of each entity that must be in it.
    """

    number: int
    feature: int
    entities: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What became of a slot.

    Attributes:
        content: the sentence and the entities that could be located.
        reason: why it cannot be an example, "" when it can.
    """

    slot: int
    feature: int
    content: AnnotatedText
    reason: str = ""
    origin: Origin = Origin()


def plan(pool: Pool, features: int, config: SentenceConfig = SentenceConfig()) -> list[Slot]:
    """The first sentences: `per_feature` for each feature sentence, types in turn.

    Every slot has one to `most_entities` entities; the least used types and, within a type, the
    surfaces in random order come first. The same seed gives the same plan.
    """
    draw = Draw(pool, config)
    order = [f for _ in range(config.per_feature) for f in range(features)]
    return [
        Slot(number, feature, draw.entities(1 + number // features % config.most_entities))
        for number, feature in enumerate(order)
        if draw.codes
    ]


def top_up(
    short_features: Mapping[int, int],
    short_types: Mapping[str, int],
    pool: Pool,
    features: int,
    first: int,
    room: int,
    config: SentenceConfig = SentenceConfig(),
) -> list[Slot]:
    """Further sentences for what too few examples show, at most `room` of them.

    Args:
        short_features: feature sentence -> examples that it lacks.
        short_types: code -> examples that the type lacks.
        pool: where entities come from.
        features: how many feature sentences there are.
        first: number of the first new slot.
        room: calls that are left.
        config: settings; with `first` they decide what is drawn.
    """
    draw = Draw(pool, config, salt=first)
    lacking = Counter({code: n for code, n in short_types.items() if pool.surfaces.get(code)})
    places = [f for f, n in sorted(short_features.items()) for _ in range(n)]
    made: list[Slot] = []
    while (places or +lacking) and len(made) < room and draw.codes:
        feature = places.pop(0) if places else draw.rng.randrange(features)
        wanted = [code for code, _ in (+lacking).most_common(config.most_entities)]
        lacking.subtract(wanted)
        entities = tuple((draw.surface(code), code) for code in wanted) or draw.entities(1)
        made.append(Slot(first + len(made), feature, entities))
    return made


class Draw:
    """Draws types and surfaces so that none is left behind; the same seed draws the same."""

    def __init__(self, pool: Pool, config: SentenceConfig, salt: int = 0) -> None:
        self.rng = random.Random(f"{config.seed} {salt}")
        self.codes = [code for code, surfaces in pool.surfaces.items() if surfaces]
        self._used = Counter[str]()
        self._pool = pool
        self._left: dict[str, list[str]] = {code: [] for code in self.codes}

    def entities(self, count: int) -> tuple[tuple[str, str], ...]:
        """Entities of different types, as far as there are so many."""
        chosen: list[str] = []
        while len(chosen) < count:
            open_ = [c for c in self.codes if c not in chosen] or self.codes
            least = min(self._used[code] for code in open_)
            code = self.rng.choice([c for c in open_ if self._used[c] == least])
            self._used[code] += 1
            chosen.append(code)
        drawn = dict.fromkeys((self.surface(code), code) for code in chosen)
        return tuple(drawn)

    def surface(self, code: str) -> str:
        """The next surface of a type; each comes once before one comes again."""
        left = self._left[code]
        if not left:
            left.extend(self._pool.surfaces[code])
            self.rng.shuffle(left)
        return left.pop()


def request(
    slot: Slot, feature: str, types: Sequence[EntityType], config: SentenceConfig
) -> Request:
    """The question for one sentence; the part that all questions share comes first."""
    asked = messages(PROMPT, types=types, feature=feature, entities=slot.entities)
    codes = [one.code for one in types]
    seed = config.seed + slot.number
    return Request(asked, schema(codes), config.temperature, seed, config.max_tokens, PROMPT)


def schema(codes: Sequence[str]) -> dict[str, Any]:
    """The JSON schema of a reply."""
    fields = {"text": {"type": "string"}, "type": {"type": "string", "enum": list(codes)}}
    entity = {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "sentence": {"type": "string"},
            "entities": {"type": "array", "items": entity},
        },
        "required": ["sentence", "entities"],
        "additionalProperties": False,
    }


def read(
    text: str,
    slot: Slot,
    feature: str,
    types: Sequence[EntityType],
    pool: Pool,
    config: SentenceConfig = SentenceConfig(),
) -> tuple[AnnotatedText, str]:
    """The labelled sentence of a reply, and why it cannot be used ("" when it can).

    What could be located is labelled also where the sentence is rejected, so that a person sees
    how near it came.
    """
    reply = _object(text)
    if reply is None:
        return AnnotatedText(" ".join(text.split())[:500]), "the reply holds no labelled sentence"
    sentence, listed = reply
    known = {spelling.casefold(): t.code for t in types for spelling in (t.name, t.code)}
    mentions: list[Mention] = []
    reasons: list[str] = []
    for surface, label in listed:
        if label.strip().casefold() in known:
            mentions.append(Mention(surface, known[label.strip().casefold()]))
        else:
            reasons.append(f"{surface!r} has the type {label!r}, which is none of ours")
    located = ground(sentence, mentions)
    spans = tuple(one.span for one in located if one.span)
    for one in located:
        if one.match != "exact":
            reasons.append(f"{one.mention.surface!r} is {_PLACES[one.match]}")
    content = AnnotatedText(sentence, spans)
    reasons += check(content, slot, feature, pool, config)
    return content, "; ".join(dict.fromkeys(reasons))


_PLACES = {
    "normalised": "not in the sentence as listed",
    "fuzzy": "not in the sentence as listed",
    "ambiguous": "in the sentence more often than it is listed",
    "ungrounded": "listed but not in the sentence",
}


def check(
    content: AnnotatedText, slot: Slot, feature: str, pool: Pool, config: SentenceConfig
) -> Iterator[str]:
    """What is wrong with a labelled sentence, one reason at a time."""
    if _same(content.text, feature):
        yield "it repeats the feature sentence"
    if len(words(content.text)) > config.longest:
        yield f"it is longer than {config.longest} words"
    labelled = {(content.surface(span), span.label) for span in content.spans}
    for surface, code in slot.entities:
        if surface not in content.text:
            yield f"the entity {surface!r} is missing"
        elif (surface, code) not in labelled:
            yield f"the entity {surface!r} is not labelled {code}"
    for surface in unlabelled(content, pool):
        yield f"the entity {surface!r} is not labelled"


def unlabelled(content: AnnotatedText, pool: Pool) -> Iterator[str]:
    """Surfaces of the pool that stand in a sentence where no span is."""
    for surfaces in pool.surfaces.values():
        for surface in surfaces:
            if surface in content.text and _is_bare(content, surface):
                yield surface


def _is_bare(content: AnnotatedText, surface: str) -> bool:
    pattern = re.compile(rf"(?<!\w){re.escape(surface)}(?!\w)")
    return any(
        not any(span.overlaps(Span(*found.span(), "?")) for span in content.spans)
        for found in pattern.finditer(content.text)
    )


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _object(text: str) -> tuple[str, list[tuple[str, str]]] | None:
    """The sentence and the (surface, label) pairs of the last object that has both."""
    found = None
    for value in lenient.values(text):
        if not isinstance(value, dict) or isinstance(value, lenient.Cut):
            continue
        sentence, listed = value.get("sentence"), value.get("entities")
        if isinstance(sentence, str) and sentence.strip() and isinstance(listed, list):
            pairs = [(one.get("text"), one.get("type")) for one in listed if isinstance(one, dict)]
            if len(pairs) == len(listed) and all(_is_pair(pair) for pair in pairs):
                found = sentence, [(str(surface), str(label)) for surface, label in pairs]
    return found if found and not _has_surrogates(found[0]) else None


def _is_pair(pair: tuple[object, object]) -> bool:
    return all(isinstance(one, str) and one.strip() for one in pair)


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in text)


def write(
    llm: LLM,
    slots: Sequence[Slot],
    features: Sequence[str],
    types: Sequence[EntityType],
    pool: Pool,
    config: SentenceConfig = SentenceConfig(),
    at_once: int = 8,
) -> Iterator[Draft]:
    """Write the sentences of some slots, one call each, in any order.

    Args:
        llm: whom to ask.
        slots: what to write.
        features: the feature sentences.
        types: the entity types.
        pool: all surfaces, to see what a sentence leaves unlabelled.
        config: settings.
        at_once: calls under way.

    Raises:
        LLMError: a question got no answer.
    """
    asked = (request(slot, features[slot.feature], types, config) for slot in slots)
    for at, reply in gather.run(llm, asked, at_once):
        if isinstance(reply, Exception):
            raise reply
        slot = slots[at]
        content, reason = read(reply.text, slot, features[slot.feature], types, pool, config)
        origin = Origin(PROMPT, reply.model, counted(reply))
        yield Draft(slot.number, slot.feature, content, reason, origin)
