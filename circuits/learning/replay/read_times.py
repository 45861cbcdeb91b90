"""When the common read-out of a circuit comes, worked out from the spikes of its bursters alone.

The statements are those of `circuits.learning.readout.timer_step`, one step after another.
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
    if learning.readout != "burst":
        msg = f"only the read-out burst can be worked out from spikes, not {learning.readout}"
        raise CtloopError(msg)
    steps = np.rint(bursters.times_ms / DT_MS).astype(np.int64)
    volley = np.bincount(steps, minlength=round(duration_ms / DT_MS)) / n_bursters
    decay, wait = math.exp(-DT_MS / learning.burst_tau_ms), round(learning.burst_delay_ms / DT_MS)
    found: list[int] = []
    x = peak = 0.0
    armed, rested = False, True
    for step, more in enumerate(volley.tolist()):
        armed = armed or (rested and x >= learning.burst_arm)
        peak = max(peak, x) if armed else 0.0
        if armed and x <= learning.burst_fall * peak:
            found.append(step + wait)
            armed, rested = False, x < learning.burst_arm
        else:
            rested = not armed and (rested or x < learning.burst_arm)
        x = x * decay + more
    times = np.array(found, dtype=np.float64) * DT_MS
    return times[(times >= learning.from_ms - DT_MS / 2) & (times < duration_ms - DT_MS / 2)]
