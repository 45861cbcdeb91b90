"""Made-up runs, a lab that serves them, and a browser."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from circuits.runs import store
from circuits.runs.run import RunData
from sims.lab.browser import NAMES

ROOT = Path(__file__).parents[3]
#: A lab whose runs are made by a stand-in, so that they take no time.
SERVE = """
import sys
from pathlib import Path
from sims.lab.folders import Folder
from sims.lab.jobs import Jobs
from sims.lab.server import make_server
folder = Folder.open(Path(sys.argv[1]))
jobs = Jobs(folder, (sys.executable, sys.argv[2]))
server, address = make_server(folder, 0, jobs=jobs)
print(address, flush=True)
server.start()
server.io_loop.start()
"""
#: Stands for `ctloop run`: half done it waits until it is told to stop, or goes on after a while.
RUN = """
import signal, sys, time
from pathlib import Path
from circuits.runs import store
from circuits.runs.run import RunData
from sims.report.progress import SilentProgress
from sims.report.progress_file import FILE, FileProgress
signal.signal(signal.SIGTERM, signal.default_int_handler)
if "--bad" in sys.argv:
    sys.exit("ctloop: --bad is no option")
out = Path(sys.argv[sys.argv.index("--out") + 1])
with store.claim(out) as folder:
    shown = FileProgress(folder / FILE, SilentProgress())
    shown.stage("simulating", 2.0)
    shown.note("NumPy, 1 thread")
    time.sleep(0.6)
    shown.update("simulating", 1.0)
    time.sleep(60.0 if "--slowly" in sys.argv else 5.0)
    shown.close()
    lesions = [b for a, b in zip(sys.argv, sys.argv[1:]) if a == "--lesion"]
    store.write(RunData(meta={"lesions": lesions, "duration_ms": 100.0}), folder)
"""


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("made_up_runs", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def made_up() -> RunData:
    found: RunData = _module(ROOT / "tests" / "figures" / "conftest.py").synthetic_run()
    return replace(found, metrics={"replacement": 0.8, "theta_l5ib_hz": 5.0})


@pytest.fixture
def runs(tmp_path: Path, made_up: RunData) -> Path:
    """A folder with two runs and a battery."""
    folder = tmp_path / "runs"
    store.save(made_up, folder / "intact")
    other = replace(made_up, metrics={"replacement": 0.2, "theta_l5ib_hz": 4.0})
    store.save(other, folder / "cut")
    store.save(RunData(meta={}, metrics={}), folder / "battery")
    effect = {
        "lesion": "silence TRN", "metric": "replacement", "primary": True, "n": 12, "intact": 0.8,
        "lesioned": 0.1, "difference": -0.7, "low": -0.8, "high": -0.6, "effect": -4.0,
        "effect_low": -6.0, "effect_high": -2.0, "p": 0.001, "p_corrected": 0.01, "bound": 0.1,
    }  # fmt: skip
    (folder / "battery" / "effects.json").write_text(json.dumps({"effects": [effect]}))
    return folder


@pytest.fixture
def lab(runs: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a lab that serves `runs`."""
    program = tmp_path / "run.py"
    program.write_text(RUN)
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(runs), str(program)], stdout=subprocess.PIPE, text=True,
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.kill()
    process.wait()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="no Playwright here")
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium here (apt install chromium)")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A page that fails the test if it asks anything of another machine, or raises."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on(
        "request", lambda request: wrong.append(request.url) if _foreign(request.url) else None
    )
    opened.set_default_timeout(60_000)
    yield opened
    context.close()
    assert not wrong


def _foreign(url: str) -> bool:
    return not url.startswith(
        ("http://127.0.0.1:", "ws://127.0.0.1:", "file:", "data:", "blob:", "about:")
    )
