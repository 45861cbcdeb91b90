"""A table of results: as text, as CSV and as a folder."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

from sims.report.result_table import ResultTable

FOUND = ResultTable(
    title="A question",
    heads=("seed", "population", "share"),
    rows=((3, "V1.L4E", 0.123456), (4, "V2.L5IB", math.nan), (5, "TRN", None)),
    notes=("Shares of the items.",),
)


def test_text_has_numbers_flush_right_and_notes_below() -> None:
    lines = FOUND.text().splitlines()
    assert lines[0] == "A question"
    assert lines[2] == "seed  population  share"
    assert lines[4].endswith("0.123")
    assert lines[5].endswith("    -")
    assert lines[-1] == "Shares of the items."


def test_csv_has_all_digits_and_nothing_where_there_is_no_value(tmp_path: Path) -> None:
    FOUND.write(tmp_path / "found.csv")
    assert (tmp_path / "found.csv").read_text() == (
        "seed,population,share\n3,V1.L4E,0.123456\n4,V2.L5IB,\n5,TRN,\n"
    )


def test_a_folder_has_the_table_and_its_metrics_flat(tmp_path: Path) -> None:
    FOUND.write_folder(tmp_path / "plain")
    assert [f.name for f in (tmp_path / "plain").iterdir()] == ["table.csv"]
    whole = replace(FOUND, metrics={"share": 0.5, "share_lo": math.nan}, results={"ms": (1, 2)})
    whole.write_folder(tmp_path / "whole")
    assert json.loads((tmp_path / "whole/metrics.json").read_text()) == {
        "share": 0.5,
        "share_lo": None,
    }
    assert json.loads((tmp_path / "whole/results.json").read_text()) == {"ms": [1, 2]}
