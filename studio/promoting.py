"""Corrected texts into few-shot sets, for the command line and the pages alike.

What a set would be is known before it is made: the same texts, k and seed always draw the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from db import clusters, entity_types, evaluation, fewshot, filling, projects
from db.eligible import eligible
from db.session import snapshot, transaction
from db.set_values import Candidate, Eligible, FewShotSet, LeftOut, Member, Pick
from engine import formats
from engine.nuner import kshot
from engine.types import Problem
from studio.errors import RequestRefused

if TYPE_CHECKING:
    from sqlmodel import Session

    from db.session import Database

SHOWN = 10
"""Texts offered at a time. Our choice: what fits a screen."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What set is wanted.

    Attributes:
        k: spans a type; at most twice as many are taken.
        seed: another seed draws other texts.
        by_cluster: draw from the clusters in turn.
        held_back: prints of texts to leave out, such as those of a file for evaluation.
    """

    k: int
    seed: int = 0
    by_cluster: bool = False
    held_back: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a set would be.

    Attributes:
        picks: its texts, in the order they are chosen.
        counts: code of a type -> spans in it.
        available: code of a type -> spans in all texts that may go into it.
        short: code of a type -> why it has fewer than k.
        texts: how many texts may go into it.
        left_out: how many accepted texts may not.
    """

    picks: tuple[Pick, ...]
    counts: Mapping[str, int]
    available: Mapping[str, int]
    short: Mapping[str, str]
    texts: int
    left_out: LeftOut


@dataclass(frozen=True, slots=True)
class Filler:
    """A text that is not accepted yet and would help a set.

    Attributes:
        candidate: the text and what is expected on it.
        fills: codes of the types it helps.
        too_much: codes of the types it would probably take above 2k.
    """

    candidate: Candidate
    fills: tuple[str, ...]
    too_much: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replacement:
    """A text that could take another one's place in a set.

    Attributes:
        held: code of a type -> spans on it.
        short: codes of the types that would have fewer than k with it.
    """

    text_id: int
    held: Mapping[str, int]
    short: tuple[str, ...]


def prints_of(file: Path, format: str = "auto") -> frozenset[str]:  # noqa: A002
    """The prints of the texts of a file, so that none of them is trained on.

    Raises:
        FormatError: the file cannot be read.
        RequestRefused: an entry is broken; a text that is not read is not kept apart.
    """
    found = set[str]()
    for item in formats.read(file, format):
        if not isinstance(item, Problem):
            found |= evaluation.prints([item.content.text])
        elif item.kind == "rejected":
            raise RequestRefused(f"{file.name}: {item.message}", where=f"{file}:{item.line}")
    return frozenset(found)


Pool = tuple[list[Eligible], LeftOut]
"""The texts that may go into a set, and how many may not; reading them is what takes time."""


def plan(session: Session, project_id: int, wish: Wish, pool: Pool | None = None) -> Plan:
    """What a set would be; nothing is stored. `pool`: what `eligible` said, where that is known.

    Raises:
        TrainingError: k is below 1.
        RequestRefused: clusters are asked for and there are none.
    """
    if wish.by_cluster and not clusters.any_known(session, project_id):
        raise RequestRefused("The texts have no clusters yet; draw without them.")
    codes = [type_.code for type_ in entity_types.list_types(session, project_id)]
    free, left_out = pool or eligible(session, project_id, wish.held_back)
    drawn = kshot.draw(
        [one.counts for one in free],
        codes,
        wish.k,
        seed=wish.seed,
        strata=[one.cluster for one in free] if wish.by_cluster else None,
        names=[one.print for one in free],
    )
    return Plan(
        picks=tuple(Pick(free[choice.index].text_id, choice.why) for choice in drawn.chosen),
        counts=drawn.counts,
        available={code: sum(one.counts.get(code, 0) for one in free) for code in codes},
        short={code: shortfall.sentence for code, shortfall in drawn.short.items()},
        texts=len(free),
        left_out=left_out,
    )


def promote(database: Database, project: str, name: str, wish: Wish) -> FewShotSet:
    """Make a few-shot set of the accepted texts of a project, or its next version.

    Raises:
        NotFound: there is no such project.
        Invalid: the name cannot be used.
        TrainingError: k is below 1.
        RequestRefused: there are no types, or no text that may go into a set has any of them.
    """
    with database.session() as session, transaction(session):
        found = projects.get(session, project)
        made = plan(session, found.id, wish)
        _refuse_empty(made, project)
        settings = {
            "by_cluster": wish.by_cluster,
            "texts": made.texts,
            "evaluation": made.left_out.evaluation,
            "blind": made.left_out.blind,
            "in_file": made.left_out.in_file,
        }
        return fewshot.make(
            session,
            found.id,
            name,
            made.picks,
            k=wish.k,
            seed=wish.seed,
            settings=settings,
            short=made.short,
            note=f"Drawn from {made.texts:,} accepted texts.",
        )


