"""Minus the gradient of the prediction error at each synapse, as a product of factors that can be left out.

For a synapse from layer-6 cell j to relay cell i, with the twin's rate f(u) as the prediction (`twin`)::

    by the linear weight w =  (outcome - f(u))  x  steepness  x  sender's rate  x  peak conductance  x  contrast'(w)
    by the conductance     =  (outcome - f(u))  x  steepness  x  sender's rate

The last two factors belong to the synapse. The steepness depends on how the distance between prediction and
outcome is counted:

========  =====================================  ==================
loss      distance of prediction f(u) to o       steepness
========  =====================================  ==================
matched   integral of f(v) - o, v from f = o     1
counts    f(u) - o log f(u), of Poisson spikes   f'(u) / f(u)
squared   half the square of f(u) - o            f'(u)
========  =====================================  ==================

All three are least where f(u) = o. For matched, the loss that goes with the transfer function f as cross-entropy
goes with the logistic one, nothing is left but error times activity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from circuits.learning.kinase.rule import contrast
from sims.prediction.gradient.marks import arriving_activity, product
from sims.prediction.gradient.recording import Recording, peak_ns
from sims.prediction.gradient.twin import Transfer, autograd, drives_of

Loss = Literal["matched", "counts", "squared"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Factors:
    """What the gradient is made of; as it stands, that of the matched loss by the conductance.

    Attributes
    ----------
    twin : bool
        Whether the prediction is the twin's, or else the recorded rate.
    window : bool
        Whether a sender counts by its rate while relay cells predict, or else by its mean trace up to the
        read-out, as in the marks.
    loss : "matched", "counts" or "squared"
    conductance, curve : bool
        Whether the peak conductance and the slope of the contrast curve count; with both the gradient is
        that by the linear weight.
    """

    twin: bool = True
    window: bool = True
    loss: Loss = "matched"
    conductance: bool = False
    curve: bool = False


#: The gradient that rules are compared with.
READING = Factors()


def downhill(
    recording: Recording,
    transfer: Transfer,
    outcome_hz: Floats,
    some: NDArray[np.int64],
    factors: Factors = READING,
) -> Floats:
    """Give minus the gradient of every cycle's loss at some synapses, before the homeostasis.

    Parameters
    ----------
    recording : Recording
    transfer : Transfer
        The twin.
    outcome_hz : array (cycles, receivers)
        What should have been predicted.
    some : array (synapses,)
        Which synapses.
    factors : Factors

    Returns
    -------
    array (synapses, cycles)
        In (spikes/s)^2, and whatever the further factors bring.
    """
    given = drives_of(recording)
    twin_hz = np.asarray(transfer.rate(*given))
    error = outcome_hz - (twin_hz if factors.twin else recording.prediction_hz)
    if factors.loss != "matched":
        steep = slope(transfer, given)
        if factors.loss == "counts":
            # Far below threshold the rate is exponential, and the quotient its exponent's slope.
            least = np.full_like(steep, transfer.layer6 / transfer.units[0])
            steep = np.divide(steep, twin_hz, out=least, where=twin_hz > 0)
        error = error * steep
    sender = recording.sender_hz if factors.window else arriving_activity(recording)
    return product(error, sender, recording.edges, some) * _synapse(recording, some, factors)


def _synapse(recording: Recording, some: NDArray[np.int64], factors: Factors) -> Floats:
    """Give the factors of each synapse, (synapses, 1)."""
    out = np.ones(some.size)
    if factors.conductance:
        out = out * peak_ns(recording.edges)[some]
    if factors.curve:
        out = out * _derivative(contrast, recording.weight[some])
    return out[:, None]


def slope(transfer: Transfer, given: tuple[Floats, Floats, Floats]) -> Floats:
    """Give the slope of the twin's rate by the drive of layer 6, (cycles, receivers)."""
    layer6, excites, inhibits = given
    xp = autograd()[1]
    return _derivative(lambda u: transfer.rate(u, excites, inhibits, xp), layer6)


def _derivative(function: Any, at: Floats) -> Floats:
    """Differentiate a function that acts on each element alone."""
    grad, xp = autograd()
    found: Floats = grad(lambda x: xp.sum(function(x)))(at)
    return found
