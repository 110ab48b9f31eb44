"""Every setting, in one frozen place; nothing else in the house reads the environment.

The prefix is NER_STUDIO_ (NER_STUDIO_DB, NER_STUDIO_PORT, ...); a language model's endpoint keeps
the names every client knows: OPENAI_API_KEY and OPENAI_BASE_URL.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def data_folder() -> Path:
    """The platform's folder for what people make: kept when caches are emptied."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "ner-studio"


def default_db() -> Path:
    """The database file when nobody names one."""
    return data_folder() / "studio.db"


JOBS, RUNS = ".jobs", ".runs"
"""Folders beside the database, named like it: logs and files of jobs; models that were trained."""


class Settings(BaseSettings):
    """What the person who starts the studio decides.

    Attributes:
        db: the SQLite file.
        host: address to serve on; anything but this machine needs a password.
        port: port to serve on.
        password_file: file whose first line is the password, None for none.
        open_browser: whether `serve` opens a browser when it is ready.
        author: who edits and commands are recorded under.
        checkpoint: folder of an embedded checkpoint other than the one shipped.
        embedder: model of sentence-transformers that libraries are built with, a name of the hub or
            a folder; "" for the shipped one.
        taggers: your own taggers by name, {"rules": "my_package.rules:load"}; each names a function
            that takes the entity types and returns a Tagger. Only the environment can set it.
        llm_model: model asked at the endpoint.
        llm_key_file: file with the endpoint's key, readable by its owner alone; None for none.
        openai_api_key: key of the endpoint; it never leaves this object.
        openai_base_url: address of the endpoint, "" for the client's own default.
        upload_bytes: largest file a page takes. Our choice: a generous corpus of 200 MB.
        upload_rows: most texts one import takes. Our choice: ten times the largest project we test.
    """

    model_config = SettingsConfigDict(
        env_prefix="NER_STUDIO_", frozen=True, extra="ignore", populate_by_name=True
    )

    db: Path = Field(default_factory=default_db)
    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=0, le=65535)
    password_file: Path | None = None
    open_browser: bool = True
    author: str = "me"
    checkpoint: Path | None = None
    embedder: str = ""
    taggers: dict[str, str] = Field(default_factory=dict)
    llm_model: str = ""
    llm_key_file: Path | None = None
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str = Field(default="", validation_alias="OPENAI_BASE_URL")
    upload_bytes: int = Field(default=200_000_000, gt=0)
    upload_rows: int = Field(default=1_000_000, gt=0)

    @property
    def local(self) -> bool:
        """Whether only this machine can reach the studio."""
        return self.host in LOOPBACK

    @property
    def job_folder(self) -> Path:
        """Where job logs go: beside the database, so that they move with it."""
        return self.db.with_name(f"{self.db.stem}{JOBS}")


def load(**overrides: Any) -> Settings:
    """The environment's settings, with the given ones (those that are not None) on top.

    >>> load(port=0).port
    0
    """
    return Settings(**{name: value for name, value in overrides.items() if value is not None})


def quiet_libraries() -> None:
    """Keep the libraries from phoning home and from drawing bars; called before any is imported."""
    for name, value in {
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "DO_NOT_TRACK": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "TRANSFORMERS_VERBOSITY": "error",
    }.items():
        os.environ.setdefault(name, value)
