"""Output that is closed, full or unread costs one line and no run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sims.cli.streams import Stream, guarded

ROOT = Path(__file__).parents[3]
CTLOOP = f"{sys.executable} -m sims.cli.main"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Give a finished run with many metrics, which no experiment is known for."""
    (tmp_path / "run.json").write_text(json.dumps({"experiment": "old", "complete": True}))
    metrics = {f"metric_{k}": k for k in range(2000)}
    (tmp_path / "metrics.json").write_text(json.dumps(metrics))
    return tmp_path


def shell(command: str) -> tuple[int, str]:
    """Give exit code and standard error of a command line."""
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("where", "code", "why"),
    [
        (">&-", 2, "it is closed"),
        ("> /dev/full", 2, "No space left on device"),
        ("| head -1", 0, ""),
        ("<&-", 0, ""),
    ],
)
def test_output_that_cannot_be_written_is_one_line(
    run: Path, where: str, code: int, why: str
) -> None:
    found, error = shell(f"{CTLOOP} show {run} --all {where}")
    assert found == code
    assert len(error.splitlines()) == bool(why)
    assert why in error


@pytest.mark.parametrize("where", ["2>&-", "2> /dev/full", ">&- 2>&-", "<&- >&- 2>&-"])
def test_an_error_that_cannot_be_shown_still_ends_with_its_code(where: str) -> None:
    assert shell(f"{CTLOOP} show nowhere {where}") == (2, "")


@pytest.mark.slow
@pytest.mark.parametrize("where", ["> /dev/full 2> /dev/full", "2>&- >&-"])
def test_a_run_that_cannot_be_shown_is_finished_all_the_same(tmp_path: Path, where: str) -> None:
    out = tmp_path / "run"
    asked = "run plasticity --cells 4 --part conditions --no-figures"
    code, error = shell(f"{CTLOOP} {asked} --out {out} {where}")
    assert code == 0
    assert "Traceback" not in error
    assert json.loads((out / "run.json").read_text())["complete"]


def test_a_stream_that_failed_is_switched_off_and_says_why() -> None:
    with Path("/dev/full").open("w") as full:
        stream = Stream(full)
        stream.write("lost")
        stream.flush()
        assert isinstance(stream.error, OSError)
        assert stream.write("also lost") == len("also lost")


def test_a_name_that_is_no_text_is_shown_with_its_bytes(tmp_path: Path) -> None:
    with (tmp_path / "shown").open("w", encoding="ascii") as file:
        Stream(file).write(os.fsdecode("größe \udcff".encode("utf-8", "surrogateescape")))
    assert (tmp_path / "shown").read_text() == "gr\\xf6\\xdfe \\udcff"


def test_the_streams_are_as_before_after_a_command() -> None:
    before = sys.stdout, sys.stderr
    with guarded():
        assert sys.stdout is not before[0]
    assert (sys.stdout, sys.stderr) == before
