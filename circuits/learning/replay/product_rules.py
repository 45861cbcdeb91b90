"""Rules of two traces on recorded spikes: Hebb, BCM, pair STDP and the plain product, with traces that are given.

The same as text for Brian2: `circuits.learning.rivals`. x of the sender and y of the receiver are traces to which
a spike adds 1 and which decay with `pre_ms` and `post_ms`. Between two events every trace is an exponential, so
that the integrals are exact::

    product  de/dt = x y
    hebb     de/dt = (x - theta_x)(y - theta_y)               theta: the trace at the cell's mean rate
    bcm      de/dt = x y (y - q),  tau_q dq/dt = y^2/theta_y - q
    stdp     e += x at a receiver's spike, e -= ratio y at a sender's, all pairs

The thresholds are those of the mean rates that are given. The ratio of stdp makes
the area of depression 1.05 times that of potentiation (Song et al. 2000), whatever the traces.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from circuits.errors import UnknownName
from circuits.learning.kinase.rule import Floats
from circuits.learning.kinase.trains import POST, PRE, READ, in_order

RULES = ("product", "hebb", "bcm", "stdp")
#: assumed: the threshold of BCM follows over five cycles.
TAU_Q_MS = 1000.0
#: Area of depression over that of potentiation (Song et al. 2000).
STDP_AREA = 1.05


@dataclass(frozen=True, kw_only=True)
class Traces:
    """What all rules have in common.

    Attributes
    ----------
    pre_ms, post_ms : float
        Decay of the sender's and of the receiver's trace, ms, above 0.
    pre_hz, post_hz : float
        Mean rates of senders and receivers, spikes per s: where thresholds lie.
    """

    pre_ms: float
    post_ms: float
    pre_hz: float = 0.0
    post_hz: float = 0.0

    @property
    def theta(self) -> tuple[float, float]:
        """The two traces at the mean rates."""
        return self.pre_hz * 1e-3 * self.pre_ms, self.post_hz * 1e-3 * self.post_ms


def collected(
    rule: str, traces: Traces, pre_ms: Floats, post_ms: Floats, read_ms: Floats
) -> Floats:
    """Give what a rule has collected since the start, at each read-out; differences are its changes.

    Parameters
    ----------
    rule : str
        One of `RULES`.
    traces : Traces
    pre_ms, post_ms : array (synapses, spikes)
        Times at which spikes reach the synapse, ms, padded with inf.
    read_ms : array (reads,)
        ms, increasing. A spike at the time of a read-out counts before it.

    Returns
    -------
    array (synapses, reads)
        Without a rate: the unit is the rule's own.
    """
    if rule not in RULES:
        raise UnknownName("rule", rule, RULES)
    n = len(pre_ms)
    reads = np.broadcast_to(read_ms, (n, len(read_ms)))
    times, kinds = in_order((PRE, pre_ms), (POST, post_ms), (READ, reads))
    x, y, e = np.zeros((3, n))
    q = np.full(n, traces.theta[1])
    out, seen, last = np.zeros(reads.shape), np.zeros(n, dtype=np.int64), np.zeros(n)
    ratio = STDP_AREA * traces.pre_ms / traces.post_ms
    for now, kind in zip(times.T, kinds.T, strict=True):
        live = np.isfinite(now)
        h = np.where(live, now - last, 0.0)
        e += _grown(rule, traces, x, y, q, h)
        if rule == "bcm":
            q = _threshold(traces, y, q, h)
        x, y = x * np.exp(-h / traces.pre_ms), y * np.exp(-h / traces.post_ms)
        last = np.where(live, now, last)
        arrived, fired = live & (kind == PRE), live & (kind == POST)
        if rule == "stdp":
            e += fired * x - arrived * ratio * y
        x, y = x + arrived, y + fired
        here = np.flatnonzero(live & (kind == READ))
        out[here, seen[here]] = e[here]
        seen[here] += 1
    return out


def _grown(rule: str, traces: Traces, x: Floats, y: Floats, q: Floats, h: Floats) -> Floats | float:
    """Integral of de/dt over the `h` ms since the last event."""
    if rule == "stdp":
        return 0.0
    a, b = 1.0 / traces.pre_ms, 1.0 / traces.post_ms
    if rule == "bcm":
        slow, lift = 1.0 / TAU_Q_MS, _lift(traces, y)
        own: Floats = x * y * (
            y * _area(a + 2 * b, h) - (q - lift) * _area(a + b + slow, h) - lift * _area(a + 3 * b, h)
        )  # fmt: skip
        return own
    both: Floats = x * y * _area(a + b, h)
    if rule == "product":
        return both
    over_x, over_y = traces.theta
    return both - over_y * x * _area(a, h) - over_x * y * _area(b, h) + over_x * over_y * h


def _area(rate: float, h: Floats) -> Floats:
    """Integral of exp(-rate t) from 0 to h, ms."""
    area: Floats = -np.expm1(-rate * h) / rate
    return area


def _lift(traces: Traces, y: Floats) -> Floats:
    """Part of the threshold that follows the square of the receiver's trace."""
    slow, theta = 1.0 / TAU_Q_MS, traces.theta[1]
    driven = slow / theta / (slow - 2.0 / traces.post_ms) if theta > 0 else 0.0
    return driven * y * y


def _threshold(traces: Traces, y: Floats, q: Floats, h: Floats) -> Floats:
    lift = _lift(traces, y)
    moved: Floats = (q - lift) * np.exp(-h / TAU_Q_MS) + lift * np.exp(-2.0 * h / traces.post_ms)
    return moved
