"""How much faster the exact kinase synapse is than the same synapse stepped by a clock.

The same Poisson spikes go through three synapses of Brian2: the exact one, carried from spike to spike in
closed form; the differential equations as one writes them, stepped by rk4, the first of Brian2's methods that
agrees with the exact one; and steps of constants worked out beforehand, the quickest clocked form there
is and the fair one to compare with. Brian2's own cost of empty steps is the same in all three.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from circuits.learning.kinase.rule import named_rule
from circuits.learning.kinase.synapses import Replay, replay
from circuits.seeds import stream
from sims.benchmarks.declaration import KinaseTimesRequest
from sims.report.result_table import ResultTable

if TYPE_CHECKING:
    from sims.report.progress import Progress

#: What the table calls each synapse, and how `replay` is asked for it.
SYNAPSES = {
    "exact, from spike to spike": "",
    "equations, rk4": "equations",
    "constants of a step": "constants",
}


def measure(request: KinaseTimesRequest, progress: Progress) -> ResultTable:
    """Replay the same spikes through the exact and through the clocked synapses, and time them.

    Parameters
    ----------
    request : KinaseTimesRequest
    progress : Progress

    Returns
    -------
    ResultTable
        One row a synapse: seconds to build and to run, how many times as long as the exact one, and the
        largest relative difference of its slow integral D from the exact one's.
    """
    progress.stage("synapses", float(len(SYNAPSES)))
    runs: dict[str, Replay] = {}
    for name, clocked in SYNAPSES.items():
        progress.note(name)
        runs[name] = _replayed(request, clocked)
        progress.update("synapses", float(len(runs)))
    progress.done("synapses")
    exact = next(iter(runs.values()))
    return ResultTable(
        title=(
            f"{request.synapses} kinase synapses, spikes at {request.rate_hz:g} Hz, "
            f"{request.duration_ms:g} ms simulated"
        ),
        heads=("synapse", "built in (s)", "run in (s)", "times the exact", "difference of D"),
        rows=tuple(
            (
                name,
                run.build_s,
                run.run_s,
                run.run_s / exact.run_s,
                difference(run.slow, exact.slow),
            )
            for name, run in runs.items()
        ),
        notes=(
            "Wall seconds of one replay each, on this machine with what else it does. The difference "
            "is the largest relative one over all synapses at the end.",
        ),
    )


def _replayed(request: KinaseTimesRequest, clocked: str) -> Replay:
    """Replay the request's spikes through one kind of synapse."""
    fan = round(np.sqrt(request.synapses))
    rng = stream(request.seed, "bench kinase")
    pre = poisson_spikes(rng, fan, request.rate_hz, request.duration_ms)
    post = poisson_spikes(rng, fan, request.rate_hz, request.duration_ms)
    pairs = (np.arange(request.synapses) % fan, np.arange(request.synapses) // fan)
    rule = named_rule("cascade")
    return replay(
        rule, pre, post, pairs, request.duration_ms, target=request.target, clocked=clocked
    )


def poisson_spikes(
    rng: np.random.Generator, cells: int, rate_hz: float, duration_ms: float, dt_ms: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """Draw independent trains on the time grid, at most one spike per cell and step.

    Parameters
    ----------
    rng : numpy.random.Generator
    cells : int
    rate_hz, duration_ms, dt_ms : float
        Rate of each cell, length of the trains and of a step.

    Returns
    -------
    tuple of array
        Cell index and time (ms) of every spike.
    """
    steps = round(duration_ms / dt_ms)
    count = rng.poisson(cells * rate_hz * duration_ms / 1000.0)
    flat = np.unique(rng.integers(0, cells * steps, count))
    return flat // steps, (flat % steps) * dt_ms


def difference(found: np.ndarray, exact: np.ndarray) -> float:
    """Give the largest relative difference of two arrays; 0 beside 0 is none."""
    return float((np.abs(found - exact) / np.maximum(np.abs(found), 1e-300)).max())
