"""The example library of ReverseNER, version by version, and what led to a model's answers."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = (
    """
    CREATE TABLE library (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        project_id INTEGER NOT NULL,
        version INTEGER NOT NULL,
        writer VARCHAR NOT NULL,
        settings JSON NOT NULL,
        types JSON NOT NULL,
        features JSON NOT NULL,
        silhouette FLOAT NOT NULL,
        job_id INTEGER,
        created_at VARCHAR NOT NULL,
        finished_at VARCHAR,
        CONSTRAINT uq_library_project_id_version UNIQUE (project_id, version),
        CONSTRAINT fk_library_project_id FOREIGN KEY (project_id)
            REFERENCES project (id) ON DELETE CASCADE,
        CONSTRAINT fk_library_job_id FOREIGN KEY (job_id)
            REFERENCES job (id) ON DELETE SET NULL
    )
    """,
    """
    CREATE INDEX ix_library_job_id
        ON library (job_id)
    """,
    """
    CREATE TABLE library_entities (
        library_id INTEGER NOT NULL,
        type_id INTEGER NOT NULL,
        surfaces JSON NOT NULL,
        rejected JSON NOT NULL,
        calls INTEGER NOT NULL,
        prompt_version VARCHAR NOT NULL,
        model VARCHAR NOT NULL,
        usage JSON NOT NULL,
        CONSTRAINT pk_library_entities PRIMARY KEY (library_id, type_id),
        CONSTRAINT fk_library_entities_library_id FOREIGN KEY (library_id)
            REFERENCES library (id) ON DELETE CASCADE,
        CONSTRAINT fk_library_entities_type_id FOREIGN KEY (type_id)
            REFERENCES entity_type (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE library_example (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        library_id INTEGER NOT NULL,
        slot INTEGER,
        feature INTEGER,
        feature_text VARCHAR NOT NULL,
        text VARCHAR NOT NULL,
        spans JSON NOT NULL,
        origin VARCHAR NOT NULL,
        status VARCHAR NOT NULL,
        reason VARCHAR NOT NULL,
        made JSON NOT NULL,
        previous INTEGER,
        revision INTEGER NOT NULL,
        author VARCHAR NOT NULL,
        prompt_version VARCHAR NOT NULL,
        model VARCHAR NOT NULL,
        usage JSON NOT NULL,
        created_at VARCHAR NOT NULL,
        updated_at VARCHAR NOT NULL,
        CONSTRAINT uq_library_example_library_id_slot UNIQUE (library_id, slot),
        CONSTRAINT fk_library_example_library_id FOREIGN KEY (library_id)
            REFERENCES library (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE trace (
        tagging_id INTEGER NOT NULL,
        text_id INTEGER NOT NULL,
        told JSON NOT NULL,
        CONSTRAINT pk_trace PRIMARY KEY (tagging_id, text_id),
        CONSTRAINT fk_trace_tagging_id FOREIGN KEY (tagging_id)
            REFERENCES tagging (id) ON DELETE CASCADE,
        CONSTRAINT fk_trace_text_id FOREIGN KEY (text_id)
            REFERENCES text (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE INDEX ix_trace_text_id
        ON trace (text_id)
    """,
)


def upgrade() -> None:
    """Make the tables."""
    for statement in TABLES:
        op.execute(statement)
