"""Sentence vectors of other people's models: real code, on a model that the test makes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.embed import SentenceTransformerEmbedder, check
from engine.errors import CheckpointError
from tests import tiny_embedder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_embedder.make(tmp_path_factory.mktemp("embedder"))


def test_a_folder_is_loaded_and_gives_unit_rows(folder: Path) -> None:
    embedder = SentenceTransformerEmbedder(str(folder))
    rows = embedder.embed(["Ann went to Oslo .", "soup", "Ann went to Oslo ."])
    assert rows.shape == (3, 8)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert rows[0] == pytest.approx(rows[2], abs=1e-6)
    assert rows[0] @ rows[1] < 0.999
    assert embedder.embed([]).shape == (0, 8)
    assert str(folder) in embedder.name


def test_a_model_that_is_not_on_this_machine_is_said_without_asking_the_hub(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def no_network(*_arguments: object, **_more: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr("socket.socket.connect", no_network)
    monkeypatch.setattr("socket.getaddrinfo", no_network)
    with pytest.raises(CheckpointError, match="'nobody/nothing-here' is not on this machine"):
        SentenceTransformerEmbedder("nobody/nothing-here")


def test_a_folder_is_loaded_without_asking_the_hub(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_arguments: object, **_more: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr("socket.getaddrinfo", no_network)
    assert SentenceTransformerEmbedder(str(folder), download=True).embed(["soup"]).shape == (1, 8)


def test_a_folder_that_is_not_there_or_holds_no_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="There is no embedder folder"):
        check(str(tmp_path / "nothing"))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(CheckpointError, match="cannot be loaded"):
        SentenceTransformerEmbedder(str(tmp_path))


def test_a_pickle_is_refused_unopened(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(CheckpointError, match="a pickle"):
        check(str(tmp_path))
