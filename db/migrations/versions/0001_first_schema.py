"""The first schema: projects, types, texts with search, taggings, answers, jobs, runs."""

from __future__ import annotations

from alembic import op

from db.migrations import APPLICATION_ID

revision = "0001"
down_revision = None

TABLES = (
    """
    CREATE TABLE project (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        name VARCHAR NOT NULL,
        settings JSON NOT NULL,
        created_at VARCHAR NOT NULL,
        deleted_at VARCHAR
    )
    """,
    """
    CREATE UNIQUE INDEX uq_project_name
        ON project (name) WHERE deleted_at IS NULL
    """,
    """
    CREATE TABLE entity_type (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        project_id INTEGER NOT NULL,
        code VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        definition VARCHAR NOT NULL,
        colour VARCHAR NOT NULL,
        "key" VARCHAR NOT NULL,
        position INTEGER NOT NULL,
        deleted_at VARCHAR,
        CONSTRAINT fk_entity_type_project_id FOREIGN KEY (project_id)
            REFERENCES project (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE UNIQUE INDEX uq_entity_type_code
        ON entity_type (project_id, code) WHERE deleted_at IS NULL
    """,
    """
    CREATE TABLE job (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        project_id INTEGER,
        kind VARCHAR NOT NULL,
        settings JSON NOT NULL,
        status VARCHAR NOT NULL,
        done INTEGER NOT NULL,
        total INTEGER NOT NULL,
        "values" JSON NOT NULL,
        error VARCHAR NOT NULL,
        cancel BOOLEAN NOT NULL,
        pid INTEGER,
        heartbeat VARCHAR,
        log VARCHAR NOT NULL,
        created_at VARCHAR NOT NULL,
        started_at VARCHAR,
        finished_at VARCHAR,
        CONSTRAINT fk_job_project_id FOREIGN KEY (project_id)
            REFERENCES project (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE INDEX ix_job_project_id
        ON job (project_id, kind)
    """,
    """
    CREATE INDEX ix_job_status
        ON job (status)
    """,
    """
    CREATE TABLE text (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        project_id INTEGER NOT NULL,
        position INTEGER NOT NULL,
        sha256 VARCHAR NOT NULL,
        status VARCHAR NOT NULL,
        revision INTEGER NOT NULL,
        source VARCHAR NOT NULL,
        blind BOOLEAN NOT NULL,
        flagged BOOLEAN NOT NULL,
        note VARCHAR NOT NULL,
        seconds FLOAT NOT NULL,
        created_at VARCHAR NOT NULL,
        updated_at VARCHAR NOT NULL,
        n_suggestions INTEGER NOT NULL,
        n_unlocated INTEGER NOT NULL,
        n_spans INTEGER NOT NULL,
        uncertainty FLOAT,
        CONSTRAINT uq_text_project_id_sha256 UNIQUE (project_id, sha256),
        CONSTRAINT fk_text_project_id FOREIGN KEY (project_id)
            REFERENCES project (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE UNIQUE INDEX ix_text_position
        ON text (project_id, position)
    """,
    """
    CREATE INDEX ix_text_queue
        ON text (project_id, status, coalesce(uncertainty, -1.0) DESC, position)
    """,
    """
    CREATE INDEX ix_text_status
        ON text (project_id, status, position)
    """,
    """
    CREATE TABLE edit (
        id INTEGER NOT NULL,
        text_id INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        edit_uid VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        author VARCHAR NOT NULL,
        created_at VARCHAR NOT NULL,
        seconds FLOAT NOT NULL,
        status_before VARCHAR NOT NULL,
        status_after VARCHAR NOT NULL,
        undoes INTEGER,
        undo_top INTEGER,
        redo_top INTEGER,
        under INTEGER,
        CONSTRAINT pk_edit PRIMARY KEY (id),
        CONSTRAINT uq_edit_edit_uid UNIQUE (edit_uid),
        CONSTRAINT uq_edit_text_id_revision UNIQUE (text_id, revision),
        CONSTRAINT fk_edit_text_id FOREIGN KEY (text_id)
            REFERENCES text (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE run (
        id INTEGER NOT NULL,
        project_id INTEGER NOT NULL,
        name VARCHAR NOT NULL,
        base VARCHAR NOT NULL,
        folder VARCHAR NOT NULL,
        settings JSON NOT NULL,
        "values" JSON NOT NULL,
        job_id INTEGER,
        created_at VARCHAR NOT NULL,
        CONSTRAINT pk_run PRIMARY KEY (id),
        CONSTRAINT uq_run_project_id_name UNIQUE (project_id, name),
        CONSTRAINT fk_run_project_id FOREIGN KEY (project_id)
            REFERENCES project (id) ON DELETE CASCADE,
        CONSTRAINT fk_run_job_id FOREIGN KEY (job_id)
            REFERENCES job (id) ON DELETE SET NULL
    )
    """,
    """
    CREATE INDEX ix_run_job_id
        ON run (job_id)
    """,
    """
    CREATE TABLE tagging (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        project_id INTEGER NOT NULL,
        job_id INTEGER,
        tagger VARCHAR NOT NULL,
        version VARCHAR NOT NULL,
        settings JSON NOT NULL,
        types JSON NOT NULL,
        created_at VARCHAR NOT NULL,
        CONSTRAINT fk_tagging_project_id FOREIGN KEY (project_id)
            REFERENCES project (id) ON DELETE CASCADE,
        CONSTRAINT fk_tagging_job_id FOREIGN KEY (job_id)
            REFERENCES job (id) ON DELETE SET NULL
    )
    """,
    """
    CREATE INDEX ix_tagging_job_id
        ON tagging (job_id)
    """,
    """
    CREATE TABLE text_body (
        text_id INTEGER NOT NULL,
        text VARCHAR NOT NULL,
        meta JSON NOT NULL,
        CONSTRAINT pk_text_body PRIMARY KEY (text_id),
        CONSTRAINT fk_text_body_text_id FOREIGN KEY (text_id)
            REFERENCES text (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE suggestion (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        text_id INTEGER NOT NULL,
        tagging_id INTEGER NOT NULL,
        type_id INTEGER NOT NULL,
        start INTEGER,
        "end" INTEGER,
        surface VARCHAR NOT NULL,
        score FLOAT,
        "match" VARCHAR NOT NULL,
        prompt_version VARCHAR NOT NULL,
        open BOOLEAN NOT NULL,
        replaced BOOLEAN NOT NULL,
        CONSTRAINT fk_suggestion_text_id FOREIGN KEY (text_id)
            REFERENCES text (id) ON DELETE CASCADE,
        CONSTRAINT fk_suggestion_tagging_id FOREIGN KEY (tagging_id)
            REFERENCES tagging (id) ON DELETE CASCADE,
        CONSTRAINT fk_suggestion_type_id FOREIGN KEY (type_id)
            REFERENCES entity_type (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE INDEX ix_suggestion_counters
        ON suggestion (text_id, open, replaced, "match", score)
    """,
    """
    CREATE INDEX ix_suggestion_tagging_id
        ON suggestion (tagging_id, "match")
    """,
    """
    CREATE INDEX ix_suggestion_type_id
        ON suggestion (type_id, open)
    """,
    """
    CREATE TABLE tagged (
        tagging_id INTEGER NOT NULL,
        text_id INTEGER NOT NULL,
        error VARCHAR NOT NULL,
        usage JSON NOT NULL,
        CONSTRAINT pk_tagged PRIMARY KEY (tagging_id, text_id),
        CONSTRAINT fk_tagged_tagging_id FOREIGN KEY (tagging_id)
            REFERENCES tagging (id) ON DELETE CASCADE,
        CONSTRAINT fk_tagged_text_id FOREIGN KEY (text_id)
            REFERENCES text (id) ON DELETE CASCADE
    )
     WITHOUT ROWID
    """,
    """
    CREATE INDEX ix_tagged_text_id
        ON tagged (text_id)
    """,
    """
    CREATE TABLE annotation (
        id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        text_id INTEGER NOT NULL,
        type_id INTEGER NOT NULL,
        start INTEGER,
        "end" INTEGER,
        surface VARCHAR NOT NULL,
        suggestion_id INTEGER,
        action VARCHAR NOT NULL,
        author VARCHAR NOT NULL,
        created_at VARCHAR NOT NULL,
        added_revision INTEGER NOT NULL,
        removed_revision INTEGER,
        restores INTEGER,
        CONSTRAINT fk_annotation_text_id FOREIGN KEY (text_id)
            REFERENCES text (id) ON DELETE CASCADE,
        CONSTRAINT fk_annotation_type_id FOREIGN KEY (type_id)
            REFERENCES entity_type (id) ON DELETE CASCADE,
        CONSTRAINT fk_annotation_suggestion_id FOREIGN KEY (suggestion_id)
            REFERENCES suggestion (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE INDEX ix_annotation_added
        ON annotation (text_id, added_revision)
    """,
    """
    CREATE INDEX ix_annotation_live
        ON annotation (text_id, removed_revision, action, start, "end")
    """,
    """
    CREATE INDEX ix_annotation_suggestion_id
        ON annotation (suggestion_id)
    """,
    """
    CREATE INDEX ix_annotation_type_id
        ON annotation (type_id, removed_revision, action)
    """,
)

