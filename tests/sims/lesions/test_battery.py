"""A battery of lesions, from the command line to tables, sentences and figures."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from circuits.errors import CtloopError
from circuits.runs import store
from sims.alternation.declaration import ALTERNATION, AlternationRequest
from sims.cli import main as cli
from sims.lesions.battery import Battery, arms_of, compare

HERE = Path(__file__).parents[1]
CUT = "V1.L5IB -> Pulvinar.TRC"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(HERE))
    monkeypatch.chdir(tmp_path)
    return tmp_path


FAKE = ["--experiment", "fake_experiment:FAKE", "--scale", ".001", "--workers", "2", "--quiet"]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_battery_reports_the_lesion_that_matters_and_the_sham_that_does_not(here: Path) -> None:
    assert cli.main(["lesion", CUT, "sham", "--seeds", "10", "--out", "o", *FAKE]) == 0
    found = {(r["lesion"], r["metric"]): r for r in rows(here / "o/effects.csv")}
    cut = found[(f"cut {CUT}", "content_outcome")]
    assert float(cut["difference"]) == pytest.approx(-0.5)
    assert float(cut["low"]) <= -0.5 <= float(cut["high"])
    for (lesion, _), row in found.items():
        if lesion == "sham":
            assert float(row["difference"]) == 0.0
            assert float(row["p"]) == 1.0
    text = (here / "o/sentences.txt").read_text()
    assert f"cut {CUT}: content_outcome fell from 0.9" in text
    assert "theta_pulvinar_hz could not be measured in 10 lesioned runs and no intact runs." in text
    assert "sham: content_outcome did not change by more than its bound of 0.1" in text
    pictures = {p.stem for p in (here / "o/figures").glob("*.png")}
    assert {"forest", "heat_map"} <= pictures
    assert any(p.startswith("circuit_cut") for p in pictures)
    meta = json.loads((here / "o/run.json").read_text())
    assert meta["complete"]
    assert meta["failures"] == []
    assert len(list((here / "runs/store").glob("?" * 20))) == 30
    assert len(rows(here / "o/runs.csv")) == 30


def test_the_same_battery_again_simulates_nothing(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for out in ("one", "two"):
        assert cli.main(["lesion", CUT, "--seeds", "2", "--out", out, *FAKE, "--no-figures"]) == 0
    started = here / "runs/store/started.txt"
    assert len(started.read_text().splitlines()) == 4
    assert (here / "one/effects.csv").read_text() == (here / "two/effects.csv").read_text()


def test_doses_give_curves_and_dose_zero_is_the_intact_run(here: Path) -> None:
    asked = ["lesion", CUT, "--dose", "0,.5,1", "--seeds", "3", "--out", "o", *FAKE]
    assert cli.main(asked) == 0
    doses = rows(here / "o/doses.csv")
    assert {float(r["dose"]) for r in doses} == {0, 0.5, 1}
    assert len(list((here / "runs/store").glob("?" * 20))) == 9
    assert (here / "o/figures/dose_content_outcome.png").is_file()


def test_a_figure_that_fails_does_not_cost_the_report(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ValueError("no font")

    monkeypatch.setattr("sims.lesions.report.draw", fails)
    assert cli.main(["lesion", CUT, "--seeds", "2", "--out", "o", *FAKE]) == 0
    assert (here / "o/effects.csv").is_file()
    assert store.read_meta(here / "o")["complete"] is True
    assert store.read_meta(here / "o")["figures_reason"] == "ValueError: no font"


def test_a_dry_run_lists_what_is_touched_and_builds_nothing(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["lesion", "V1.L5IB->Pulvinar", "silence TRN .5", "--seeds", "3", "--dry-run"]
    assert cli.main(asked) == 0
    shown = capsys.readouterr().out
    assert "V1.L5IB -> Pulvinar.TRC, V1.L5IB -> Pulvinar.IN" in shown
    assert "about 75 cells of TRN.LGN, TRN.PUL" in shown
    assert "9 runs, 0 of them done; 6 templates, 0 of them done" in shown
    assert "3 seeds allow no p below 0.25" in shown
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (["V1.L5IB -> Pulvinar.TRX"], "nearest: Pulvinar.TRC"),
        ([], "nothing to lesion"),
        ([CUT, "--seeds", "0"], "1 or more"),
        ([CUT, "--dose", "a"], "from 0 to 1"),
        ([CUT, "--dose", "2"], "from 0 to 1"),
        (["sham", "--dose", ".5"], "has no dose"),
        ([CUT, CUT], "twice"),
        ([CUT, "--condition", "conflit"], "nearest: conflict"),
        ([CUT, "--experiment", "alternatoin"], "nearest: alternation"),
        ([CUT, "--duration", "0"], "above 0"),
        (["--battery", "none.toml"], "cannot read the battery"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_before_anything_runs(
    here: Path, capsys: pytest.CaptureFixture[str], asked: list[str], says: str
) -> None:
    assert cli.main(["lesion", *asked]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1
    assert list(here.iterdir()) == []


def test_the_warning_counts_lesions_times_primary_metrics() -> None:
    battery = Battery(arms_of([CUT, "TRN"]), 8, AlternationRequest(scale=0.001))
    assert battery.tests == 2 * len(ALTERNATION.metrics.primary)
    assert "after Holm's correction over 12 tests only --seeds 9 or more" in battery.warning()
    assert Battery(arms_of([CUT, "TRN"]), 12, AlternationRequest(scale=0.001)).warning() == ""


def test_comparing_runs_gives_rows_a_data_frame_takes() -> None:
    rng = np.random.default_rng(0)
    intact = [{"content_outcome": 0.9 + 0.01 * rng.normal()} for _ in range(6)]
    lesioned = [{"content_outcome": 0.2 + 0.01 * rng.normal()} for _ in range(6)]
    (row,) = compare(intact, lesioned)
    assert row["metric"] == "content_outcome"
    assert row["difference"] == pytest.approx(-0.7, abs=0.05)
    assert row["bound"] == 0.1
    assert not row["equivalent"]


def test_two_lesions_of_one_name_are_refused() -> None:
    with pytest.raises(CtloopError, match="'no TRN' twice"):
        Battery(arms_of([("no TRN", "TRN"), ("no TRN", CUT)]), 2, AlternationRequest(scale=0.001))
    with pytest.raises(CtloopError, match="'intact' twice"):
        Battery(arms_of([("intact", "TRN")]), 2, AlternationRequest(scale=0.001))
