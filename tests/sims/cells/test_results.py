"""The committed table is what the command gives now."""

from __future__ import annotations

import csv
from pathlib import Path

from sims.cells.declaration import CELL, CellRequest
from sims.report.progress import SilentProgress

FILE = Path(__file__).parents[3] / "sims" / "cells" / "results" / "cells.csv"


def test_the_committed_table_is_what_the_cells_do() -> None:
    found = CELL.measure(CellRequest(names=("*",)), SilentProgress())
    now = list(csv.DictReader(found.csv().splitlines()))
    with FILE.open(encoding="utf-8", newline="") as file:
        before = list(csv.DictReader(file))
    texts = [{k: v for k, v in row.items() if k != "here"} for row in (*before, *now)]
    assert texts[: len(before)] == texts[len(before) :]
    for old, new in zip(before, now, strict=True):
        if old["here"] and old["measure"] != "adaptation_percent":
            assert (
                abs(float(new["here"]) - float(old["here"]))
                <= 0.02 * abs(float(old["here"])) + 1e-6
            )
