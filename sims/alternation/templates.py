"""Templates: what the circuit shows when V2 expects what V1 sees.

They are made by the intact circuit, so all lesions of a seed share them. `ctloop run` makes its own;
a battery makes each once, as a run of its own in the store, before the runs that are read by it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from circuits.engine.simulate import refuse_if_too_large
from circuits.errors import CtloopError
from circuits.records import Spikes
from circuits.runs.run import RunData
from sims.alternation.declaration import TEMPLATE_S, AlternationRequest, TemplateRequest
from sims.alternation.trial import ACTUAL_DEG, Trial, angles, job
from sims.experiments.stimulus_request import DISCARD_MS
from sims.runs.address import address
from sims.runs.assemble import finished_run
from sims.runs.simulations import simulate_each
from sims.stimuli.parse import parse

if TYPE_CHECKING:
    from sims.experiments import Work


def needed(request: AlternationRequest) -> tuple[TemplateRequest, ...]:
    """List the template runs an alternation is read by: the orientation seen, and the other one.

    Parameters
    ----------
    request : AlternationRequest
        Its lesions do not count; its settings do.
    """
    movie = parse(request.stimulus or f"grating:{ACTUAL_DEG:g}", request.contrast)
    found = angles(movie, request.condition)
    return tuple(of(request, angle) for angle in (found.actual, found.other))


def of(request: AlternationRequest, angle_deg: float) -> TemplateRequest:
    """Give the template run of one orientation for the circuit and seed of a request."""
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


def stored(request: TemplateRequest, folder: Path | None) -> dict[str, Spikes] | None:
    """Read the spikes of a template run that a store holds; None if it holds none."""
    if folder is None:
        return None
    from circuits.runs import store

    try:
        return store.load(folder / address(request)).spikes
    except CtloopError:  # not made yet, or made badly: the run makes its own
        return None


def template_run(request: TemplateRequest, work: Work) -> RunData:
    """Simulate one congruent run and keep its spikes.

    Parameters
    ----------
    request : TemplateRequest
    work : Work
    """
    _, circuit = request.circuits()
    refuse_if_too_large(circuit)
    movie = parse(request.stimulus or f"grating:{ACTUAL_DEG:g}", request.contrast)
    angle = angles(movie, request.condition).actual
    duration_ms = DISCARD_MS + request.duration_s * 1e3
    trial = Trial(movie=movie, predicted_deg=angle)
    simulation = job("template", circuit, trial, duration_ms, request.seed, request.engine)
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
