"""Every table, and the names by which queries reach them (`TEXT.c.status`).

A text's characters live in `text_body`, apart from its counters: an edit on a text of 200 kB then
rewrites a row of a hundred bytes. `annotation` and `edit` only grow: a human answer is never
changed but for `removed_revision`, which says when it ceased to hold.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from db.columns import METADATA, NEVER_REUSED, Base, job, json, moment, parent

RANKS = {
    "uncertainty": "-coalesce(uncertainty, -1.0)",
    "disagreement": "-coalesce(disagreement, -1)",
    "coverage": "coalesce(coverage, 9223372036854775807)",
    "random": "shuffle",
}
"""What each order of the queue sorts by, the first text first; as SQL, because an index is used
only when spelled the same. Order of import needs none."""

WIDE = "length(text) != length(CAST(text AS BLOB))"
"""That a text has a character beyond ASCII, as SQL."""


class ProjectTable(Base, table=True):
    """A corpus; `deleted_at` is set first and its rows are cleared after."""

    __tablename__ = "project"
    __table_args__ = (
        Index("uq_project_name", "name", unique=True, sqlite_where=text("deleted_at IS NULL")),
        NEVER_REUSED,
    )

    id: int = Field(primary_key=True)
    name: str
    settings: dict[str, Any] = json()
    created_at: datetime = moment()
    deleted_at: datetime | None = moment(nullable=True)


class EntityTypeTable(Base, table=True):
    """What to look for; a deleted type stays, because old answers name it."""

    __tablename__ = "entity_type"
    __table_args__ = (
        Index(
            "uq_entity_type_code",
            "project_id",
            "code",
            unique=True,
            sqlite_where=text("deleted_at IS NULL"),
        ),
        NEVER_REUSED,
    )

    id: int = Field(primary_key=True)
    project_id: int = parent("project.id")
    code: str
    name: str
    definition: str
    colour: str
    key: str
    position: int
    deleted_at: datetime | None = moment(nullable=True)


class TextTable(Base, table=True):
    """One text without its characters.

    Kept equal to the rows below: `n_suggestions` to `kinds`, and `disagreement` (see `openness`).
    `cluster` and `coverage` come from `clusters`, `shuffle` from `shuffling`.
    """

    __tablename__ = "text"
    __table_args__ = (
        UniqueConstraint("project_id", "sha256"),
        Index("ix_text_position", "project_id", "position", unique=True),
        Index("ix_text_status", "project_id", "status", "position"),
        *(
            Index(f"ix_text_{order}", "project_id", "status", text(rank), "position")
            for order, rank in RANKS.items()
        ),
        Index("ix_text_flagged", "project_id", "status", sqlite_where=text("flagged = 1")),
        Index("ix_text_blind", "project_id", "status", sqlite_where=text("blind = 1")),
        Index("ix_text_unlocated", "project_id", "status", sqlite_where=text("n_unlocated > 0")),
        Index(
            "ix_text_edited", "project_id", "status", "seconds", sqlite_where=text("revision > 0")
        ),
        NEVER_REUSED,
    )

    id: int = Field(primary_key=True)
    project_id: int = parent("project.id")
    position: int
    sha256: str
    status: str
    revision: int
    source: str
    blind: bool
    flagged: bool
    note: str
    seconds: float
    created_at: datetime = moment()
    updated_at: datetime = moment()
    n_suggestions: int
    n_unlocated: int
    n_spans: int
    uncertainty: float | None
    lowest: float | None
    kinds: str = Field(sa_column=Column(String(), nullable=False, server_default=text("''")))
    disagreement: int | None
    cluster: int | None
    coverage: int | None
    shuffle: int = Field(sa_column=Column(Integer(), nullable=False, server_default=text("0")))


class TextBodyTable(Base, table=True):
    """The characters of a text, never changed, and what its file said of it."""

    __tablename__ = "text_body"
    __table_args__ = (Index("ix_text_body_wide", "text_id", sqlite_where=text(WIDE)),)

    text_id: int = parent("text.id", key=True)
    text: str
    meta: dict[str, Any] = json()


class TaggingTable(Base, table=True):
    """One pass of one tagger; `types` maps the codes it was given to our ids."""

    __tablename__ = "tagging"
    __table_args__ = (NEVER_REUSED,)

    id: int = Field(primary_key=True)
    project_id: int = parent("project.id")
    job_id: int | None = job()
    tagger: str
    version: str
    settings: dict[str, Any] = json()
    types: dict[str, int] = json()
    created_at: datetime = moment()


class TaggedTable(Base, table=True):
    """That a tagging has answered a text, with what it cost and whether it failed."""

    __tablename__ = "tagged"
    __table_args__ = (Index("ix_tagged_text_id", "text_id"), {"sqlite_with_rowid": False})

    tagging_id: int = parent("tagging.id", key=True)
    text_id: int = parent("text.id", key=True)
    error: str
    usage: dict[str, float] = json()


class SuggestionTable(Base, table=True):
    """What a tagger proposed.

    `open`: it waits for an answer. `replaced`: its tagger has looked again since.
    """

    __tablename__ = "suggestion"
    __table_args__ = (
        Index("ix_suggestion_counters", "text_id", "open", "replaced", "match", "score"),
        Index("ix_suggestion_tagging_id", "tagging_id", "match"),
        Index("ix_suggestion_type_id", "type_id", "open"),
        NEVER_REUSED,
    )

    id: int = Field(primary_key=True)
    text_id: int = parent("text.id")
    tagging_id: int = parent("tagging.id")
    type_id: int = parent("entity_type.id")
    start: int | None
    end: int | None
    surface: str
    score: float | None
    match: str
    prompt_version: str
    open: bool
    replaced: bool


class AnnotationTable(Base, table=True):
    """A human answer; it holds while `removed_revision` is null.

    `restores`: the first row of the same answer, when an undo or redo brought it back.
    """

    __tablename__ = "annotation"
    __table_args__ = (
        Index("ix_annotation_live", "text_id", "removed_revision", "action", "start", "end"),
        Index("ix_annotation_added", "text_id", "added_revision"),
        Index("ix_annotation_suggestion_id", "suggestion_id"),
        Index("ix_annotation_type_id", "type_id", "removed_revision", "action", "added_revision"),
        NEVER_REUSED,
    )

    id: int = Field(primary_key=True)
    text_id: int = parent("text.id")
    type_id: int = parent("entity_type.id")
    start: int | None
    end: int | None
    surface: str
    suggestion_id: int | None = parent("suggestion.id", nullable=True)
    action: str
    author: str
    created_at: datetime = moment()
    added_revision: int
    removed_revision: int | None
    restores: int | None


class EditTable(Base, table=True):
    """One step in a text's history, and both stacks of undo and redo as linked lists.

    `undo_top` and `redo_top` are the revisions that the next undo and redo take back; `under` is
    what lay below this step on its stack when it was put there.
    """

    __tablename__ = "edit"
    __table_args__ = (
        UniqueConstraint("edit_uid"),
        UniqueConstraint("text_id", "revision"),
        Index("ix_edit_bulk_id", "bulk_id", sqlite_where=text("bulk_id IS NOT NULL")),
    )

    id: int = Field(primary_key=True)
    text_id: int = parent("text.id")
    revision: int
    edit_uid: str
    kind: str
    author: str
    created_at: datetime = moment()
    seconds: float
    status_before: str
    status_after: str
    undoes: int | None
    undo_top: int | None
    redo_top: int | None
    under: int | None
    bulk_id: int | None = Field(
        sa_column=Column(ForeignKey("bulk.id", ondelete="SET NULL"), nullable=True)
    )


class BulkTable(Base, table=True):
    """One step over many texts: their edits name it.

    `root`: the step that an undo or redo, itself a step, turns. `wanted`: what was looked for.
    `report`: what came of it.
    """

    __tablename__ = "bulk"
    __table_args__ = (
        UniqueConstraint("edit_uid"),
        Index("ix_bulk_project_id", "project_id", "root"),
        Index("ix_bulk_root", "root"),
        NEVER_REUSED,
    )

    id: int = Field(primary_key=True)
    project_id: int = parent("project.id")
    edit_uid: str
    kind: str
    root: int | None = parent("bulk.id", nullable=True)
    wanted: dict[str, Any] = json()
    report: dict[str, Any] = json()
    author: str
    created_at: datetime = moment()


class LeaseTable(Base, table=True):
    """That a browser has a text open; over at `expires`, whoever forgot to say so."""

    __tablename__ = "lease"

    text_id: int = parent("text.id", key=True)
    holder: str
    author: str
    since: datetime = moment()
    expires: datetime = moment()


class JobTable(Base, table=True):
    """One piece of long work; its process writes here and pages read it."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_project_id", "project_id", "kind"),
        Index("ix_job_status", "status"),
        NEVER_REUSED,
    )

    id: int = Field(primary_key=True)
    project_id: int | None = parent("project.id", nullable=True)
    kind: str
    settings: dict[str, Any] = json()
    status: str
    done: int
    total: int
    values: dict[str, Any] = json()
    error: str
    cancel: bool
    pid: int | None
    heartbeat: datetime | None = moment(nullable=True)
    log: str
    created_at: datetime = moment()
    started_at: datetime | None = moment(nullable=True)
    finished_at: datetime | None = moment(nullable=True)


