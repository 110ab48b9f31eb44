"""Steps 5 and 6 as a tagger: retrieve, ask, locate, vote.

Without a library it is the zero-shot baseline: the same question, no examples. Each text is a
conversation of its own, so nothing that one text says can touch the answer for another. What was
asked and answered travels with the result, and whoever stores that can show it.

Source: ReverseNER, arXiv 2411.00533.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from engine.errors import LLMError, TaggingError
from engine.grounding import ground
from engine.llm import gather, replies
from engine.llm.failures import FOR_ALL
from engine.llm.repair import Repairing
from engine.llm.usage import added, counted
from engine.protocols import LLM, Reply, Request
from engine.reverse_ner import voting
from engine.reverse_ner.config import GUIDED, ZERO_SHOT, TaggingConfig
from engine.reverse_ner.prompting import PROMPT, request
from engine.reverse_ner.retrieval import Shelf
from engine.types import EntityType, Tagged

AHEAD = 32
"""Texts whose examples are looked up together. [C]: one batch of the embedder."""


@dataclass(frozen=True, slots=True)
class Explained(Tagged):
    """A result with what led to it.

    Attributes:
        trace: JSON values: "messages" as sent, "examples" (rows of the library), "samples" (each
            with seed, reply, problems and mentions), "votes" (each with place, type and count).
    """

    trace: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    """A text on its way: what was asked, and what has come back."""

    text: str
    examples: tuple[int, ...]
    requests: list[Request] = field(default_factory=list)
    replies: dict[int, Reply | LLMError] = field(default_factory=dict)


class LLMTagger:
    """Tags with a language model, guided by a library when there is one.

    Attributes:
        name: "llm" or "llm-zero-shot", unless another one was given.
        version: of the prompt, the library, the votes and the model.
        prompt_version: of the prompt alone.
    """

    def __init__(
        self,
        llm: LLM,
        types: Sequence[EntityType],
        config: TaggingConfig = TaggingConfig(),
        shelf: Shelf | None = None,
        *,
        name: str = "",
        model: str = "",
        allow_overlap: bool = False,
    ) -> None:
        if not types:
            raise TaggingError("There are no entity types to look for; define one first.")
        if config.samples < 1:
            raise TaggingError(f"A text needs at least one sample; got {config.samples}.")
        self.name = name or (GUIDED if shelf else ZERO_SHOT)
        self.prompt_version = PROMPT
        library = f"library {shelf.version}" if shelf else "no library"
        self.version = ", ".join(part for part in (PROMPT, library, _asked(config), model) if part)
        self._types = tuple(types)
        self._codes = {spelling: t.code for t in types for spelling in (t.name, t.code)}
        self._llm = Repairing(llm, lambda text: replies.parse(text, self._codes).complaint)
        self._config = config
        self._shelf = shelf
        self._allow_overlap = allow_overlap

    def tag(self, texts: Iterable[str]) -> Iterator[Tagged]:
        """Yield one result a text, in the same order; a text without an answer says why.

        Raises:
            LLMError: so many texts in a row got no answer that the endpoint must be gone, or one
                got none for a reason that holds for all.
        """
        opened: dict[int, _Open] = {}
        first = failed = 0
        asked = self._requests(texts, opened)
        samples = self._config.samples
        for at, reply in gather.run(self._llm, asked, self._config.at_once):
            if isinstance(reply, LLMError) and reply.kind in FOR_ALL:
                raise reply
            opened[at // samples].replies[at % samples] = reply
            while first in opened and len(opened[first].replies) == samples:
                tagged = self._tagged(opened.pop(first))
                failed = failed + 1 if tagged.error else 0
                if failed >= self._config.give_up:
                    raise LLMError(f"{failed} texts in a row got no answer: {tagged.error}")
                first += 1
                yield tagged

    def _requests(self, texts: Iterable[str], opened: dict[int, _Open]) -> Iterator[Request]:
        todo = iter(texts)
        number = 0
        while some := list(islice(todo, AHEAD)):
            picked = self._shelf.pick(some) if self._shelf else [()] * len(some)
            for text, rows in zip(some, picked, strict=True):
                examples = [self._shelf.examples[row] for row in rows] if self._shelf else []
                one = opened[number] = _Open(text, rows)
                number += 1
                for sample in range(self._config.samples):
                    asked = request(text, self._types, examples, self._config, sample)
                    one.requests.append(asked)
                    yield asked

    def _tagged(self, done: _Open) -> Tagged:
        """All that came back for one text, as one result."""
        bills: list[Mapping[str, float]] = []
        read: list[voting.Sample] = []
        told: list[dict[str, Any]] = []
        problem = ""
        for number, asked in enumerate(done.requests):
            reply = done.replies[number]
            if isinstance(reply, LLMError):
                bills.append(reply.usage)
                problem = problem or str(reply)
                told.append({"seed": asked.seed, "reply": "", "problems": [str(reply)]})
                continue
            bills.append(counted(reply))
            parsed = replies.parse(reply.text, self._codes)
            read.append(ground(done.text, parsed.mentions, allow_overlap=self._allow_overlap))
            told.append(_sample(asked, reply, parsed.problems, read[-1]))
        kept = self._vote(done.text, read) if read else []
        trace = {
            "messages": [dict(message) for message in done.requests[0].messages],
            "examples": list(done.examples),
            "samples": told,
            "votes": [_vote(one, one in kept) for one in voting.count(done.text, read)],
        }
        return Explained(
            done.text,
            tuple(one.suggestion() for one in kept),
            "" if read else problem,
            added(bills),
            trace,
        )

    def _vote(self, text: str, samples: Sequence[voting.Sample]) -> list[voting.Votes]:
        if self._config.vote == "two-stage":
            return voting.two_stage(text, samples, allow_overlap=self._allow_overlap)
        votes = voting.count(text, samples)
        return voting.self_consistency(votes, self._config, allow_overlap=self._allow_overlap)


def _asked(config: TaggingConfig) -> str:
    if config.samples == 1:
        return "1 sample"
    return f"{config.samples} samples at {config.temperature:g}, {config.vote}"


def _sample(
    asked: Request, reply: Reply, problems: Sequence[str], located: voting.Sample
) -> dict[str, Any]:
    return {
        "seed": asked.seed,
        "model": reply.model,
        "reply": reply.text,
        "cached": reply.cached,
        "problems": list(problems),
        "mentions": [
            {
                "text": one.mention.surface,
                "type": one.mention.label,
                "match": one.match,
                "start": one.span.start if one.span else None,
                "end": one.span.end if one.span else None,
            }
            for one in located
        ],
    }


def _vote(one: voting.Votes, kept: bool) -> dict[str, Any]:
    return {
        "start": one.span.start if one.span else None,
        "end": one.span.end if one.span else None,
        "type": one.label,
        "surface": one.surface,
        "votes": one.votes,
        "of": one.voters,
        "kept": kept,
    }
