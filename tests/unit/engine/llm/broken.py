r"""Replies as models really write them, and what must be read of each: the corpus of the parser.

A case is (what is wrong, the reply, the mentions, whether it is readable, whether to ask again).
Mentions are "surface/CODE" in order; the types asked for are PER, ORG, LOC and YEAR.
"""

from __future__ import annotations

from typing import NamedTuple

ANN = '{"text": "Ann", "type": "PER"}'
ACME = '{"text": "Acme", "type": "ORG"}'
BOTH = f'{{"entities": [{ANN}, {ACME}]}}'
TWO = ("Ann/PER", "Acme/ORG")


class Case(NamedTuple):
    what: str
    reply: str
    mentions: tuple[str, ...] = TWO
    readable: bool = True
    again: bool = False


def _unreadable(what: str, reply: str) -> Case:
    return Case(what, reply, (), readable=False, again=True)


def _cut(what: str, reply: str, *mentions: str) -> Case:
    return Case(what, reply, mentions, again=True)


CASES = (
    Case("as asked", BOTH),
    Case("no entities", '{"entities": []}', ()),
    Case("blanks around", f"\n\n  {BOTH} \n"),
    Case("byte order mark", f"\ufeff{BOTH}"),
    # Fences and prose
    Case("fenced as json", f"```json\n{BOTH}\n```"),
    Case("fenced without a language", f"```\n{BOTH}\n```"),
    Case("fence that never closes", f"```json\n{BOTH}"),
    Case("fenced with tildes", f"~~~\n{BOTH}\n~~~"),
    Case("prose before", f"Sure! Here are the entities:\n{BOTH}"),
    Case("prose after", f"{BOTH}\n\nLet me know if you need {{anything}} else."),
    Case("prose with braces before", f"In the set {{x}} of words [1] I found:\n{BOTH}"),
    Case("an open bracket in the prose", f"Interval [0, 1) considered. {BOTH}"),
    Case("an open brace in the prose", f"Format: {{ see above. {BOTH}"),
    Case("inline code", f"The answer is `{BOTH}`."),
    Case("a draft, then the answer", f'{{"entities": [{ANN}]}}\nWait, there is more:\n{BOTH}'),
    Case("the answer, then an empty example", f'{BOTH}\nElse I would say {{"entities": []}}.'),
    Case("bold around", f"**{BOTH}**"),
    Case("html around", f"<pre><code>{BOTH}</code></pre>"),
    # Thinking aloud
    Case("thinks first", f"<think>Is Ann a person? Yes.</think>\n{BOTH}"),
    Case("thinks in drafts", f'<think>[{{"text": "Oslo", "type": "LOC"}}]</think>{BOTH}'),
    Case("thinking without its opening", f"Ann is a person.\n</think>\n\n{BOTH}"),
    Case("thinks under another name", f"<reasoning>Hm {{}}</reasoning>{BOTH}"),
    Case("channels", f"<|channel|>analysis<|message|>Hm<|channel|>final<|message|>{BOTH}"),
    _unreadable("never stops thinking", f"<think>Perhaps {BOTH} or"),
    Case(
        "an entity that looks like thinking",
        '{"entities": [{"text": "</think>", "type": "ORG"}]}',
        ("</think>/ORG",),
    ),
    # Other keys and shapes
    Case("a bare list", f"[{ANN}, {ACME}]"),
    Case("one object alone", ANN, ("Ann/PER",)),
    Case("an object a line", f"{ANN}\n{ACME}\n"),
    Case("another name for the list", BOTH.replace("entities", "named_entities")),
    Case("the list in capitals", BOTH.replace("entities", "Entities")),
    Case("the list in a wrapper", f'{{"result": {BOTH}}}'),
    Case("a wrapper of no meaning", f'{{"foo": {BOTH}}}'),
    Case("surface and label", BOTH.replace('"text"', '"surface"').replace('"type"', '"label"')),
    Case("entity and category", BOTH.replace('"text"', '"entity"').replace('"type"', '"category"')),
    Case("word and entity", BOTH.replace('"text"', '"word"').replace('"type"', '"entity"')),
    Case("keys with blanks and capitals", BOTH.replace('"type"', '"Entity Type"')),
    Case("extra keys", BOTH.replace('"type"', '"confidence": 0.93, "type"')),
    Case("pairs", '[["Ann", "PER"], ["Acme", "ORG"]]'),
    Case("pairs the other way round", '[["PER", "Ann"], ["ORG", "Acme"]]'),
    Case("by type", '{"PER": ["Ann"], "ORG": ["Acme"], "LOC": []}'),
    Case("by type, one each", '{"PER": "Ann", "ORG": "Acme", "LOC": null}'),
    Case("by type, as objects", '{"PER": [{"text": "Ann"}], "ORG": [{"text": "Acme"}]}'),
    Case("by surface", '{"Ann": "PER", "Acme": "ORG"}'),
    Case("two answers", f'{{"entities": [{ACME}]}}\n{BOTH}'),
    Case("the same answer twice", f"{BOTH}\n{BOTH}"),
    Case("types as BIO tags", BOTH.replace("PER", "B-PER").replace("ORG", "I-ORG")),
    Case("types with their names", BOTH.replace("PER", "PER (person)")),
    Case("a key written twice", f'{{"entities": [{ANN}], "entities": [{ACME}]}}'),
    Case(
        "values in lists of one", '{"entities": [{"text": ["Ann"], "type": ["PER"]}]}', ("Ann/PER",)
    ),
    Case(
        "JSON in a string",
        '{"entities": "[{\\"text\\": \\"Ann\\", \\"type\\": \\"PER\\"}]"}',
        ("Ann/PER",),
    ),
    Case("null for none", '{"entities": null}', ()),
    Case("an empty object for none", '{"entities": {}}', ()),
    Case("an empty list alone", "[]", ()),
    # Types
    Case("types in lower case", BOTH.replace("PER", "per")),
    Case("types with blanks and colons", BOTH.replace("PER", " PER: ")),
    Case(
        "a type that is none of ours",
        f'{{"entities": [{ANN}, {{"text": "Mars", "type": "PLANET"}}]}}',
        ("Ann/PER",),
    ),
    Case(
        "only types that are none of ours",
        '{"entities": [{"text": "Mars", "type": "PLANET"}]}',
        (),
        again=True,
    ),
    Case(
        "a type that is no word",
        f'{{"entities": [{ANN}, {{"text": "Mars", "type": 7}}]}}',
        ("Ann/PER",),
    ),
    Case(
        "two types at once",
        f'{{"entities": [{ANN}, {{"text": "X", "type": ["ORG", "LOC"]}}]}}',
        ("Ann/PER",),
    ),
    Case("no type", f'{{"entities": [{ANN}, {{"text": "Mars"}}]}}', ("Ann/PER",)),
    Case("a null type", f'{{"entities": [{ANN}, {{"text": "Mars", "type": null}}]}}', ("Ann/PER",)),
    # Surfaces
    Case(
        "an empty surface", f'{{"entities": [{{"text": " ", "type": "LOC"}}, {ANN}]}}', ("Ann/PER",)
    ),
    Case(
        "a null surface", f'{{"entities": [{{"text": null, "type": "LOC"}}, {ANN}]}}', ("Ann/PER",)
    ),
    Case(
        "a number for a surface", '{"entities": [{"text": 1984, "type": "YEAR"}]}', ("1984/YEAR",)
    ),
    Case(
        "a number keeps its zeros", '{"entities": [{"text": 1.50, "type": "YEAR"}]}', ("1.50/YEAR",)
    ),
    Case(
        "half a surrogate pair",
        f'{{"entities": [{{"text": "\\ud83d", "type": "PER"}}, {ANN}]}}',
        ("Ann/PER",),
    ),
    Case(
        "an emoji in escapes",
        '{"entities": [{"text": "\\ud83d\\ude00 Inc", "type": "ORG"}]}',
        ("😀 Inc/ORG",),
    ),
    Case(
        "brackets in a surface",
        '{"entities": [{"text": "A[1]{b}", "type": "ORG"}]}',
        ("A[1]{b}/ORG",),
    ),
    Case("strings for entities", f'{{"entities": ["Oslo", {ANN}]}}', ("Ann/PER",)),
    # Nearly JSON
    Case("a comma too many", BOTH.replace("}]", "},]")),
    Case("a comma too many in an object", BOTH.replace('"PER"', '"PER",')),
    Case("a comma missing between objects", BOTH.replace("}, {", "} {")),
    Case(
        "a comma missing between lines",
        '{"entities": [{"text": "Ann"\n "type": "PER"}]}',
        ("Ann/PER",),
    ),
    Case("single quotes", BOTH.replace('"', "'")),
    Case(
        "an apostrophe in single quotes",
        "{'entities': [{'text': 'O'Hara', 'type': 'PER'}]}",
        ("O'Hara/PER",),
    ),
    Case(
        "quotes in quotes",
        '{"entities": [{"text": "the "Big" one", "type": "ORG"}]}',
        ('the "Big" one/ORG',),
    ),
    Case("curly quotes", "{“entities”: [{“text”: “Ann”, “type”: “PER”}]}", ("Ann/PER",)),
    Case("bare keys", "{entities: [{text: 'Ann', type: 'PER'}]}", ("Ann/PER",)),
    Case("bare values", "{entities: [{text: Ann Lee, type: PER}]}", ("Ann Lee/PER",)),
    Case("comments", f'{{"entities": [ // people\n{ANN}, /* firms */ {ACME}]}}'),
    Case("dots for more", f'{{"entities": [{ANN}, {ACME}, ...]}}'),
    Case(
        "Python's words",
        '{"entities": [{"text": "Ann", "type": "PER", "left": None, "sure": True}]}',
        ("Ann/PER",),
    ),
    Case(
        "a line break in a string",
        '{"entities": [{"text": "Ann\nLee", "type": "PER"}]}',
        ("Ann\nLee/PER",),
    ),
    Case(
        "an escape of no meaning",
        r'{"entities": [{"text": "O\'Hara", "type": "PER"}]}',
        ("O'Hara/PER",),
    ),
    Case(
        "a backslash path", r'{"entities": [{"text": "C:\data", "type": "LOC"}]}', ("C:\\data/LOC",)
    ),
    Case("the last brace missing", BOTH[:-1]),
    Case("a brace forgotten inside", '{"entities": [{"text": "Ann", "type": "PER"]}', ("Ann/PER",)),
    Case("a bracket forgotten", f'{{"entities": [{ANN}, {ACME}}}'),
    Case("a brace too many", f"{BOTH}}}"),
    Case(
        "an equals sign",
        '{"entities" = [{"text": "Ann", "type": "PER"}]}',
        (),
        readable=False,
        again=True,
    ),
    # Broken off
    _cut("broken off in a surface", BOTH[: BOTH.index("cme")], "Ann/PER"),
    _cut("broken off in a key", BOTH[: BOTH.rindex('pe"')], "Ann/PER"),
    _cut("broken off between objects", BOTH[: BOTH.index(", {")], "Ann/PER"),
    _cut("broken off at the start", '{"entities": ['),
    _cut("broken off in a fence", f"```json\n{BOTH[:-12]}", "Ann/PER"),
    _cut("broken off in a line of its own", f'{ANN}\n{{"text": "Ac', "Ann/PER"),
    # Nothing to read
    _unreadable("empty", ""),
    _unreadable("blanks", " \n\t "),
    _unreadable("a refusal", "I'm sorry, but I can't help with that."),
    _unreadable("prose that means none", "There are no entities in this text."),
    _unreadable("a table", "| text | type |\n|---|---|\n| Ann | PER |"),
    _unreadable("bullets", "- Ann (PER)\n- Acme (ORG)"),
    _unreadable("marks in the text", "<PER>Ann</PER> joined <ORG>Acme</ORG>."),
    _unreadable("an error page", "<html><body><h1>502 Bad Gateway</h1></body></html>"),
    _unreadable("an error object", '{"error": {"message": "overloaded", "code": 529}}'),
    _unreadable(
        "the schema given back",
        '{"type": "object", "properties": {"entities": {"type": '
        '"array", "items": {"type": "object", "properties": {"text": {"type": "string"}, '
        '"type": {"enum": ["PER"]}}}}}}',
    ),
    _unreadable(
        "a schema without the fields given back",
        '{"type": "object", "properties": {"entities": {"type": "array", "items": {}}}}',
    ),
    _unreadable("the text given back", '{"text": "Ann joined Acme."}'),
    _unreadable("brackets without end", "[" * 50_000),
    _unreadable("braces without end", '{"a":' * 50_000),
    _unreadable("a number", "42"),
)
