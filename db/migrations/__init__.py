"""The schema, step by step.

To add a step: change `db/tables.py`; write `versions/NNNN_what.py` after the pattern of the last
one, in plain SQL; raise `HEAD`. A step is never edited once it has been released. Tests hold the
steps against the tables, and run them on a file of every older schema.
"""

from pathlib import Path

FOLDER = Path(__file__).parent

HEAD = "0008"
"""The newest step, said here so that an up-to-date file opens without importing Alembic."""

APPLICATION_ID = 0x4E455253
"""Marks a SQLite file as ours ("NERS")."""
