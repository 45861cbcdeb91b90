"""How soon relay cells answer a burst of their drivers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from circuits.records import Spikes
from circuits.runs.run import Metric
from sims.measures.metric import no_value

#: A spike later than this after the onset of a burst is no answer to it.
WITHIN_MS = 100.0
#: Fewer first spikes than this have no median worth giving.
FEWEST = 10


def latency(
    spikes: Spikes, chosen: NDArray[np.bool_], onsets_ms: NDArray[np.floating], label: str
) -> dict[str, Metric]:
    """Give `latency_<label>_ms`: the median time from the onset of a burst to a cell's first spike.

    Parameters
    ----------
    spikes : Spikes
        Of all cells.
    chosen : array, shape (cells,)
        Which cells count.
    onsets_ms : array, shape (bursts,)
        Onsets of the drivers' bursts.
    label : str
        What the nucleus is called in the metric: "pulvinar".

    Returns
    -------
    dict
        Over all bursts and chosen cells that fire within `WITHIN_MS`; None with a reason if fewer than
        `FEWEST` do.
    """
    key = f"latency_{label}_ms"
    mine = chosen[spikes.cells]
    times, cells = spikes.times_ms[mine], spikes.cells[mine]
    found = []
    for onset in onsets_ms:
        inside = (times >= onset) & (times < onset + WITHIN_MS)
        # Spikes are in order of time, so the first index of a cell is its first spike.
        _, first = np.unique(cells[inside], return_index=True)
        found.append(times[inside][first] - onset)
    late = np.concatenate(found) if found else np.empty(0)
    if late.size < FEWEST:
        return no_value(key, f"under {FEWEST} answers to a burst of the drivers")
    return {key: float(np.median(late))}
