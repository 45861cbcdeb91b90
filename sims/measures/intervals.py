"""The interval of a mean over seeds: Student's of few, the bootstrap of twenty and more."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: From this many on the bias-corrected bootstrap covers what it says; below, it is too narrow.
BOOTSTRAP_FROM = 20
LEVEL = 0.95


@dataclass(frozen=True)
class Mean:
    """A mean over seeds and its 95 % interval; NaN where there is none.

    Attributes
    ----------
    mean, low, high : float
    n : int
        Seeds that had a value.
    """

    mean: float
    low: float
    high: float
    n: int

    def metrics(self, name: str) -> dict[str, float]:
        """Write it flat: `name`, `name_lo`, `name_hi`, `name_n`."""
        return {
            name: self.mean,
            f"{name}_lo": self.low,
            f"{name}_hi": self.high,
            f"{name}_n": self.n,
        }


def over_seeds(values: Floats) -> Mean:
    """Give the mean over seeds with its interval; seeds without a value (NaN) do not count.

    Parameters
    ----------
    values : array (seeds,)
    """
    from scipy import stats

    found = np.asarray(values, dtype=np.float64)
    found = found[np.isfinite(found)]
    if found.size == 0:
        return Mean(math.nan, math.nan, math.nan, 0)
    mean = float(found.mean())
    if found.size == 1:
        return Mean(mean, math.nan, math.nan, 1)
    if np.ptp(found) <= 1e-12 * max(1.0, abs(mean)):
        return Mean(mean, mean, mean, found.size)
    if found.size >= BOOTSTRAP_FROM:
        rng = np.random.default_rng(0)
        drawn = stats.bootstrap((found,), np.mean, confidence_level=LEVEL, rng=rng)
        ends = drawn.confidence_interval
        return Mean(mean, float(ends.low), float(ends.high), found.size)
    error = float(found.std(ddof=1)) / math.sqrt(found.size)
    half = float(stats.t.ppf((1 + LEVEL) / 2, found.size - 1)) * error
    return Mean(mean, mean - half, mean + half, found.size)
