"""The same circuit here and in NEST: rates, irregularity and correlations (`ctloop measure simulators`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.stats import ks_2samp

from sims.benchmarks.simulators_declaration import SETTLING_S, SimulatorsRequest
from sims.report.result_table import Cell, ResultTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from circuits.records import Spikes
    from circuits.spec import Circuit
    from sims.report.progress import Progress

#: The fewest intervals of a cell of which a coefficient of variation is taken.
FEWEST_INTERVALS = 5
#: Bins in which the spikes of two cells are counted for their correlation, ms.
BIN_MS = 10.0
#: How far rates may differ, %, if that is more than the spread over seeds.
RATE_GOAL = 2.0


class Activity(NamedTuple):
    """One population in one simulation: mean rate, Hz, and a value a cell or pair of cells."""

    rate_hz: float
    cvs: NDArray[np.float64]
    correlations: NDArray[np.float64]


def measure(request: SimulatorsRequest, progress: Progress) -> ResultTable:
    """Simulate every seed on both sides and compare population by population.

    Parameters
    ----------
    request : SimulatorsRequest
    progress : Progress

    Returns
    -------
    ResultTable
        One row a simulated population; its CSV holds the same numbers with all digits.
    """
    from circuits.nest.counterparts import replaced, without_t_current
    from circuits.nest.simulate import imported

    imported()
    _, circuit = request.circuits()
    changes = replaced(circuit, request.counterparts)
    if request.counterparts:
        circuit = without_t_current(circuit)
    for line in changes:
        progress.note(f"replaced in NEST: {line}")
    progress.stage("seeds", request.seeds)
    here: dict[str, list[Activity]] = {}
    again: dict[str, list[Activity]] = {}
    there: dict[str, list[Activity]] = {}
    for k in range(request.seeds):
        found_in = simulate_both(circuit, request, request.seed + k)
        for side, spikes in zip((here, again, there), found_in, strict=True):
            for name, found in _activities(circuit, spikes, request.duration_s * 1e3).items():
                side.setdefault(name, []).append(found)
        progress.update("seeds", k + 1)
    progress.done("seeds")
    return ResultTable(
        title=f"{request.seeds} x {request.duration_s:g} s, here and in NEST",
        heads=(
            "population", "Hz here", "Hz NEST", "differ by %", "seeds spread %", "within",
            "CV here", "CV NEST", "CV D", "CV p", "CV D here",
            "corr. here", "corr. NEST", "corr. D", "corr. p", "corr. D here",
        ),
        rows=tuple((n, *_row(here[n], again[n], there[n])) for n in here),
        notes=(*_notes(), *_replacements(changes)),
    )  # fmt: skip


def simulate_both(
    circuit: Circuit, request: SimulatorsRequest, seed: int
) -> tuple[Mapping[str, Spikes], ...]:
    """Simulate a circuit with the same wiring and given spikes: here, here from another first state, in NEST."""
    from circuits.engine.simulate import simulate
    from circuits.nest.simulate import run
    from sims.stimuli.parse import parse
    from sims.stimuli.retina import see

    duration_ms = request.duration_s * 1e3
    inputs = see(circuit, parse("grating:45", 1.0), duration_ms, seed)
    here, again = (
        simulate(
            circuit,
            duration_ms=duration_ms,
            seed=seed,
            inputs=inputs,
            engine=request.engine,
            episode=episode,
        )
        for episode in (0, 1)
    )
    there = run(
        circuit,
        duration_ms=duration_ms,
        seed=seed,
        inputs=inputs,
        threads=request.threads,
        counterparts=request.counterparts,
    )
    return here.spikes, again.spikes, there.spikes


def _activities(
    circuit: Circuit, spikes: Mapping[str, Spikes], duration_ms: float
) -> dict[str, Activity]:
    from circuits.spec import populations

    cells = {n: p.count for n, p in populations(circuit).items() if not p.spike_source}
    span = (SETTLING_S * 1e3, duration_ms)
    return {n: activity(spikes[n], count, span) for n, count in cells.items()}


def activity(spikes: Spikes, count: int, span_ms: tuple[float, float]) -> Activity:
    """Give rate, coefficients of variation and correlations of a population within a span of time.

    Parameters
    ----------
    spikes : Spikes
    count : int
        Cells.
    span_ms : (begin, end)

    Returns
    -------
    Activity
        Coefficients of variation of the cells with `FEWEST_INTERVALS` or more; correlations of spike counts
        in bins of `BIN_MS` of pairs that share no cell (0 and 1, 2 and 3, ...), where both cells fire.
    """
    begin, end = span_ms
    inside = (spikes.times_ms >= begin) & (spikes.times_ms < end)
    times, cells = spikes.times_ms[inside], spikes.cells[inside]
    rate_hz = times.size / count / ((end - begin) * 1e-3)
    trains = [np.diff(np.sort(times[cells == k])) for k in range(count)]
    cvs = [t.std() / t.mean() for t in trains if t.size >= FEWEST_INTERVALS]
    bins = int((end - begin) / BIN_MS)
    place = np.floor((times - begin) / BIN_MS).astype(np.int64)
    whole = place < bins
    counts = np.zeros((count, bins))
    np.add.at(counts, (cells[whole], place[whole]), 1.0)
    first, second = counts[0 : count - 1 : 2], counts[1:count:2]
    both = (first.std(axis=1) > 0) & (second.std(axis=1) > 0)
    first, second = (_standardised(one[both]) for one in (first, second))
    return Activity(rate_hz, np.asarray(cvs), (first * second).mean(axis=1))


def _standardised(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = counts - counts.mean(axis=1, keepdims=True)
    return np.asarray(centred / counts.std(axis=1, keepdims=True))


def _row(
    here: Sequence[Activity], again: Sequence[Activity], there: Sequence[Activity]
) -> tuple[Cell, ...]:
    rates = np.asarray([one.rate_hz for one in here])
    mean, other = float(rates.mean()), float(np.mean([one.rate_hz for one in there]))
    off = 100 * (other / mean - 1) if mean else float("nan")
    spread = 100 * float(rates.std(ddof=1)) / mean if mean and rates.size > 1 else float("nan")
    goal = np.nanmax([RATE_GOAL, spread])
    cells = _distributions(*([one.cvs for one in side] for side in (here, again, there)))
    pairs = _distributions(*([one.correlations for one in side] for side in (here, again, there)))
    within = "yes" if abs(off) <= goal or mean == other else "no"
    return (mean, other, off, spread, within, *cells, *pairs)


def _distributions(
    here: Sequence[NDArray[np.float64]],
    again: Sequence[NDArray[np.float64]],
    there: Sequence[NDArray[np.float64]],
) -> tuple[float, ...]:
    """Give both means, size and p of the Kolmogorov-Smirnov test, and its size here; NaN without values."""
    a, same, b = (np.concatenate(one) for one in (here, again, there))
    if not (a.size and same.size and b.size):
        return (float("nan"),) * 5
    test, null = ks_2samp(a, b), ks_2samp(a, same)
    return (
        float(a.mean()),
        float(b.mean()),
        float(test.statistic),
        float(test.pvalue),
        float(null.statistic),
    )


def _replacements(changes: Sequence[str]) -> tuple[str, ...]:
    """Say what stands in for what, and what that means for the comparison."""
    if not changes:
        return ()
    return (
        *(f"Replaced in NEST: {line}." for line in changes),
        "The T-current is left out here too. With any other stand-in the two sides are two circuits, and "
        "what differs is theirs as well as the simulators'.",
    )


def _notes() -> tuple[str, ...]:
    return (
        f"Within: the mean rates differ by no more than {RATE_GOAL:g} % or the standard deviation over "
        "seeds here. CV: of the intervals of each cell that has "
        f"{FEWEST_INTERVALS} or more. Correlations: of spike counts in {BIN_MS:g} ms, of pairs that share "
        "no cell. D is the size, the largest distance of the two cumulative distributions, and p that of "
        "the two-sample Kolmogorov-Smirnov test, one test a population, not corrected for their number. "
        "It takes cells as independent, but those of one network vary together from run to run: D here is the "
        "size between two runs of the same circuit here that differ in the first potentials and noise alone.",
        "Background noise has the same law on both sides and other numbers. The first "
        f"{SETTLING_S:g} s are not counted.",
    )
