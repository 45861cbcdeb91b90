"""One simulation as large as it is asked for: its time, its memory, its figures (`ctloop measure size`).

The circuit is the corticothalamic loop at any scale. How many synapses a cell has grows with the scale, up to what
is counted in tissue; with `--synapses` each projection models fewer fibres, each of which stands for more, as at a
smaller scale. Figures that need the wiring again (conductances, field potential) are not drawn.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from circuits.engine.simulate import Result, memory_needed, refuse_if_too_large
from circuits.errors import CtloopError
from circuits.machine.memory import held_most
from circuits.records import Probability, Spikes
from circuits.spec import Circuit, populations, projections, with_projection
from sims.benchmarks.declaration import SizeRequest
from sims.benchmarks.engines import STIMULUS
from sims.benchmarks.trial import Answer, Trial
from sims.benchmarks.worker import Worker, saved
from sims.report.result_table import ResultTable

if TYPE_CHECKING:
    from circuits.records import Population, Projection
    from sims.report.progress import Progress


def measure(request: SizeRequest, progress: Progress) -> ResultTable:
    """Simulate once, in a process whose memory is watched, then draw.

    Parameters
    ----------
    request : SizeRequest
    progress : Progress

    Returns
    -------
    ResultTable
        One row a number.
    """
    circuit = thinned(request.circuits()[1], request.synapses)
    refuse_if_too_large(circuit, request.engine)
    cells = sum(p.count for p in populations(circuit).values() if not p.spike_source)
    progress.note(f"{cells} cells, {synapses_of(circuit)} synapses")
    begun = time.perf_counter()
    with saved(circuit) as (file,):
        trial = Trial(
            circuit_file=file, engine=request.engine, seed=request.seed, stimulus=STIMULUS,
            spike_times=True,
        )  # fmt: skip
        with Worker(trial, memory=True) as worker:
            found = worker.run(request.duration_ms)
    simulated, busy = time.perf_counter(), time.process_time()
    with _place(request.figures) as folder:
        pictures = _draw(circuit, found, request, folder)
    drawn, busy = time.perf_counter(), time.process_time() - busy
    rows = [
        ("cells", cells),
        ("synapses", found["synapses"]),
        ("spikes", found["spikes"]),
        *((f"{stage}, s", found[stage]) for stage in ("wiring", "building", "compiling", "simulating")),
        ("from the start of the process to its spikes, s", simulated - begun),
        ("processor time, s", found["processor"]),
        (f"{pictures} figures, s", drawn - simulated),
        ("of it processor time, s", busy),
        ("peak memory of the simulation, GB", worker.peak_mb / 1e3),
        ("peak memory of the process that draws, GB", held_most() / 1e9),
        ("estimate of the memory beforehand, GB", memory_needed(circuit, request.engine) / 1e9),
    ]  # fmt: skip
    return ResultTable(
        title=f"{request.duration_ms:g} ms of circuit time, {request.engine}",
        heads=("what", "value"),
        rows=tuple(rows),
        notes=("Wall seconds, on this machine with what else it does.",),
    )


def thinned(circuit: Circuit, synapses: int) -> Circuit:
    """Give the circuit with about so many synapses: each projection models fewer fibres, in proportion.

    The mean conductance of each cell stays what the pooling of its projections makes it. With 0 nothing changes.

    Raises
    ------
    CtloopError
        If the circuit has fewer.
    """
    there = synapses_of(circuit)
    if not synapses:
        return circuit
    if synapses > there:
        msg = f"the circuit has {there} synapses; a larger --scale has more"
        raise CtloopError(msg)
    known = populations(circuit)
    factor = synapses / there
    return with_projection(
        circuit,
        *(
            replace(p, modelled=max(1, round(_drawn(p, known) * factor)))
            for p in projections(circuit).values()
            if not isinstance(p.rule, Probability)
        ),
    )


def synapses_of(circuit: Circuit) -> int:
    """Count the synapses of a circuit before they are drawn."""
    known = populations(circuit)
    return sum(
        round(p.rule.p * known[p.source].count * known[p.target].count)
        if isinstance(p.rule, Probability)
        else _drawn(p, known) * known[p.target].count
        for p in projections(circuit).values()
    )


def _drawn(projection: Projection, known: Mapping[str, Population]) -> int:
    """Give how many fibres are drawn onto each cell; where there are fewer cells than fibres, one each."""
    others = known[projection.source].count - (projection.source == projection.target)
    return min(projection.modelled, max(others, 1))


@contextmanager
def _place(figures: str | None) -> Iterator[Path]:
    if figures is not None:
        yield Path(figures)
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _draw(circuit: Circuit, found: Answer, request: SizeRequest, folder: Path) -> int:
    """Draw what can be drawn of spikes alone; give the number of pictures."""
    from figures.run.gallery import draw
    from sims.runs.assemble import finished_run

    spikes = {
        name: Spikes(np.asarray(times), np.asarray(found["cells"][name], dtype=np.int64))
        for name, times in found["times_ms"].items()
    }
    result = Result(spikes, {}, {}, {}, request.duration_ms)
    meta = {"duration_ms": request.duration_ms, "experiment": {}}
    return len(draw(finished_run(circuit, result, request.seed, meta=meta), folder))
