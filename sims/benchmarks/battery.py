"""How long a battery of lesions takes, here and with another version (`ctloop measure battery`).

Both sides run the same command, `ctloop lesion`, each with its own Python and its own source, in turn. Nothing is
taken from a store. What compiles is compiled before, by a battery of one seed and one lesion that nobody times.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from circuits.errors import CtloopError
from circuits.files import user_path
from sims.benchmarks.sides import alternate, ratio, spread
from sims.report.result_table import ResultTable

if TYPE_CHECKING:
    from sims.benchmarks.battery_declaration import BatteryRequest
    from sims.benchmarks.sides import Found
    from sims.report.progress import Progress

HERE, THERE = "here", "the other version"
#: The modules that a checkout may have its command line in, the newest first.
COMMAND_LINES = ("sims/cli/main.py", "sims/cli.py")
_ROOT = Path(__file__).resolve().parents[2]


def measure(request: BatteryRequest, progress: Progress) -> ResultTable:
    """Time the battery on each side, in turn.

    Parameters
    ----------
    request : BatteryRequest
    progress : Progress

    Returns
    -------
    ResultTable
        One row a side, and one of the ratio: median and range of the repetitions.
    """
    sides = {HERE: command_of(_ROOT, sys.executable)}
    if request.against:
        other = user_path(request.against).resolve()
        # Not resolved: the Python of a virtual environment is a link.
        python = str(user_path(request.python).absolute()) if request.python else sys.executable
        sides[THERE] = command_of(other, python)
    for name, (command, root) in sides.items():
        progress.note(f"{name}: what has to be compiled")
        battery_s(command, root, request.arguments(first=True))
    timed: dict[str, Callable[[], float]] = {
        name: partial(battery_s, command, root, request.arguments())
        for name, (command, root) in sides.items()
    }
    progress.note(f"ctloop {' '.join(request.arguments())}")
    times = alternate(timed, request.repetitions)
    found = [spread(f"{name}, s", seconds) for name, seconds in times.items()]
    if THERE in times:
        found.append(ratio(f"{THERE} : {HERE}", times[THERE], times[HERE]))
    runs = request.seeds * (1 + len(request.arms))
    return ResultTable(
        title=f"{request.seeds} seeds x {1 + len(request.arms)} arms of {request.duration_s:g} s",
        heads=("what", "median", "from", "to"),
        rows=tuple(_row(one) for one in found),
        notes=(
            f"Wall seconds of {runs} runs, the templates they share and the report, with {os.cpu_count()} "
            "processors and what else they do.",
        ),
    )


def _row(one: Found) -> tuple[str, float | None, float | None, float | None]:
    return one.key, one.value, one.low, one.high


def command_of(root: Path, python: str) -> tuple[list[str], Path]:
    """Give the command line of a checkout, and its folder.

    Raises
    ------
    CtloopError
        If the folder is none.
    """
    for file in COMMAND_LINES:
        if (root / file).is_file():
            return [python, "-m", file.removesuffix(".py").replace("/", ".")], root
    msg = f"--against takes the folder of a checkout of ctloop; {root} has no {COMMAND_LINES[0]}"
    raise CtloopError(msg)


def battery_s(command: list[str], root: Path, arguments: list[str]) -> float:
    """Run a battery in an empty folder; give the wall seconds.

    Raises
    ------
    CtloopError
        If it fails: the last line of what it said.
    """
    environment = dict(os.environ) | {"PYTHONPATH": str(root)}
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        try:
            done = subprocess.run(
                [*command, *arguments], cwd=folder, env=environment, capture_output=True, text=True,
                errors="replace", check=False,
            )  # fmt: skip
        except OSError as error:
            msg = f"{command[0]} cannot be started: {error.strerror}; --python names the Python to use"
            raise CtloopError(msg) from error
        took_s = time.perf_counter() - begun
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        msg = f"the battery in {root} failed: {words[-1] if words else f'code {done.returncode}'}"
        raise CtloopError(msg)
    return took_s
