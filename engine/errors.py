"""Every error the engine raises: one root, one plain sentence each, with the numbers in it."""

from __future__ import annotations

from collections.abc import Mapping


class EngineError(Exception):
    """The root: anything the engine refuses, said in one sentence."""


class OffsetError(EngineError):
    """A span does not lie inside its text, is empty, or its surface differs."""


class FormatError(EngineError):
    """A file cannot be read or written in a format.

    Attributes:
        line: 1-based line the trouble is on, 0 for the file as a whole.
        field: name of the field, "" when the line as a whole is meant.
        where: the file, "" where nobody has said.
    """

    def __init__(self, message: str, *, line: int = 0, field: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.field = field
        self.where = ""


class CheckpointError(EngineError):
    """A model folder is missing, incomplete, of another version or unsafe to load."""


class TaggingError(EngineError):
    """A tagger cannot do what it was asked: no entity types, no model, nothing to tag."""


class TrainingError(EngineError):
    """Training cannot start or go on: no data, unusable settings, a loss that is not a number."""


class OnnxError(EngineError):
    """A run cannot be written as ONNX.

    Attributes:
        kind: short name for scripts: "missing_package", "exists", "bad_file", or, when the work
            itself failed, "not_exportable" or "parity".
    """

    def __init__(self, message: str, *, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


class LLMError(EngineError):
    """A language-model endpoint could not be reached or gave no usable answer.

    Attributes:
        kind: short name for scripts, such as "quota" or "not_configured".
        retry_after: seconds the endpoint asks to wait, 0 when it does not say.
        usage: what was spent on answers that could not be used.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: str = "llm",
        retry_after: float = 0.0,
        usage: Mapping[str, float] | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.retry_after = retry_after
        self.usage = dict(usage or {})
