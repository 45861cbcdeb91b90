"""What goes into JSON: arrays, records and paths made plain, at any depth."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from circuits.runs.plain import plain


@dataclass(frozen=True)
class Row:
    name: str
    values: tuple[float, ...]


def test_arrays_numbers_records_and_paths_become_what_json_has() -> None:
    content = {
        "array": np.arange(4).reshape(2, 2),
        "number": np.float64(0.1),
        "yes": np.bool_(True),
        "row": Row("a", (1.0, 2.0)),
        "file": Path("runs/one"),
        "nested": [{"deep": np.array([0.5])}],
    }
    assert plain(content) == {
        "array": [[0, 1], [2, 3]],
        "number": 0.1,
        "yes": True,
        "row": {"name": "a", "values": [1.0, 2.0]},
        "file": "runs/one",
        "nested": [{"deep": [0.5]}],
    }
    assert json.loads(json.dumps(plain(content))) == plain(content)


@pytest.mark.parametrize("value", [np.nan, np.inf, np.float64("-inf"), np.array([np.nan])])
def test_what_is_no_number_becomes_null_unless_it_is_to_be_refused(value: object) -> None:
    assert "null" in json.dumps(plain([value]), allow_nan=False)
    with pytest.raises(ValueError, match="not JSON compliant"):
        json.dumps(plain([value], keep_nan=True), allow_nan=False)


def test_what_json_has_no_form_for_is_refused() -> None:
    with pytest.raises(TypeError, match="a set has no place"):
        plain({"a": {1, 2}})
