"""Leases, flags and orders of the review queue."""

from __future__ import annotations

from hashlib import blake2b

from alembic import op
from sqlalchemy import text

revision = "0003"
down_revision = "0002"

COLUMNS = (
    "ALTER TABLE text ADD COLUMN lowest FLOAT",
    "ALTER TABLE text ADD COLUMN kinds VARCHAR NOT NULL DEFAULT ''",
    "ALTER TABLE text ADD COLUMN disagreement INTEGER",
    "ALTER TABLE text ADD COLUMN cluster INTEGER",
    "ALTER TABLE text ADD COLUMN coverage INTEGER",
    "ALTER TABLE text ADD COLUMN shuffle INTEGER NOT NULL DEFAULT 0",
    """
    CREATE TABLE lease (
        text_id INTEGER NOT NULL,
        holder VARCHAR NOT NULL,
        author VARCHAR NOT NULL,
        since VARCHAR NOT NULL,
        expires VARCHAR NOT NULL,
        CONSTRAINT pk_lease PRIMARY KEY (text_id),
        CONSTRAINT fk_lease_text_id FOREIGN KEY (text_id)
            REFERENCES text (id) ON DELETE CASCADE
    )
    """,
)

VALUES = (
    """
    UPDATE text SET
        lowest = (SELECT min(s.score) FROM suggestion s WHERE s.text_id = text.id
            AND s.replaced = 0 AND s."match" != 'ungrounded'),
        kinds = coalesce((SELECT ',' || group_concat(type_id, ',') || ',' FROM (
            SELECT s.type_id FROM suggestion s WHERE s.text_id = text.id AND s.open = 1 UNION
            SELECT a.type_id FROM annotation a WHERE a.text_id = text.id
                AND a.removed_revision IS NULL AND a.action != 'rejected' ORDER BY 1)), '')
    """,
)

INDEXES = (
    "DROP INDEX ix_text_queue",
    """
    CREATE INDEX ix_text_uncertainty
        ON text (project_id, status, -coalesce(uncertainty, -1.0), position)
    """,
    """
    CREATE INDEX ix_text_disagreement
        ON text (project_id, status, -coalesce(disagreement, -1), position)
    """,
    """
    CREATE INDEX ix_text_coverage
        ON text (project_id, status, coalesce(coverage, 9223372036854775807), position)
    """,
    """
    CREATE INDEX ix_text_random
        ON text (project_id, status, shuffle, position)
    """,
    """
    CREATE INDEX ix_text_flagged
        ON text (project_id, status) WHERE flagged = 1
    """,
    """
    CREATE INDEX ix_text_blind
        ON text (project_id, status) WHERE blind = 1
    """,
    """
    CREATE INDEX ix_text_unlocated
        ON text (project_id, status) WHERE n_unlocated > 0
    """,
    """
    CREATE INDEX ix_text_edited
        ON text (project_id, status, seconds) WHERE revision > 0
    """,
    "DROP INDEX ix_annotation_type_id",
    """
    CREATE INDEX ix_annotation_type_id
        ON annotation (type_id, removed_revision, action, added_revision)
    """,
)


def upgrade() -> None:
    """Orders, filters and leases; a text that is there gets what an import would give it."""
    for statement in (*COLUMNS, *VALUES):
        op.execute(statement)
    connection = op.get_bind()
    rows = connection.execute(text("SELECT id, sha256 FROM text")).all()
    if rows:
        put = text("UPDATE text SET shuffle = :shuffle WHERE id = :id")
        connection.execute(put, [{"id": id_, "shuffle": _shuffle(print_)} for id_, print_ in rows])
    for statement in INDEXES:
        op.execute(statement)


def _shuffle(print_: str) -> int:
    """The place of a text in the shuffle of seed 0."""
    return int.from_bytes(blake2b(f"0:{print_}".encode(), digest_size=4).digest())
