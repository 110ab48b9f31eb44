"""JSON of any shape is read or refused; nothing else ever comes out of a reader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import formats
from engine.errors import FormatError
from engine.types import Record

KEYS = (
    "text spans label labels entities tokens start end token_start token_end start_offset meta id "
    "data annotations predictions completions result value globalOffsets answer was_cancelled"
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 30) | st.floats() | st.sampled_from(["", "Ann 👍"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS.split()), inner, max_size=5)
    ),
    max_leaves=12,
)
rows = st.dictionaries(st.sampled_from(KEYS.split()), values, max_size=6)
few = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)


@pytest.mark.parametrize("name", ["jsonl", "doccano", "prodigy", "labelstudio"])
@pytest.mark.parametrize("whole", [True, False], ids=["array", "lines"])
@given(given_rows=st.lists(rows, max_size=4))
@few
def test_json_of_any_shape_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    whole: bool,
    given_rows: list[dict[str, object]],
) -> None:
    path = tmp_path_factory.mktemp("shape") / "a.json"
    lines = "\n".join(json.dumps(row) for row in given_rows)
    path.write_text(json.dumps(given_rows) if whole else lines)
    try:
        for found in formats.read(path, name):
            assert isinstance(found, Record) or found.message.endswith(".")
    except FormatError as error:
        assert str(error).endswith(".")


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.conll"])
def test_files_in_utf16_are_told_and_read(tmp_path: Path, name: str) -> None:
    content = {
        "a.jsonl": '{"text": "Köln", "spans": [[0, 4, "LOC"]]}\n',
        "a.csv": 'text,spans\nKöln,"[[0, 4, ""LOC""]]"\n',
        "a.conll": "Köln\tB-LOC\nliegt\tO\n",
    }[name]
    path = tmp_path / name
    path.write_text(content, encoding="utf-16")
    assert formats.sniff(path) == name.partition(".")[2]
    [record] = formats.read(path)
    assert isinstance(record, Record)
    assert [record.content.surface(s) for s in record.content.spans] == ["Köln"]
