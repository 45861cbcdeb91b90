"""Other plasticity rules: each turns the spikes of a window into a change of the synapse.

Time runs in bins of 1 ms; rates are in spikes per ms inside the rules. All are offered the same gate: an
eligibility that decays with a fitted time constant and is read at the end of the window, instead of the
plain sum.

Sources: covariance Sejnowski 1977; BCM Bienenstock, Cooper & Munro 1982; pair STDP Song, Miller &
Abbott 2000; triplet STDP Pfister & Gerstner 2006; calcium thresholds Graupner & Brunel 2012; CHL
Movellan 1990, O'Reilly 1996.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from circuits.learning.kinase.rule import Floats

#: Milliseconds of each window: its end is where the gate reads.
BINS = 200

Parameters = dict[str, float]
#: For each parameter the range in which it is searched, on a log scale.
Ranges = dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Binned:
    """Spikes of one window per row in bins of 1 ms: `pre` and `post`, (rows, 200)."""

    pre: Floats
    post: Floats


def trace(spikes: Floats, tau_ms: float) -> Floats:
    """Filter spikes: each adds 1, which decays with tau_ms."""
    return np.asarray(lfilter([1.0], [1.0, -np.exp(-1.0 / tau_ms)], spikes, axis=1))


def before(values: Floats) -> Floats:
    """Give the value one bin earlier, so that a spike makes no pair with itself."""
    return np.pad(values, ((0, 0), (1, 0)))[:, :-1]


def covariance(spikes: Binned, p: Parameters) -> Floats:
    """Give the covariance of two filtered rates: (x - theta)(y - theta)."""
    x, y = (trace(s, p["tau"]) / p["tau"] for s in (spikes.pre, spikes.post))
    return np.asarray((x - p["theta"] / 1000.0) * (y - p["theta"] / 1000.0) * 1e3)


def bcm(spikes: Binned, p: Parameters) -> Floats:
    """Give x y (y - theta) with a threshold that follows y^2."""
    x, y = (trace(s, p["tau"]) / p["tau"] for s in (spikes.pre, spikes.post))
    slow = np.exp(-1.0 / p["tau_theta"])
    theta = lfilter([1.0 - slow], [1.0, -slow], y * y, axis=1) / (p["y0"] / 1000.0)
    return np.asarray(x * y * (y - theta) * 1e5)


def pair_stdp(spikes: Binned, p: Parameters) -> Floats:
    """Add up all pairs: pre before post strengthens, post before pre weakens."""
    up = spikes.post * before(trace(spikes.pre, p["tau_plus"]))
    down = spikes.pre * before(trace(spikes.post, p["tau_minus"]))
    return np.asarray(up - p["ratio"] * down)


def triplet_stdp(spikes: Binned, p: Parameters) -> Floats:
    """Add up pairs and triplets: an earlier postsynaptic spike strengthens, a presynaptic one weakens."""
    r1 = before(trace(spikes.pre, p["tau_plus"]))
    o1 = before(trace(spikes.post, p["tau_minus"]))
    o2 = before(trace(spikes.post, p["tau_y"]))
    return np.asarray(spikes.post * r1 * (p["a2"] + o2) - spikes.pre * o1 * p["ratio"])


def calcium_thresholds(spikes: Binned, p: Parameters) -> Floats:
    """Count time above calcium thresholds: above the high one strengthens, above the low one weakens."""
    calcium = trace(spikes.pre + p["c_post"] * spikes.post, p["tau"])
    high = p["theta_d"] + p["theta_gap"]
    return np.asarray((calcium > high) * 1.0 - p["ratio"] * (calcium > p["theta_d"]))


def chl(spikes: Binned, p: Parameters) -> Floats:
    """Give x y of the second half minus x y of the first, from counts: it is given where the halves are."""
    half = BINS // 2
    counts = [s[:, half:].sum(axis=1) for s in (spikes.pre, spikes.post)]
    first = [s[:, :half].sum(axis=1) for s in (spikes.pre, spikes.post)]
    out = np.zeros_like(spikes.pre)
    out[:, -1] = 0.1 * (counts[0] * counts[1] - first[0] * first[1])
    return out


@dataclass(frozen=True)
class OtherRule:
    """One rule.

    Attributes
    ----------
    name : str
        What tables and figures call it.
    change : callable
        From spikes and parameters to the change in every bin, (rows, 200).
    ranges : dict
        Its parameters and where they are searched.
    gated : bool
        Whether the change decays until the end of the window.
    metric_name : str
        In metric keys, where it is not simply the name.
    """

    name: str
    change: Callable[[Binned, Parameters], Floats]
    ranges: Ranges
    gated: bool = False
    metric_name: str = ""

    @property
    def key(self) -> str:
        """What metric keys call it."""
        return self.metric_name or metric_name(self.name)

    @property
    def searched(self) -> Ranges:
        """Parameters the optimiser searches: those of the rule and the gate's time constant."""
        gate = {"tau_gate": (10.0, 1000.0)} if self.gated else {}
        return {**self.ranges, **gate}

    def per_window(self, spikes: Binned, p: Parameters) -> Floats:
        """Give the change of each window, (rows,)."""
        change = self.change(spikes, p)
        if self.gated:
            left = BINS - 1.0 - np.arange(BINS)
            change = change * np.exp(-left / p["tau_gate"])
        return np.asarray(change.sum(axis=1))


def metric_name(name: str) -> str:
    """Write a rule's name for a metric key: "pair STDP + gate" becomes "pair_stdp_gate"."""
    return "_".join(re.findall("[a-z]+", name.lower()))


_TAU = (5.0, 100.0)
_RULES = (
    ("Hebbian covariance", covariance, {"tau": _TAU, "theta": (1.0, 60.0)}),
    ("BCM", bcm, {"tau": _TAU, "tau_theta": (10.0, 1000.0), "y0": (1.0, 100.0)}),
    (
        "pair STDP",
        pair_stdp,
        {"tau_plus": _TAU, "tau_minus": _TAU, "ratio": (0.1, 10.0)},
    ),
    (
        "triplet STDP",
        triplet_stdp,
        {
            "tau_plus": _TAU,
            "tau_minus": _TAU,
            "tau_y": (20.0, 300.0),
            "a2": (1e-3, 10.0),
            "ratio": (0.1, 10.0),
        },
    ),
    (
        "calcium thresholds",
        calcium_thresholds,
        {
            "tau": _TAU,
            "c_post": (0.2, 5.0),
            "theta_d": (0.3, 10.0),
            "theta_gap": (0.1, 10.0),
            "ratio": (0.05, 5.0),
        },
    ),
)
OTHER_RULES: tuple[OtherRule, ...] = (
    *(OtherRule(n, f, r) for n, f, r in _RULES),
    *(OtherRule(f"{n} + gate", f, r, gated=True) for n, f, r in _RULES),
    OtherRule("CHL (given the halves)", chl, {}, metric_name="chl_told_the_halves"),
)
