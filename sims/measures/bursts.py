"""Thalamic bursts: how many of a nucleus' spikes come in them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from circuits.records import Spikes
from circuits.runs.run import Metric
from sims.measures.metric import no_value

#: Silence before a burst, ms (Lu, Guido & Sherman 1992).
SILENCE_MS = 100.0
#: Longest interval within one, ms. In recordings it is 4; the rebounds of the model's relay cell
#: have intervals of 4.5 to 6.2 ms (`tests/thalamus/test_cells.py`), which 4 would miss. Poisson firing
#: at 25 Hz puts 3 % of its spikes into what this finds, at 10 Hz 5 %.
INTERVAL_MS = 7.0


def thalamic_bursts(
    spikes: Mapping[str, Spikes], name: str, label: str, start_ms: float, stop_ms: float
) -> dict[str, Metric]:
    """Give `burst_fraction_<label>`: the share of a population's spikes that belong to bursts.

    Parameters
    ----------
    spikes : mapping of population to Spikes
    name, label : str
        The population, and what it is called in the metric ("pulvinar", "lgn").
    start_ms, stop_ms : float
        Spikes between these times count.

    Returns
    -------
    dict
        The share, or None with a reason if the population was not recorded or is silent.
    """
    key = f"burst_fraction_{label}"
    if name not in spikes:
        return no_value(key, f"no spikes recorded of {name}")
    fraction = burst_fraction(spikes[name], start_ms, stop_ms)
    if fraction is None:
        return no_value(key, f"{name} is silent")
    return {key: fraction}


def burst_fraction(spikes: Spikes, start_ms: float, stop_ms: float) -> float | None:
    """Give the share of spikes that belong to thalamic bursts, 0 to 1; None without spikes.

    A burst is two or more spikes of a cell, the first after at least 100 ms of silence, the others
    at intervals of at most `INTERVAL_MS`. The silence before the run counts.
    """
    order = np.lexsort((spikes.times_ms, spikes.cells))
    times, cells = spikes.times_ms[order], spikes.cells[order]
    new_cell = np.concatenate(([True], np.diff(cells) != 0))[: len(times)]
    interval = np.where(new_cell, np.inf, np.diff(times, prepend=0.0))
    inside = (times >= start_ms) & (times < stop_ms)
    if not inside.any():
        return None
    follows = interval <= INTERVAL_MS
    # Every spike belongs to the run of short intervals that its last long interval began.
    begins = np.flatnonzero(~follows)
    run_of = np.cumsum(~follows) - 1
    size = np.diff(np.append(begins, len(times)))
    burst = (interval[begins] >= SILENCE_MS) & (size >= 2)
    return float(burst[run_of][inside].mean())
