"""The spikes that reach each synapse: one row a synapse, as the rules in NumPy take them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from circuits.learning.kinase.rule import Floats
from circuits.records import Edges, Spikes


def trains_of(spikes: Spikes, n_cells: int) -> Floats:
    """Give each cell's spikes in a row, padded with inf.

    Returns
    -------
    array (cells, spikes)
        ms, increasing.
    """
    order = np.lexsort((spikes.times_ms, spikes.cells))
    cells, times = spikes.cells[order], spikes.times_ms[order]
    many = np.bincount(cells, minlength=n_cells)
    out = np.full((n_cells, max(1, int(many.max(initial=0)))), np.inf)
    first = np.cumsum(many) - many
    out[cells, np.arange(cells.size) - first[cells]] = times
    return out


def arrivals(
    edges: Edges, sender: Floats, receiver: Floats, some: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Give what synapses see: the sender's spikes after the delay, and the receiver's at once.

    Parameters
    ----------
    edges : Edges
    sender, receiver : array (cells, spikes)
        As `trains_of` gives them.
    some : array (k,)
        Which synapses.

    Returns
    -------
    tuple of array (k, spikes)
        ms, padded with inf.
    """
    delay = edges.delay_ms[some].astype(np.float64)
    return sender[edges.pre[some]] + delay[:, None], receiver[edges.post[some]]


def between(trains: Floats, from_ms: float, to_ms: float) -> Floats:
    """Keep of each row the spikes from a time (included) to another (left out); fewer columns."""
    inside = np.where((trains >= from_ms) & (trains < to_ms), trains, np.inf)
    inside.sort(axis=1)
    return inside[:, : max(1, int(np.isfinite(inside).sum(axis=1).max(initial=0)))]
