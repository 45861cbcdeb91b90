"""The alternation of the pulvinar, from layer-6 prediction to layer-5IB outcome, at 5 Hz or not.

V1 sees one orientation. V2's layer-6 corticothalamic cells are biased towards an orientation, which
need not be the same: the bias is a constant current that stands for the expectation of areas above
V2. Nothing in stimulus, bias or noise has a period of 200 ms.

One command runs four simulations, each in a process of its own: the run itself; the same without
V2.L6CT -> Pulvinar.TRC, to see which relay spikes layer 6 made; and two congruent runs of the
unlesioned circuit, whose relay patterns are the templates that content is compared with.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from circuits import store
from circuits.conductance import charge_by_pathway, onto_cell, summed
from circuits.engine import choose
from circuits.lfp import laminar
from circuits.records import Spikes
from circuits.rundata import RunData, Voltages
from circuits.simulate import Result, refuse_if_too_large
from circuits.spec import (
    Circuit,
    find_projection,
    fingerprint,
    load,
    populations,
    projections,
    to_dict,
    with_projection,
)
from circuits.spectra import population_rate_hz
from circuits.wiring import coordinates, drawn_as_learnt, orientation_distance
from sims.apart import Job, run_apart
from sims.content import Template, template
from sims.cycles import during
from sims.early import cells_of, orientations
from sims.measures import L5IB, L6_PATHWAY, RELAY, Recording, measure
from sims.requests import circuits_with
from sims.stimuli import Movie, parse
from thalamus.circuit import DEFAULT_SCALE, corticothalamic_loop
from thalamus.retina import Mosaic, Retina
from thalamus.retina import spikes as retinal_spikes

if TYPE_CHECKING:
    from sims.progress import Progress

#: What V1 sees by default, and what V2 expects in the conflict condition, deg.
ACTUAL_DEG = 45.0
PREDICTED_DEG = 135.0
#: What is not measured at the start, ms.
DISCARD_MS = 1000.0
#: The templates need fewer cycles than the run, s.
TEMPLATE_S = 5.0
#: The expectation: current into V2.L6CT at its centre, pA, and its width in orientation, deg.
#: It takes the cells of one orientation to the 5-10 Hz of an engaged corticothalamic population.
EXPECTATION_PA = 150.0
EXPECTATION_DEG = 15.0
EXPECTING = "V2.L6CT"
RETINA = "Retina.GC"


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What one simulation of the circuit is shown and told to expect."""

    movie: Movie
    predicted_deg: float | None


