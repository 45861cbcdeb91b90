"""The two marks between which a rule is read: the exact rule, and Hebb's by the outcome alone; pure functions.

Both are made of the very spikes that the rules are replayed on. With o and p the rates of a relay cell in the
outcome and in the prediction (windows: `sims.prediction.gradient.recording`) and x what a layer-6 cell sent::

    exact   (o - p) x        Hebb   o x

A change of many synapses is projected on the plane of o x and p x, by least squares over synapses and cycles.
Its reading is the cosine of what lies in that plane with the exact rule, and the error index places it between
the marks::

    index = (cos(rule, exact) - cos(Hebb, exact)) / (1 - cos(Hebb, exact))

It is 1 for the exact rule, 0 for Hebb's and below 0 for one that goes the other way; a rule that takes too much
for a prediction is below 1 as well as one that takes too little, and `taken` says which. What lies outside of
the plane (`explained` is the share within) is noise to both marks and would lower the cosine of the whole
change, which is given beside it, with each.

The mean change of a cell's synapses is taken from each, in the marks and in every rule, as the circuit does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from circuits.learning.replay.changes import zero_sum
from circuits.records import Edges
from sims.prediction.gradient.recording import Recording, held_hz

#: Cycles count in which the rates of relay cells in both windows correlate less than this: elsewhere
#: the error points the same way as the outcome, and no rule can be told from another.
DIFFER_BELOW = 0.5

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reading:
    """What a change of synapses is made of.

    Attributes
    ----------
    outcome, prediction : float
        Change by o x and by p x, per spike/s of the receiver and unit of x.
    explained : float
        Share of the change that the two explain, 0-1.
    in_plane : float
        Cosine of the explained part with the exact rule.
    cosine_exact, cosine_hebb : float
        Cosine of the whole change with the exact rule's and with Hebb's by the outcome.
    """

    outcome: float
    prediction: float
    explained: float
    in_plane: float
    cosine_exact: float
    cosine_hebb: float

    @property
    def taken(self) -> float:
        """What a prediction takes away, as a share of what an outcome of the same rate changes.

        Negative if a prediction adds.
        """
        return -self.prediction / abs(self.outcome) if self.outcome else math.nan


def differing(outcome_hz: Floats, prediction_hz: Floats) -> NDArray[np.bool_]:
    """Find the cycles in which outcome and prediction differ, (cycles,).

    Parameters
    ----------
    outcome_hz, prediction_hz : array (cycles, receivers)
    """
    o, p = (a - a.mean(axis=1, keepdims=True) for a in (outcome_hz, prediction_hz))
    size = np.linalg.norm(o, axis=1) * np.linalg.norm(p, axis=1)
    both = np.sum(o * p, axis=1)
    alike = np.divide(both, size, out=np.zeros_like(both), where=size > 0)
    found: NDArray[np.bool_] = (alike < DIFFER_BELOW) & (o.any(axis=1))
    return found


def sender_activity(trains: Floats, windows_ms: Floats, tau_ms: float) -> Floats:
    """Give the mean trace of each sender from the start of the prediction to the read-out.

    Parameters
    ----------
    trains : array (senders, spikes)
        When spikes reach the synapses, ms.
    windows_ms : array (cycles, 4)
        See `sims.prediction.gradient.recording`.
    tau_ms : float
        Decay of the trace, to which a spike adds 1 / tau.

    Returns
    -------
    array (cycles, senders)
        Spikes per ms.
    """
    return held_hz(trains, windows_ms[:, [0, 3]], tau_ms) * 1e-3


def marks_of(recording: Recording, some: NDArray[np.int64]) -> dict[str, Floats]:
    """Give what the exact rule and Hebb's by the outcome do to some synapses, (synapses, cycles) each."""
    post = recording.edges.post[some]
    made = products_of(recording, arriving_activity(recording), some)
    return {name: zero_sum(change, post) for name, change in made.items()}


def products_of(recording: Recording, sender: Floats, some: NDArray[np.int64]) -> dict[str, Floats]:
    """Give both marks with what the senders sent, (cycles, senders), before any mean is taken away."""
    edges, outcome = recording.edges, recording.outcome_hz
    return {
        "exact": product(outcome - recording.prediction_hz, sender, edges, some),
        "outcome": product(outcome, sender, edges, some),
    }


def arriving_activity(recording: Recording) -> Floats:
    """Give the mean trace of each sender, as the synapses see it, (cycles, senders)."""
    arriving = recording.sender + float(np.median(recording.edges.delay_ms))
    return sender_activity(arriving, recording.windows_ms, recording.learning.kinase.tau_pre_ms)


def outer(receiver: Floats, sender: Floats, edges: Edges, some: NDArray[np.int64]) -> Floats:
    """Give receiver times sender at some synapses, the receivers' means taken away, (synapses, cycles)."""
    return zero_sum(product(receiver, sender, edges, some), edges.post[some])


def product(receiver: Floats, sender: Floats, edges: Edges, some: NDArray[np.int64]) -> Floats:
    """Give receiver times sender at some synapses, (synapses, cycles).

    Parameters
    ----------
    receiver, sender : array (cycles, cells)
    edges : Edges
    some : array (synapses,)
        Which synapses.
    """
    found: Floats = (receiver[:, edges.post[some]] * sender[:, edges.pre[some]]).T
    return found


def read_change(change: Floats, by_outcome: Floats, by_prediction: Floats) -> Reading:
    """Describe a change by what it owes to outcome and prediction.

    Parameters
    ----------
    change, by_outcome, by_prediction : array (synapses, cycles)
        Of the rule, and o x and p x (`outer`), all with the receivers' means taken away.
    """
    c, o, p = change.ravel(), by_outcome.ravel(), by_prediction.ravel()
    normal = np.array([[o @ o, o @ p], [o @ p, p @ p]])
    size = math.sqrt(float(c @ c))
    if not size or np.linalg.matrix_rank(normal) < 2:
        return Reading(0.0, 0.0, 0.0, math.nan, math.nan, math.nan)
    found = np.linalg.solve(normal, np.array([o @ c, p @ c]))
    in_plane, error = float(found @ normal @ found), np.array([1.0, -1.0])
    along = float(found @ normal @ error)
    return Reading(
        outcome=float(found[0]),
        prediction=float(found[1]),
        explained=in_plane / size**2,
        in_plane=along / math.sqrt(in_plane * float(error @ normal @ error)),
        cosine_exact=cosine(c, o - p),
        cosine_hebb=cosine(c, o),
    )


def cosine(a: Floats, b: Floats) -> float:
    """Give the cosine of two arrays of one shape; NaN if one of them is zero."""
    size = math.sqrt(float(np.vdot(a, a)) * float(np.vdot(b, b)))
    return float(np.vdot(a, b)) / size if size else math.nan


def index(rule: Reading, exact: Reading, hebb: Reading) -> float:
    """Place a reading between the marks: 1 where the exact rule's is, 0 where Hebb's is."""
    span = exact.in_plane - hebb.in_plane
    return (rule.in_plane - hebb.in_plane) / span if span else math.nan
