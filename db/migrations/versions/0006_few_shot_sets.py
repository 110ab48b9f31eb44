"""Few-shot sets, and the texts kept for evaluation."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

TABLES = (
    """
    CREATE TABLE evaluation_text (
        text_id INTEGER NOT NULL,
        since VARCHAR NOT NULL,
        CONSTRAINT pk_evaluation_text PRIMARY KEY (text_id),
        CONSTRAINT fk_evaluation_text_text_id FOREIGN KEY (text_id)
            REFERENCES text (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE few_shot_set (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        project_id INTEGER NOT NULL,
        name VARCHAR NOT NULL,
        version INTEGER NOT NULL,
        k INTEGER NOT NULL,
        seed INTEGER NOT NULL,
        settings JSON NOT NULL,
        counts JSON NOT NULL,
        short JSON NOT NULL,
        note VARCHAR NOT NULL,
        created_at VARCHAR NOT NULL,
        CONSTRAINT uq_few_shot_set_project_id_name_version UNIQUE (project_id, name, version),
        CONSTRAINT fk_few_shot_set_project_id FOREIGN KEY (project_id)
            REFERENCES project (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE few_shot_text (
        set_id INTEGER NOT NULL,
        text_id INTEGER NOT NULL,
        position INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        spans JSON NOT NULL,
        why JSON NOT NULL,
        CONSTRAINT pk_few_shot_text PRIMARY KEY (set_id, text_id),
        CONSTRAINT fk_few_shot_text_set_id FOREIGN KEY (set_id)
            REFERENCES few_shot_set (id) ON DELETE CASCADE,
        CONSTRAINT fk_few_shot_text_text_id FOREIGN KEY (text_id)
            REFERENCES text (id) ON DELETE CASCADE
    ) WITHOUT ROWID
    """,
    """
    CREATE INDEX ix_few_shot_text_text_id
        ON few_shot_text (text_id)
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in TABLES:
        op.execute(statement)
