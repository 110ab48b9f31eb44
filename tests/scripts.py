"""A language model that does what the ReverseNER prompts ask for, from a few names it knows.

It reads the prompts as a model would, by their words: a prompt that asks for something else makes
the tests say so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence

from engine.llm.scripted import ScriptedLLM
from engine.protocols import Request

WORDS: Mapping[str, Sequence[str]] = {
    "person": ("Ann Lee", "Bo Ek", "Cleo Ruiz", "Dan Oz", "Eve Moss"),
    "company": ("Acme", "Initech", "Globex", "Umbra", "Soylent"),
    "place": ("Oslo", "Lima", "Bergen", "Quito", "Porto"),
}
CODES = {"person": "PER", "company": "ORG", "place": "LOC"}


def obedient(request: Request) -> str:
    """The answer of a model that does as it is told."""
    return reply_to(request.messages, request.seed)


def reply_to(messages: Sequence[Mapping[str, str]], seed: int = 0) -> str:
    """The same from what goes over a wire; another seed writes another sentence."""
    rules, said = messages[0]["content"], messages[-1]["content"]
    if rules.startswith("You list names"):
        return entities(said)
    if rules.startswith("You write sentences"):
        return sentence(said, seed)
    assert rules.startswith("You find named entities"), rules
    return tags(said)


def entities(said: str) -> str:
    (name,) = re.findall(r"^Type: (.*)$", said, re.M)
    return json.dumps({"entities": list(WORDS[name])})


def sentence(said: str, seed: int) -> str:
    feature = json.loads(re.findall(r"^\".*\"$", said, re.M)[0])
    wanted = [
        (json.loads(surface), code)
        for surface, code in re.findall(r"^- (\".*\") \((\w+)\)$", said, re.M)
    ]
    names = " met ".join(surface for surface, _ in wanted)
    listed = [{"text": surface, "type": code} for surface, code in wanted]
    text = f"After {len(feature)} days {names} said so, note {seed}."
    return json.dumps({"sentence": text, "entities": listed})


def tags(said: str) -> str:
    text = json.loads(said)
    found = sorted(
        (text.index(word), word, CODES[name])
        for name, known in WORDS.items()
        for word in known
        if word in text
    )
    listed = [{"text": word, "type": code, "left": ""} for _, word, code in found]
    return json.dumps({"entities": listed})


def obedient_llm(
    instead: Callable[[Request], str | None] = lambda _: None,
) -> ScriptedLLM:
    """A model that is obedient, but for what `instead` has an answer of its own to."""
    return ScriptedLLM(lambda request: instead(request) or obedient(request))
