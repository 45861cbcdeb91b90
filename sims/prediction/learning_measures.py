"""How fast it learns, how tightly bursts lock to the items, how far rates drift; pure functions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Cycles of the running mean, and the accuracy it has to reach.
RUNNING, REACHED = 40, 0.9


def cycles_to(right: Floats, running: int = RUNNING, level: float = REACHED) -> int | None:
    """Count the cycles until the running mean of `right` reaches a level.

    Parameters
    ----------
    right : array (cycles,)
        1 where the prediction was right, else 0.
    running : int
        Cycles of the running mean.
    level : float
        0-1.

    Returns
    -------
    int or None
        The last cycle of the first window that reaches it, counted from 1; None if none does.
    """
    if len(right) < running:
        return None
    mean = np.convolve(right, np.ones(running) / running, mode="valid")
    reached = np.flatnonzero(mean >= level - 1e-9)
    return int(reached[0]) + running if len(reached) else None


def vector_strength(burst_ms: Floats, onset_ms: Floats, n: int) -> float | None:
    """Measure how tightly bursts lock to the items: the vector strength of Goldberg & Brown (1969).

    Every burst has a phase in the item it falls into (0 its onset, 1 the next onset).

    Parameters
    ----------
    burst_ms : array (bursts,)
    onset_ms : array (n + 1,)
        Onsets of the items, and the end.
    n : int

    Returns
    -------
    float or None
        1 at a fixed phase, about 0 at any; None with fewer than two bursts.
    """
    item = np.searchsorted(onset_ms, burst_ms, side="right") - 1
    inside = (item >= 0) & (item < n)
    if inside.sum() < 2:
        return None
    item, burst = item[inside], burst_ms[inside]
    phase = (burst - onset_ms[item]) / (onset_ms[item + 1] - onset_ms[item])
    return float(np.abs(np.exp(2j * np.pi * phase).mean()))


def rate_drift(
    rates: Mapping[str, Floats], untrained: Mapping[str, float], least_hz: float = 0.05
) -> dict[str, tuple[float, float | None]]:
    """Compare every population's rate with that of the untrained circuit.

    Parameters
    ----------
    rates : dict of str to array (epochs,)
        Hz.
    untrained : dict of str to float
        Hz; populations below `least_hz` are left out, a factor on nothing means nothing.

    Returns
    -------
    dict of str to (factor, slope)
        The largest factor up or down over the epochs (2 is twice or half); the slope over the second
        half of the epochs, as a share of the untrained rate per epoch, None with fewer than 3 epochs there.
    """
    out: dict[str, tuple[float, float | None]] = {}
    for name, hz in rates.items():
        before = untrained.get(name, 0.0)
        if before < least_hz or not len(hz):
            continue
        ratio = np.maximum(np.asarray(hz), 1e-3) / before
        late = ratio[len(ratio) // 2 :]
        slope = float(np.polyfit(np.arange(len(late)), late, 1)[0]) if len(late) >= 3 else None
        out[name] = (float(np.maximum(ratio, 1 / ratio).max()), slope)
    return out
