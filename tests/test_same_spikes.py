"""The same seed gives the same metrics, to the byte, wherever the run is made."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sims.runs.executors import opener
from sims.runs.perform import run
from sims.runs.pool import failures, run_all

pytestmark = pytest.mark.slow  # each simulates
CHECKOUT = Path(__file__).parents[1]
TINY = {"duration_s": 0.1, "scale": 0.002, "engine": "numpy", "without_l6": False, "seed": 3}


def metrics_of(out: Path) -> bytes:
    run("alternation", out=out, figures=False, **TINY)  # type: ignore[arg-type]
    return (out / "metrics.json").read_bytes()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return metrics_of(tmp_path_factory.mktemp("first") / "run")


def test_a_second_run_in_one_process_gives_the_same_bytes(first: bytes, tmp_path: Path) -> None:
    assert len(first) > 1000
    assert metrics_of(tmp_path / "run") == first


def test_another_seed_gives_other_bytes(first: bytes, tmp_path: Path) -> None:
    run("alternation", out=tmp_path / "run", figures=False, **{**TINY, "seed": 4})  # type: ignore[arg-type]
    assert (tmp_path / "run" / "metrics.json").read_bytes() != first


def test_a_run_in_a_thread_gives_the_same_bytes(first: bytes, tmp_path: Path) -> None:
    found: list[bytes] = []
    thread = threading.Thread(target=lambda: found.append(metrics_of(tmp_path / "run")))
    thread.start()
    thread.join()
    assert found == [first]


def test_the_command_line_gives_the_same_bytes(first: bytes, tmp_path: Path) -> None:
    words = (
        "run alternation --duration .1 --scale .002 --engine numpy --seed 3 --no-figures --quiet"
    )
    command = [sys.executable, "-m", "sims.cli.main", *words.split(), "--out", "mine"]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONHASHSEED": "7"}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    given = metrics_without_l6(tmp_path / "mine")
    assert given.items() >= metrics_without_l6_of(first).items()


def metrics_without_l6(folder: Path) -> dict[str, object]:
    return metrics_without_l6_of((folder / "metrics.json").read_bytes())


def metrics_without_l6_of(content: bytes) -> dict[str, object]:
    """Give the metrics that do not need the second run without layer 6."""
    import json

    return {k: v for k, v in json.loads(content).items() if k.startswith(("rate_", "theta_"))}


def test_a_notebook_gives_the_same_bytes(first: bytes, tmp_path: Path) -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    code = (
        f"import sys; sys.path.insert(0, {str(CHECKOUT)!r})\n"
        "from pathlib import Path\n"
        "from sims.runs.perform import run\n"
        f"run('alternation', out=Path({str(tmp_path / 'run')!r}), figures=False, **{TINY!r})"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute(cwd=str(tmp_path))
    assert (tmp_path / "run" / "metrics.json").read_bytes() == first


def test_a_dask_worker_gives_the_bytes_of_this_process(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    from sims.alternation.declaration import AlternationRequest

    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = str(s.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    scheduler = ["dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"]
    worker = ["dask_worker", address, "--no-nanny", "--nthreads", "1", "--no-dashboard"]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    started = [
        subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{name}", *words], env=environment, cwd=tmp_path,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for name, *words in (scheduler, worker)
    ]  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", int(port))) == 0:
                    break
            time.sleep(0.2)
        asked = [AlternationRequest(**TINY)]  # type: ignore[arg-type]
        there = run_all(asked, tmp_path / "there", open_executor=opener(1, scheduler=address))
    finally:
        for process in started:
            process.kill()
            process.wait()
    here = run_all(asked, tmp_path / "here", open_executor=opener(1), workers=1)
    assert failures([*there.values(), *here.values()]) == []
    one, other = ((o[asked[0]].folder / "metrics.json").read_bytes() for o in (there, here))
    assert one == other
