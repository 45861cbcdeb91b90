"""A table of results: as text and as CSV."""

from __future__ import annotations

import math
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
