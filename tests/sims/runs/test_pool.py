"""Many runs in real processes: each once, whatever dies on the way."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from circuits.errors import CtloopError
from circuits.runs.store import read_metrics
from sims.experiments import Request
from sims.runs.address import address
from sims.runs.executors import opener
from sims.runs.pool import failures, finished, run_all

HERE = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))
    monkeypatch.setenv("PYTHONPATH", f"{HERE}:{HERE.parents[1]}")


def ask(behaviour: str, tracks: Path, seeds: int = 3, **more: object) -> list[Request]:
    from fake_experiment import FakeRequest

    return [
        FakeRequest(condition=f"{behaviour}@{tracks}", seed=seed, scale=0.001, **more)  # type: ignore[arg-type]
        for seed in range(seeds)
    ]  # fmt: skip


def started(tracks: Path) -> list[str]:
    return (tracks / "started.txt").read_text().splitlines()


def test_what_exists_is_never_run_twice(tmp_path: Path) -> None:
    asked, store = ask("", tmp_path), tmp_path / "store"
    first = run_all(asked, store, open_executor=opener(2))
    assert all(finished(o.folder) and not o.reused for o in first.values())
    again = run_all(asked, store, open_executor=opener(2))
    assert all(o.reused for o in again.values())
    assert len(started(tmp_path)) == 3


def test_one_worker_and_two_give_identical_numbers(tmp_path: Path) -> None:
    asked = ask("", tmp_path)
    one = run_all(asked, tmp_path / "one", open_executor=opener(1), workers=1)
    two = run_all(asked, tmp_path / "two", open_executor=opener(2), workers=2)
    for request in asked:
        assert read_metrics(one[request].folder) == read_metrics(two[request].folder)


def test_a_run_whose_worker_is_killed_is_tried_again(tmp_path: Path) -> None:
    asked = ask("dies once", tmp_path)
    found = run_all(asked, tmp_path / "store", open_executor=opener(2))
    assert failures(list(found.values())) == []
    assert all(finished(o.folder) for o in found.values())
    assert started(tmp_path).count("1 ") >= 2


def test_a_run_that_always_kills_its_worker_is_given_up_and_the_others_finish(
    tmp_path: Path,
) -> None:
    asked = ask("always dies", tmp_path)
    found = run_all(asked, tmp_path / "store", open_executor=opener(2), retries=1)
    assert [bool(found[r].error) for r in asked] == [False, True, False]
    assert "was killed" in found[asked[1]].error


@pytest.mark.parametrize(("behaviour", "says"), [("fails", "ran away"), ("breaks", "a bug")])
def test_one_run_that_fails_is_reported_and_the_others_go_on(
    tmp_path: Path, behaviour: str, says: str
) -> None:
    asked = ask(behaviour, tmp_path)
    found = run_all(asked, tmp_path / "store", open_executor=opener(2))
    (line,) = failures(list(found.values()))
    assert line.startswith("seed 1, intact: ")
    assert says in line
    assert started(tmp_path).count("1 ") == 1
    assert sum(finished(o.folder) for o in found.values()) == 2


def test_a_full_disk_ends_it_with_a_clear_line_and_finished_runs_stay(tmp_path: Path) -> None:
    """The limit on file size stands for a disk that is full: writing fails half-way."""
    asked = ask("fills", tmp_path)
    store = tmp_path / "store"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    run_all(asked[:1], store, open_executor=opener(1), workers=1)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        with pytest.raises(CtloopError, match=r"no room to write .* Finished runs are intact"):
            run_all(asked[1:], store, open_executor=opener(1), workers=1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert finished(store / address(asked[0]))
    assert not finished(store / address(asked[1]))
    assert not list(store.glob("*.incomplete-*"))


def _command(tmp_path: Path, store: Path) -> subprocess.Popen[bytes]:
    """Start five slow runs in a process group of their own; wait for the first to end."""
    code = (
        "import sys; sys.path[:0] = [sys.argv[3]]\n"
        "from pathlib import Path\n"
        "from sims.runs.executors import opener\n"
        "from sims.runs.pool import run_all\n"
        "from fake_experiment import FakeRequest\n"
        # No `if __name__ == "__main__"`: the processes of the runs do not import this script again.
        "run_all([FakeRequest(seed=s, scale=.001, condition='waits@' + sys.argv[1])\n"
        "         for s in range(5)],\n"
        "        Path(sys.argv[2]), open_executor=opener(1), workers=1)\n"
    )
    script = tmp_path / "battery.py"
    script.write_text(code)
    process = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path), str(store), str(HERE)],
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not any(map(finished, store.glob("?" * 20))):
        time.sleep(0.05)
    return process


def test_a_killed_command_resumes_and_repeats_no_finished_run(tmp_path: Path) -> None:
    asked, store = ask("waits", tmp_path, seeds=5), tmp_path / "store"
    process = _command(tmp_path, store)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    whole = [f for f in store.glob("?" * 20) if finished(f)]
    assert 1 <= len(whole) < 5
    found = run_all(asked, store, open_executor=opener(1), workers=1)
    assert sum(o.reused for o in found.values()) == len(whole)
    assert all(finished(o.folder) for o in found.values())
    assert not list(store.glob("*.incomplete-*"))


@pytest.mark.parametrize("whom", ["the terminal", "the command alone"])
def test_a_command_that_is_stopped_leaves_nothing_half_done(tmp_path: Path, whom: str) -> None:
    store = tmp_path / "store"
    process = _command(tmp_path, store)
    if whom == "the terminal":  # Ctrl-C reaches every process
        os.killpg(process.pid, signal.SIGINT)
    else:
        os.kill(process.pid, signal.SIGINT)
    assert process.wait(timeout=20) != 0
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and list(store.glob("*.incomplete-*")):
        time.sleep(0.1)
    assert not list(store.glob("*.incomplete-*"))
    assert sum(map(finished, store.glob("?" * 20))) < 5


def test_a_cluster_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CtloopError, match="give one"):
        opener(1, scheduler="tcp://x:1", slurm=tmp_path)