SEARCH = (
    """
    CREATE VIRTUAL TABLE text_search USING fts5(
        text, content='text_body', content_rowid='text_id',
        tokenize='unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER text_body_added AFTER INSERT ON text_body BEGIN
        INSERT INTO text_search(rowid, text) VALUES (new.text_id, new.text);
    END
    """,
    """
    CREATE TRIGGER text_body_removed AFTER DELETE ON text_body BEGIN
        INSERT INTO text_search(text_search, rowid, text)
        VALUES ('delete', old.text_id, old.text);
    END
    """,
)

PROMISES = (
    """
    CREATE TRIGGER text_body_is_never_changed BEFORE UPDATE OF text ON text_body BEGIN
        SELECT RAISE(ABORT, 'the characters of a text are never changed');
    END
    """,
    """
    CREATE TRIGGER annotation_is_never_changed
    BEFORE UPDATE OF text_id, type_id, start, "end", surface, suggestion_id, action, author,
        created_at, added_revision, restores ON annotation BEGIN
        SELECT RAISE(ABORT, 'a human answer is never changed');
    END
    """,
)


def upgrade() -> None:
    """Make the schema on a blank file."""
    for statement in (*TABLES, *SEARCH, *PROMISES):
        op.execute(statement)
    op.execute(f"PRAGMA application_id = {APPLICATION_ID}")
