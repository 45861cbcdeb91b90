"""The rules that are read, each replayed on the same spikes with the same traces and the same read-outs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from circuits.learning.kinase.rule import room
from circuits.learning.replay.changes import (
    Rule,
    delta,
    differences,
    kinase,
    product_rule,
    zero_sum,
)
from circuits.learning.replay.product_rules import Traces
from sims.prediction.gradient.recording import Recording

Floats = NDArray[np.float64]

#: The rule that is compared with the rest.
KINASE = "kinase"
#: Rule -> what it is, in the order of the table.
RULES: Mapping[str, str] = {
    KINASE: "the circuit's kinase rule",
    "reversed": "the same, each cycle run backwards",
    "delta": "difference of the mean product of the same traces in the two windows",
    "hebb": "covariance",
    "bcm": "sliding threshold",
    "stdp": "pairs of spikes",
}


def changes(name: str, recording: Recording, some: NDArray[np.int64]) -> Floats:
    """Give what a rule does to some synapses in each cycle, as the circuit would let it.

    The soft bound makes a change fade towards 0 and 1, and the mean of each receiver's synapses is taken
    from it. Only the learning rate is left out.

    Parameters
    ----------
    name : str
        One of `RULES`.
    recording : Recording
    some : array (k,)
        Which synapses.

    Returns
    -------
    array (k, cycles)
        In the rule's own unit.
    """
    found = with_bound(replayed(name, recording, some), recording, some)
    return zero_sum(found, recording.edges.post[some])


def replayed(name: str, recording: Recording, some: NDArray[np.int64]) -> Floats:
    """Give what a rule says of some synapses in each cycle, before its bound and the homeostasis.

    Parameters and returns as of `changes`.
    """
    rule = rules_of(recording)[name]
    found = differences(
        rule, recording.edges, recording.sender, recording.receiver, recording.all_reads_ms, some
    )
    return found if name == "delta" else found[:, recording.read]


def with_bound(change: Floats, recording: Recording, some: NDArray[np.int64]) -> Floats:
    """Make a change fade as the circuit's own does where its weight nears the end it goes to, 0 or 1.

    Parameters
    ----------
    change : array (k, cycles)
    recording : Recording
    some : array (k,)
        Which synapses.
    """
    weight = recording.weight[some][:, None]
    return change * room(change, weight, recording.learning.softness)


def traces_of(recording: Recording) -> Traces:
    """Give the traces of the circuit's kinase rule, and the mean rates of the recording."""
    own = recording.learning.kinase
    return Traces(
        pre_ms=own.tau_pre_ms,
        post_ms=own.tau_post_ms,
        pre_hz=recording.mean_hz(recording.sender),
        post_hz=recording.mean_hz(recording.receiver),
    )


def rules_of(recording: Recording) -> Mapping[str, Rule]:
    """Give every rule of `RULES` as a function of spikes."""
    own, traces = kinase(recording.learning.kinase), traces_of(recording)
    return {
        KINASE: own,
        "reversed": backwards(own, recording.windows_ms),
        "delta": delta(traces, recording.windows_ms[:, [0, 2, 3]]),
        **{name: product_rule(name, traces) for name in ("hebb", "bcm", "stdp")},
    }


def backwards(rule: Rule, windows_ms: Floats) -> Rule:
    """Have a rule see each cycle's spikes, from the start of the prediction to the read-out, backwards.

    So the outcome comes first and the prediction is what is there at the read-out.
    """
    read = windows_ms[:, 3]
    start = np.maximum(windows_ms[:, 0], np.append(-np.inf, read[:-1]))

    def mirrored(trains: Floats) -> Floats:
        cycle = np.minimum(np.searchsorted(read, trains), read.size - 1)
        inside = (trains >= start[cycle]) & (trains <= read[cycle])
        return np.where(inside, start[cycle] + read[cycle] - trains, trains)

    def at(pre_ms: Floats, post_ms: Floats, read_ms: Floats) -> Floats:
        return rule(mirrored(pre_ms), mirrored(post_ms), read_ms)

    return at
