"""When the common read-out of a circuit comes, worked out from the spikes of its bursters alone.

The statements are those of `circuits.learning.readout.timer_step` and `phase_step`, one step after another.
"""

from __future__ import annotations

import math

import numpy as np

from circuits.equations import DT_MS
from circuits.errors import CtloopError
from circuits.learning.kinase.rule import Floats
from circuits.learning.record import Learning
from circuits.records import Spikes


def read_times(learning: Learning, bursters: Spikes, n_bursters: int, duration_ms: float) -> Floats:
    """Give the times of the read-outs of a simulation.

    Parameters
    ----------
    learning : Learning
        Whose read-out is "burst"; read-outs before its `from_ms` are left out.
    bursters : Spikes
        Of `learning.burst_source`.
    n_bursters : int
    duration_ms : float

    Returns
    -------
    array (reads,)
        ms, increasing.

    Raises
    ------
    CtloopError
        If synapses are read out otherwise.
    """
    return phases(learning, bursters, n_bursters, duration_ms)[:, 2]


def phases(learning: Learning, bursters: Spikes, n_bursters: int, duration_ms: float) -> Floats:
    """Give where the parts of a cycle lie that the timer tells the rule "delta".

    Parameters
    ----------
    learning, bursters, n_bursters, duration_ms
        See `read_times`.

    Returns
    -------
    array (reads, 3)
        ms: where the prediction begins, where the burst is armed, and the read-out. The first two
        are NaN where no burst was armed in a prediction, so that nothing is learnt.

    Raises
    ------
    CtloopError
        If synapses are read out otherwise.
    """
    if learning.readout != "burst":
        msg = f"only the read-out burst can be worked out from spikes, not {learning.readout}"
        raise CtloopError(msg)
    armed, found = _steps(learning, bursters, n_bursters, duration_ms)
    wait = round(learning.predicts_after_ms / DT_MS)
    rows, last = list[tuple[float, float, int]](), -1
    for read in found:
        begin = last + wait
        burst = next((a for a in armed if begin < a <= read), None)
        rows.append((np.nan, np.nan, read) if burst is None else (begin, burst, read))
        last = read
    times = np.array(rows, dtype=np.float64).reshape(-1, 3) * DT_MS
    read_ms = times[:, 2]
    return times[(read_ms >= learning.from_ms - DT_MS / 2) & (read_ms < duration_ms - DT_MS / 2)]


def _steps(
    learning: Learning, bursters: Spikes, n_bursters: int, duration_ms: float
) -> tuple[list[int], list[int]]:
    """Give the steps at which a burst is armed, and those of the read-outs."""
    steps = np.rint(bursters.times_ms / DT_MS).astype(np.int64)
    volley = np.bincount(steps, minlength=round(duration_ms / DT_MS)) / n_bursters
    decay, wait = math.exp(-DT_MS / learning.burst_tau_ms), round(learning.burst_delay_ms / DT_MS)
    onsets, reads = list[int](), list[int]()
    x = peak = 0.0
    armed, rested = False, True
    for step, more in enumerate(volley.tolist()):
        if not armed and rested and x >= learning.burst_arm:
            armed = True
            onsets.append(step)
        peak = max(peak, x) if armed else 0.0
        if armed and x <= learning.burst_fall * peak:
            reads.append(step + wait)
            armed, rested = False, x < learning.burst_arm
        else:
            rested = not armed and (rested or x < learning.burst_arm)
        x = x * decay + more
    return onsets, reads
