"""Surrogates distinguish "the pathway carries the information" from "the pathway supplies current".

The terminals of a projection are driven by other spikes than their source's: as many, but without
their content (`replay cells`), without their timing (`replay time`) or without either beyond each
cell's mean rate (`rate_matched`). The source itself fires on and reaches everything else.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from circuits.errors import UnknownName
from circuits.records import Spikes
from circuits.seeds import stream
from circuits.spec import Circuit, projections, with_projection

SURROGATES = ("rate_matched", "replay cells", "replay time")
#: Smoothing of the population rate in which cycles are looked for, and the least between bursts, ms.
_SMOOTH_MS, _BETWEEN_BURSTS_MS = 20.0, 80.0
#: Pieces that are shuffled where the source has no cycles, ms.
_PIECE_MS = 200.0


def without_surrogates(circuit: Circuit) -> Circuit:
    """Give the circuit whose spikes the surrogates are made of: every source drives its own."""
    driven = [replace(p, surrogate="") for p in projections(circuit).values() if p.surrogate]
    return with_projection(circuit, *driven)


def surrogate(
    kind: str, spikes: Spikes, count: int, duration_ms: float, seed: int, name: str
) -> Spikes:
    """Make surrogate spikes of a source's own.

    Parameters
    ----------
    kind : {"rate_matched", "replay cells", "replay time"}
        Poisson spikes at each cell's own mean rate; the same trains given to other cells; whole
        cycles (from one trough of the population's rate to the next) in another order.
    spikes : Spikes
        The source's, in the intact run of the same seed.
    count : int
        Cells of the source.
    duration_ms : float
    seed, name : int, str
        The draw comes from the stream "surrogate <name>" of this seed.

    Raises
    ------
    UnknownName
        For another kind.
    """
    rng = stream(seed, f"surrogate {name}")
    if kind == "rate_matched":
        per_cell = rng.poisson(np.bincount(spikes.cells, minlength=count))
        cells = np.repeat(np.arange(count), per_cell)
        times = rng.uniform(0.0, duration_ms, cells.size)
    elif kind == "replay cells":
        times, cells = spikes.times_ms, rng.permutation(count)[spikes.cells]
    elif kind == "replay time":
        times, cells = _in_another_order(spikes, troughs(spikes, duration_ms), rng)
    else:
        raise UnknownName("surrogate", kind, SURROGATES)
    order = np.lexsort((cells, times))
    return Spikes(times[order].astype(np.float64), cells[order].astype(np.int64))


def troughs(spikes: Spikes, duration_ms: float) -> NDArray[np.float64]:
    """Find where to cut a train into whole cycles: the troughs between bursts, with both ends, ms."""
    from scipy.ndimage import gaussian_filter1d
    from scipy.signal import find_peaks

    edges = np.arange(0.0, np.ceil(duration_ms) + 1)
    rate = gaussian_filter1d(np.histogram(spikes.times_ms, edges)[0].astype(float), _SMOOTH_MS)
    peaks, _ = find_peaks(rate, distance=_BETWEEN_BURSTS_MS, prominence=max(rate.std(), 1e-12))
    if len(peaks) < 3:
        piece = min(_PIECE_MS, duration_ms / 4)
        return np.append(np.arange(0.0, duration_ms - piece / 2, piece), duration_ms)
    between = pairwise(peaks)
    inner = [a + int(np.argmin(rate[a:b])) for a, b in between]
    return np.array([0.0, *inner, duration_ms], dtype=np.float64)


def _in_another_order(
    spikes: Spikes, bounds: NDArray[np.float64], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Lay the pieces between the bounds end to end in another order."""
    order = rng.permutation(len(bounds) - 1)
    if np.all(np.diff(order) > 0):  # chance may leave all where it was
        order = np.roll(order, 1)
    lengths = np.diff(bounds)[order]
    starts = np.concatenate(([0.0], np.cumsum(lengths)[:-1]))
    times, cells = [], []
    for piece, start in zip(order, starts, strict=True):
        inside = (spikes.times_ms >= bounds[piece]) & (spikes.times_ms < bounds[piece + 1])
        times.append(spikes.times_ms[inside] - bounds[piece] + start)
        cells.append(spikes.cells[inside])
    return np.concatenate(times), np.concatenate(cells)
