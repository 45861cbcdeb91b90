"""The kinase synapse integrated exactly from spike to spike, for many synapses at once.

Between two spikes calcium is C0 exp(-a t), and each further stage is a convolution of exponentials.
The convolution of n+1 exponentials is a divided difference of exp, which is evaluated here so that
equal and nearly equal time constants (Axon's published 40 and 40 ms) lose no digits: pairs through
expm1, close clusters through their Taylor series, the rest by the recurrence over sorted rates.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import factorial

import numpy as np

from circuits.learning.kinase.rule import Floats, KinaseRule

#: Rates closer than this (relative to the largest) are expanded round their mean.
CLOSE = 0.1
#: Below this spread of the rates times the time, a few terms are enough whatever the rates.
SHORT = 0.1
#: Terms of that expansion; for 60 time constants what is left out is below 1e-14 of the result.
TERMS = 30


def homogeneous(values: tuple[float, ...], degree: int) -> list[float]:
    """Complete homogeneous symmetric polynomials h_0..h_degree of the values."""
    h = [1.0] + [0.0] * degree
    for value in values:
        for k in range(1, degree + 1):
            h[k] += value * h[k - 1]
    return h


@lru_cache(maxsize=256)
def cluster_series(rates: tuple[float, ...]) -> tuple[float, list[float]]:
    """Mean rate m and coefficients c_j with convolution = exp(-m t) t^n sum_j c_j t^j."""
    mean = sum(rates) / len(rates)
    order = len(rates) - 1
    h = homogeneous(tuple(mean - r for r in rates), TERMS)
    return mean, [h[j] / factorial(order + j) for j in range(TERMS + 1)]


def is_close(rates: tuple[float, ...]) -> bool:
    """Whether these sorted rates have to be treated as one cluster."""
    return rates[-1] - rates[0] <= CLOSE * rates[-1]


def convolution(rates: tuple[float, ...], t_ms: Floats) -> Floats:
    """Convolve exp(-a t) exp(-b t) ... at time t, safely for equal rates.

    Parameters
    ----------
    rates : tuple of float
        Decay rates, 1/ms, any order, above 0; one or more.
    t_ms : array
        Time since the start, ms, 0 or more.

    Returns
    -------
    array
        (exp(-a .) * exp(-b .) * ...)(t), in ms^(number of rates - 1).
    """
    t = np.asarray(t_ms, dtype=np.float64)
    ordered = tuple(sorted(rates))
    order = len(ordered) - 1
    if order == 0:
        return np.exp(-ordered[0] * t)
    if order == 1:
        x = -(ordered[1] - ordered[0]) * t
        ratio = np.ones_like(x)
        np.divide(np.expm1(x), x, out=ratio, where=x != 0)
        return np.asarray(t * np.exp(-ordered[0] * t) * ratio)
    spread = ordered[-1] - ordered[0]
    # The recurrence divides by spread * t: where that is small the series is the exact one to use.
    near = spread * t < SHORT
    if is_close(ordered) or bool(np.all(near)):
        return _series(ordered, t)
    slow, fast = convolution(ordered[:-1], t), convolution(ordered[1:], t)
    far = (slow - fast) / spread
    return np.where(near, _series(ordered, np.where(near, t, 0.0)), far) if np.any(near) else far


def _series(ordered: tuple[float, ...], t: Floats) -> Floats:
    """Convolution of close rates, or of any over a short time, round their mean."""
    mean, series = cluster_series(ordered)
    if not is_close(ordered):
        series = series[:9]
    total = np.polynomial.polynomial.polyval(t, series)
    return np.asarray(np.exp(-mean * t) * t ** (len(ordered) - 1) * total)


@dataclass(frozen=True)
class State:
    """The states of a batch of synapses at one time (arrays of one shape, dimensionless)."""

    pre: Floats
    post: Floats
    calcium: Floats
    cam: Floats
    fast: Floats
    slow: Floats

    @classmethod
    def rest(cls, shape: tuple[int, ...]) -> State:
        """Synapses that have seen nothing yet."""
        return cls(*(np.zeros(shape) for _ in range(6)))


@dataclass(frozen=True)
class Exact:
    """The propagator of one rule: where the states are after a spike-free time."""

    rule: KinaseRule

    @cached_property
    def _chains(self) -> dict[str, tuple[tuple[float, ...], float]]:
        c, m, p, d = self.rule.decay_per_ms
        chains = {"mm": ((m,), 1.0), "cm": ((c, m), m)}
        chains |= {"pp": ((p,), 1.0), "mp": ((m, p), p), "cp": ((c, m, p), m * p)}
        if self.rule.form == "cascade":
            chains |= {"dd": ((d,), 1.0), "pd": ((p, d), d), "md": ((m, p, d), p * d)}
            chains |= {"cd": ((c, m, p, d), m * p * d)}
        else:
            chains |= {"dd": ((d,), 1.0), "md": ((m, d), d), "cd": ((c, m, d), m * d)}
        return chains

    def after(self, state: State, t_ms: Floats) -> State:
        """States `t_ms` later if no spike comes (t_ms broadcasts against the states)."""
        k = {n: g * convolution(rates, t_ms) for n, (rates, g) in self._chains.items()}
        slow = state.slow * k["dd"] + state.cam * k["md"] + state.calcium * k["cd"]
        if "pd" in k:
            slow = slow + state.fast * k["pd"]
        return State(
            pre=state.pre * np.exp(-t_ms / self.rule.tau_pre_ms),
            post=state.post * np.exp(-t_ms / self.rule.tau_post_ms),
            calcium=state.calcium * np.exp(-t_ms * self.rule.decay_per_ms[0]),
            cam=state.cam * k["mm"] + state.calcium * k["cm"],
            fast=state.fast * k["pp"] + state.cam * k["mp"] + state.calcium * k["cp"],
            slow=slow,
        )

    def spiked(self, state: State, pre: Floats, post: Floats) -> State:
        """States just after spikes; `pre` and `post` hold how many each synapse received."""
        rule = self.rule
        r = state.pre + pre * (rule.spike / rule.tau_pre_ms)
        s = state.post + post * (rule.spike / rule.tau_post_ms)
        new = np.where((pre + post) > 0, rule.calcium(r, s), state.calcium)
        return State(r, s, new, state.cam, state.fast, state.slow)

    def difference(self, state: State) -> Floats:
        """Give what a read-out would see: fast_scale * P - D."""
        return self.rule.fast_scale * state.fast - state.slow
