"""Which orientation the relay cells of the pulvinar show, decided by comparison with two templates.

A relay vector has one number per relay cell. A template is the mean relay vector of a part (prediction
or outcome) in a congruent run, where predicted and actual orientation are the same. Each cycle of a
conflict run is compared with the two templates of the same part. All vectors are scaled to unit length,
so that the pattern counts and not the rate; the mean of the two templates is subtracted; the template
with the larger cosine is the nearer one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from circuits.records import Spikes
from circuits.runs.run import Cycles, Part
from circuits.seeds import stream

FEWEST_SPIKES = 5
SHUFFLES = 1000
Floats = NDArray[np.float64]
#: Which orientation a part of a cycle shows: +1 the predicted, -1 the actual, 0 neither (a miss).
Nearer = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Template:
    """Mean relay vector of each part in one congruent run (Hz per cell); None without cycles."""

    prediction: Floats | None
    outcome: Floats | None


def relay_vectors(spikes: Spikes, n_cells: int, parts: Floats) -> Floats:
    """Count the spikes of each cell in each part.

    Parameters
    ----------
    spikes : Spikes
        Of the relay cells, sorted by time.
    n_cells : int
        How many relay cells there are.
    parts : array, shape (cycles, 2)
        Start and end of each part, ms.

    Returns
    -------
    array, shape (cycles, n_cells)
    """
    edges = np.searchsorted(spikes.times_ms, parts)
    counts = [np.bincount(spikes.cells[a:b], minlength=n_cells) for a, b in edges]
    return np.array(counts, dtype=np.float64).reshape(len(parts), n_cells)


def template(spikes: Spikes, n_cells: int, found: Cycles) -> Template:
    """Average the relay vectors of each part of a congruent run."""

    def mean(part: Part) -> Floats | None:
        parts = found.parts(part)
        total_s = float((parts[:, 1] - parts[:, 0]).sum()) * 1e-3 if len(parts) else 0.0
        if total_s <= 0:
            return None
        rate: Floats = relay_vectors(spikes, n_cells, parts).sum(axis=0) / total_s
        return rate

    return Template(mean("prediction"), mean("outcome"))


def nearer_template(vectors: Floats, predicted: Floats, actual: Floats) -> Nearer:
    """Find the nearer of two templates for each cycle.

    Parameters
    ----------
    vectors : array, shape (cycles, cells)
        Spike counts.
    predicted, actual : array, shape (cells,)
        The templates.

    Returns
    -------
    array, shape (cycles,)
        1 for the predicted, -1 for the actual, 0 for a tie and for cycles of fewer than 5 spikes.
    """
    one, other = _unit(predicted), _unit(actual)
    centred = _unit(vectors) - (one + other) / 2
    # Subtracting their mean leaves the two templates opposite, so one dot product compares cosines.
    nearer: Nearer = np.sign(np.round(centred @ (one - other), 12)).astype(np.int64)
    nearer[vectors.sum(axis=1) < FEWEST_SPIKES] = 0
    return nearer


def chance(nearer: Mapping[Part, Nearer], seed: int) -> float:
    """Give the fraction of right answers when the labels of the parts are shuffled (mean of 1000)."""
    pooled = np.concatenate([nearer["prediction"], nearer["outcome"]])
    labels = np.repeat([1, -1], [len(nearer["prediction"]), len(nearer["outcome"])])
    rng = stream(seed, "content_chance")
    return float(np.mean([np.mean(pooled == rng.permutation(labels)) for _ in range(SHUFFLES)]))


def _unit(vectors: Floats) -> Floats:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Floats = vectors / np.where(length > 0, length, 1.0)
    return unit
