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
    step = request.prompt_version.split("/")[0]
    said = request.messages[-1]["content"]
    return {"entities": entities, "sentences": sentence, "tagging": tags}[step](said)


def entities(said: str) -> str:
    (name,) = re.findall(r"^Type: (.*)$", said, re.M)
    return json.dumps({"entities": list(WORDS[name])})


def sentence(said: str) -> str:
    feature = json.loads(re.findall(r"^\".*\"$", said, re.M)[0])
    wanted = [
        (json.loads(surface), code)
        for surface, code in re.findall(r"^- (\".*\") \((\w+)\)$", said, re.M)
    ]
    names = " met ".join(surface for surface, _ in wanted)
    listed = [{"text": surface, "type": code} for surface, code in wanted]
    text = f"After {len(feature)} days {names} said so."
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
