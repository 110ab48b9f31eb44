"""What tagging with a language model will take, said before it starts: calls, tokens, money.

Calls are a bound (a garbled reply may be asked for again once); tokens are reckoned from prompts
made of some of the project's own texts, at four characters a token.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db import entity_types, library, llm_settings, texts
from studio import llm_taggers, wiring

if TYPE_CHECKING:
    from db.session import Database
    from db.values import Project
    from studio.settings import Settings

LOOKED_AT = 20
"""Texts whose prompts are measured. Our choice: their mean is near that of all."""
CHARACTERS = 4.0
"""Characters of a token, about right for English; our choice."""
ANSWER = 80
"""Tokens of an answer: a few mentions with their context. Our choice."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is going to be asked.

    Attributes:
        calls: at most so many, repairs aside.
        prompt_tokens, completion_tokens: about so many.
        cost: None where the price is not known.
        recorded: whether recorded answers stand in for a model.
        missing: what to do first, "" when there is a model or its recorded answers.
    """

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = 0.0
    recorded: bool = False
    missing: str = ""

    def words(self) -> str:
        """The estimate for people.

        >>> Estimate(12, 9000, 900, None).words().partition(". ")[0]
        'At most 12 calls of a language model, about 10,000 tokens, money not known'
        """
        if not self.calls:
            return "No calls of a language model."
        if self.missing:
            return self.missing
        if self.recorded:
            return (
                f"{self.calls:,} recorded answers of a large language model are looked up; nothing "
                "is asked and nothing is paid. A text without one is told to have failed."
            )
        tokens = round(self.prompt_tokens + self.completion_tokens, -3)
        money = "money not known" if self.cost is None else f"money {self.cost:.4f}"
        about = f"about {tokens:,} tokens" if tokens else "less than 1,000 tokens"
        return (
            f"At most {self.calls:,} calls of a language model, {about}, {money}. An answer that "
            "cannot be read is asked for once more."
        )


def estimate(
    settings: Settings,
    database: Database,
    project: Project,
    taggers: Sequence[str],
    count: int,
    samples: int | None = None,
) -> Estimate:
    """What these taggers would ask for so many texts of a project.

    A number of samples is meant for a tagger alone, and among several for those that vote.
    """
    from studio.language_model import HOW_TO, configured

    asked = [name for name in taggers if name in llm_taggers.NAMES]
    if not asked or not count:
        return Estimate()
    model = configured(settings, database)
    calls = prompt = 0
    for name in asked:
        mine = samples if len(taggers) == 1 or llm_taggers.voting([name]) else None
        what = llm_taggers.read(name, mine)
        calls += count * what.samples
        prompt += round(count * what.samples * _prompt_tokens(database, project, what.guided))
    with database.session() as session:
        price = llm_settings.prices(session).get(model.model)
    cost = price.of(prompt, calls * ANSWER) if price else None
    missing = "" if wiring.has_llm(settings, database, project) else HOW_TO
    return Estimate(calls, prompt, calls * ANSWER, cost, not model.ready, missing)


def _prompt_tokens(database: Database, project: Project, guided: bool) -> float:
    """Mean tokens of a prompt of this project."""
    from engine.reverse_ner.config import RetrievalConfig
    from engine.reverse_ner.prompting import request

    with database.session() as session:
        types = entity_types.list_types(session, project.id)
        ids = texts.ids_to_tag(session, project.id, "all")
        step = max(1, len(ids) // LOOKED_AT)
        some = [text for _, text in texts.iter_texts(session, ids[::step][:LOOKED_AT])]
        beside = []
        if guided and library.find(session, project.id):
            beside = library.examples(session, project.id)[: RetrievalConfig().n]
    if not some or not types:
        return 0.0
    lengths = [
        sum(len(str(message["content"])) for message in request(text, types, beside).messages)
        for text in some
    ]
    return sum(lengths) / len(lengths) / CHARACTERS
