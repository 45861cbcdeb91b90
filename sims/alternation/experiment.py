"""The alternation: whether the pulvinar shows prediction and outcome in turn, and how fast.

V1 sees one orientation. V2's layer-6 corticothalamic cells are biased towards an orientation, the same
or another, by a constant current that stands for the expectation of areas above V2. Nothing in
stimulus, bias or noise has a period of 200 ms.

One run is up to four simulations, each in a process of its own: the run itself; the same without
V2.L6CT -> Pulvinar.TRC, to see which relay spikes layer 6 makes; and two congruent runs of the
unlesioned circuit, whose relay patterns are the templates that content is compared with. In a battery
the templates come from the store (`sims.alternation.templates`) and the second run is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.engine.simulate import refuse_if_too_large
from circuits.runs.run import RunData
from circuits.spec import Circuit, find_projection, projections, with_projection
from sims.alternation.declaration import AlternationRequest, TemplateRequest
from sims.alternation.plan import Plan, plan
from sims.alternation.reading import read
from sims.alternation.templates import stored_template, template_request
from sims.alternation.trial import Trial, trial_job
from sims.experiments.stimulus_request import DISCARD_MS
from sims.runs.simulations import Job, simulate_each
from sims.stimuli.parse import parse
from thalamus.names import MODULATOR_PATHWAY

if TYPE_CHECKING:
    from sims.experiments import Work


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


def _template(angle_deg: float) -> str:
    return f"template {angle_deg:g}"


def _jobs(
    planned: Plan, missing: Mapping[float, TemplateRequest], picture: Path | None
) -> list[Job]:
    """List the simulations: the run, the same without layer 6 if asked for, and missing templates."""
    request, lesioned = planned.request, planned.lesioned
    trial = Trial(
        movie=planned.movie,
        predicted_deg=planned.angles.predicted,
        given=request.given_spikes(planned.intact),
    )
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
