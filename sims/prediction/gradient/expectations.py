"""What a rule does to synapses that foretold something: in vain, or rightly; pure functions.

The synapses of active senders (mean trace above that of all senders) in each cycle fall into groups, by
whether the receiver was foretold (its rate in the prediction) and whether it came (its rate in the outcome)::

    surprise   not foretold, came       cycles in which outcome and prediction differ
    in vain    foretold, did not come   the same cycles
    foretold   foretold, came           all other cycles

A receiver is in if its rate is more than a standard deviation above the mean of all receivers, out if it is
below that mean; those between belong to no group.

Rules have units of their own, so the mean change of a group is taken as a share of the size of all three (the
root of the sum of their squares), and that share as a multiple of the exact rule's. By the exact rule both are 1::

    in vain    1: loses as much as by the exact rule; 0: loses nothing; below 0: gains
    foretold   1: changes as little as by the exact rule; above 1: changes more
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from circuits.records import Edges

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Groups:
    """Which synapses belong to which group in each cycle.

    Attributes
    ----------
    surprise, in_vain, as_foretold : array (synapses, cycles) of bool
    """

    surprise: Bools
    in_vain: Bools
    as_foretold: Bools


def groups_of(
    outcome_hz: Floats,
    prediction_hz: Floats,
    sender: Floats,
    differs: Bools,
    edges: Edges,
    some: NDArray[np.int64],
) -> Groups:
    """Sort synapses by what their receivers foretold and what came.

    Parameters
    ----------
    outcome_hz, prediction_hz : array (cycles, receivers)
    sender : array (cycles, senders)
        Mean trace, see `marks.sender_activity`.
    differs : array (cycles,)
        Where outcome and prediction differ, see `marks.differing`.
    edges : Edges
    some : array (synapses,)
        Which synapses.
    """
    pre, post = edges.pre[some], edges.post[some]
    active = (sender > sender.mean(axis=1, keepdims=True))[:, pre]
    expected, unexpected = (one[:, post] for one in _in_and_out(prediction_hz))
    came, did_not = (one[:, post] for one in _in_and_out(outcome_hz))
    wrong = differs[:, None] & active
    right = (~differs & outcome_hz.any(axis=1))[:, None] & active
    return Groups(
        surprise=(wrong & came & unexpected).T,
        in_vain=(wrong & expected & did_not).T,
        as_foretold=(right & expected & came).T,
    )


def _in_and_out(hz: Floats) -> tuple[Bools, Bools]:
    mean, spread = hz.mean(axis=1, keepdims=True), hz.std(axis=1, keepdims=True)
    return hz > mean + spread, hz < mean


def by_group(change: Floats, exact: Floats, groups: Groups) -> tuple[float, float]:
    """Give what a rule does in vain and as foretold, as multiples of what the exact rule does.

    Parameters
    ----------
    change, exact : array (synapses, cycles)
        Of the rule and of the mark, the receivers' means taken away.
    groups : Groups

    Returns
    -------
    tuple of float
        In vain, as foretold; NaN where a group is empty.
    """
    own, mark = (_shares(one, groups) for one in (change, exact))
    in_vain, as_foretold = (a / b if b else math.nan for a, b in zip(own, mark, strict=True))
    return in_vain, as_foretold


def _shares(change: Floats, groups: Groups) -> tuple[float, float]:
    """Mean change in vain and as foretold, as shares of the size of all three groups' means."""
    three = (groups.in_vain, groups.as_foretold, groups.surprise)
    means = [float(change[group].mean()) if group.any() else math.nan for group in three]
    size = math.sqrt(sum(mean**2 for mean in means if math.isfinite(mean)))
    return (means[0] / size, means[1] / size) if size else (math.nan, math.nan)
