"""Nobody waits for ever: not where files cannot be locked, not for the dead, not for another run."""

from __future__ import annotations

import errno
import fcntl
import subprocess
import sys
import time
from pathlib import Path

import pytest

from circuits.machine import locks

#: Takes the lock, says so and dies with it.
HOLDER = """
import os, sys, time
from pathlib import Path
import fcntl
def refuse(*_):
    raise OSError({number}, "no locks here")
if {number}:
    fcntl.flock = refuse
from circuits.machine import locks
with locks.locked(Path(sys.argv[1]), lambda: None) as locked:
    print(locked, flush=True)
    time.sleep({seconds})
    os.kill(os.getpid(), 9)
"""


def _holder(path: Path, number: int = 0, seconds: float = 0.0) -> subprocess.Popen[str]:
    code = HOLDER.format(number=number, seconds=seconds)
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "True"
    return process


def _without_flock(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, "no locks here")

    monkeypatch.setattr(fcntl, "flock", refuse)


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
def test_without_locks_of_the_file_system_there_is_one_all_the_same(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_flock(monkeypatch, number)
    with locks.locked(tmp_path / "one", lambda: None) as first:
        began = time.monotonic()
        with locks.locked(tmp_path / "one", lambda: None, give_up_s=0.3) as second:
            assert (first, second) == (True, False)
        assert time.monotonic() - began < 5
    with locks.locked(tmp_path / "one", lambda: None, give_up_s=0.3) as third:
        assert third


@pytest.mark.parametrize("number", [0, errno.ENOSYS])
def test_the_lock_of_a_dead_process_is_taken(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _holder(tmp_path / "one", number).wait(timeout=60) == -9
    if number:
        _without_flock(monkeypatch, number)
    with locks.locked(tmp_path / "one", lambda: None, give_up_s=10.0) as locked:
        assert locked


def test_who_waits_for_another_run_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "SAY_AFTER_S", 0.2)
    notes: list[str] = []
    with (
        _holder(tmp_path / "one", seconds=2.0),
        locks.locked(tmp_path / "one", lambda: notes.append("waiting")) as locked,
    ):
        assert locked
    assert notes == ["waiting"]


def test_a_folder_that_cannot_be_written_gives_no_lock_and_no_error(tmp_path: Path) -> None:
    with locks.locked(tmp_path / "missing" / "one", lambda: None) as locked:
        assert not locked
