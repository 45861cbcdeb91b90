"""The same runs on a Dask cluster: a real scheduler and two real workers on this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from circuits.errors import CtloopError
from circuits.runs.store import read_metrics
from sims.experiments import Request
from sims.runs.executors import opener
from sims.runs.pool import failures, finished, run_all

pytest.importorskip("distributed", reason="no Dask here (pip install distributed)")
HERE = Path(__file__).parents[1]


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


@pytest.fixture
def scheduler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.syspath_prepend(str(HERE))
    address = f"tcp://127.0.0.1:{_free_port()}"
    path = os.pathsep.join([str(HERE), str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")])
    common = {"env": {**os.environ, "PYTHONPATH": path}, "cwd": tmp_path,
              "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}  # fmt: skip
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    port = address.rpartition(":")[2]
    started = [
        subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", port, "--no-dashboard"], **common
        )  # type: ignore[call-overload]
    ]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address]
    # A run starts processes of its own, which a worker under a nanny may not.
    worker += ["--no-nanny", "--nthreads", "1", "--no-dashboard"]
    started += [subprocess.Popen(worker, **common) for _ in range(2)]  # type: ignore[call-overload]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", int(port))) == 0:
                break
        time.sleep(0.2)
    yield address
    for process in started:
        process.kill()
        process.wait()


def ask(behaviour: str, tracks: Path) -> list[Request]:
    from fake_experiment import FakeRequest

    return [
        FakeRequest(condition=f"{behaviour}@{tracks}", seed=seed, scale=0.001)
        for seed in range(4)
    ]  # fmt: skip


@pytest.mark.slow
def test_two_dask_workers_give_the_numbers_of_this_process(scheduler: str, tmp_path: Path) -> None:
    asked = ask("", tmp_path)
    there = run_all(asked, tmp_path / "dask", open_executor=opener(2, scheduler=scheduler))
    assert failures(list(there.values())) == []
    here = run_all(asked, tmp_path / "here", open_executor=opener(1), workers=1)
    for request in asked:
        assert read_metrics(there[request].folder) == read_metrics(here[request].folder)


@pytest.mark.slow
def test_a_dask_worker_that_dies_loses_no_run(scheduler: str, tmp_path: Path) -> None:
    asked = ask("dies once", tmp_path)
    there = run_all(asked, tmp_path / "dask", open_executor=opener(2, scheduler=scheduler))
    assert failures(list(there.values())) == []
    assert all(finished(o.folder) for o in there.values())


@pytest.mark.slow
def test_a_scheduler_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    gone = opener(1, scheduler=f"tcp://127.0.0.1:{_free_port()}")
    with pytest.raises(CtloopError, match="no Dask scheduler answers at"):
        run_all(ask("", tmp_path)[:1], tmp_path / "s", open_executor=gone)
