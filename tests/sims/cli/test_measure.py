"""`ctloop measure NAME`: the table is printed, and written into a new folder with its figures."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

import pytest

from circuits.errors import CtloopError
from sims.cli.measure import measure
from sims.experiments.measurement import Measurement
from sims.experiments.request import Request
from sims.report.result_table import ResultTable


@dataclass(frozen=True, kw_only=True)
class _Asked(Request):
    experiment = "made-up"


def run(request: Request, _: object) -> ResultTable:
    return ResultTable(
        title="Found", heads=("seed",), rows=((request.seed,),), metrics={"seed": 3.0}
    )


def draw(folder: Path) -> None:
    (folder / "drawn").write_text((folder / "metrics.json").read_text())


HERE = __name__
ONE = Measurement(
    name="made-up", question="?", request=_Asked, run=f"{HERE}:run", draw=f"{HERE}:draw"
)


def _asked(**given: object) -> Namespace:
    return Namespace(**({"csv": None, "out": None, "quiet": True, "seed": 3} | given))


def test_the_folder_has_the_table_the_metrics_and_what_is_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    measure(ONE, _asked(out=tmp_path / "new"))
    assert capsys.readouterr().out.startswith("Found")
    assert sorted(f.name for f in (tmp_path / "new").iterdir()) == [
        "drawn",
        "metrics.json",
        "table.csv",
    ]


def test_a_folder_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    with pytest.raises(CtloopError, match="--out"):
        measure(ONE, _asked(out=tmp_path))
