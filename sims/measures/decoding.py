"""How well can be decoded from the spikes of an area which of two stimuli is shown.

Each stimulus has a template: the mean spike count of every cell of the area in windows of 200 ms. Each
window from another time of the run, thus with other noise, is attributed to the stimulus whose template
is nearer.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from circuits.records import Population, Spikes
from circuits.runs.run import Metric
from sims.measures.metric import no_value
from sims.measures.templates import nearer_template, relay_vectors

#: A theta cycle's worth of spikes, ms.
WINDOW_MS = 200.0
Floats = NDArray[np.float64]
Trains = Mapping[str, Spikes]


def areas(populations: Mapping[str, Population]) -> dict[str, list[str]]:
    """Group the populations that are simulated by area: V1, V2, LGN, TRN, Pulvinar.

    Returns
    -------
    dict of area to list of population names
    """
    groups: dict[str, list[str]] = {}
    for name, p in populations.items():
        if not p.spike_source:
            groups.setdefault(p.area, []).append(name)
    return groups


def windows(
    spikes: Trains,
    populations: Mapping[str, Population],
    names: list[str],
    start: float,
    stop: float,
) -> Floats:
    """Count the spikes of each cell of some populations in windows of 200 ms, (windows, cells)."""
    edges = start + WINDOW_MS * np.arange(int((stop - start + 1e-6) // WINDOW_MS) + 1)
    parts = np.column_stack([edges[:-1], edges[1:]])
    return np.hstack([relay_vectors(spikes[n], populations[n].count, parts) for n in names])


def decode_by_templates(
    run: Trains,
    templates: tuple[Trains, Trains],
    populations: Mapping[str, Population],
    start_ms: float,
    split_ms: float,
    stop_ms: float,
) -> dict[str, Metric]:
    """Give `decode_<area>`: the share of a run's windows that are nearer the first template.

    Parameters
    ----------
    run : dict of population to Spikes
        Tested from `split_ms` to `stop_ms`.
    templates : pair of the same
        Congruent runs of the actual and of the other orientation; learnt from `start_ms` to
        `split_ms`, because a run and its template share the noise of their seed.
    populations : mapping of name to Population
    start_ms, split_ms, stop_ms : float

    Returns
    -------
    dict
        None with a reason where no window can be used or the area is silent.
    """
    found: dict[str, Metric] = {}
    for area, names in areas(populations).items():
        one, other = (windows(t, populations, names, start_ms, split_ms) for t in templates)
        test = windows(run, populations, names, split_ms, stop_ms)
        found |= _score(area, [(one, other, test, 1)])
    return found


def decode_pair(
    one: Trains,
    other: Trains,
    populations: Mapping[str, Population],
    start_ms: float,
    stop_ms: float,
) -> dict[str, Metric]:
    """Give `decode_<area>`: the share of windows of two runs that are attributed to the right run.

    Learnt in one half of the time, tested in the other, and the other way round; chance is .5.

    Parameters
    ----------
    one, other : mapping of population to Spikes
        Two runs with the same seed and different stimuli.
    populations : mapping of name to Population
    start_ms, stop_ms : float

    Returns
    -------
    dict
        None with a reason where no window can be used or the area is silent.
    """
    middle = (start_ms + stop_ms) / 2
    halves = ((start_ms, middle), (middle, stop_ms))
    found: dict[str, Metric] = {}
    for area, names in areas(populations).items():
        counts = [[windows(t, populations, names, *half) for half in halves] for t in (one, other)]
        tests = [
            (counts[0][learn], counts[1][learn], counts[which][1 - learn], 1 - 2 * which)
            for learn in (0, 1)
            for which in (0, 1)
        ]
        found |= _score(area, tests)
    return found


def _score(area: str, tests: list[tuple[Floats, Floats, Floats, int]]) -> dict[str, Metric]:
    key, right, total = f"decode_{area}", 0, 0
    for one, other, test, side in tests:
        if not len(one) or not len(other) or not len(test):
            why = f"no window of {WINDOW_MS:g} ms to learn from or to test"
            return no_value(key, why)
        if not (one.any() and other.any()):
            return no_value(key, f"{area} is silent in the windows of the template")
        nearer = nearer_template(test, one.mean(axis=0), other.mean(axis=0))
        right, total = right + int(np.sum(nearer == side)), total + len(nearer)
    return {key: right / total}
