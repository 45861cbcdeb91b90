"""The error of the relay cells as the cells of layer 6 would get it: sent back through the synapses that learn.

A layer-6 cell excites relay cells by the weights of the pathway that learns. By the chain rule, the error of the
prediction falls if a synapse onto that cell changes as::

    error of a layer-6 cell = sum over relay cells of (outcome - prediction) x conductance onto it
    change of a synapse = error of its cell x slope of the cell's rate x what the sender sent

Backpropagation works this out with the weights themselves, which no cell knows. In the theory activity that the
pulvinar sends to cortex brings it instead. The slope is that of a twin of the layer-6 cells, fitted as that of
the relay cells is (`sims.prediction.gradient.twin`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from circuits.learning.kinase.rule import contrast
from sims.prediction.gradient.decomposition import MISPLACED_BY
from sims.prediction.gradient.marks import arriving_activity, product
from sims.prediction.gradient.recording import Recording, peak_ns
from sims.prediction.gradient.twin import Transfer, drives_of

Floats = NDArray[np.float64]


def sent_back(activity: Floats, relay: Recording) -> Floats:
    """Send something of the relay cells back to the cells of layer 6, through the synapses between them.

    Parameters
    ----------
    activity : array (cycles, relay cells)
    relay : Recording
        Of the pathway from layer 6 to the relay cells.

    Returns
    -------
    array (cycles, layer-6 cells)
        Times nS.
    """
    edges = relay.edges
    each = np.zeros((len(relay.receiver), len(relay.sender)))
    np.add.at(each, (edges.post, edges.pre), peak_ns(edges) * contrast(relay.weight))
    found: Floats = activity @ each
    return found


def relay_error(relay: Recording, output: Transfer) -> Floats:
    """Give outcome less the twin's prediction, (cycles, relay cells): minus the slope of the matched loss."""
    found: Floats = relay.outcome_hz - np.asarray(output.rate(*drives_of(relay)))
    return found


def hidden_downhill(below: Recording, error: Floats, some: NDArray[np.int64]) -> Floats:
    """Give minus the gradient of every cycle's error at synapses onto layer 6, before the homeostasis.

    The loss is the matched one, by the conductance, as for the relay cells.

    Parameters
    ----------
    below : Recording
        Of a pathway onto the layer-6 cells.
    error : array (cycles, layer-6 cells)
        That of the relay cells, sent back, times the slope of the layer-6 cells' twin.
    some : array (synapses,)
        Which synapses of `below`.

    Returns
    -------
    array (synapses, cycles)
    """
    return product(error, below.sender_hz, below.edges, some)


def hidden_marks(below: Recording, relay: Recording, some: NDArray[np.int64]) -> dict[str, Floats]:
    """Give what rules would do at synapses onto layer 6 that knew the error of its cells, or other things.

    Returns
    -------
    dict of str to array (synapses, cycles)
        "exact": the recorded error, sent back, times the sender; "outcome": the outcome alone, sent back, times the
        sender; "misplaced": the exact one with the senders of another cycle.
    """
    sender = arriving_activity(below)
    later = np.roll(sender, -MISPLACED_BY, axis=0)
    error = sent_back(relay.outcome_hz - relay.prediction_hz, relay)
    return {
        "exact": product(error, sender, below.edges, some),
        "outcome": product(sent_back(relay.outcome_hz, relay), sender, below.edges, some),
        "misplaced": product(error, later, below.edges, some),
    }
