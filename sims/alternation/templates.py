"""Template runs: V2 expects what V1 sees, so the relay pattern of that orientation can be learnt.

The intact circuit makes them, so all lesions of a seed share them. `ctloop run` makes its own. A
battery makes each of them once, as a run in the store, before the runs that are compared with it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from circuits.engine.simulate import refuse_if_too_large
from circuits.errors import CtloopError
from circuits.records import Spikes
from circuits.runs.run import RunData
from sims.alternation.declaration import TEMPLATE_S, AlternationRequest, TemplateRequest
from sims.alternation.trial import ACTUAL_DEG, Trial, angles_of, trial_job
from sims.experiments.stimulus_request import DISCARD_MS
from sims.runs.address import address
from sims.runs.assemble import finished_run
from sims.runs.simulations import simulate_each
from sims.stimuli.parse import parse

if TYPE_CHECKING:
    from sims.experiments import Work


def templates_needed(request: AlternationRequest) -> tuple[TemplateRequest, ...]:
    """List the two template runs of a request: of the orientation V1 sees and of the orthogonal one.

    Parameters
    ----------
    request : AlternationRequest
        Its settings count; its lesions do not, as templates are made by the intact circuit.
    """
    movie = parse(request.stimulus or f"grating:{ACTUAL_DEG:g}", request.contrast)
    angles = angles_of(movie, request.condition)
    return tuple(template_request(request, deg) for deg in (angles.actual, angles.orthogonal))


def template_request(request: AlternationRequest, angle_deg: float) -> TemplateRequest:
    """Give the template run of one orientation, for the circuit and the seed of a request."""
    return TemplateRequest(
        seed=request.seed,
        settings=request.settings,
        scale=request.scale,
        circuit_file=request.circuit_file,
        engine=request.engine,
        stimulus=f"grating:{angle_deg:g}",
        contrast=request.contrast,
        condition="congruent",
        duration_s=min(request.duration_s, TEMPLATE_S),
        without_l6=False,
    )


def stored_template(request: TemplateRequest, folder: Path | None) -> dict[str, Spikes] | None:
    """Read the spikes of a template run from a store; None if the store does not have it."""
    if folder is None:
        return None
    from circuits.runs import store

    try:
        return store.load(folder / address(request)).spikes
    except CtloopError:  # not made yet, or damaged: the run then makes its own
        return None


def template_run(request: TemplateRequest, work: Work) -> RunData:
    """Simulate one congruent run; only its spikes are used.

    Parameters
    ----------
    request : TemplateRequest
    work : Work
    """
    _, circuit = request.circuits()
    refuse_if_too_large(circuit)
    movie = parse(request.stimulus or f"grating:{ACTUAL_DEG:g}", request.contrast)
    angle = angles_of(movie, request.condition).actual
    duration_ms = DISCARD_MS + request.duration_s * 1e3
    trial = Trial(movie=movie, predicted_deg=angle)
    simulation = trial_job("template", circuit, trial, duration_ms, request.seed, request.engine)
    result = simulate_each([simulation], work.folder, work.progress)["template"]
    meta = {
        "experiment": {
            "condition": request.condition,
            "actual_deg": angle,
            "predicted_deg": angle,
            "discard_ms": DISCARD_MS,
        },
        "duration_ms": duration_ms,
        "stimulus": movie.description,
    }
    return finished_run(circuit, result, request.seed, meta=meta)