class RunTable(Base, table=True):
    """One fine-tuning."""

    __tablename__ = "run"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: int = Field(primary_key=True)
    project_id: int = parent("project.id")
    name: str
    base: str
    folder: str
    settings: dict[str, Any] = json()
    values: dict[str, Any] = json()
    job_id: int | None = job()
    created_at: datetime = moment()


class EvaluationTextTable(Base, table=True):
    """That a text is kept for evaluation: nothing is ever trained on it."""

    __tablename__ = "evaluation_text"

    text_id: int = parent("text.id", key=True)
    since: datetime = moment()


class FewShotSetTable(Base, table=True):
    """One version of a few-shot set; never changed once it is there.

    `counts` and `short` say spans and reasons by the number of the type, `note` how it came about.
    """

    __tablename__ = "few_shot_set"
    __table_args__ = (UniqueConstraint("project_id", "name", "version"), NEVER_REUSED)

    id: int = Field(primary_key=True)
    project_id: int = parent("project.id")
    name: str
    version: int
    k: int
    seed: int
    settings: dict[str, Any] = json()
    counts: dict[str, int] = json()
    short: dict[str, str] = json()
    note: str
    created_at: datetime = moment()


class FewShotTextTable(Base, table=True):
    """A text of a set as it was when it was promoted.

    `spans` are [start, end, number of the type]; `why` the types that needed the text.
    """

    __tablename__ = "few_shot_text"
    __table_args__ = (Index("ix_few_shot_text_text_id", "text_id"), {"sqlite_with_rowid": False})

    set_id: int = parent("few_shot_set.id", key=True)
    text_id: int = parent("text.id", key=True)
    position: int
    revision: int
    spans: list[list[int]] = Field(sa_column=Column(JSON(), nullable=False))
    why: list[int] = Field(sa_column=Column(JSON(), nullable=False))


