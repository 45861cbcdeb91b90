"""Whatever ends a run, no process and no folder of it stays: real processes on a tiny circuit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from circuits.engine import program

ROOT = Path(__file__).parents[3]
#: A run of a circuit minute, which no test waits for.
RUN = (
    sys.executable, "-m", "sims.cli.main", "run", "alternation", "--duration", "60", "--scale",
    "0.002", "--engine", "numpy", "--quiet", "--no-figures", "--out", "run",
)  # fmt: skip
#: A pool whose worker simulates for ever.
POOL = """
import time
from sims.runs.executors import opener
if __name__ == "__main__":
    opener(1)().submit(time.sleep, 600).result()
"""
#: A process that runs a compiled program.
STARTER = """
import sys
from pathlib import Path
from circuits.engine import program
print(list(program.run(Path(sys.argv[1]), 1, [program.Leg(0.0, 1.0, {})])))
"""


def _environment(folder: Path) -> dict[str, str]:
    (folder / "tmp").mkdir(exist_ok=True)
    return {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "tmp")}


def _members(session: int) -> set[int]:
    """List the processes of a session that live."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            continue
        if entry.name.isdigit() and fields[3] == str(session) and fields[0] not in "ZX":
            found.add(int(entry.name))
    return found


def _until(what: Callable[[], bool], seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + seconds
    while not what() and time.monotonic() < deadline:
        time.sleep(0.1)
    return what()


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc here")


@needs_proc
@pytest.mark.slow
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_no_process_and_closes_its_output(
    by: signal.Signals, tmp_path: Path
) -> None:
    with subprocess.Popen(
        RUN, cwd=tmp_path, env=_environment(tmp_path), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True,
    ) as run:  # fmt: skip
        assert _until(lambda: any(tmp_path.glob("run.incomplete-*/progress-*.txt")), 120)
        run.send_signal(by)
        output = run.communicate(timeout=60)[0]  # ends when nobody holds the output any more
        assert run.returncode == (-9 if by == signal.SIGKILL else 130), output
        assert _until(lambda: not _members(run.pid), 10)
    left = [p.name for p in tmp_path.iterdir() if p.name.startswith("run")]
    assert len(left) == (1 if by == signal.SIGKILL else 0)
    assert not list((tmp_path / "tmp").glob("ctloop-*-*-*"))


@needs_proc
def test_the_workers_of_a_killed_pool_end(tmp_path: Path) -> None:
    script = tmp_path / "pool.py"
    script.write_text(POOL)
    with subprocess.Popen(
        [sys.executable, str(script)], env=_environment(tmp_path), start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as pool:  # fmt: skip
        assert _until(lambda: len(_members(pool.pid)) >= 3)  # itself, a tracker, a worker
        time.sleep(1.0)
        pool.kill()
        pool.communicate(timeout=30)
        assert _until(lambda: not _members(pool.pid), 10)


@needs_proc
def test_a_compiled_program_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    stand_in = tmp_path / "main"
    stand_in.write_text("#!/bin/sh\necho $$ > pid\nexec sleep 600\n")
    stand_in.chmod(0o755)
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)], env=_environment(tmp_path),
        start_new_session=True,
    ) as starter:  # fmt: skip
        assert _until(lambda: (tmp_path / "pid").exists() and bool((tmp_path / "pid").read_text()))
        assert len(_members(starter.pid)) == 2
        starter.kill()
        starter.wait()
        assert _until(lambda: not _members(starter.pid), 10)


@needs_proc
def test_a_compiler_ends_when_its_starter_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Make is ended by SIGTERM, and ends what it started."""
    (tmp_path / "makefile").write_text("all:\n\tsleep 601\n")
    session = subprocess.Popen(
        [
            sys.executable, "-c", "import sys; from pathlib import Path; "
            "from circuits.engine import program; program._compile(Path(sys.argv[1]), [])",
            str(tmp_path),
        ],
        env=_environment(tmp_path), start_new_session=True,
    )  # fmt: skip
    assert _until(lambda: len(_members(session.pid)) >= 3, 60)
    session.kill()
    session.wait()
    assert _until(lambda: not _members(session.pid), 10)


def test_the_reason_of_a_compiler_is_one_line() -> None:
    words = "g++ -c a.cpp\na.cpp:1: error: no such thing\nmake: *** [main] Error 1\n"
    assert program._reason(words) == "a.cpp:1: error: no such thing"
