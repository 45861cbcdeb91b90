"""`ctloop bench`: every metric declared once, files after every part, and one line for what cannot run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from circuits.errors import CtloopError, UnknownName
from sims.benchmarks import metrics
from sims.benchmarks.bench import bench, measured
from sims.benchmarks.metrics import BENCH, PARTS, Part, chosen
from sims.benchmarks.report import Report
from sims.benchmarks.sides import QUICK, Found, Notify, Size
from sims.cli import main as cli
from sims.experiments.experiment import load
from sims.measures.metric import Metric, at_most
from sims.report.csv_files import read_rows
from sims.report.progress import SilentProgress

KEYS = [metric.key for metric in BENCH]


class Notes(SilentProgress):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def note(self, text: str) -> None:
        self.lines.append(text)


def works(size: Size, notify: Notify) -> list[Found]:
    """Find one number of a part of two."""
    return [Found("floor_ratio", 1.5, 1.4, 1.6)]


def cannot(size: Size, notify: Notify) -> list[Found]:
    """Refuse as a part does that lacks something."""
    msg = "there is no NEST: pip install nest-simulator"
    raise CtloopError(msg)


def breaks(size: Size, notify: Notify) -> list[Found]:
    """Fail as no part should."""
    msg = "first line\nsecond line"
    raise ValueError(msg)


def part(run: str, *keys: str) -> Part:
    rows = tuple(m for m in BENCH if m.key in keys)
    return Part(name=run, question="?", run=f"{__name__}:{run}", metrics=rows)


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find the parts of this file by name, whatever imported it."""
    known = {"works": works, "cannot": cannot, "breaks": breaks}
    monkeypatch.setattr(
        "sims.benchmarks.bench.load", lambda name, run: known.get(name) or load(name, run)
    )


def test_every_metric_is_declared_once_with_a_meaning() -> None:
    assert len(KEYS) == len(set(KEYS))
    assert all(metric.meaning for metric in BENCH)
    asked = {
        "speedup_vs_per_population": "above 10", "cold_speedup_vs_per_population": "above 15",
        "speedup_vs_nest": "above 10", "speedup_vs_nest_all_cores": "above 5",
        "floor_ratio": "at most 2", "kinase_overhead": "at most 2", "loop_kinase_overhead": "at most 1.3",
        "scaling_exponent_neurons": "at most 1.05", "scaling_exponent_synapses": "at most 1.05",
        "bytes_per_synapse": "at most 32", "bytes_per_plastic_synapse": "at most 96",
        "recompiled_objects": "at most 0",
    }  # fmt: skip
    assert {key: str(goal) for key, goal in BENCH.goals().items()} == asked


@pytest.mark.parametrize("one", PARTS, ids=lambda one: one.name)
def test_every_part_has_its_function(one: Part) -> None:
    assert callable(load(one.name, one.run))


def test_parts_are_chosen_by_name_in_their_own_order() -> None:
    assert [p.name for p in chosen(" kinase, floor")] == ["floor", "kinase"]
    assert chosen("") == PARTS
    with pytest.raises(UnknownName, match="nearest: floor"):
        chosen("flor")


def test_a_goal_without_a_lower_end_holds_up_to_it() -> None:
    goal = at_most(2, "why")
    assert str(goal) == "at most 2"
    assert [goal.held(v) for v in (2, -1, 2.1, None)] == [True, True, False, False]


def test_the_files_are_there_from_the_start_and_hold_all_declared_keys(tmp_path: Path) -> None:
    report = Report(tmp_path, "ctloop bench")
    assert json.loads((tmp_path / "bench.json").read_text()) == dict.fromkeys(KEYS)
    report.add([Found("floor_ratio", 1.23456, 1.2, 1.3, "standalone")])
    numbers = json.loads((tmp_path / "bench.json").read_text())
    assert list(numbers) == KEYS
    assert numbers["floor_ratio"] == 1.23456
    rows = {row["metric"]: row for row in read_rows(tmp_path / "bench.csv")}
    assert list(rows) == KEYS
    assert (rows["floor_ratio"]["value"], rows["floor_ratio"]["met"]) == ("1.235", "met")
    assert rows["kinase_overhead"]["note"] == "not measured"
    machine = json.loads((tmp_path / "machine.json").read_text())
    assert {"processor", "cores", "load", "compiler", "flags", "versions"} <= set(machine)


def test_a_number_that_nobody_declared_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        Report(tmp_path, "ctloop bench").add([Found("floor_rato", 1.0)])


def test_a_part_that_cannot_run_says_so_in_one_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    shown = Notes()
    parts = [part("cannot", "speedup_vs_nest"), part("breaks", "kinase_overhead"),
             part("works", "floor_ratio", "floor_ns")]  # fmt: skip
    report = bench(parts, QUICK, tmp_path, shown, "ctloop bench --quick")
    assert "cannot: there is no NEST: pip install nest-simulator" in shown.lines
    assert all("\n" not in line for line in shown.lines)
    found = report.found
    assert found["speedup_vs_nest"].note == "there is no NEST: pip install nest-simulator"
    assert found["kinase_overhead"].note.startswith("ValueError: first line")
    assert found["floor_ratio"].value == 1.5
    assert found["floor_ns"].note == "not in --quick"


def test_what_a_part_finds_and_lacks_are_its_metrics() -> None:
    found = measured(part("works", "floor_ratio", "floor_ns"), QUICK, SilentProgress())
    assert {one.key for one in found} == {"floor_ratio", "floor_ns"}


def test_the_command_writes_its_folder_with_a_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(metrics, "PARTS", (part("works", "floor_ratio", "floor_ns"),))
    monkeypatch.setattr(metrics, "NAMES", ("works",))
    folder = tmp_path / "bench"
    assert cli.main(["bench", "--quick", "--only", "works", "--out", str(folder)]) == 0
    assert (folder / "figures" / "bench.png").read_bytes()[:4] == b"\x89PNG"
    out = capsys.readouterr().out
    assert "floor_ratio" in out
    assert "met" in out


def test_a_dry_run_lists_goals_and_measures_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["bench", "--only", "kinase", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "kinase_overhead" in out
    assert "at most 2" in out
    assert "floor" not in out
    assert list(tmp_path.iterdir()) == []


def test_metrics_of_parts_are_metrics() -> None:
    assert all(isinstance(m, Metric) for one in PARTS for m in one.metrics)
