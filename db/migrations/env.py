"""What Alembic runs: our steps, on the connection and in the transaction it is handed."""

from alembic import context

from db import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.PROJECT.metadata,
    render_as_batch=True,
)
context.run_migrations()
