"""What is measured of a cell's spikes: rates, gain, adaptation, bursts and rebounds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from circuits.records import CellType
from sims.cells.protocol import Tested

Floats = NDArray[np.float64]
#: How far above the rheobase the gain is fitted, pA, and what counts as early, ms.
GAIN_SPAN_PA, EARLY_MS = 300.0, 200.0
#: The current at which adaptation is measured, as Guan et al. (2015) did, pA.
ADAPTATION_PA = 300.0
#: The longest interval within a burst: 100 Hz (de Kock & Sakmann 2008), ms.
BURST_INTERVAL_MS = 10.0
#: So many bursts are a rhythm, if the silence between them is so many times longer than their intervals.
RHYTHM, SILENCE = 3, 3.0

#: Every measure: its unit, and what it is.
MEASURES: dict[str, tuple[str, str]] = {
    "input_resistance_mohm": ("MOhm", "steady change of potential by a small current"),
    "rheobase_pa": ("pA", "the lowest current, of those tried, at which it fires"),
    "early_gain_hz_per_na": ("Hz/nA", "slope of the rate in the first 200 ms, from rheobase to 300 pA above"),
    "gain_hz_per_na": ("Hz/nA", "slope of the rate in the whole step, from rheobase to 300 pA above"),
    "adaptation_percent": ("%", "by how much the rate falls from the third to the last interval at 300 pA"),
    "bursts_per_s": ("1/s", "bursts at the lowest current at which it bursts again and again"),
    "spikes_in_burst": ("", "mean number of spikes of one of them"),
    "burst_hz": ("Hz", "mean rate within them"),
    "rebound_spikes": ("", "most spikes within 300 ms after a hyperpolarisation"),
    "rebound_latency_ms": ("ms", "first spike after the deepest and longest one"),
    "rebound_hz": ("Hz", "mean rate within the burst that follows it"),
}  # fmt: skip


def rates(spikes_ms: Floats, duration_ms: float) -> tuple[float, float | None, float]:
    """Give mean rate, rate of the first interval and adapted rate, Hz.

    Parameters
    ----------
    spikes_ms : array
        From the onset of the current, rising.
    duration_ms : float

    Returns
    -------
    tuple
        The first interval is None with fewer than two spikes. The adapted rate is the mean one in the
        second half of the step.
    """
    late = np.count_nonzero(spikes_ms >= duration_ms / 2)
    first = None if len(spikes_ms) < 2 else 1e3 / float(spikes_ms[1] - spikes_ms[0])
    return 1e3 * len(spikes_ms) / duration_ms, first, 2e3 * late / duration_ms


def bursts(spikes_ms: Floats) -> list[Floats]:
    """Split spikes into bursts: two or more at intervals of at most `BURST_INTERVAL_MS`."""
    if len(spikes_ms) < 2:
        return []
    cuts = np.flatnonzero(np.diff(spikes_ms) > BURST_INTERVAL_MS) + 1
    return [part for part in np.split(spikes_ms, cuts) if len(part) >= 2]


def measured(cell: CellType, tested: Tested, duration_ms: float) -> dict[str, float | None]:
    """Measure one cell.

    Parameters
    ----------
    cell : CellType
    tested : Tested
    duration_ms : float
        How long its currents lasted.

    Returns
    -------
    dict of str to float or None
        By the names of `MEASURES`; None where the cell does not do such a thing.
    """
    fires = [k for k, s in enumerate(tested.spikes_ms) if len(s)]
    rheobase = float(tested.current_pa[fires[0]]) if fires else None
    slope = cell.gL_ns * np.exp((tested.rest_mv - cell.VT_mv) / cell.DT_mv)
    found = {
        "input_resistance_mohm": 1e3 / (cell.gL_ns + cell.a_ns - slope),
        "rheobase_pa": rheobase,
        "early_gain_hz_per_na": _gain(tested, rheobase, min(EARLY_MS, duration_ms)),
        "gain_hz_per_na": _gain(tested, rheobase, duration_ms),
        "adaptation_percent": _adaptation(tested),
        **_rhythm(tested.spikes_ms),
        **_rebound(tested),
    }
    return {name: None if x is None else round(x, 6) for name, x in found.items()}


def _gain(tested: Tested, rheobase_pa: float | None, span_ms: float) -> float | None:
    """Fit the slope of the rate in the first `span_ms` over current, Hz/nA."""
    if rheobase_pa is None:
        return None
    pa = tested.current_pa
    inside = np.flatnonzero((pa >= rheobase_pa) & (pa <= rheobase_pa + GAIN_SPAN_PA))
    if len(inside) < 3:
        return None
    hz = [1e3 * np.count_nonzero(tested.spikes_ms[k] < span_ms) / span_ms for k in inside]
    return float(1e3 * np.polyfit(pa[inside], hz, 1)[0])


def _adaptation(tested: Tested) -> float | None:
    """Give how much slower the last interval is than the third, %; None where the current was not tried."""
    at = np.flatnonzero(np.isclose(tested.current_pa, ADAPTATION_PA))
    if not len(at) or len(tested.spikes_ms[at[0]]) < 5:
        return None
    intervals = np.diff(tested.spikes_ms[at[0]])
    return float(100 * (1 - intervals[2] / intervals[-1]))


def _rhythm(spikes_ms: Sequence[Floats]) -> dict[str, float | None]:
    """Measure the bursts at the lowest current that gives a rhythm of them."""
    for one in spikes_ms:
        found = bursts(one)
        if len(found) < RHYTHM:
            continue
        every_ms = float(np.mean(np.diff([b[0] for b in found])))
        within_ms = float(np.concatenate([np.diff(b) for b in found]).mean())
        silence_ms = min(b[0] - a[-1] for a, b in pairwise(found))
        if silence_ms >= SILENCE * within_ms:
            return {
                "bursts_per_s": 1e3 / every_ms,
                "spikes_in_burst": float(np.mean([len(b) for b in found])),
                "burst_hz": 1e3 / within_ms,
            }
    return dict.fromkeys(("bursts_per_s", "spikes_in_burst", "burst_hz"))


def _rebound(tested: Tested) -> dict[str, float | None]:
    """Measure the rebounds of a cell that is silent while it is held."""
    if not tested.silent:
        return dict.fromkeys(("rebound_spikes", "rebound_latency_ms", "rebound_hz"))
    deepest = tested.rebound_ms[-1][-1]
    found = bursts(deepest)
    return {
        "rebound_spikes": float(max(len(s) for row in tested.rebound_ms for s in row)),
        "rebound_latency_ms": float(deepest[0]) if len(deepest) else None,
        "rebound_hz": float(1e3 / np.diff(found[0]).mean()) if found else None,
    }