class LibraryTable(Base, table=True):
    """One version of a project's examples; unfinished while `finished_at` is null.

    `types`: code -> number when it was begun. `features`: {"text", "text_id", "texts"} of each
    feature sentence, `texts` counting its cluster.
    """

    __tablename__ = "library"
    __table_args__ = (UniqueConstraint("project_id", "version"), NEVER_REUSED)

    id: int = Field(primary_key=True)
    project_id: int = parent("project.id")
    version: int
    writer: str
    settings: dict[str, Any] = json()
    types: dict[str, int] = json()
    features: list[dict[str, Any]] = Field(sa_column=Column(JSON(), nullable=False))
    silhouette: float
    job_id: int | None = job()
    created_at: datetime = moment()
    finished_at: datetime | None = moment(nullable=True)


class LibraryEntitiesTable(Base, table=True):
    """The surfaces of one type; `rejected` holds [surface, reason], `calls` counts questions."""

    __tablename__ = "library_entities"

    library_id: int = parent("library.id", key=True)
    type_id: int = parent("entity_type.id", key=True)
    surfaces: list[str] = Field(sa_column=Column(JSON(), nullable=False))
    rejected: list[list[str]] = Field(sa_column=Column(JSON(), nullable=False))
    calls: int
    prompt_version: str
    model: str
    usage: dict[str, float] = json()


class LibraryExampleTable(Base, table=True):
    """A labelled sentence; `spans` are [start, end, number of the type].

    `slot`: which planned sentence it is, null for one of a person. `made`: text, spans and reason
    as they were generated, whatever a person did since. `previous`: the same one a version before.
    """

    __tablename__ = "library_example"
    __table_args__ = (UniqueConstraint("library_id", "slot"), NEVER_REUSED)

    id: int = Field(primary_key=True)
    library_id: int = parent("library.id")
    slot: int | None
    feature: int | None
    feature_text: str
    text: str
    spans: list[list[int]] = Field(sa_column=Column(JSON(), nullable=False))
    origin: str
    status: str
    reason: str
    made: dict[str, Any] = json()
    previous: int | None
    revision: int
    author: str
    prompt_version: str
    model: str
    usage: dict[str, float] = json()
    created_at: datetime = moment()
    updated_at: datetime = moment()


