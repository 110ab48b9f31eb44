"""Step 4: steps 2 and 3 together, within a number of calls that is stated beforehand.

What is made is yielded at once, to be stored; given back as `Stored`, it is not asked for again,
and the rest goes on as if nothing had happened. After the planned sentences further ones are asked
for where a type or a feature sentence shows in too few examples, as long as spare calls are left;
what stays short is reported.

Source: ReverseNER, arXiv 2411.00533.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.errors import TaggingError
from engine.protocols import LLM
from engine.reverse_ner import entities, sentences
from engine.reverse_ner.config import LibraryConfig, SentenceConfig
from engine.reverse_ner.entities import EntityList, Pool
from engine.reverse_ner.sentences import Draft, Slot
from engine.types import AnnotatedText, EntityType

Made = EntityList | Draft
SHOWN = 5
"""Feature sentences that an entity prompt shows as samples. [C]"""
TWICE = "the library has this sentence already"


@dataclass(frozen=True, slots=True)
class Budget:
    """The most calls that building a library takes.

    Attributes:
        entities: one a type.
        sentences: one a planned sentence.
        spare: further ones, for empty answers and for coverage.
    """

    entities: int
    sentences: int
    spare: int

    @property
    def total(self) -> int:
        """All of them; never exceeded."""
        return self.entities + self.sentences + self.spare


@dataclass(frozen=True, slots=True)
class Stored:
    """What an interrupted build has made already: by code, and by number of the slot."""

    lists: Mapping[str, EntityList] = field(default_factory=dict)
    drafts: Mapping[int, Draft] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Coverage:
    """In how many examples each type and each feature sentence shows.

    Attributes:
        short: one sentence for each that shows in too few.
    """

    types: Mapping[str, int]
    features: Mapping[int, int]
    short: tuple[str, ...]


def budget(types: int, features: int, config: LibraryConfig = LibraryConfig()) -> Budget:
    """The most calls for so many types and feature sentences.

    >>> budget(6, 10).total
    81
    """
    planned = features * config.sentences.per_feature
    return Budget(types, planned, max(types, math.ceil(planned * config.sentences.spare)))


def build(
    llm: LLM,
    types: Sequence[EntityType],
    features: Sequence[str],
    config: LibraryConfig = LibraryConfig(),
    stored: Stored = Stored(),
    taken: Callable[[str], str] = lambda _: "",
) -> Iterator[Made]:
    """Make what is missing: entity lists first, then labelled sentences, rejected ones among them.

    Args:
        llm: whom to ask.
        types: the entity types.
        features: the feature sentences of step 1.
        config: settings; the same ones as of what is stored.
        stored: what was made before.
        taken: why a sentence may not be used, "" when it may: a person rejected it before.

    Raises:
        TaggingError: there are no types, or the model named no usable entity at all.
        LLMError: a question got no answer; what was yielded before holds.
    """
    if not types:
        raise TaggingError("There are no entity types to look for; define one first.")
    allowed = budget(len(types), len(features), config)
    lists = dict(stored.lists)
    missing = [one for one in types if one.code not in lists]
    left = allowed.spare - _repeated(lists.values())
    for made in entities.make(
        llm, missing, types, features[:SHOWN], config.entities, spare=left, at_once=config.at_once
    ):
        lists[made.code] = made
        yield made
    pool = entities.distinct(lists[one.code] for one in types)
    if not any(pool.surfaces.values()):
        raise TaggingError("The model named no usable entity for any of the types.")

    def write(slots: Sequence[Slot]) -> Iterator[Draft]:
        return sentences.write(llm, slots, features, types, pool, config.sentences, config.at_once)

    room = allowed.spare - _repeated(lists.values())
    yield from fill(write, pool, len(features), room, config.sentences, stored.drafts, taken)


def fill(
    write: Callable[[Sequence[Slot]], Iterator[Draft]],
    pool: Pool,
    features: int,
    room: int,
    config: SentenceConfig,
    stored: Mapping[int, Draft],
    taken: Callable[[str], str],
) -> Iterator[Draft]:
    """Write the planned slots, then wave after wave of further ones until all is covered.

    What a wave asks for depends on the waves before it alone, so a resumed build plans the same.
    """
    drafts: dict[int, Draft] = {}
    seen = {_key(draft.content.text) for draft in stored.values() if not draft.reason}
    slots = sentences.plan(pool, features, config)
    planned = len(slots)
    while slots:
        drafts |= {slot.number: stored[slot.number] for slot in slots if slot.number in stored}
        for draft in write([slot for slot in slots if slot.number not in stored]):
            reason = draft.reason or taken(draft.content.text)
            if not reason and _key(draft.content.text) in seen:
                reason = TWICE
            drafts[draft.slot] = replace(draft, reason=reason)
            if not reason:
                seen.add(_key(draft.content.text))
            yield drafts[draft.slot]
        first = slots[-1].number + 1
        lacking = short(drafts.values(), pool, features, config)
        slots = sentences.top_up(*lacking, pool, features, first, room - (first - planned), config)


def short(
    drafts: Iterable[Draft], pool: Pool, features: int, config: SentenceConfig
) -> tuple[dict[int, int], dict[str, int]]:
    """How many examples each feature sentence and each type lacks; the covered ones left out."""
    good = [draft for draft in drafts if not draft.reason]
    by_feature = Counter(draft.feature for draft in good)
    by_type = _by_type(draft.content for draft in good)
    lacking = {f: config.coverage - by_feature[f] for f in range(features)}
    missing = {code: config.coverage - by_type[code] for code in pool.surfaces}
    return (
        {f: n for f, n in lacking.items() if n > 0},
        {code: n for code, n in missing.items() if n > 0},
    )


def coverage(
    examples: Sequence[tuple[int | None, AnnotatedText]],
    types: Sequence[EntityType],
    features: int,
    config: LibraryConfig = LibraryConfig(),
) -> Coverage:
    """What the examples of a library show, each with its feature sentence (None for none)."""
    least = config.sentences.coverage
    by_type = _by_type(content for _, content in examples)
    by_feature = Counter(feature for feature, _ in examples if feature is not None)
    lacking = [
        f"The type {one.name} is in {by_type[one.code]} of {least} wanted examples."
        for one in types
        if by_type[one.code] < least
    ] + [
        f"Feature sentence {f + 1} has {by_feature[f]} of {least} wanted examples."
        for f in range(features)
        if by_feature[f] < least
    ]
    return Coverage(
        {one.code: by_type[one.code] for one in types},
        {f: by_feature[f] for f in range(features)},
        tuple(lacking),
    )


def _by_type(contents: Iterable[AnnotatedText]) -> Counter[str]:
    """In how many of the texts each type shows."""
    return Counter(code for content in contents for code in {span.label for span in content.spans})


def _repeated(lists: Iterable[EntityList]) -> int:
    return sum(one.calls - 1 for one in lists)


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()
