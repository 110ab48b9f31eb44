"""What columns are made of: names of constraints, moments, JSON, references to a parent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

NEVER_REUSED = {"sqlite_autoincrement": True}
"""A number that a page or a process still holds must never come to mean another row."""


class Moment(TypeDecorator[datetime]):
    """A point in time: UTC, ISO 8601 with milliseconds in the file, aware in Python."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """To the file."""
        return None if value is None else value.astimezone(UTC).isoformat(timespec="milliseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the file."""
        return None if value is None else datetime.fromisoformat(value)


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def moment(*, nullable: bool = False) -> Any:
    """A column of moments."""
    return Field(sa_column=Column(Moment(), nullable=nullable))


def json(*, nullable: bool = False) -> Any:
    """A column of JSON, an empty object unless it is given."""
    return Field(default_factory=dict, sa_column=Column(JSON(), nullable=nullable))


def parent(target: str, *, key: bool = False, nullable: bool = False) -> Any:
    """The row that this one belongs to and goes with."""
    column: Column[Any] = Column(
        ForeignKey(target, ondelete="CASCADE"), primary_key=key, nullable=nullable
    )
    return Field(sa_column=column)


class Base(SQLModel, registry=registry(metadata=METADATA)):
    """Keeps our tables apart from those of any other program that uses SQLModel."""


def job() -> Any:
    """The job that made a row; the row outlives it."""
    column: Column[Any] = Column(
        ForeignKey("job.id", ondelete="SET NULL"), nullable=True, index=True
    )
    return Field(sa_column=column)
