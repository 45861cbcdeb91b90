"""How many single cells fire more, and how many less, in one run than in another of the same seed."""

from __future__ import annotations

import numpy as np

from circuits.runs.run import RunData
from sims.measures.decoding import WINDOW_MS
from sims.measures.templates import relay_vectors

#: Two-sided level of each cell's test: by chance 2.5 % of the cells go up and 2.5 % down.
LEVEL = 0.05


def cells_changed(before: RunData, after: RunData, population: str) -> dict[str, float]:
    """Give `cells_up_<population>` and `cells_down_<population>`, shares of all its cells.

    Each cell's spikes in windows of 200 ms are compared in pairs (same stimulus, same noise) by a
    t test; a cell that fires in neither run has not changed.

    Parameters
    ----------
    before, after : RunData
        Two runs with the same seed: intact and lesioned.
    population : str

    Returns
    -------
    dict of str to float
        Shares, 0 to 1; empty if there are fewer than two windows.
    """
    from scipy import stats

    start, stop = before.discard_ms, min(before.duration_ms, after.duration_ms)
    edges = start + WINDOW_MS * np.arange(int((stop - start + 1e-6) // WINDOW_MS) + 1)
    parts = np.column_stack([edges[:-1], edges[1:]])
    n = before.populations[population].count
    one, other = (relay_vectors(r.spikes[population], n, parts) for r in (before, after))
    d = other - one
    if len(d) < 2:
        return {}
    spread, mean = d.std(axis=0, ddof=1), d.mean(axis=0)
    error = spread / np.sqrt(len(d))
    # The same change in every window is as sure as can be.
    t = np.divide(mean, error, out=1e9 * np.sign(mean), where=error > 0)
    limit = float(stats.t.ppf(1 - LEVEL / 2, len(d) - 1))
    return {
        f"cells_up_{population}": float(np.mean(t > limit)),
        f"cells_down_{population}": float(np.mean(t < -limit)),
    }
