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
        from scipy import stats

        rng = np.random.default_rng(0)
        drawn = stats.bootstrap((found,), np.mean, confidence_level=LEVEL, rng=rng)
        ends = drawn.confidence_interval
        return Mean(mean, float(ends.low), float(ends.high), found.size)
    return Mean(mean, *interval(found, LEVEL), found.size)


def over_columns(values: Floats) -> list[Mean]:
    """Give the mean over seeds of each column, with its interval.

    Parameters
    ----------
    values : array (seeds, columns)
    """
    return [over_seeds(column) for column in np.asarray(values).T]


def interval(d: Floats, level: float) -> tuple[float, float]:
    """Give Student's interval of a mean, such as that of paired differences.

    The bias-corrected bootstrap is not used: of normal differences its "95 %" covers 83 to 86 % at
    8 pairs and 89 % at 10, and two one-sided tests built on it are wrong twice as often as they say.

    Parameters
    ----------
    d : array (n,)
        At least two.
    level : float
        0.95 for 95 %.

    Returns
    -------
    (low, high)
        In the unit of the values; both are the mean where all are alike.
    """
    from scipy import stats

    mean, spread = float(d.mean()), float(d.std(ddof=1))
    if spread <= 1e-12 * max(1.0, abs(mean)):
        return mean, mean
    half = float(stats.t.ppf((1 + level) / 2, len(d) - 1)) * spread / math.sqrt(len(d))
    return mean - half, mean + half
