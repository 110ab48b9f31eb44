"""What a process of its own does to a database in the tests beside this file.

`python worker.py WORK FILE ...` prints a line for each thing that the store has acknowledged.
"""

import sys
from itertools import count
from pathlib import Path

from db import annotations, projects, suggestions, texts
from db.session import Database, connect
from db.values import NewSpan
from engine.types import AnnotatedText, Record, Span, Suggestion, Tagged

WORDS = "Ann joined Acme in Oslo and left again before the winter came to the north."


def text(number: int) -> str:
    return f"{number}: {WORDS}"


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def edit(database: Database, text_id: str) -> None:
    """Draw and delete spans for ever, one edit after the other."""
    for number in count():
        with database.session() as s:
            stored = texts.get(s, int(text_id))
            start = number % (len(stored.text) - 3)
            revision = annotations.apply_edit(
                s,
                stored.id,
                base=stored.revision,
                edit_uid=f"{text_id}-{number}",
                added=[NewSpan(start, start + 3, "PER")],
                author="worker",
            )
        say(number, revision)


def load(database: Database, project: str, first: str, last: str) -> None:
    """Import texts in batches of 100."""
    with database.session() as s:
        project_id = projects.get(s, project).id
    for start in range(int(first), int(last), 100):
        records = [Record(AnnotatedText(text(n))) for n in range(start, start + 100)]
        with database.session() as s:
            report = texts.add_batch(s, project_id, records)
        say(start, report.accepted, report.skipped_duplicates)


def tag(database: Database, project: str, passes: str) -> None:
    """Tag every text of a project, several times, in batches of 50."""
    for turn in range(int(passes)):
        with database.session() as s:
            project_id = projects.get(s, project).id
            ids = texts.ids_to_tag(s, project_id, "all")
            tagging = suggestions.start_tagging(s, project_id, "embedded", str(turn), {})
            characters = dict(texts.iter_texts(s, ids))
        for start in range(0, len(ids), 50):
            batch = [(i, found(characters[i])) for i in ids[start : start + 50]]
            with database.session() as s:
                suggestions.write_batch(s, tagging, batch)
        say(turn, len(ids))


def found(characters: str) -> Tagged:
    start = characters.index("Acme")
    one = Suggestion(Span(start, start + 4, "ORG"), "ORG", "Acme", 0.8)
    return Tagged(characters, (one,))


def open_(database: Database) -> None:
    """Only open it."""
    with database.session() as s:
        say(len(projects.summaries(s)))


if __name__ == "__main__":
    work, file, *rest = sys.argv[1:]
    opened = connect(Path(file))
    {"edit": edit, "load": load, "tag": tag, "open": open_}[work](opened, *rest)
