"""Steps that touch many texts at once, and how they are taken back."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    """
    CREATE TABLE bulk (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        project_id INTEGER NOT NULL,
        edit_uid VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        root INTEGER,
        wanted JSON NOT NULL,
        report JSON NOT NULL,
        author VARCHAR NOT NULL,
        created_at VARCHAR NOT NULL,
        CONSTRAINT uq_bulk_edit_uid UNIQUE (edit_uid),
        CONSTRAINT fk_bulk_project_id FOREIGN KEY (project_id)
            REFERENCES project (id) ON DELETE CASCADE,
        CONSTRAINT fk_bulk_root FOREIGN KEY (root)
            REFERENCES bulk (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE INDEX ix_bulk_project_id
        ON bulk (project_id, root)
    """,
    """
    CREATE INDEX ix_bulk_root
        ON bulk (root)
    """,
    "ALTER TABLE edit ADD COLUMN bulk_id INTEGER REFERENCES bulk (id) ON DELETE SET NULL",
    """
    CREATE INDEX ix_edit_bulk_id
        ON edit (bulk_id) WHERE bulk_id IS NOT NULL
    """,
    """
    CREATE INDEX ix_text_body_wide
        ON text_body (text_id) WHERE length(text) != length(CAST(text AS BLOB))
    """,
)


def upgrade() -> None:
    """Make room for bulk steps; an edit may belong to one."""
    for statement in STATEMENTS:
        op.execute(statement)
