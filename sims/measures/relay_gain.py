"""How strongly thalamic relay cells answer their drivers, the cells that excite them strongly.

"Evoked" is a cell's rate with a stimulus minus its rate with a blank screen, Hz.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from circuits.records import Edges
from circuits.runs.run import Metric
from sims.measures.metric import no_value

Floats = NDArray[np.float64]
#: Below this spread of the drivers' change over the relay cells no slope is given, Hz.
_FLAT_HZ = 0.1


def drive(evoked_hz: Floats, edges: Edges, n_cells: int) -> Floats | None:
    """Average what is evoked in each relay cell's drivers, weighted by their synapses.

    Parameters
    ----------
    evoked_hz : array (driver cells,)
    edges : Edges
        The synapses from the drivers to the relay cells.
    n_cells : int
        Relay cells.

    Returns
    -------
    array (relay cells,), Hz
        0 for a cell without a driver; None if no synapse is left.
    """
    weight = sum(edges.weight_ns.values(), np.zeros(len(edges.pre)))
    total = np.bincount(edges.post, weights=weight, minlength=n_cells)
    if not total.any():
        return None
    driven = np.bincount(edges.post, weights=weight * evoked_hz[edges.pre], minlength=n_cells)
    mean: Floats = np.divide(driven, total, out=np.zeros(n_cells), where=total > 0)
    return mean


def gain(driven_hz: Floats | None, evoked_hz: Floats, label: str) -> dict[str, Metric]:
    """Give `gain_<label>`: the slope, over relay cells, of what is evoked in them against their drivers.

    It is in spikes per spike of the average driver. It needs no mean change of rate, which a static
    grating does not bring (it raises as many cells as it lowers).

    Parameters
    ----------
    driven_hz, evoked_hz : array (relay cells,)
        Evoked in the drivers of each relay cell, from `drive`, and in the cell itself.
    label : str
        What the nucleus is called in the metric: "lgn", "pulvinar".

    Returns
    -------
    dict
        None with a reason if no driver synapse is left or all cells are driven alike.
    """
    key = f"gain_{label}"
    if driven_hz is None:
        return no_value(key, "no driver synapse is left")
    if float(driven_hz.std()) < _FLAT_HZ:
        return no_value(key, "the stimulus drives all relay cells alike")
    centred = driven_hz - driven_hz.mean()
    return {key: float((centred * evoked_hz).sum() / (centred**2).sum())}


def evoked_in_driven(driven_hz: Floats | None, evoked_hz: Floats, name: str) -> dict[str, Metric]:
    """Give `evoked_driven_<name>_hz`: the mean evoked rate of the cells whose drivers gain most.

    These are a quarter of the cells: recordings too are of cells that respond.

    Parameters
    ----------
    driven_hz, evoked_hz : array (relay cells,)
        As for `gain`.
    name : str
        The relay population.
    """
    key = f"evoked_driven_{name}_hz"
    if driven_hz is None:
        return no_value(key, "no driver synapse is left")
    most = np.argsort(-driven_hz, kind="stable")[: max(1, len(driven_hz) // 4)]
    return {key: float(evoked_hz[most].mean())}
