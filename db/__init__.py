"""What is kept: one SQLite file, and plain functions that take a session first.

Every function that writes is one short transaction, committed before it returns; several can be
joined in one with `db.session.transaction`. Values go in and out, never rows.
"""
