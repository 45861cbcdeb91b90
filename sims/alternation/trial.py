"""One simulation of the alternation: the movie that V1 sees and the orientation that V2 expects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.layout import coordinates
from circuits.records import Spikes
from circuits.spec import Circuit, populations
from circuits.wiring import orientation_distance
from sims.runs.simulations import Job
from sims.stimuli.movie import Movie
from sims.stimuli.retina import see
from thalamus.names import CONTEXT_SOURCE, RELAY

#: What V1 sees by default, deg.
ACTUAL_DEG = 45.0
#: The expectation: current into V2.L6CT at its centre, pA, and its width in orientation, deg.
#: It takes the cells of one orientation to the 5-10 Hz of an engaged corticothalamic population.
EXPECTATION_PA = 150.0
EXPECTATION_DEG = 15.0


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What V1 sees and what V2 expects in one simulation.

    Attributes
    ----------
    movie : Movie
        What V1 sees.
    predicted_deg : float or None
        The orientation V2 expects; None if it expects nothing.
    given : mapping of str to Spikes
        What spike sources replay in the place of their answer to the movie.
    """

    movie: Movie
    predicted_deg: float | None
    given: Mapping[str, Spikes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Angles:
    """The orientations of a condition, deg.

    Attributes
    ----------
    actual : float
        What V1 sees.
    predicted : float or None
        What V2 expects; None if it expects nothing.
    orthogonal : float
        At 90 deg to `actual`; decoding decides between these two.
    """

    actual: float
    predicted: float | None
    orthogonal: float


def angles_of(movie: Movie, condition: str) -> Angles:
    """Give the orientations of a condition ("conflict", "congruent" or "none"), deg."""
    actual = float(str(movie.description.get("orientation_deg", ACTUAL_DEG)))
    orthogonal = (actual + 90.0) % 180.0
    predicted = {"conflict": orthogonal, "congruent": actual, "none": None}[condition]
    return Angles(actual, predicted, orthogonal)


def trial_job(
    name: str,
    circuit: Circuit,
    trial: Trial,
    duration_ms: float,
    seed: int,
    engine: str,
    *,
    meta: Mapping[str, Any] | None = None,
    picture: Path | None = None,
) -> Job:
    """Describe the simulation of a trial.

    Parameters
    ----------
    name : str
        What progress and results call it.
    circuit : Circuit
    trial : Trial
    duration_ms : float
        Circuit time, with what is discarded.
    seed : int
    engine : str
    meta : mapping, optional
        Meta data of the run, for the first picture.
    picture : Path, optional
        Where a picture of the first second is drawn.
    """
    cells = populations(circuit)
    # Only the run itself needs the potentials. All simulations record them, so that one compiled
    # program serves them all.
    relay = {RELAY: np.arange(cells[RELAY].count)} if RELAY in cells else {}
    return Job(
        name=name,
        circuit=circuit,
        duration_ms=duration_ms,
        seed=seed,
        engine=engine,
        inputs={**see(circuit, trial.movie, duration_ms, seed), **trial.given},
        currents_pa=expect(circuit, trial.predicted_deg, seed),
        record_voltage=relay,
        first_picture=picture,
        meta=meta or {},
    )


def expect(
    circuit: Circuit, predicted_deg: float | None, seed: int
) -> dict[str, NDArray[np.float64]]:
    """Give the constant current that biases V2.L6CT towards an orientation, pA per cell."""
    cells = populations(circuit)
    if predicted_deg is None or CONTEXT_SOURCE not in cells:
        return {}
    preferred = coordinates(cells[CONTEXT_SOURCE], seed).orientation_deg
    distance_deg = orientation_distance(preferred, np.array(predicted_deg))
    return {CONTEXT_SOURCE: EXPECTATION_PA * np.exp(-0.5 * (distance_deg / EXPECTATION_DEG) ** 2)}
