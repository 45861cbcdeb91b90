"""What one simulation of the circuit is shown and told to expect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.spec import Circuit, populations
from circuits.wiring import coordinates, orientation_distance
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
    """What one simulation of the circuit is shown and told to expect."""

    movie: Movie
    predicted_deg: float | None


@dataclass(frozen=True, slots=True)
class Angles:
    """What V1 sees, what V2 expects (None: nothing), and the orientation the first is told from."""

    actual: float
    predicted: float | None
    other: float


def angles(movie: Movie, condition: str) -> Angles:
    """Give the orientations of a condition ("conflict", "congruent" or "none"), deg."""
    actual = float(str(movie.description.get("orientation_deg", ACTUAL_DEG)))
    across = (actual + 90.0) % 180.0
    predicted = {"conflict": across, "congruent": actual, "none": None}[condition]
    return Angles(actual, predicted, across)


def job(
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
    """Make the simulation of a trial."""
    people = populations(circuit)
    # Only the run itself needs the potentials, but what all record compiles one program for all.
    relay = {RELAY: np.arange(people[RELAY].count)} if RELAY in people else {}
    return Job(
        name=name,
        circuit=circuit,
        duration_ms=duration_ms,
        seed=seed,
        engine=engine,
        inputs=see(circuit, trial.movie, duration_ms, seed),
        currents_pa=expect(circuit, trial.predicted_deg, seed),
        record_voltage=relay,
        first_picture=picture,
        meta=meta or {},
    )


def expect(
    circuit: Circuit, predicted_deg: float | None, seed: int
) -> dict[str, NDArray[np.float64]]:
    """Give the constant current that biases V2.L6CT towards an orientation, pA per cell."""
    people = populations(circuit)
    if predicted_deg is None or CONTEXT_SOURCE not in people:
        return {}
    preferred = coordinates(people[CONTEXT_SOURCE], seed).orientation_deg
    apart = orientation_distance(preferred, np.array(predicted_deg))
    return {CONTEXT_SOURCE: EXPECTATION_PA * np.exp(-0.5 * (apart / EXPECTATION_DEG) ** 2)}
