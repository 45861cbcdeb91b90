"""What each factor of the gradient takes off the cosines of marks and rules with it.

One begins with the exact rule itself, whose cosine with itself is 1, and turns it step by step into the gradient
of the squared distance by the linear weights, against which a rule with its soft bound is read. On the way lies the
gradient that is reported. All factors that are added after that are positive: they weigh synapses and relay
cells differently, but turn the sign of no synapse's gradient in a cycle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from circuits.learning.replay.changes import zero_sum
from sims.prediction.gradient.factors import READING, Factors, downhill
from sims.prediction.gradient.marks import arriving_activity, cosine, products_of
from sims.prediction.gradient.recording import Recording
from sims.prediction.gradient.rules import RULES, replayed, with_bound
from sims.prediction.gradient.twin import Transfer

#: Over how many cycles changes and gradient are summed.
REPETITIONS = (1, 4, 16, 64)
#: A useless rule: the error of a cycle with the senders of the one this many later.
MISPLACED_BY = 3
#: Made of recorded rates; all else that is compared are rules.
MARKS: Mapping[str, str] = {
    "exact": "mark: (outcome - prediction) x sender",
    "outcome": "mark: outcome x sender, Hebb's by the outcome alone",
    "misplaced": f"mark: the exact rule with the sender {MISPLACED_BY} cycles later; useless",
}

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A gradient, and what is done to changes before they are compared with it.

    Attributes
    ----------
    meaning : str
        In plain words.
    factors : Factors
        Of the gradient.
    bounded : "none", "rules" or "all"
        Whether rules, or marks as well, have the soft bound.
    homeostasis : bool
        Whether the mean of each receiver's synapses is taken from changes and gradient.
    """

    meaning: str
    factors: Factors = READING
    bounded: Literal["none", "rules", "all"] = "none"
    homeostasis: bool = True


BY_WEIGHT = Factors(loss="squared", conductance=True, curve=True)
#: One after the other, each with what was added before; the third is what is reported.
STEPS: Mapping[str, Comparison] = {
    "mark": Comparison(
        meaning="recorded error x mean trace of the sender",
        factors=Factors(twin=False, window=False),
    ),
    "twin": Comparison(
        meaning="the twin's prediction for the recorded one", factors=Factors(window=False)
    ),
    "reported": Comparison(meaning="the sender's rate in the prediction for its trace"),
    "conductance": Comparison(
        meaning="x peak conductance of the synapse", factors=Factors(conductance=True)
    ),
    "curve": Comparison(
        meaning="x slope of the contrast curve: by the linear weight",
        factors=Factors(conductance=True, curve=True),
    ),
    "squared": Comparison(
        meaning="x slope of the relay cell: squared distance", factors=BY_WEIGHT
    ),
    "before": Comparison(
        meaning="and rules, not marks, with their bound", factors=BY_WEIGHT, bounded="rules"
    ),
}  # fmt: skip
#: Each by itself, against the one that is reported.
ALONE: Mapping[str, Comparison] = {
    "counts_alone": Comparison(
        meaning="reported, with the loss of counts", factors=Factors(loss="counts")
    ),
    "squared_alone": Comparison(
        meaning="reported, with squared distance", factors=Factors(loss="squared")
    ),
    "curve_alone": Comparison(
        meaning="reported, x slope of the contrast curve", factors=Factors(curve=True)
    ),
    "bound_alone": Comparison(meaning="reported, rules and marks with the bound", bounded="all"),
    "no_homeostasis": Comparison(meaning="reported, without the homeostasis", homeostasis=False),
}


def unbounded(recording: Recording, some: NDArray[np.int64]) -> dict[str, Floats]:
    """Give what marks and rules say of some synapses, before bound and homeostasis, (synapses, cycles) each."""
    sender = arriving_activity(recording)
    later = products_of(recording, np.roll(sender, -MISPLACED_BY, axis=0), some)
    made = products_of(recording, sender, some) | {"misplaced": later["exact"]}
    return made | {name: replayed(name, recording, some) for name in RULES}


def compare_with(
    comparison: Comparison,
    made: Mapping[str, Floats],
    recording: Recording,
    transfer: Transfer,
    outcome_hz: Floats,
    some: NDArray[np.int64],
) -> dict[str, Floats]:
    """Compare changes with one gradient.

    Parameters
    ----------
    comparison : Comparison
    made : dict of str to array (synapses, cycles)
        What marks and rules say, see `unbounded`.
    recording : Recording
    transfer : Transfer
        The twin.
    outcome_hz : array (cycles, receivers)
        What should have been predicted.
    some : array (synapses,)
        Which synapses.

    Returns
    -------
    dict of str to array (repetitions,)
        Cosines, see `along_gradient`.
    """

    def without_mean(change: Floats) -> Floats:
        return zero_sum(change, recording.edges.post[some]) if comparison.homeostasis else change

    gradient = without_mean(downhill(recording, transfer, outcome_hz, some, comparison.factors))
    cosines = {}
    for name, change in made.items():
        bound = comparison.bounded == "all" or (comparison.bounded == "rules" and name in RULES)
        final = with_bound(change, recording, some) if bound else change
        cosines[name] = along_gradient(without_mean(final), gradient)
    return cosines


def along_gradient(change: Floats, gradient: Floats) -> Floats:
    """Give the mean cosine of both, summed over the same cycles, for each of `REPETITIONS`.

    Parameters
    ----------
    change, gradient : array (synapses, cycles)
        Of a rule, and minus the gradient.

    Returns
    -------
    array (repetitions,)
        NaN where there are too few cycles.
    """
    out, cycles = np.full(len(REPETITIONS), np.nan), change.shape[1]
    for k, n in enumerate(REPETITIONS):
        blocks = [slice(begin, begin + n) for begin in range(0, cycles - n + 1, n)]
        found = [cosine(change[:, b].sum(axis=1), gradient[:, b].sum(axis=1)) for b in blocks]
        found = [value for value in found if np.isfinite(value)]
        if found:
            out[k] = np.mean(found)
    return out
