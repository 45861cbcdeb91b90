"""How time and memory grow with cells and with synapses (`ctloop bench --only scaling`).

The fixed circuit with larger populations, and with more fibres a projection at the same mean conductance. Synapses
are drawn the quick way of `sims.benchmarks.uniform`: time and memory are those of the engine and its program, and not
of weighing every pair of cells.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import numpy as np

from circuits.engine.choose import choose
from circuits.spec import projections
from sims.benchmarks.circuit import FIBRES, benchmark_circuit
from sims.benchmarks.sides import Found, Notify, Size, alternate, spread
from sims.benchmarks.subjects import learning, static
from sims.benchmarks.trial import Answer, Trial
from sims.benchmarks.worker import FIRST_MS, Worker, prepare_all, saved

POPULATIONS = 20


@dataclass(frozen=True)
class Series:
    """Sizes that are measured.

    Attributes
    ----------
    cells : tuple of int
        In all, with `FIBRES` fibres a projection; the last is the largest.
    fibres : tuple of int
        Of each projection, with the fewest cells.
    duration_ms : float
    """

    cells: tuple[int, ...]
    fibres: tuple[int, ...]
    duration_ms: float


FULL = Series((20_000, 50_000, 100_000), (FIBRES, 2 * FIBRES, 5 * FIBRES), 300.0)
QUICK = Series((1_000, 2_000), (FIBRES, 2 * FIBRES), 30.0)

#: Cells in all and fibres of a projection.
_Shape = tuple[int, int]


def measure(size: Size, notify: Notify) -> list[Found]:
    """Time all sizes in turn, then look at the memory of the largest.

    With `quick` NumPy simulates, so that nothing compiles.
    """
    series = QUICK if size.quick else FULL
    engine = "numpy" if size.quick else choose().engine
    few, many = series.cells[0], series.cells[-1]
    by_cells: list[_Shape] = [(n, FIBRES) for n in series.cells]
    by_fibres: list[_Shape] = [(few, fibres) for fibres in series.fibres]
    answers: dict[_Shape, list[Answer]] = {s: [] for s in dict.fromkeys([*by_cells, *by_fibres])}
    notify(f"scaling: {len(answers)} sizes up to {many} cells")
    with ExitStack() as open_:
        workers = {s: open_.enter_context(_worker(s, engine, open_)) for s in answers}
        prepare_all(workers.values())  # draws, and compiles

        def once(shape: _Shape) -> float:
            answers[shape].append(workers[shape].run(series.duration_ms))
            return workers[shape].steps_of(answers[shape][-1])

        times = alternate({s: partial(once, s) for s in answers}, size.repetitions)
    largest = answers[(many, FIBRES)]
    per_million = [a["building"] / (a["synapses"] / 1e6) for a in largest]
    return [
        _exponent("scaling_exponent_neurons", by_cells, times, [n for n, _ in by_cells]),
        _exponent("scaling_exponent_synapses", by_fibres, times, [f for _, f in by_fibres]),
        spread("build_s_per_million_synapses", per_million, engine),
        *([] if size.quick else _memory(many, engine, notify)),
    ]


def _exponent(
    key: str, shapes: list[_Shape], times: dict[_Shape, list[float]], sizes: list[int]
) -> Found:
    """Give the slope of log time over log size, in each repetition."""
    rows = zip(*(times[shape] for shape in shapes), strict=True)
    slopes = [float(np.polyfit(np.log(sizes), np.log(row), 1)[0]) for row in rows]
    low, high = (shapes[k] for k in (0, -1))
    synapses = [POPULATIONS * 3 * cells // POPULATIONS * fibres for cells, fibres in (low, high)]
    note = f"{low[0]} to {high[0]} cells, {synapses[0]} to {synapses[1]} synapses"
    return spread(key, slopes, note)


def _memory(cells: int, engine: str, notify: Notify) -> list[Found]:
    """Give the slopes of the peak memory over static, and over plastic synapses, at one number of cells."""
    few, many = FIBRES // 2, FIBRES
    more = 3 * cells * (many - few)

    def slope(*, plastic: bool) -> float:
        notify(f"scaling: memory with synapses {'plastic' if plastic else 'static'}")
        low, high = (_peak((cells, fibres), engine, plastic=plastic) for fibres in (few, many))
        return (high - low) * 1e6 / more

    static, mixed = slope(plastic=False), slope(plastic=True)
    known = projections(learning(benchmark_circuit())).values()
    share = sum(p.plastic for p in known) / len(known)
    note = f"{engine}; {cells} cells, {3 * cells * few} and {3 * cells * many} synapses"
    return [
        Found("bytes_per_synapse", static, note=note),
        Found("bytes_per_plastic_synapse", (mixed - (1 - share) * static) / share, note=note),
    ]


def _peak(shape: _Shape, engine: str, *, plastic: bool) -> float:
    """Give the most that a simulation and its program hold at one time, MB, compiled before."""
    with ExitStack() as open_:
        with _worker(shape, engine, open_, plastic=plastic) as first:
            first.run(FIRST_MS)
        with _worker(shape, engine, open_, plastic=plastic, memory=True) as worker:
            worker.run(10 * FIRST_MS)
        return worker.peak_mb


def _worker(
    shape: _Shape, engine: str, open_: ExitStack, *, plastic: bool = False, memory: bool = False
) -> Worker:
    cells, fibres = shape
    circuit = benchmark_circuit(cells // POPULATIONS, fibres)
    circuit = learning(circuit) if plastic else static(circuit)
    (file,) = open_.enter_context(saved(circuit))
    return Worker(Trial(circuit_file=file, engine=engine, uniform=True), memory=memory)
