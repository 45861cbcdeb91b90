"""Whether two groups of relay cells take turns: of the predicted and of the actual orientation.

If the outcome replaces the prediction, the two groups alternate against each other, and their mean rate
hardly alternates at all. So the rhythm is read from each group, and their phase from both.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from circuits.analysis.spectra import (
    THETA_HZ,
    Peak,
    peak,
    phase_deg,
    population_rate_hz,
    spectrum,
)
from circuits.records import Spikes
from circuits.runs.run import Metric
from circuits.wiring import prefers
from sims.measures.metric import no_value

Metrics = dict[str, Metric]
Floats = NDArray[np.float64]
#: Below this rate, Hz, a share of it would be a share of chance: one spike in ten cycles of 200 ms.
SLOWEST_HZ = 0.5


def replacement(rates_hz: Mapping[str, Metric]) -> Metrics:
    """Give how far the outcome takes the prediction's place, from the rates of both groups.

    Parameters
    ----------
    rates_hz : mapping
        With "relay_prediction_hz", "relay_outcome_predicted_hz", "relay_outcome_hz" and
        "relay_prediction_actual_hz".

    Returns
    -------
    dict
        `replacement`, the share of the predicted cells' rate that the outcome takes away (1: all,
        0: none, negative: it adds), and `actual_in_prediction`, the rate of the actual cells in the
        prediction over that in the outcome.
    """
    out: Metrics = {}
    left = _share(rates_hz, "relay_outcome_predicted_hz", "relay_prediction_hz")
    out |= _value("replacement", left if isinstance(left, str) else 1 - left)
    return out | _value(
        "actual_in_prediction", _share(rates_hz, "relay_prediction_actual_hz", "relay_outcome_hz")
    )


def rhythm(
    spikes: Spikes,
    orientation_deg: Floats,
    predicted_deg: float | None,
    actual_deg: float | None,
    start_ms: float,
    stop_ms: float,
) -> Metrics:
    """Measure the theta peak of each group, its prominence, and the phase between the groups.

    Parameters
    ----------
    spikes : Spikes
        Of all relay cells.
    orientation_deg : array, shape (relay cells,)
    predicted_deg, actual_deg : float or None
        None where the condition has none.
    start_ms, stop_ms : float
    """
    out: Metrics = {}
    rates: list[Floats] = []
    found: Peak | None = None
    for name, angle in (("predicted", predicted_deg), ("actual", actual_deg)):
        keys = (f"theta_{name}_hz", f"theta_{name}_db")
        rate = _group_rate(spikes, orientation_deg, angle, start_ms, stop_ms)
        found = peak(*spectrum(rate), THETA_HZ) if rate is not None else None
        if rate is None:
            why = f"this condition has no {name} orientation, or no cell prefers it"
            out |= no_value(keys[0], why) | no_value(keys[1], why)
        elif found is None:
            why = "these cells are silent, or the run is shorter than one window of 4 s"
            out |= no_value(keys[0], why) | no_value(keys[1], why)
        else:
            out |= dict(zip(keys, (found.frequency_hz, found.prominence_db), strict=True))
            rates.append(rate)
    same = None not in (predicted_deg, actual_deg) and (predicted_deg == actual_deg)
    if len(rates) < 2 or found is None or same:
        return out | no_value("groups_phase_deg", "needs two groups of different orientation")
    out["groups_phase_deg"] = phase_deg(rates[0], rates[1], found.frequency_hz)
    return out


def _group_rate(
    spikes: Spikes, orientation_deg: Floats, angle: float | None, start_ms: float, stop_ms: float
) -> Floats | None:
    if angle is None:
        return None
    group = prefers(orientation_deg, angle)
    if not group.any():
        return None
    mine = group[spikes.cells]
    own = Spikes(spikes.times_ms[mine], spikes.cells[mine])
    return population_rate_hz(own, int(group.sum()), start_ms, stop_ms)


def _share(rates_hz: Mapping[str, Metric], part: str, whole: str) -> float | str:
    """Divide one rate by another; or the reason why that cannot be."""
    above, below = rates_hz.get(part), rates_hz.get(whole)
    if not isinstance(above, float) or not isinstance(below, float):
        return "needs both groups of relay cells and both parts of the cycle"
    if below < SLOWEST_HZ:
        return f"{whole} is below {SLOWEST_HZ}: a share of it would be chance"
    return above / below


def _value(key: str, value: float | str) -> Metrics:
    return no_value(key, value) if isinstance(value, str) else {key: value}
