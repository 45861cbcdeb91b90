"""`ctloop lab` and `show --html` with bad input, and the commands that the lab writes."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from circuits.errors import CtloopError
from sims.cli import lab
from sims.cli.main import main
from sims.lab.jobs import Plan

Captured = pytest.CaptureFixture[str]


def refused(capsys: Captured, *words: str) -> str:
    assert main(list(words)) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return lines[0]


def test_a_port_in_use_is_refused_in_a_line(runs: Path, capsys: Captured) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert "is in use" in refused(capsys, "lab", str(runs), "--port", port, "--no-browser")


def test_a_folder_without_runs_is_refused_in_a_line(tmp_path: Path, capsys: Captured) -> None:
    assert "holds no runs" in refused(capsys, "lab", str(tmp_path))
    assert "no such folder" in refused(capsys, "lab", str(tmp_path / "x"))


def test_a_missing_extra_is_refused_in_a_line(
    runs: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab, "find_spec", lambda name: None)
    assert "[lab]" in refused(capsys, "lab", str(runs))
    assert "[lab]" in refused(capsys, "show", str(runs / "cut"), "--html", str(tmp_path / "x.html"))


def test_a_file_that_is_there_is_not_overwritten(
    runs: Path, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "x.html").touch()
    assert "never overwritten" in refused(
        capsys, "show", str(runs / "cut"), "--html", str(tmp_path / "x.html")
    )


def test_a_plan_is_the_command_of_the_run_it_resembles() -> None:
    meta = {
        "experiment": {"name": "alternation"},
        "request": {
            "seed": 3,
            "duration_s": 4.0,
            "settings": ["V1.L5IB.b=80pA"],
            "without_l6": False,
        },
    }
    plan = Plan.of_run(meta, ("cut V1.L5IB -> Pulvinar.TRC",))
    assert plan.command() == (
        'ctloop run alternation --seed 3 --lesion "cut V1.L5IB -> Pulvinar.TRC"'
        " --set V1.L5IB.b=80pA --duration 4"
    )
    with pytest.raises(CtloopError, match="leave --out away"):
        Plan(more="--out=/etc/x").words()
    with pytest.raises(CtloopError, match="cannot be read"):
        Plan(more='"').words()


def test_the_lab_loads_without_brian2() -> None:
    code = "import sims.lab.server, sims.lab.file, sys; print('brian2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          cwd=Path(__file__).parents[3])  # fmt: skip
    assert done.stdout.strip() == "False"
