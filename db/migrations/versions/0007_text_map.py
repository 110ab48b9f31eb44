"""Where the texts of a project lie on its map."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

STATEMENTS = (
    """
    CREATE TABLE text_map (
        project_id INTEGER NOT NULL,
        job_id INTEGER,
        model VARCHAR NOT NULL,
        texts BLOB NOT NULL,
        examples BLOB NOT NULL,
        plane BLOB NOT NULL,
        fine BLOB,
        picks BLOB NOT NULL,
        curve JSON NOT NULL,
        created_at VARCHAR NOT NULL,
        CONSTRAINT pk_text_map PRIMARY KEY (project_id),
        CONSTRAINT fk_text_map_project_id FOREIGN KEY (project_id)
            REFERENCES project (id) ON DELETE CASCADE,
        CONSTRAINT fk_text_map_job_id FOREIGN KEY (job_id)
            REFERENCES job (id) ON DELETE SET NULL
    )
    """,
    "CREATE INDEX ix_text_map_job_id ON text_map (job_id)",
)


def upgrade() -> None:
    """A picture of the texts that is made once and looked at often."""
    for statement in STATEMENTS:
        op.execute(statement)
