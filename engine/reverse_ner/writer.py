"""The embedded writer: a library without a language model, marked as such.

Entities are the surfaces that the embedded tagger is most certain of in the project's own texts;
sentences are texts of the project whose entities are replaced by others of the same type. The
result is plainer than a model's and costs nothing.

Neither paper has it: our choice, so that the whole way can be walked with no key and no network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.errors import TaggingError
from engine.protocols import Tagger
from engine.reverse_ner import entities, sentences
from engine.reverse_ner.config import EntityConfig, LibraryConfig
from engine.reverse_ner.entities import EntityList, Origin, Pool
from engine.reverse_ner.library import Made, Stored, budget, fill
from engine.reverse_ner.sentences import Draft, Draw, Slot
from engine.types import AnnotatedText, EntityType, Span, Tagged

ORIGIN = "embedded writer"


@dataclass(frozen=True, slots=True)
class Mined:
    """Texts in which the embedded tagger found something.

    Attributes:
        tagged: what it found, one a text.
        model: which tagger, with its version.
    """

    tagged: tuple[Tagged, ...]
    model: str


def mine(tagger: Tagger, texts: Sequence[str]) -> Mined:
    """Tag the texts and keep those with an entity.

    Raises:
        TaggingError: there is none.
    """
    found = tuple(one for one in tagger.tag(texts) if one.suggestions)
    if not found:
        raise TaggingError(
            "The embedded tagger found no entity of any type in the texts; give the types fuller "
            "definitions, or configure a language model."
        )
    return Mined(found, f"{tagger.name} {tagger.version}")


def entity_lists(
    mined: Mined, types: Sequence[EntityType], config: EntityConfig = EntityConfig()
) -> list[EntityList]:
    """The most certain surfaces of each type, by the mean score of their mentions."""
    scores: dict[str, dict[str, list[float]]] = {one.code: defaultdict(list) for one in types}
    for tagged in mined.tagged:
        for one in tagged.suggestions:
            scores[one.label][one.surface].append(one.score)
    return [_list(one.code, scores[one.code], config, mined.model) for one in types]


def _list(
    code: str, scores: Mapping[str, Sequence[float]], config: EntityConfig, model: str
) -> EntityList:
    ranked = sorted(scores, key=lambda s: (-sum(scores[s]) / len(scores[s]), s))
    spellings: dict[str, str] = {}
    for surface in ranked:
        spellings.setdefault(surface.casefold(), surface)
    surfaces = tuple(spellings.values())[: config.count]
    return EntityList(code, surfaces, origin=Origin(model=model), calls=0)


def build(
    mined: Mined,
    types: Sequence[EntityType],
    features: Sequence[str],
    clusters: Sequence[int],
    config: LibraryConfig = LibraryConfig(),
    stored: Stored = Stored(),
    taken: Callable[[str], str] = lambda _: "",
) -> Iterator[Made]:
    """Make what is missing of a library, as `library.build` does, without any call.

    Args:
        mined: the texts with what was found in them.
        types: the entity types.
        features: the feature sentences, among the mined texts.
        clusters: the feature sentence of each mined text, -1 for none.
        config: settings.
        stored: what was made before.
        taken: why a sentence may not be used, "" when it may.
    """
    lists = {one.code: one for one in entity_lists(mined, types, config.entities)}
    yield from (one for code, one in lists.items() if code not in stored.lists)
    pool = entities.distinct((lists | dict(stored.lists)).values())
    templates = Templates(mined, features, clusters)

    def write(slots: Sequence[Slot]) -> Iterator[Draft]:
        for slot in slots:
            yield draft(slot, templates, pool, config, mined.model)

    room = budget(len(types), len(features), config).spare
    yield from fill(write, pool, len(features), room, config.sentences, stored.drafts, taken)


class Templates:
    """Annotated texts by feature sentence: the feature sentence itself, then its cluster."""

    def __init__(self, mined: Mined, features: Sequence[str], clusters: Sequence[int]) -> None:
        rows = list(zip((one.annotated() for one in mined.tagged), clusters, strict=True))
        self.features = tuple(features)
        self._of = [
            _first(text, (content for content, at in rows if at == f))
            for f, text in enumerate(features)
        ]
        self._all = [content for content, _ in rows]

    def pick(self, slot: Slot) -> AnnotatedText:
        """A text with a place for the first wanted type, as near to the feature as there is one."""
        wanted = {code for _, code in slot.entities}
        near = [*self._of[slot.feature], *self._all]
        for content in near:
            if wanted & {span.label for span in content.spans}:
                return content
        return near[0]


def draft(slot: Slot, templates: Templates, pool: Pool, config: LibraryConfig, model: str) -> Draft:
    """One sentence: the template with each entity replaced by another of its type.

    The slot's own entities go first; a type that the pool lacks keeps what stood there.
    """
    template = templates.pick(slot)
    draw = Draw(pool, config.sentences, salt=slot.number)
    given = list(slot.entities)
    new: list[tuple[Span, str]] = []
    for span in template.spans:
        match = next((pair for pair in given if pair[1] == span.label), None)
        if match:
            given.remove(match)
        surface = match[0] if match else _another(draw, span.label, template.surface(span))
        new.append((span, surface))
    content = replaced(template, new)
    used = Slot(slot.number, slot.feature, tuple((s, span.label) for span, s in new))
    feature = templates.features[slot.feature]
    reasons = sentences.check(content, used, feature, pool, config.sentences)
    reason = "; ".join(dict.fromkeys(reasons))
    return Draft(slot.number, slot.feature, content, reason, Origin(model=model))


def replaced(template: AnnotatedText, new: Sequence[tuple[Span, str]]) -> AnnotatedText:
    """The text with other words at its spans, which move along.

    >>> ann = AnnotatedText("Ann saw Bo.", (Span(0, 3, "PER"), Span(8, 10, "PER")))
    >>> replaced(ann, list(zip(ann.spans, ["Li", "Cleo"]))).text
    'Li saw Cleo.'
    """
    pieces: list[str] = []
    spans: list[Span] = []
    at = length = 0
    for span, surface in new:
        before = template.text[at : span.start]
        start = length + len(before)
        pieces += [before, surface]
        spans.append(Span(start, start + len(surface), span.label))
        at, length = span.end, start + len(surface)
    pieces.append(template.text[at:])
    return AnnotatedText("".join(pieces), tuple(spans))


def _first(text: str, contents: Iterable[AnnotatedText]) -> list[AnnotatedText]:
    """The contents, the one with this text before the others."""
    return sorted(contents, key=lambda content: content.text != text)


def _another(draw: Draw, code: str, instead: str) -> str:
    if code not in draw.codes:
        return instead
    surface = draw.surface(code)
    return surface if surface != instead else draw.surface(code)
