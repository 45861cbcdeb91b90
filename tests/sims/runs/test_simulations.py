"""Children: what one raises or how it dies ends the run at once; none imports the user's main module."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from circuits.errors import CtloopError, Killed
from circuits.spec import Circuit
from sims.report.progress import SilentProgress
from sims.runs import simulations
from sims.runs.simulations import Job, simulate_each
from thalamus.loop import corticothalamic_loop

ROOT = Path(__file__).parents[3]
#: A run small enough for a test: what it measures means nothing.
SCRIPT = """
from pathlib import Path
from sims.alternation import run_alternation

folder = run_alternation(duration_s=0.1, out=Path("run"), scale=0.002, engine="numpy",
                         without_l6=False, figures=False)
print("finished", folder)
"""


@pytest.fixture(scope="module")
def circuit() -> Circuit:
    return corticothalamic_loop(0.002)


@pytest.mark.parametrize(
    ("does", "error", "says"),
    [
        ("is_killed", Killed, "was killed by signal 9"),
        ("leaves", CtloopError, r"ended without a result \(exit code 3\)"),
        ("refuses", CtloopError, "V1.L4E ran away"),
    ],
)
def test_a_child_that_gives_no_result_ends_the_run_at_once(
    does: str,
    error: type[CtloopError],
    says: str,
    circuit: Circuit,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    dying_children = importlib.import_module("dying_children")
    monkeypatch.setattr(simulations, "_work", getattr(dying_children, does))
    job = Job(name="run", circuit=circuit, duration_ms=10.0, seed=0, engine="numpy")
    with pytest.raises(error, match=says) as caught:
        simulate_each([job], tmp_path, SilentProgress())
    assert isinstance(caught.value, Killed) == (error is Killed)
    assert len(str(caught.value).splitlines()) == 1


def test_children_do_not_import_the_main_module(tmp_path: Path) -> None:
    script = tmp_path / "mine.py"
    script.write_text(
        "print('imported', flush=True)\n"
        "import operator\n"
        "from sims.runs.children import CHILDREN\n"
        "from sims.runs.executors import close, opener\n"
        "child = CHILDREN.Process(target=operator.add, args=(1, 2))\n"
        "child.start()\n"
        "child.join()\n"
        "pool = opener(1)()\n"
        "print(child.exitcode, pool.submit(operator.add, 1, 2).result())\n"
        "close(pool)\n"
    )
    done = _run(script, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["imported", "0 3"]


def _run(script: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, str(script)], cwd=folder, env=environment, capture_output=True, text=True,
        timeout=600, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_a_script_without_a_main_guard_runs_and_ends(tmp_path: Path) -> None:
    """Children that imported the script again would run it again, and die of it."""
    script = tmp_path / "mine.py"
    script.write_text('print("imported")\n' + textwrap.dedent(SCRIPT))
    done = _run(script, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["imported", "finished run"]
    assert (tmp_path / "run" / "metrics.json").is_file()


@pytest.mark.slow
def test_a_notebook_runs_the_experiment_and_keeps_working(tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    cells = [f"import sys; sys.path.insert(0, {str(ROOT)!r})", textwrap.dedent(SCRIPT), "1 + 1"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    nbclient.NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    ).execute()
    assert "finished run" in notebook.cells[1].outputs[-1]["text"]
    assert notebook.cells[2].outputs[0]["data"]["text/plain"] == "2"
