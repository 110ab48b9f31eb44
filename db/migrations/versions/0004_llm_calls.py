"""What language models were asked, what they answered, what it cost."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    """
    CREATE TABLE llm_reply (
        "key" VARCHAR NOT NULL,
        origin VARCHAR NOT NULL,
        model VARCHAR NOT NULL,
        prompt_version VARCHAR NOT NULL,
        request JSON NOT NULL,
        text VARCHAR NOT NULL,
        answered_by VARCHAR NOT NULL,
        usage JSON NOT NULL,
        seconds FLOAT NOT NULL,
        mode VARCHAR NOT NULL,
        created_at VARCHAR NOT NULL,
        CONSTRAINT pk_llm_reply PRIMARY KEY ("key")
    )
    """,
    """
    CREATE INDEX ix_llm_reply_origin
        ON llm_reply (origin, model)
    """,
    """
    CREATE TABLE llm_call (
        id INTEGER NOT NULL,
        project_id INTEGER,
        job_id INTEGER,
        "key" VARCHAR NOT NULL,
        purpose VARCHAR NOT NULL,
        model VARCHAR NOT NULL,
        endpoint VARCHAR NOT NULL,
        prompt_tokens INTEGER,
        completion_tokens INTEGER,
        cost FLOAT,
        seconds FLOAT NOT NULL,
        cached BOOLEAN NOT NULL,
        mode VARCHAR NOT NULL,
        error VARCHAR NOT NULL,
        created_at VARCHAR NOT NULL,
        CONSTRAINT pk_llm_call PRIMARY KEY (id),
        CONSTRAINT fk_llm_call_project_id FOREIGN KEY (project_id)
            REFERENCES project (id) ON DELETE CASCADE,
        CONSTRAINT fk_llm_call_job_id FOREIGN KEY (job_id)
            REFERENCES job (id) ON DELETE SET NULL
    )
    """,
    """
    CREATE INDEX ix_llm_call_project_id
        ON llm_call (project_id)
    """,
    """
    CREATE INDEX ix_llm_call_job_id
        ON llm_call (job_id)
    """,
    """
    CREATE INDEX ix_llm_call_key
        ON llm_call ("key")
    """,
    """
    CREATE TABLE llm_price (
        model VARCHAR NOT NULL,
        prompt FLOAT NOT NULL,
        completion FLOAT NOT NULL,
        CONSTRAINT pk_llm_price PRIMARY KEY (model)
    )
    """,
    """
    CREATE TABLE llm_endpoint (
        base_url VARCHAR NOT NULL,
        model VARCHAR NOT NULL,
        "values" JSON NOT NULL,
        tested_at VARCHAR NOT NULL,
        CONSTRAINT pk_llm_endpoint PRIMARY KEY (base_url, model)
    )
    """,
    """
    CREATE TABLE setting (
        name VARCHAR NOT NULL,
        "values" JSON NOT NULL,
        CONSTRAINT pk_setting PRIMARY KEY (name)
    )
    """,
)


def upgrade() -> None:
    """Make room for replies, the ledger, prices, what endpoints honour, and choices."""
    for statement in STATEMENTS:
        op.execute(statement)
