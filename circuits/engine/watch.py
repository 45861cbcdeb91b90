"""A running simulation is watched: a runaway population or a potential that is no number ends it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError
from circuits.records import Spikes

#: A population whose mean rate over a check interval exceeds this has run away, Hz.
RUNAWAY_HZ = 350.0
#: How often a running simulation is checked, ms of circuit time.
CHECK_MS = 100.0


def split_spikes(
    times_ms: NDArray[np.float64], ids: NDArray[np.int64], slices: Mapping[str, slice]
) -> dict[str, Spikes]:
    """Sort the one group's spikes into populations with local indices."""
    out = {}
    for name, part in slices.items():
        own = (ids >= part.start) & (ids < part.stop)
        out[name] = Spikes(times_ms[own], ids[own].astype(np.int64) - part.start)
    return out


def check_rates(
    spikes: Mapping[str, Spikes], counts: Mapping[str, int], t0: float, t1: float
) -> None:
    """Stop at a population that runs away between t0 and t1 (ms).

    Raises
    ------
    CtloopError
        Naming the population, its rate and the time.
    """
    for name, s in spikes.items():
        inside = int(np.count_nonzero((s.times_ms >= t0) & (s.times_ms < t1)))
        rate = inside / counts[name] / ((t1 - t0) / 1e3)
        if rate > RUNAWAY_HZ:
            msg = (
                f"{name} ran away at {t1:.0f} ms: {rate:.0f} Hz per cell; "
                "lower its drive or the gain of its inputs"
            )
            raise CtloopError(msg)


def refuse_nan(potentials: NDArray[np.float64], slices: Mapping[str, slice], at_ms: float) -> None:
    """Stop at a membrane potential that is no number.

    Raises
    ------
    CtloopError
        Naming the population and the time.
    """
    for name, part in slices.items():
        if not np.isfinite(potentials[part]).all():
            msg = f"a membrane potential of {name} became NaN by {at_ms:.0f} ms"
            raise CtloopError(msg)
