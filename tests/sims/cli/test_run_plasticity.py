"""`ctloop run plasticity`: its options reach the experiment, wrong ones do not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from circuits.runs.run import RunData
from sims.cli import lesion
from sims.cli import main as cli
from sims.cli.options import Parser
from sims.experiments import Work
from sims.plasticity.declaration import PARTS, PlasticityRequest


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[PlasticityRequest]:
    """Stand in for the experiment: list what it was asked, and give a small run."""
    asked: list[PlasticityRequest] = []

    def plasticity(request: PlasticityRequest, work: Work) -> RunData:
        asked.append(request)
        work.progress.note("inducing plasticity")
        return RunData(meta={"experiment": {}}, metrics={"epsp_25_50": 1.42})

    module = ModuleType("sims.plasticity.experiment")
    module.plasticity = plasticity  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sims.plasticity.experiment", module)
    monkeypatch.chdir(tmp_path)
    return asked


def test_without_options_the_published_experiment_runs(
    runs: list[PlasticityRequest], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", "plasticity", "--no-figures"]) == 0
    (request,) = runs
    assert request.wanted_parts() == PARTS
    assert request.protocols() == ((25, 50), (50, 25), (25, 25), (50, 50))
    assert Path("runs/plasticity-1/metrics.json").is_file()
    out, err = capsys.readouterr()
    assert "plasticity, seed 0" in out
    assert "epsp_25_50" in out
    assert "inducing plasticity" in err


def test_a_protocol_of_ones_own_reaches_the_experiment(runs: list[PlasticityRequest]) -> None:
    given = "--pattern 25,50,25 --window-ms 150 --poisson --part conditions --quiet --no-figures"
    assert cli.main(["run", "plasticity", *given.split()]) == 0
    assert runs[0].pattern == (25.0, 50.0, 25.0)
    assert runs[0].window_ms == 150.0
    assert runs[0].parts == ("conditions",)


def test_lesions_and_settings_reach_the_experiment_and_stand_in_the_title(
    runs: list[PlasticityRequest], capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--lesion", "block NMDA .5", "--set", "rule.slow=60ms", "--no-figures"]
    assert cli.main(["run", "plasticity", *given]) == 0
    assert runs[0].lesions == ("block NMDA .5",)
    assert runs[0].settings == ("rule.slow=60ms",)
    assert "lesion block NMDA .5, set rule.slow=60ms" in capsys.readouterr().out


def test_a_battery_is_planned_on_paired_seeds(
    runs: list[PlasticityRequest], capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["block NMDA", "--experiment", "plasticity", "--dose", "0,.5,1", "--seeds", "2"]
    assert cli.main(["lesion", *given, "--part", "conditions", "--dry-run"]) == 0
    out, _ = capsys.readouterr()
    assert "block NMDA 0.5: touches the stimulated synapse" in out
    assert "6 runs, 0 of them done" in out  # a dose of 0 is the intact run
    assert runs == []


def test_a_battery_lesions_its_lesioned_runs_alone() -> None:
    parser = Parser(prog="ctloop")
    lesion.add(parser.add_subparsers(), "plasticity")
    words = ["lesion", "block NMDA", "block AMPA", "--experiment", "plasticity", "--cells", "2"]
    planned = lesion.plan("plasticity", parser.parse_args(words))
    requests = planned.requests()[:3]
    assert [r.lesions for r in requests] == [(), ("block NMDA",), ("block AMPA",)]


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
        ("--lesion V1.L4E", "in vitro there is one synapse"),
        ("--set rule.slw=1", "nearest: slow"),
    ],
)
def test_a_wrong_option_is_one_line_and_code_2(
    arguments: str, says: str, runs: list[PlasticityRequest], capsys: pytest.CaptureFixture[str]
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
