"""How taggers did beside each other."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"

STATEMENT = """
    CREATE TABLE comparison_row (
        job_id INTEGER NOT NULL,
        tagger VARCHAR NOT NULL,
        position INTEGER NOT NULL,
        version VARCHAR NOT NULL,
        result JSON NOT NULL,
        created_at VARCHAR NOT NULL,
        CONSTRAINT pk_comparison_row PRIMARY KEY (job_id, tagger),
        CONSTRAINT fk_comparison_row_job_id FOREIGN KEY (job_id)
            REFERENCES job (id) ON DELETE CASCADE
    )
"""


def upgrade() -> None:
    """Make the table."""
    op.execute(STATEMENT)