class TraceTable(Base, table=True):
    """What a model was asked about a text and what it said, as JSON."""

    __tablename__ = "trace"
    __table_args__ = (Index("ix_trace_text_id", "text_id"),)

    tagging_id: int = parent("tagging.id", key=True)
    text_id: int = parent("text.id", key=True)
    told: dict[str, Any] = json()


class LLMReplyTable(Base, table=True):
    """What a language model answered, by the print of everything that shaped the answer."""

    __tablename__ = "llm_reply"
    __table_args__ = (Index("ix_llm_reply_origin", "origin", "model"),)

    key: str = Field(primary_key=True)
    origin: str
    model: str
    prompt_version: str
    request: dict[str, Any] = json()
    text: str
    answered_by: str
    usage: dict[str, float] = json()
    seconds: float
    mode: str
    created_at: datetime = moment()


class LLMCallTable(Base, table=True):
    """One request to a language model and what it cost; null figures are unknown, never 0."""

    __tablename__ = "llm_call"
    __table_args__ = (
        Index("ix_llm_call_project_id", "project_id"),
        Index("ix_llm_call_key", "key"),
    )

    id: int = Field(primary_key=True)
    project_id: int | None = parent("project.id", nullable=True)
    job_id: int | None = job()
    key: str
    purpose: str
    model: str
    endpoint: str
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float | None
    seconds: float
    cached: bool
    mode: str
    error: str
    created_at: datetime = moment()


class LLMPriceTable(Base, table=True):
    """What a million tokens of a model cost, as a person wrote it down."""

    __tablename__ = "llm_price"

    model: str = Field(primary_key=True)
    prompt: float
    completion: float


class LLMEndpointTable(Base, table=True):
    """What a test found out of an endpoint and a model there."""

    __tablename__ = "llm_endpoint"

    base_url: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    values: dict[str, Any] = json()
    tested_at: datetime = moment()


class SettingTable(Base, table=True):
    """A choice for the whole studio; keys and passwords are never among them."""

    __tablename__ = "setting"

    name: str = Field(primary_key=True)
    values: dict[str, Any] = json()


class TextMapTable(Base, table=True):
    """Where the texts of a project and the examples of its library lie on the map.

    Packed numbers of this machine: ids as 64-bit integers, places as pairs of 32-bit floats, and
    for each text as many 32-bit rows of `examples` as any has, -1 where there are fewer.
    """

    __tablename__ = "text_map"

    project_id: int = parent("project.id", key=True)
    job_id: int | None = job()
    model: str
    texts: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))
    examples: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))
    plane: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))
    fine: bytes | None = Field(sa_column=Column(LargeBinary(), nullable=True))
    picks: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))
    curve: dict[str, float] = json()
    created_at: datetime = moment()


class ComparisonRowTable(Base, table=True):
    """How one tagger did in a comparison, under the names that the command line promises."""

    __tablename__ = "comparison_row"

    job_id: int = parent("job.id", key=True)
    tagger: str = Field(primary_key=True)
    position: int
    version: str
    result: dict[str, Any] = json()
    created_at: datetime = moment()


def _table(name: str) -> Table:
    return METADATA.tables[name]


PROJECT = _table("project")
ENTITY_TYPE = _table("entity_type")
TEXT = _table("text")
TEXT_BODY = _table("text_body")
TAGGING = _table("tagging")
TAGGED = _table("tagged")
SUGGESTION = _table("suggestion")
ANNOTATION = _table("annotation")
EDIT = _table("edit")
BULK = _table("bulk")
LEASE = _table("lease")
JOB = _table("job")
RUN = _table("run")
EVALUATION_TEXT = _table("evaluation_text")
FEW_SHOT_SET = _table("few_shot_set")
FEW_SHOT_TEXT = _table("few_shot_text")
LIBRARY = _table("library")
LIBRARY_ENTITIES = _table("library_entities")
LIBRARY_EXAMPLE = _table("library_example")
TRACE = _table("trace")
LLM_REPLY = _table("llm_reply")
LLM_CALL = _table("llm_call")
LLM_PRICE = _table("llm_price")
LLM_ENDPOINT = _table("llm_endpoint")
SETTING = _table("setting")
TEXT_MAP = _table("text_map")
COMPARISON_ROW = _table("comparison_row")
