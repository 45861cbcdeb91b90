"""How long a second of circuit time takes, engine by engine (`ctloop measure engines`).

Each engine runs the circuit with a grating before it, in a fresh interpreter. With `cold` the compiled
code is kept in an empty folder first and found there the second time, so both a newcomer's and a
regular's wait are seen. Processor seconds count compilers too.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from circuits.engine.choose import available_engines
from circuits.errors import CtloopError
from circuits.machine.cache import VARIABLE
from sims.benchmarks.declaration import EnginesRequest
from sims.report.result_table import ResultTable

if TYPE_CHECKING:
    from sims.report.progress import Progress

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
    engines = available_engines()
    progress.stage("engines", len(engines))
    rows = []
    for k, engine in enumerate(engines):
        asked = replace(request, engine=engine)
        with tempfile.TemporaryDirectory() as empty:
            for start in ("cold", "warm") if request.cold else ("as is",):
                found = _in_fresh_interpreter(asked, empty if request.cold else None)
                rows.append((engine, start, *(found[key] for _, key in COLUMNS)))
        progress.update("engines", k + 1)
    progress.done("engines")
    return ResultTable(
        title=f"{request.duration_ms:g} ms of circuit time",
        heads=("engine", "start", *(head for head, _ in COLUMNS)),
        rows=tuple(rows),
    )


def time_once(request: EnginesRequest) -> dict[str, float]:
    """Simulate once in this process; give the seconds by stage and those a circuit second takes."""
    from circuits.engine.simulate import simulate
    from circuits.spec import populations
    from sims.stimuli.parse import parse
    from sims.stimuli.retina import see

    _, circuit = request.circuits()
    inputs = see(circuit, parse("grating:45", 1.0), request.duration_ms, request.seed)
    begun: list[float] = []

    def report(stage: str, _done: float) -> None:
        if stage == "simulating" and not begun:
            begun.append(_processor_s())

    before = _processor_s()
    result = simulate(
        circuit,
        duration_ms=request.duration_ms,
        seed=request.seed,
        engine=request.engine,
        inputs=inputs,
        report=report,
    )
    after = _processor_s()
    cells = populations(circuit)
    fired = sum(s.times_ms.size for n, s in result.spikes.items() if not cells[n].spike_source)
    stages = {"wiring": 0.0, "building": 0.0, "compiling": 0.0, **result.wall_s}
    circuit_s = request.duration_ms / 1e3
    return {
        **stages,
        "per_s": stages["simulating"] / circuit_s,
        "processor_per_s": (after - begun[0]) / circuit_s if begun else float("nan"),
        "processor": after - before,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
        "spikes": float(fired),
    }


def _processor_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def _in_fresh_interpreter(request: EnginesRequest, cache: str | None) -> dict[str, float]:
    from sims.runs.perform import written

    environment = dict(os.environ) | ({VARIABLE: cache} if cache else {})
    command = [sys.executable, "-m", "sims.benchmarks.engines", json.dumps(written(request))]
    begun = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        msg = f"the engine {request.engine} failed: {done.stderr.strip().splitlines()[-1]}"
        raise CtloopError(msg)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return {**found, "wall": time.perf_counter() - begun}


if __name__ == "__main__":
    print(json.dumps(time_once(EnginesRequest.read(json.loads(sys.argv[1])))))
