"""Templates: what the circuit shows when V2 expects what V1 sees.

They are made by the intact circuit, so all lesions of a seed share them. `ctloop run` makes its own;
a battery makes each once, as a run of its own in the store, before the runs that are read by it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from circuits.engine.choose import choose
from circuits.engine.simulate import refuse_if_too_large
from circuits.errors import CtloopError
from circuits.records import Spikes
from circuits.runs import store
from circuits.runs.run import RunData
from circuits.spec import fingerprint, populations, to_dict
from sims.alternation.trial import ACTUAL_DEG, DISCARD_MS, Trial, angles, job
from sims.runs.assemble import cells_of, orientations
from sims.runs.request import Request, address, circuits_of
from sims.runs.simulations import run_apart
from sims.stimuli.parse import parse
from thalamus.loop import DEFAULT_SCALE

if TYPE_CHECKING:
    from sims.runs.progress import Progress

#: A template needs fewer cycles than a run, s.
TEMPLATE_S = 5.0


def needed(request: Request) -> tuple[Request, ...]:
    """List the template runs an alternation is read by: the orientation seen, and the other one.

    Parameters
    ----------
    request : Request
        Of an alternation. Its lesions do not count; its settings do.
    """
    movie = parse(request.stimulus or f"grating:{ACTUAL_DEG:g}", request.contrast)
    found = angles(movie, request.condition)
    return tuple(of(request, angle) for angle in (found.actual, found.other))


def of(request: Request, angle_deg: float) -> Request:
    """Give the template run of one orientation for the circuit and seed of a request."""
    return replace(
        request,
        experiment="template",
        condition="congruent",
        stimulus=f"grating:{angle_deg:g}",
        lesions=(),
        duration_s=min(request.duration_s, TEMPLATE_S),
        without_l6=None,
    )


def kept(request: Request, where: Path | None) -> dict[str, Spikes] | None:
    """Read the spikes of a template run that the store holds; None if it holds none."""
    if where is None:
        return None
    try:
        return store.load(where / address(request)).spikes
    except CtloopError:  # not made yet, or made badly: the run makes its own
        return None


def run_template(
    *,
    condition: str = "congruent",
    seed: int = 0,
    duration_s: float = TEMPLATE_S,
    out: Path,
    lesions: Sequence[str] = (),
    settings: Sequence[str] = (),
    stimulus: str | None = None,
    contrast: float = 1.0,
    scale: float = DEFAULT_SCALE,
    engine: str | None = None,
    circuit_file: Path | None = None,
    figures: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Simulate one congruent run and keep its spikes; parameters as in `run_alternation`."""
    from sims.runs.progress import SilentProgress

    store.refuse_finished(out)
    engine = choose(engine).engine
    request = Request(
        experiment="template", condition=condition, seed=seed, duration_s=duration_s,
        lesions=tuple(lesions), settings=tuple(settings), scale=scale, engine=engine,
        circuit_file=None if circuit_file is None else str(circuit_file),
    )  # fmt: skip
    _, circuit = circuits_of(request)
    refuse_if_too_large(circuit)
    movie = parse(stimulus or f"grating:{ACTUAL_DEG:g}", contrast)
    angle = angles(movie, condition).actual
    duration_ms = DISCARD_MS + duration_s * 1e3
    people = populations(circuit)
    with store.claim(out) as folder:
        trial = Trial(movie=movie, predicted_deg=angle)
        simulation = job("template", circuit, trial, duration_ms, seed, engine)
        result = run_apart([simulation], folder, progress or SilentProgress())["template"]
        meta = {
            "experiment": {
                "name": "template",
                "condition": condition,
                "actual_deg": angle,
                "predicted_deg": angle,
                "discard_ms": DISCARD_MS,
            },
            "duration_ms": duration_ms,
            "stimulus": movie.description,
            "seed": seed,
            "engine": engine,
            "settings": list(settings),
            "spec_hash": fingerprint(circuit),
            "spec": to_dict(circuit),
            "command": sys.argv,
        }
        run = RunData(
            meta=meta,
            populations=cells_of(people),
            spikes=result.spikes,
            orientation_deg=orientations(people, seed),
        )
        store.write(run, folder)
    return out
