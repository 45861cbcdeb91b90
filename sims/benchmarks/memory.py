"""How much memory a simulation takes beside the estimate of it, engine by engine (`ctloop measure memory`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from circuits.engine.choose import available_engines
from circuits.errors import CtloopError
from circuits.machine.cache import VARIABLE
from sims.benchmarks.declaration import EnginesRequest, MemoryRequest
from sims.report.result_table import ResultTable

if TYPE_CHECKING:
    from sims.report.progress import Progress

#: How often the memory is looked at, s.
EVERY_S = 0.02


def measure(request: MemoryRequest, progress: Progress) -> ResultTable:
    """Measure every engine that works here.

    Parameters
    ----------
    request : MemoryRequest
    progress : Progress

    Returns
    -------
    ResultTable
        One row an engine and start.
    """
    from circuits.engine.simulate import memory_needed

    engines = available_engines()
    _, circuit = request.circuits()
    progress.stage("engines", len(engines))
    rows = []
    for k, engine in enumerate(engines):
        estimate = memory_needed(circuit, engine) / 1e6
        with tempfile.TemporaryDirectory() as empty:
            for start in ("cold", "warm") if request.cold else ("as is",):
                peak = peak_mb(replace(request, engine=engine), empty if request.cold else None)
                rows.append((engine, start, peak, estimate, 100 * (estimate / peak - 1)))
        progress.update("engines", k + 1)
    progress.done("engines")
    return ResultTable(
        title=f"Memory of {request.duration_ms:g} ms of circuit time",
        heads=("engine", "start", "peak MB", "estimated MB", "estimate off by %"),
        rows=tuple(rows),
    )


def peak_mb(request: MemoryRequest, cache: str | None = None) -> float:
    """Simulate in a fresh interpreter; give the most that it and all it starts hold at one time, MB.

    Parameters
    ----------
    request : MemoryRequest
        With the engine that is to run.
    cache : str, optional
        Where compiled code is kept instead of the usual place.

    Raises
    ------
    CtloopError
        If the simulation fails, or the system does not tell what processes hold.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        msg = "the memory of processes can be measured on Linux alone"
        raise CtloopError(msg)
    content = json.dumps({f.name: getattr(request, f.name) for f in fields(EnginesRequest)})
    command = [sys.executable, "-m", "sims.benchmarks.engines", content]
    environment = dict(os.environ) | ({VARIABLE: cache} if cache else {})
    peak = 0.0
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(command, env=environment, stdout=words, stderr=words)
        while process.poll() is None:
            peak = max(peak, sum(_held(pid) for pid in _all_of(process.pid)))
            time.sleep(EVERY_S)
        if process.returncode:
            words.seek(0)
            last = words.read().decode(errors="replace").strip().splitlines()[-1:]
            msg = f"the engine {request.engine} failed: {''.join(last)}"
            raise CtloopError(msg)
    return peak / 1e6


def _all_of(pid: int) -> list[int]:
    """List a process and all that it and they have started."""
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += [int(child) for child in children.read_text().split()]
            except OSError:
                continue
    return found


def _held(pid: int) -> float:
    """Give the bytes of memory that a process holds; 0 if it has just ended.

    What several processes share is counted once: a program that is being started shares all with
    its parent for a moment.
    """
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
        return sum(float(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    except OSError:
        return 0.0