def fillers(
    session: Session, project_id: int, k: int, counts: Mapping[str, int], codes: Collection[str]
) -> list[Filler]:
    """Texts that would help types that are short, the most helpful first.

    Args:
        session: the session.
        project_id: the project.
        k: spans wanted a type.
        counts: code of a type -> spans in the set so far.
        codes: the types that are short.
    """
    ranked = []
    for candidate in filling.candidates(session, project_id, codes):
        gain = sum(
            min(k - counts[code], likely)
            for code, likely in candidate.expected.items()
            if code in codes and counts.get(code, 0) < k
        )
        too_much = tuple(
            code for code, likely in candidate.expected.items()
            if counts.get(code, 0) + round(likely) > 2 * k
        )  # fmt: skip
        fills = tuple(code for code in candidate.expected if code in codes)
        ranked.append((bool(too_much), -gain, Filler(candidate, fills, too_much)))
    ranked.sort(key=lambda one: one[:2])
    return [filler for _, _, filler in ranked[:SHOWN]]


def replacements(session: Session, set_id: int, text_id: int) -> list[Replacement]:
    """Texts that could take the place of one in a set without taking a type above 2k.

    First those that leave the fewest spans missing, then those most like the one that goes.

    Raises:
        NotFound: there is no such set.
        RequestRefused: the text is not in it.
    """
    with snapshot(session):
        made = fewshot.get(session, set_id)
        inside = fewshot.members(session, set_id)
        free, _ = eligible(session, made.project_id)
    gone = _member(made, inside, text_id)
    rest = dict(made.counts)
    old = _held(gone)
    kshot.add(rest, old, -1)
    taken = {member.text_id for member in inside}
    ranked = []
    for one in free:
        if one.text_id in taken or not one.counts or kshot.blockers(one.counts, rest, made.k):
            continue
        after = dict(rest)
        kshot.add(after, one.counts)
        missing = sum(max(0, made.k - n) for n in after.values())
        unlike = sum(abs(one.counts.get(code, 0) - old.get(code, 0)) for code in after)
        short = tuple(code for code, n in after.items() if n < made.k)
        ranked.append((missing, unlike, Replacement(one.text_id, one.counts, short)))
    ranked.sort(key=lambda one: one[:2])
    return [replacement for _, _, replacement in ranked[:SHOWN]]


def swap(database: Database, set_id: int, out: int, into: int) -> FewShotSet:
    """The next version of a set, with one text in the place of another.

    Raises:
        NotFound: there is no such set.
        Invalid: the new text is in it already, or may not be trained on.
        RequestRefused: the old text is not in the set, or a type would get above 2k.
    """
    with database.session() as session, transaction(session):
        made = fewshot.get(session, set_id)
        inside = fewshot.members(session, set_id)
        counts = dict(made.counts)
        kshot.add(counts, _held(_member(made, inside, out)), -1)
        free, _ = eligible(session, made.project_id)
        held = next((one.counts for one in free if one.text_id == into), {})
        needed = kshot.needs(held, counts, made.k)
        if over := kshot.blockers(held, counts, made.k):
            raise RequestRefused(
                f"With text {into} the set would have too much of {', '.join(over)}; "
                f"at most {2 * made.k} of a type fit."
            )
        kshot.add(counts, held)
        taken = {member.text_id for member in inside} - {out} | {into}
        places = [place for place, one in enumerate(free) if one.text_id in taken]
        short = kshot.shortfalls([one.counts for one in free], places, counts, made.k)
        return fewshot.swap(
            session,
            set_id,
            out,
            Pick(into, needed),
            {code: shortfall.sentence for code, shortfall in short.items()},
            f"Version {made.version} with text {into} in the place of text {out}.",
        )


def _refuse_empty(made: Plan, project: str) -> None:
    left = made.left_out
    if not made.counts:
        raise RequestRefused(f"Project {project} has no entity types yet; define some first.")
    if made.picks:
        return
    if made.texts:
        raise RequestRefused(
            f"None of the {made.texts} accepted texts of project {project} fits into a set: "
            f"{next(iter(made.short.values()))}"
        )
    if left.evaluation or left.blind or left.in_file:
        raise RequestRefused(
            f"All accepted texts of project {project} are kept for evaluation "
            f"({left.evaluation + left.in_file}) or blind ({left.blind}); accept more."
        )
    raise RequestRefused(f"Project {project} has no accepted texts yet; accept some first.")


def _member(made: FewShotSet, inside: Sequence[Member], text_id: int) -> Member:
    for member in inside:
        if member.text_id == text_id:
            return member
    raise RequestRefused(f"Text {text_id} is not in the set {made.name}.")


def _held(member: Member) -> dict[str, int]:
    held: dict[str, int] = {}
    for span in member.content.spans:
        held[span.label] = held.get(span.label, 0) + 1
    return held
