"""How much memory a simulation takes beside the estimate of it, engine by engine (`ctloop measure memory`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circuits.engine.choose import available_engines
from sims.benchmarks.declaration import MemoryRequest
from sims.benchmarks.engines import starts
from sims.report.result_table import ResultTable

if TYPE_CHECKING:
    from sims.report.progress import Progress


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
        for start, found in starts(request, engine):
            rows.append((engine, start, found["mb"], estimate, 100 * (estimate / found["mb"] - 1)))
        progress.update("engines", k + 1)
    progress.done("engines")
    return ResultTable(
        title=f"Memory of {request.duration_ms:g} ms of circuit time",
        heads=("engine", "start", "peak MB", "estimated MB", "estimate off by %"),
        rows=tuple(rows),
    )
