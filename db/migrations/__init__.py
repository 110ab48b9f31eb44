"""The schema, step by step. To add one, see CONTRIBUTING; then raise `HEAD`."""

from pathlib import Path

FOLDER = Path(__file__).parent

HEAD = "0001"
"""The newest step, said here so that an up-to-date file opens without importing Alembic."""

APPLICATION_ID = 0x4E455253
"""Marks a SQLite file as ours ("NERS")."""
