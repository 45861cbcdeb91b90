"""How long a second of circuit time takes, engine by engine (`ctloop measure engines`).

Each engine runs the circuit with a grating before it, in a fresh interpreter. With `cold` the compiled
code is kept in an empty folder first and found there the second time, so both a newcomer's and a
regular's wait are seen. Processor seconds count compilers too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from circuits.engine.choose import available_engines
from sims.benchmarks.declaration import EnginesRequest, MemoryRequest
from sims.benchmarks.trial import Answer, Trial
from sims.benchmarks.worker import Worker, saved
from sims.report.result_table import ResultTable

if TYPE_CHECKING:
    from sims.report.progress import Progress

#: What a circuit with a retina sees.
STIMULUS = "grating:45"
#: Columns of the table: heading and the number it holds.
COLUMNS = (
    ("wiring s", "wiring"),
    ("build s", "building"),
    ("compile s", "compiling"),
    ("wall s a circuit s", "per_s"),
    ("processor s a circuit s", "processor_per_s"),
    ("processor s", "processor"),
    ("MB", "mb"),
    ("spikes", "spikes"),
)


def measure(request: EnginesRequest, progress: Progress) -> ResultTable:
    """Time every engine that works here.

    Parameters
    ----------
    request : EnginesRequest
    progress : Progress

    Returns
    -------
    ResultTable
        One row an engine and start.
    """
    engines = [(engine, 1) for engine in available_engines()]
    if request.threads > 1 and engines[0][0] == "standalone":
        engines.insert(1, ("standalone", request.threads))
    progress.stage("engines", len(engines))
    rows = []
    for k, (engine, threads) in enumerate(engines):
        for start, found in starts(request, engine, threads):
            rows.append((engine, threads, start, *(found[key] for _, key in COLUMNS)))
        progress.update("engines", k + 1)
    progress.done("engines")
    return ResultTable(
        title=f"{request.duration_ms:g} ms of circuit time",
        heads=("engine", "threads", "start", *(head for head, _ in COLUMNS)),
        rows=tuple(rows),
    )


def starts(request: MemoryRequest, engine: str, threads: int = 1) -> Iterator[tuple[str, Answer]]:
    """Simulate in a fresh interpreter, once as it is, or cold and then warm.

    Yields
    ------
    tuple of str and dict
        Which start it is, and what it took: also the peak of memory, with all that it started, MB.
    """
    circuit_s = request.duration_ms / 1e3
    with tempfile.TemporaryDirectory() as empty, saved(request.circuits()[1]) as (file,):
        trial = Trial(circuit_file=file, engine=engine, seed=request.seed, stimulus=STIMULUS,
                      threads=threads)  # fmt: skip
        for start in ("cold", "warm") if request.cold else ("as is",):
            with Worker(trial, Path(empty) if request.cold else None, memory=True) as worker:
                found = worker.run(request.duration_ms)
            yield (
                start,
                {
                    **found,
                    "per_s": found["simulating"] / circuit_s,
                    "processor_per_s": found["processor_simulating"] / circuit_s,
                    "mb": worker.peak_mb,
                },
            )
