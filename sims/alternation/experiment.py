"""The alternation of the pulvinar, from layer-6 prediction to layer-5IB outcome, at 5 Hz or not.

V1 sees one orientation. V2's layer-6 corticothalamic cells are biased towards an orientation, which
need not be the same: the bias is a constant current that stands for the expectation of areas above
V2. Nothing in stimulus, bias or noise has a period of 200 ms.

One run is up to four simulations, each in a process of its own: the run itself; the same without
V2.L6CT -> Pulvinar.TRC, to see which relay spikes layer 6 makes; and two congruent runs of the
unlesioned circuit, whose relay patterns are the templates that content is compared with. In a battery
the templates come from the store (`sims.alternation.templates`) and the second run is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.engine.simulate import refuse_if_too_large
from circuits.runs.run import RunData
from circuits.spec import Circuit, find_projection, projections, with_projection
from sims.alternation.declaration import AlternationRequest, TemplateRequest
from sims.alternation.reading import read
from sims.alternation.templates import stored_template, template_request
from sims.alternation.trial import ACTUAL_DEG, Angles, Trial, angles_of, trial_job
from sims.experiments.stimulus_request import DISCARD_MS
from sims.runs.simulations import Job, simulate_each
from sims.stimuli.movie import Movie
from sims.stimuli.parse import parse
from thalamus.names import MODULATOR_PATHWAY

if TYPE_CHECKING:
    from sims.experiments import Work


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
        """Circuit time of the run, what is discarded included."""
        return DISCARD_MS + self.request.duration_s * 1e3

    @property
    def meta(self) -> dict[str, Any]:
        """What the run's meta data say besides the request."""
        return {
            "experiment": {
                "condition": self.request.condition,
                "actual_deg": self.angles.actual,
                "predicted_deg": self.angles.predicted,
                "contrast": self.request.contrast,
                "discard_ms": DISCARD_MS,
            },
            "duration_ms": self.duration_ms,
            "stimulus": self.movie.description,
        }


def alternation(request: AlternationRequest, work: Work) -> RunData:
    """Simulate and measure one run of the alternation.

    Parameters
    ----------
    request : AlternationRequest
    work : Work

    Returns
    -------
    RunData
        Its metrics are those of `sims.alternation.metrics`.

    Raises
    ------
    CtloopError
        For anything that cannot be done.
    """
    planned = plan(request)
    refuse_if_too_large(planned.intact)
    angles = (planned.angles.actual, planned.angles.orthogonal)
    requests = {deg: template_request(request, deg) for deg in angles}
    spikes = {
        deg: stored
        for deg, one in requests.items()
        if (stored := stored_template(one, work.store)) is not None
    }
    missing = {deg: one for deg, one in requests.items() if deg not in spikes}
    picture = work.folder / "figures" / "first_second.png" if work.figures else None
    results = simulate_each(_jobs(planned, missing, picture), work.folder, work.progress)
    spikes |= {deg: results[_template(deg)].spikes for deg in missing}
    work.progress.stage("measuring")
    run = read(planned, results, spikes)
    work.progress.done("measuring")
    run.meta["wall_s"] = {
        f"{name} {stage}": s for name, r in results.items() for stage, s in r.wall_s.items()
    }
    return run


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


def _template(angle_deg: float) -> str:
    return f"template {angle_deg:g}"


def _jobs(
    planned: Plan, missing: Mapping[float, TemplateRequest], picture: Path | None
) -> list[Job]:
    """List the simulations: the run, the same without layer 6 if asked for, and missing templates."""
    request, lesioned = planned.request, planned.lesioned
    trial = Trial(movie=planned.movie, predicted_deg=planned.angles.predicted)
    common: dict[str, Any] = {"seed": request.seed, "engine": request.engine}
    jobs = [
        trial_job("run", lesioned, trial, planned.duration_ms, **common, meta=planned.meta,
            picture=picture)
    ]  # fmt: skip
    if request.without_l6:
        jobs.append(
            trial_job("without L6", _without_l6(lesioned), trial, planned.duration_ms, **common)
        )
    for angle, template in missing.items():
        congruent = Trial(
            movie=parse(str(template.stimulus), template.contrast), predicted_deg=angle
        )
        short_ms = DISCARD_MS + template.duration_s * 1e3
        jobs.append(trial_job(_template(angle), planned.intact, congruent, short_ms, **common))
    return jobs


def _without_l6(circuit: Circuit) -> Circuit:
    if MODULATOR_PATHWAY not in projections(circuit):
        return circuit
    return with_projection(circuit, replace(find_projection(circuit, MODULATOR_PATHWAY), gain=0.0))
