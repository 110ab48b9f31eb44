"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
import importlib

import pytest

MODULES = [
    "types", "spans", "folding", "proportions", "occurrences", "grounding", "formats.tokens",
    "nuner.kshot",
    "llm.failures", "llm.gather", "llm.lenient", "llm.repair", "llm.replies", "llm.scripted",
    "llm.usage",
]  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"engine.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
