"""The command line: quick, one clear line when something is wrong, nothing half-written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from circuits.engine import choose as engine
from circuits.errors import CtloopError
from circuits.runs import store
from circuits.runs.run import RunData
from sims.alternation.declaration import AlternationRequest
from sims.cli import main as cli
from sims.experiments import Work

Asked = tuple[AlternationRequest, Work]
METRICS: dict[str, Any] = {
    "theta_l5ib_hz": 5.0123,
    "theta_pulvinar_hz": None,
    "theta_pulvinar_hz_reason": "the pulvinar is silent",
    "rate_v1_l4e_hz": 3.0,
}
HEAVY = {"brian2", "matplotlib", "scipy", "numpy", "networkx", "h5py"}


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """Stand in for the experiment: list what it was asked, and measure made-up numbers."""
    asked: list[Asked] = []

    def alternation(request: AlternationRequest, work: Work) -> RunData:
        asked.append((request, work))
        return RunData(meta={}, metrics=METRICS)

    module = ModuleType("sims.alternation.experiment")
    module.alternation = alternation  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sims.alternation.experiment", module)
    monkeypatch.chdir(tmp_path)
    return asked


def finished_run(folder: Path, lesions: list[str] | None = None) -> Path:
    folder.mkdir(parents=True)
    experiment = {"name": "alternation", "condition": "conflict"}
    meta = {"complete": True, "experiment": experiment, "seed": 3, "lesions": lesions or []}
    (folder / "run.json").write_text(json.dumps(meta))
    (folder / "metrics.json").write_text(json.dumps(METRICS))
    return folder


# --- what is asked for reaches the experiment ---------------------------------------------------


def test_without_options_the_defaults_of_the_protocol_run(runs: list[Asked]) -> None:
    assert cli.main(["run", "alternation"]) == 0
    ((request, work),) = runs
    assert request.condition == "conflict"
    assert request.duration_s == 10.0
    assert request.seed == 0
    assert request.lesions == request.settings == ()
    assert work.figures is True
    assert store.read_meta(Path("runs/alternation-1"))["request"]["condition"] == "conflict"


def test_lesions_and_settings_can_be_given_again_and_again(runs: list[Asked]) -> None:
    cut = ["--lesion", "V1.L5IB->Pulvinar.TRC", "--lesion", "TRN.PUL"]
    changed = ["--set", "V1.L5IB.b=80pA", "--set", "V1.L5IB->Pulvinar.TRC.U=.5"]
    assert cli.main(["run", "alternation", *cut, *changed, "--no-figures", "--quiet"]) == 0
    ((request, work),) = runs
    assert request.lesions == tuple(cut[1::2])
    assert request.settings == tuple(changed[1::2])
    assert work.figures is False
    assert not Path("runs/alternation-1/figures").exists()


def test_the_next_free_folder_is_taken_and_a_stopped_run_keeps_its_number(
    runs: list[Asked],
) -> None:
    for number in (1, 3):
        Path(f"runs/alternation-{number}").mkdir(parents=True)
    Path("runs/alternation-2.incomplete-77").mkdir()
    assert cli.main(["run", "alternation", "--quiet", "--no-figures"]) == 0
    assert store.read_meta(Path("runs/alternation-4"))["complete"]


def test_a_run_ends_with_its_metrics_and_where_it_is(
    runs: list[Asked], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", "alternation", "--out", "mine", "--no-figures"]) == 0
    shown = capsys.readouterr().out
    assert "theta_l5ib_hz" in shown
    assert "5.01" in shown
    assert shown.rstrip().endswith("mine")


def test_quiet_prints_nothing_at_all(runs: list[Asked], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", "alternation", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


# --- show ---------------------------------------------------------------------------------------


def test_show_says_what_was_run_what_came_out_and_why_something_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["show", str(finished_run(tmp_path / "run", ["V1.L5IB"]))]) == 0
    shown = capsys.readouterr().out
    assert "alternation, condition conflict, seed 3, lesion V1.L5IB" in shown
    assert "held" not in shown
    assert "the pulvinar is silent" in shown
    assert "rate_v1_l4e_hz" not in shown
    assert "1 more with --all" in shown


def test_show_says_of_an_intact_run_which_goals_held(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["show", str(finished_run(tmp_path / "run"))]) == 0
    assert "held: 4.5 to 5.5" in capsys.readouterr().out


def test_show_all_shows_every_metric(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", str(finished_run(tmp_path / "run")), "--all"]) == 0
    assert "rate_v1_l4e_hz" in capsys.readouterr().out


# --- what is wrong is said in one line ----------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("--duration 0", "--duration takes a number of seconds above 0, not 0.0"),
        ("--duration nan", "--duration takes a number of seconds above 0"),
        ("--duration ten", "--duration"),
        ("--seed -1", "--seed takes a whole number of 0 or more"),
        ("--contrast 1.5", "--contrast takes a fraction from 0 to 1"),
        ("--contrast nan", "--contrast takes a fraction from 0 to 1"),
        ("--scale 0", "--scale takes a fraction above 0"),
        ("--engine cyton", "nearest: cython"),
        ("--condition conflikt", "nearest: conflict"),
        ("--circuit none.json", "--circuit: there is no file none.json"),
        ("--out full", "--out: full already holds something"),
        ("--sed 3", "--seed"),
        ("--seed", "--seed"),
    ],
)
def test_a_wrong_option_is_one_line_and_code_2_and_writes_nothing(
    arguments: str, says: str, runs: list[Asked], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("full").mkdir()
    Path("full/notes.txt").touch()
    assert cli.main(["run", "alternation", *arguments.split()]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert len(err.splitlines()) == 1
    assert runs == []
    assert not Path("runs").exists()


def test_a_scale_and_a_circuit_of_ones_own_contradict_each_other(
    runs: list[Asked], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("mine.json").touch()
    given = ["run", "alternation", "--circuit", "mine.json", "--scale", ".05"]
    assert cli.main(given) == 2
    assert "give one of the two" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["shwo"], ["run", "altenation"], ["show"], ["show", "."]])
def test_a_wrong_command_is_one_line_and_code_2(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == 2
    assert len(capfd.readouterr().err.splitlines()) == 1


def test_an_error_of_the_laboratory_is_its_line_and_code_2(
    runs: list[Asked],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(request: AlternationRequest, work: Work) -> RunData:
        msg = "population V1.L4E ran away at 230 ms"
        raise CtloopError(msg)

    monkeypatch.setattr(sys.modules["sims.alternation.experiment"], "alternation", refuse)
    assert cli.main(["run", "alternation"]) == 2
    assert capsys.readouterr().err == "ctloop: population V1.L4E ran away at 230 ms\n"


def test_an_engine_that_cannot_work_here_is_refused_before_anything_runs(
    runs: list[Asked], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine, "missing", lambda name: ["make"] if name != "numpy" else [])
    assert cli.main(["run", "alternation", "--engine", "standalone"]) == 2
    assert "apt install make" in capsys.readouterr().err


# --- stopping -----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_ends_a_run_with_one_line_code_130_and_nothing_half_written(
    tmp_path: Path, how: signal.Signals
) -> None:
    script = """
        import sys, time, types
        def alternation(request, work):
            (work.folder / "half.txt").touch()
            print("working", flush=True)
            time.sleep(60)
        sys.modules["sims.alternation.experiment"] = module = types.ModuleType("sims.alternation.experiment")
        module.alternation = alternation
        from sims.cli.main import main
        sys.exit(main(["run", "alternation", "--out", "mine"]))
    """
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "working\n"
    child.send_signal(how)
    _, err = child.communicate(timeout=30)
    assert child.returncode == 130
    assert err == "ctloop: stopped; nothing was kept of what was not finished\n"
    assert list(tmp_path.iterdir()) == []


# --- speed --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["run", "alternation", "--help"],
        ["run", "alternation", "--duration", "0"],
        ["x"],
    ],
)
def test_help_and_wrong_arguments_load_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys; from sims.cli.main import main; main(sys.argv[1:]); "
        f"print('loaded', *sorted({HEAVY!r} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].split() == ["loaded"]


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["run", "alternation", "--help"], ["run", "alternation", "--duration", "0"]],
)
def test_help_and_wrong_arguments_answer_in_under_half_a_second(arguments: list[str]) -> None:
    """Processor time, best of three: another program on the machine is not our slowness."""

    def seconds() -> float:
        before = os.times()
        subprocess.run([sys.executable, "-m", "sims.cli.main", *arguments], capture_output=True)
        after = os.times()
        return (
            after.children_user
            - before.children_user
            + after.children_system
            - before.children_system
        )

    assert min(seconds() for _ in range(3)) < 0.5


def test_show_answers_in_under_half_a_second(tmp_path: Path) -> None:
    run = finished_run(tmp_path / "run")
    code = (
        "import sys; from sims.cli.main import main; main(sys.argv[1:]); "
        "print('loaded', *sorted({'brian2', 'matplotlib', 'h5py', 'scipy'} & set(sys.modules)))"
    )
    began = time.process_time()
    command = [sys.executable, "-c", code, "show", str(run)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].split() == ["loaded"]
    assert time.process_time() - began < 0.5


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    from importlib.metadata import version

    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"ctloop {version('ctloop')}\n"
