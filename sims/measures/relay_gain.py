"""What a thalamic relay makes of its drivers: gain, and the cells its drivers excite."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from circuits.records import Edges
from circuits.runs.run import Metric

Floats = NDArray[np.float64]
#: Below this spread of the drivers' change over the relay cells there is no slope to speak of, Hz.
_FLAT_HZ = 0.1


def drive(evoked_hz: Floats, edges: Edges, n_cells: int) -> Floats | None:
    """Average what is evoked in each relay cell's drivers by the weight of their synapses, Hz.

    None if no synapse is left.
    """
    weight = sum(edges.weight_ns.values(), np.zeros(len(edges.pre)))
    total = np.bincount(edges.post, weights=weight, minlength=n_cells)
    if not total.any():
        return None
    driven = np.bincount(edges.post, weights=weight * evoked_hz[edges.pre], minlength=n_cells)
    mean: Floats = np.divide(driven, total, out=np.zeros(n_cells), where=total > 0)
    return mean


def gain(driven_hz: Floats | None, evoked_hz: Floats, label: str) -> dict[str, Metric]:
    """Give `gain_<label>`: the slope, over relay cells, of what they evoke against their drivers.

    Spikes more per spike more of the average driver; needs no mean change of rate, which a static
    grating does not bring (it raises as many cells as it lowers).
    """
    key = f"gain_{label}"
    if driven_hz is None:
        return {key: None, f"{key}_reason": "no driver synapse is left"}
    if float(driven_hz.std()) < _FLAT_HZ:
        return {key: None, f"{key}_reason": "the stimulus drives all relay cells alike"}
    centred = driven_hz - driven_hz.mean()
    return {key: float((centred * evoked_hz).sum() / (centred**2).sum())}


def evoked_in_driven(driven_hz: Floats | None, evoked_hz: Floats, name: str) -> dict[str, Metric]:
    """Give `evoked_driven_<name>_hz`: the quarter of the cells whose drivers gain most, as recorded."""
    key = f"evoked_driven_{name}_hz"
    if driven_hz is None:
        return {key: None, f"{key}_reason": "no driver synapse is left"}
    most = np.argsort(-driven_hz, kind="stable")[: max(1, len(driven_hz) // 4)]
    return {key: float(evoked_hz[most].mean())}
