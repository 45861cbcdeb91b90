"""`ctloop run plasticity`: its options reach the experiment, wrong ones do not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sims.cli import main as cli
from sims.cli import run_plasticity as cli_plasticity


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Stand in for the experiment: list what it was asked, and write a small finished run."""
    asked: list[dict[str, Any]] = []

    def run_plasticity(**request: Any) -> None:
        asked.append(request)
        request["progress"]("inducing plasticity", 0.5)
        request["out"].mkdir(parents=True)
        meta = {"complete": True, "experiment": "plasticity", "seed": request["seed"]}
        (request["out"] / "run.json").write_text(json.dumps(meta))
        (request["out"] / "metrics.json").write_text(json.dumps({"epsp_25_50": 1.42}))

    module = ModuleType("sims.plasticity.experiment")
    module.run_plasticity = run_plasticity  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sims.plasticity.experiment", module)
    monkeypatch.chdir(tmp_path)
    return asked


def test_without_options_the_published_experiment_runs(
    runs: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", "plasticity"]) == 0
    (request,) = runs
    assert request["parts"] == cli_plasticity.PARTS
    assert request["out"] == Path("runs/plasticity-1")
    out, err = capsys.readouterr()
    assert "plasticity, seed 0" in out
    assert "epsp_25_50" in out
    assert "inducing plasticity" in err


def test_a_protocol_of_ones_own_reaches_the_experiment(runs: list[dict[str, Any]]) -> None:
    given = "--pattern 25,50,25 --window-ms 150 --poisson --part conditions --quiet"
    assert cli.main(["run", "plasticity", *given.split()]) == 0
    assert runs[0]["pattern"] == (25.0, 50.0, 25.0)
    assert runs[0]["window_ms"] == 150.0
    assert runs[0]["parts"] == ("conditions",)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("--minus-hz 25", "give both halves"),
        ("--minus-hz -5 --plus-hz 10", "between 0 and 200 Hz"),
        ("--pattern 25;50", "--pattern takes rates"),
        ("--window-ms 0", "longer than 0 ms"),
        ("--rule cascad", "nearest: cascade"),
        ("--readout cycel", "nearest: cycle"),
        ("--part mp", "nearest: map"),
        ("--seed -1", "--seed"),
        ("--lesion V1.L4E", "unknown option '--lesion'"),
    ],
)
def test_a_wrong_option_is_one_line_and_code_2(
    arguments: str, says: str, runs: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", "plasticity", *arguments.split()]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert len(err.splitlines()) == 1
    assert runs == []


def test_a_wrong_option_does_not_load_the_experiment() -> None:
    code = (
        "import sys; from sims.cli.main import main; main(sys.argv[1:]); "
        "print('loaded', *sorted({'scipy', 'brian2', 'matplotlib'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, "run", "plasticity", "--window-ms", "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["loaded"]


def test_the_parts_offered_are_the_parts_there_are() -> None:
    from sims.plasticity.experiment import PARTS

    assert set(PARTS) == set(cli_plasticity.PARTS)