def run_alternation(
    *,
    condition: str = "conflict",
    seed: int = 0,
    duration_s: float = 10.0,
    out: Path,
    lesions: Sequence[str] = (),
    settings: Sequence[str] = (),
    stimulus: str | None = None,
    contrast: float = 1.0,
    scale: float = DEFAULT_SCALE,
    engine: str | None = None,
    circuit_file: Path | None = None,
    figures: bool = True,
    progress: Progress | None = None,
) -> Path:
    """Run the alternation experiment into a run folder.

    Parameters
    ----------
    condition : {"conflict", "congruent", "none"}
        Whether V2 expects another orientation than V1 sees, the same, or nothing.
    seed : int
        Wiring, initial state and noise.
    duration_s : float
        Circuit seconds measured, after one that is discarded.
    out : Path
        The run folder to be; nothing is overwritten.
    lesions, settings : sequences of str
        As on the command line, see `circuits.lesions` and `circuits.spec.set_parameter`.
    stimulus : str, optional
        See `sims.stimuli.parse`; a static grating of 45 deg by default.
    contrast : float
        0-1.
    scale : float
        See `thalamus.circuit.corticothalamic_loop`; ignored with `circuit_file`.
    engine : str, optional
        See `circuits.engine.choose`.
    circuit_file : Path, optional
        A saved circuit to run instead.
    figures : bool
        Whether to draw.
    progress : Progress, optional
        Silent by default.

    Returns
    -------
    Path
        The finished folder.

    Raises
    ------
    CtloopError
        For anything that cannot be done; nothing is left behind then.
    """
    from sims.progress import SilentProgress

    shown = progress or SilentProgress()
    started = time.perf_counter()
    store.refuse_finished(out)
    chosen = choose(engine)
    plain = corticothalamic_loop(scale) if circuit_file is None else load(circuit_file)
    intact, lesioned = circuits_with(plain, settings, lesions)
    refuse_if_too_large(intact)
    movie = parse(stimulus or f"grating:{ACTUAL_DEG:g}", contrast)
    actual = float(str(movie.description.get("orientation_deg", ACTUAL_DEG)))
    predicted: float | None = {
        "conflict": (actual + 90.0) % 180.0,
        "congruent": actual,
        "none": None,
    }[condition]
    about = {
        "experiment": {
            "name": "alternation",
            "condition": condition,
            "actual_deg": actual,
            "predicted_deg": predicted,
            "contrast": contrast,
            "discard_ms": DISCARD_MS,
        },
        "duration_ms": DISCARD_MS + duration_s * 1e3,
        "stimulus": movie.description,
        "seed": seed,
        "engine": chosen.engine,
        "engine_reason": chosen.reason,
        "lesions": list(lesions),
        "settings": list(settings),
        "scale": scale,
        "spec_hash": fingerprint(lesioned),
        "spec": to_dict(lesioned),
        "versions": _versions(),
        "command": sys.argv,
    }
    if chosen.note:
        shown.note(chosen.note)
    with store.claim(out) as folder:
        other = actual if predicted is None or predicted == actual else predicted
        other = (actual + 90.0) % 180.0 if other == actual else other
        jobs = _jobs(
            intact, lesioned, movie, actual, predicted, other, contrast, about,
            folder / "figures" / "first_second.png" if figures else None,
        )  # fmt: skip
        results = run_apart(jobs, folder, shown)
        shown.stage("measuring")
        run = _assemble(lesioned, intact, results, about, actual, predicted, other)
        run.meta["wall_s"] = {
            "total": time.perf_counter() - started,
            **{f"{name} {k}": v for name, r in results.items() for k, v in r.wall_s.items()},
        }
        shown.done("measuring")
        for log in folder.glob("progress-*.txt"):
            log.unlink()
        if figures:
            from figures import draw as draw_figures

            shown.stage("drawing")
            draw_figures(run, folder / "figures")
            shown.done("drawing")
        store.write(run, folder)
    return out


