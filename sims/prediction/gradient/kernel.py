"""What one spike does to a weight, by its time before the read-out: the rule is worked out with it and without it.

A spike is put into a recorded cycle, or one that was recorded is taken away, and the rule is replayed exactly
on both trains. The difference is what this spike caused, whatever else is correlated with it. Pure functions.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from circuits.learning.replay.changes import Rule

#: Of which cell the spike is: of the sender (layer 6) or of the receiver (relay).
Cell = Literal["sender", "receiver"]

Floats = NDArray[np.float64]


def inserted(
    rule: Rule, pre: Floats, post: Floats, reads_ms: Floats, before_ms: Floats, cell: Cell
) -> Floats:
    """Give what a further spike changes at the last of some read-outs.

    Parameters
    ----------
    rule : callable
    pre, post : array (synapses, spikes)
        Spikes that reach the synapses, ms, padded with inf.
    reads_ms : array (reads,)
        Read-outs up to the one that counts, ms.
    before_ms : array (times,)
        How long before it the spike reaches the synapse, ms.
    cell : {"sender", "receiver"}

    Returns
    -------
    array (synapses, times)
    """
    n, k = len(pre), len(before_ms)
    many_pre, many_post = np.repeat(pre, k, axis=0), np.repeat(post, k, axis=0)
    spike = np.tile(reads_ms[-1] - before_ms, n)[:, None]
    if cell == "sender":
        many_pre = np.concatenate((many_pre, spike), axis=1)
    else:
        many_post = np.concatenate((many_post, spike), axis=1)
    with_it = rule(many_pre, many_post, reads_ms)[:, -1].reshape(n, k)
    difference: Floats = with_it - rule(pre, post, reads_ms)[:, -1:]
    return difference


def deleted(
    rule: Rule, pre: Floats, post: Floats, reads_ms: Floats, longest_ms: float, cell: Cell
) -> tuple[Floats, Floats]:
    """Give what each recorded spike changed at the last of some read-outs.

    Parameters
    ----------
    rule, pre, post, reads_ms, cell
        As in `inserted`.
    longest_ms : float
        Spikes longer ago are left as they are.

    Returns
    -------
    before_ms, difference : array (spikes,)
        When each came, before the read-out, and what the weight has by it.
    """
    trains = pre if cell == "sender" else post
    before = reads_ms[-1] - trains
    synapse, column = np.nonzero((before >= 0) & (before < longest_ms))
    without = trains[synapse].copy()
    without[np.arange(column.size), column] = np.inf
    pair = (without, post[synapse]) if cell == "sender" else (pre[synapse], without)
    with_it = rule(pre, post, reads_ms)[:, -1]
    return before[synapse, column], with_it[synapse] - rule(*pair, reads_ms)[:, -1]


def sign_change(before_ms: Floats, kernel: Floats) -> float:
    """Find how long before the read-out a kernel goes from its peak to below 0.

    Parameters
    ----------
    before_ms : array (times,)
        Increasing.
    kernel : array (times,)

    Returns
    -------
    float
        ms; NaN if it has no positive part, or never goes below 0 earlier than that.
    """
    peak = int(np.argmax(kernel))
    below = np.flatnonzero(kernel[peak:] < 0)
    if kernel[peak] <= 0 or not below.size:
        return math.nan
    b = peak + int(below[0])
    high, low = kernel[b - 1], kernel[b]
    return float(before_ms[b - 1] + (before_ms[b] - before_ms[b - 1]) * high / (high - low))


def share_earlier(from_ms: Floats, to_ms: Floats, limit_ms: float) -> float:
    """Give the mean share of stretches of time that lies earlier than a time before the read-out.

    Parameters
    ----------
    from_ms, to_ms : array (cycles,)
        Where each begins and ends, ms before the read-out; the beginning is the larger.
    limit_ms : float
        NaN gives NaN.
    """
    earlier = np.clip(from_ms - np.maximum(to_ms, limit_ms), 0.0, None)
    return float(np.mean(earlier / (from_ms - to_ms)))


def mean_over(before_ms: Floats, kernel: Floats, from_ms: Floats, to_ms: Floats) -> float:
    """Give the mean of a kernel over stretches of time, one a cycle (see `share_earlier`)."""
    fine = np.linspace(0.0, 1.0, 51)[:, None]
    at = to_ms + fine * (from_ms - to_ms)
    return float(np.interp(at, before_ms, kernel).mean())


def binned(before_ms: Floats, values: Floats, edges_ms: Floats) -> Floats:
    """Give the mean of values in bins of time; NaN where there is none."""
    where = np.digitize(before_ms, edges_ms) - 1
    fits = (where >= 0) & (where < len(edges_ms) - 1)
    many = np.bincount(where[fits], minlength=len(edges_ms) - 1)
    total = np.bincount(where[fits], values[fits], len(edges_ms) - 1)
    mean = np.full(many.size, np.nan)
    np.divide(total, many, out=mean, where=many > 0)
    return mean
