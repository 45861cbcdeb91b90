"""Finished runs become one tidy table, a row a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from circuits.runs.run import RunData
from circuits.runs.store import save
from sims.alternation.declaration import AlternationRequest
from sims.cli import main as cli
from sims.prediction.declaration import PredictionRequest
from sims.report.csv_files import read_rows, write_rows
from sims.runs.perform import written

CUT = "V1.L5IB -> Pulvinar.TRC"
Captured = pytest.CaptureFixture[str]


def run(folder: Path, command: str, metrics: dict[str, Any], **more: Any) -> Path:
    kind = PredictionRequest if "prediction" in command else AlternationRequest
    request = kind(engine="numpy", **more)
    meta = {
        "experiment": {"name": request.experiment},
        "request": written(request),
        "seed": request.seed,
        "lesions": list(request.lesions),
        "settings": list(request.settings),
        "command": ["/somewhere/bin/ctloop", *command.split()],
    }
    return save(RunData(meta=meta, metrics=metrics), folder)


def collect(into: Path, *words: object) -> tuple[str, list[dict[str, str]]]:
    assert cli.main(["results", "--collect", *map(str, words), "--into", str(into)]) == 0
    return into.read_text().splitlines()[0], read_rows(into)


def test_runs_are_rows_by_lesion_and_seed_without_what_this_machine_decides(tmp_path: Path) -> None:
    made = "run alternation --seed {} --out /home/me/{} --circuit /home/me/mine.json --quiet"
    asked = {
        "c": {"seed": 1},
        "b": {"seed": 0, "lesions": (CUT,)},
        "a": {"seed": 0},
    }
    runs = [
        run(tmp_path / name, made.format(n, name),
            {"theta_l5ib_hz": 5.123456789 + n, "silent": None, "silent_reason": "no peak"}, **more)
        for n, (name, more) in enumerate(asked.items())
    ]  # fmt: skip
    first, rows = collect(tmp_path / "x.csv", *runs)
    assert first == "# ctloop run alternation --circuit mine.json"
    assert rows == [
        {"label": "intact", "seed": "0", "theta_l5ib_hz": "7.12346"},
        {"label": "intact", "seed": "1", "theta_l5ib_hz": "5.12346"},
        {"label": CUT, "seed": "0", "theta_l5ib_hz": "6.12346"},
    ]
    assert str(tmp_path) not in (tmp_path / "x.csv").read_text()
    _, rows = collect(tmp_path / "y.csv", *runs, "--columns", "silent")
    assert rows[0] == {"label": "intact", "seed": "0", "silent": ""}


def test_options_in_which_runs_differ_are_in_their_labels(tmp_path: Path) -> None:
    runs = [
        run(tmp_path / condition, f"run alternation --condition {condition}", {"x": 1.0},
            condition=condition, contrast=0.5)
        for condition in ("conflict", "none")
    ]  # fmt: skip
    first, rows = collect(tmp_path / "x.csv", *runs)
    assert first == (
        "# ctloop run alternation --condition conflict; ctloop run alternation --condition none"
    )
    assert [row["label"] for row in rows] == ["intact", "condition none"]


def test_a_run_of_several_seeds_is_a_row_a_seed(tmp_path: Path) -> None:
    metrics = {"accuracy": 0.5, "accuracy_per_seed": [0.25, None, 0.75], "seeds": 3}
    one = run(tmp_path / "p", "run prediction --seeds 3 --seed 40", metrics, seed=40, seeds=3)
    first, rows = collect(tmp_path / "x.csv", one)
    assert first == "# ctloop run prediction --seeds 3"
    assert [(r["seed"], r["accuracy"]) for r in rows] == [
        ("40", "0.25"),
        ("41", ""),
        ("42", "0.75"),
    ]


@pytest.fixture
def battery(tmp_path: Path) -> Path:
    meta = {"experiment": {"name": "lesion battery of alternation"},
            "command": ["ctloop", "lesion", "TRN", "--seeds", "2", "--seed", "7", "--store", "/tmp/s"]}  # fmt: skip
    folder = save(RunData(meta=meta, metrics={}), tmp_path / "battery")
    about = {"folder": "/tmp/s/1", "error": ""}
    write_rows(folder / "runs.csv", [
        {"lesion": "silence TRN", "seed": 1, **about, "x": 0.5, "x_reason": "", "y_per_seed": [1]},
        {"lesion": "intact", "seed": 1, **about, "x": None},
        {"lesion": "intact", "seed": 0, **about, "x": 0.123456789},
    ])  # fmt: skip
    write_rows(folder / "effects.csv", [
        {"lesion": "silence TRN", "metric": "x", "primary": primary, "n": 2, "intact": 1.0,
         "lesioned": 2.0, "difference": 1.0, "low": None, "high": None, "p_corrected": 0.5}
        for primary in (True, False)
    ])  # fmt: skip
    return folder


def test_a_battery_is_its_runs(tmp_path: Path, battery: Path) -> None:
    first, rows = collect(tmp_path / "x.csv", battery)
    assert first == "# ctloop lesion TRN --seeds 2"
    assert rows == [
        {"label": "silence TRN", "seed": "1", "x": "0.5"},
        {"label": "intact", "seed": "0", "x": "0.123457"},
        {"label": "intact", "seed": "1", "x": ""},
    ]


def test_or_its_effects_which_say_from_which_seed_on(tmp_path: Path, battery: Path) -> None:
    first, rows = collect(tmp_path / "x.csv", battery, "--effects")
    assert first == "# ctloop lesion TRN --seeds 2 --seed 7"
    assert rows == [
        {"label": "silence TRN", "metric": "x", "n": "2", "intact": "1", "lesioned": "2",
         "difference": "1", "low": "", "high": "", "p_corrected": "0.5"}
    ]  # fmt: skip


def test_a_sweep_is_labelled_by_what_was_varied(tmp_path: Path) -> None:
    meta = {
        "experiment": {"name": "sweep of alternation"},
        "command": ["x", "sweep", "alternation"],
    }
    folder = save(RunData(meta=meta, metrics={}), tmp_path / "sweep")
    write_rows(folder / "runs.csv", [{"V1.L5IB.b": "80pA", "seed": 0, "error": "", "x": 1.0}])
    _, rows = collect(tmp_path / "x.csv", folder)
    assert rows == [{"label": "V1.L5IB.b=80pA", "seed": "0", "x": "1"}]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--collect RUN", "go together"),
        ("--into x.csv", "go together"),
        ("--collect none --into x.csv", "none"),
        ("--collect RUN --into no/x.csv", "there is no folder no"),
        ("--collect RUN --into x.csv --columns theta_l5bi_hz", "nearest: theta_l5ib_hz"),
        ("--columns x", "belong to --collect"),
        ("--check --collect RUN --into x.csv", "after it"),
    ],
)
def test_what_cannot_be_collected_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, words: str, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    run(tmp_path / "RUN", "run alternation", {"theta_l5ib_hz": 5.0})
    assert cli.main(["results", *words.split()]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1
    assert not (tmp_path / "x.csv").exists()