def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": sys.version.split()[0]}
    for package in ("ctloop", "brian2", "numpy", "scipy", "networkx"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _jobs(
    intact: Circuit,
    lesioned: Circuit,
    movie: Movie,
    actual: float,
    predicted: float | None,
    other: float,
    contrast: float,
    about: dict[str, Any],
    picture: Path | None,
) -> list[Job]:
    """List the run itself, the run without layer 6, and the two templates."""
    duration, short = about["duration_ms"], min(about["duration_ms"], DISCARD_MS + TEMPLATE_S * 1e3)
    silenced = lesioned
    if L6_PATHWAY in projections(lesioned):
        from dataclasses import replace

        silenced = with_projection(
            lesioned, replace(find_projection(lesioned, L6_PATHWAY), gain=0.0)
        )
    shown = Trial(movie=movie, predicted_deg=predicted)
    congruent = {
        f"template {angle:g}": Trial(
            movie=parse(f"grating:{angle:g}", contrast), predicted_deg=angle
        )
        for angle in (actual, other)
    }
    return [
        _job("run", lesioned, shown, duration, about, picture),
        _job("without L6", silenced, shown, duration, about, None),
        *(_job(name, intact, trial, short, about, None) for name, trial in congruent.items()),
    ]


def _job(
    name: str,
    circuit: Circuit,
    trial: Trial,
    duration_ms: float,
    about: dict[str, Any],
    picture: Path | None,
) -> Job:
    people, seed = populations(circuit), about["seed"]
    # Only the run itself needs the potentials, but what all record compiles one program for all.
    relay = {RELAY: np.arange(people[RELAY].count)} if RELAY in people else {}
    return Job(
        name=name,
        circuit=circuit,
        duration_ms=duration_ms,
        seed=seed,
        engine=about["engine"],
        inputs=see(circuit, trial.movie, duration_ms, seed),
        currents_pa=expect(circuit, trial.predicted_deg, seed),
        record_voltage=relay,
        first_picture=picture,
        about=about,
    )


def see(circuit: Circuit, movie: Movie, duration_ms: float, seed: int) -> dict[str, Spikes]:
    """Give the spikes with which the retina answers a movie, as inputs of a simulation."""
    people = populations(circuit)
    if RETINA not in people:
        return {}
    place = coordinates(people[RETINA], seed)
    mosaic = Mosaic(place.x_deg, place.y_deg, place.polarity)
    return {RETINA: retinal_spikes(Retina(), mosaic, movie, duration_ms, seed)}


def expect(
    circuit: Circuit, predicted_deg: float | None, seed: int
) -> dict[str, NDArray[np.float64]]:
    """Give the constant current that biases V2.L6CT towards an orientation, pA per cell."""
    people = populations(circuit)
    if predicted_deg is None or EXPECTING not in people:
        return {}
    preferred = coordinates(people[EXPECTING], seed).orientation_deg
    apart = orientation_distance(preferred, np.array(predicted_deg))
    return {EXPECTING: EXPECTATION_PA * np.exp(-0.5 * (apart / EXPECTATION_DEG) ** 2)}


# --- after the simulations ------------------------------------------------------------------------


def _recording(circuit: Circuit, result: Result, seed: int, conductance: Any = None) -> Recording:
    people = populations(circuit)
    return Recording(
        spikes=result.spikes,
        sizes={n: p.count for n, p in people.items()},
        orientation_deg=coordinates(people[RELAY], seed).orientation_deg,
        start_ms=DISCARD_MS,
        stop_ms=result.duration_ms,
        conductance_ns=conductance or {},
    )


def _template(circuit: Circuit, result: Result, seed: int) -> Template:
    recording = _recording(circuit, result, seed)
    return template(result.spikes[RELAY], recording.sizes[RELAY], recording.cycles())


def _assemble(
    lesioned: Circuit,
    intact: Circuit,
    results: dict[str, Result],
    about: dict[str, Any],
    actual: float,
    predicted: float | None,
    other: float,
) -> RunData:
    """Reconstruct conductances, find cycles, measure, and gather it all as a run."""
    main, seed = results["run"], about["seed"]
    people, wiring = populations(lesioned), drawn_as_learnt(lesioned, seed)
    n_ms = int(main.duration_ms)
    v_relay = np.asarray(main.voltages_mv[RELAY][:n_ms], dtype=np.float64)
    onto_relay = {n: p for n, p in projections(lesioned).items() if p.target == RELAY}
    # Where a surrogate drove the terminals, they released to its spikes.
    drove = {n: main.surrogates.get(n, main.spikes[p.source]) for n, p in onto_relay.items()}
    tau_ms = people[RELAY].cell.tau_nmda_ms
    conductance = {
        name: summed(drove[name], wiring[name], p.stp, n_ms, v_relay, tau_ms)
        for name, p in onto_relay.items()
    }
    recording = _recording(lesioned, main, seed, conductance)
    cycles = recording.cycles()
    templates = {
        angle: _template(intact, results[f"template {angle:g}"], seed) for angle in (actual, other)
    }
    metrics = measure(
        recording,
        seed=seed,
        predicted_deg=predicted,
        actual_deg=actual,
        templates=None if predicted in (None, actual) else (templates[other], templates[actual]),
        without_l6=_recording(lesioned, results["without L6"], seed),
    )
    preferred = coordinates(people[RELAY], seed).orientation_deg
    cell = int(np.argmin(orientation_distance(preferred, np.array(actual))))
    inside = {part: during(cycles, part, n_ms) for part in ("prediction", "outcome")}
    charge = charge_by_pathway(
        {
            name: onto_cell(drove[name], wiring[name], p.stp, n_ms, cell, v_relay[:, cell], tau_ms)
            for name, p in onto_relay.items()
        },
        v_relay[:, cell],
        inside,  # type: ignore[arg-type]
        len(cycles),
        RELAY,
        cell,
    )
    return RunData(
        meta=about,
        metrics=metrics,
        populations=cells_of(people),
        spikes=main.spikes,
        orientation_deg=orientations(people, seed),
        rates_hz={
            n: population_rate_hz(main.spikes[n], p.count, 0.0, main.duration_ms)
            for n, p in people.items()
        },
        voltages={RELAY: Voltages(v_mv=v_relay[:, [cell]], cells=np.array([cell]))},
        conductance_ns={n: dict(parts) for n, parts in conductance.items()},
        charge=charge if len(cycles) else None,
        cycles=cycles,
        lfp=laminar(lesioned, "V1", main.spikes, wiring, n_ms, patch_cells=1.0 / about["scale"]),
    )


__all__ = ["L5IB", "expect", "run_alternation", "see"]
