"""From a request for an alternation to what is simulated: circuits, movie, orientations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from circuits.spec import Circuit
from sims.alternation.declaration import AlternationRequest
from sims.alternation.trial import ACTUAL_DEG, Angles, angles_of
from sims.experiments.stimulus_request import DISCARD_MS
from sims.stimuli.movie import Movie
from sims.stimuli.parse import parse


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that the simulations of one run need.

    Attributes
    ----------
    request : AlternationRequest
    intact, lesioned : Circuit
        With the request's settings; with its lesions too.
    movie : Movie
        What V1 sees.
    angles : Angles
        The orientations of the condition, deg.
    """

    request: AlternationRequest
    intact: Circuit
    lesioned: Circuit
    movie: Movie
    angles: Angles

    @property
    def duration_ms(self) -> float:
        """Circuit time of the run with the part that is discarded, ms."""
        return DISCARD_MS + self.request.duration_s * 1e3

    @property
    def meta(self) -> dict[str, Any]:
        """The run's meta data that are not in the request."""
        return {
            "experiment": {
                "condition": self.request.condition,
                "actual_deg": self.angles.actual,
                "predicted_deg": self.angles.predicted,
                "contrast": self.request.contrast,
                "discard_ms": DISCARD_MS,
            },
            "duration_ms": self.duration_ms,
            "stimulus": self.request.shown(self.movie.description),
        }


def plan(request: AlternationRequest) -> Plan:
    """Make the circuits, the movie and the orientations that a request asks for."""
    intact, lesioned = request.circuits()
    movie = parse(request.stimulus or f"grating:{ACTUAL_DEG:g}", request.contrast)
    return Plan(
        request=request,
        intact=intact,
        lesioned=lesioned,
        movie=movie,
        angles=angles_of(movie, request.condition),
    )
