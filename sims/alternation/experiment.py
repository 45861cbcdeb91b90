"""The alternation of the pulvinar, from layer-6 prediction to layer-5IB outcome, at 5 Hz or not.

V1 sees one orientation. V2's layer-6 corticothalamic cells are biased towards an orientation, which
need not be the same: the bias is a constant current that stands for the expectation of areas above
V2. Nothing in stimulus, bias or noise has a period of 200 ms.

One command runs four simulations, each in a process of its own: the run itself; the same without
V2.L6CT -> Pulvinar.TRC, to see which relay spikes layer 6 made; and two congruent runs of the
unlesioned circuit, whose relay patterns are the templates that content is compared with. In a battery
the templates come from the store (`sims.alternation.templates`) and the second run is left out.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from circuits.analysis.conductance import charge_by_pathway, onto_cell, summed
from circuits.analysis.lfp import laminar
from circuits.analysis.spectra import population_rate_hz
from circuits.engine.choose import choose
from circuits.engine.simulate import Result, refuse_if_too_large
from circuits.records import Spikes
from circuits.runs import store
from circuits.runs.run import RunData, Voltages
from circuits.spec import (
    Circuit,
    find_projection,
    fingerprint,
    populations,
    projections,
    to_dict,
    with_projection,
)
from circuits.wiring import coordinates, drawn_as_learnt, orientation_distance
from sims.alternation.measures import L6_PATHWAY, RELAY, Recording, measure
from sims.alternation.templates import TEMPLATE_S
from sims.alternation.templates import kept as kept_spikes
from sims.alternation.templates import of as template_of
from sims.alternation.trial import ACTUAL_DEG, DISCARD_MS, Angles, Trial, angles, job
from sims.measures.bands import band_powers
from sims.measures.cycles import during
from sims.measures.decoding import decode_by_templates
from sims.measures.templates import Template, template
from sims.runs.assemble import cells_of, orientations
from sims.runs.request import Request, circuits_of, versions
from sims.runs.simulations import Job, run_apart
from sims.stimuli.movie import Movie
from sims.stimuli.parse import parse
from thalamus.loop import DEFAULT_SCALE

if TYPE_CHECKING:
    from sims.runs.progress import Progress


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
    without_l6: bool = True,
    kept: Path | None = None,
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
        See `sims.stimuli.parse.parse`; a static grating of 45 deg by default.
    contrast : float
        0-1.
    scale : float
        See `thalamus.loop.corticothalamic_loop`; ignored with `circuit_file`.
    engine : str, optional
        See `circuits.engine.choose.choose`.
    circuit_file : Path, optional
        A saved circuit to run instead.
    without_l6 : bool
        Whether to make the second run, without V2.L6CT -> Pulvinar.TRC. A battery leaves it out: there
        that pathway is lesioned for itself, and the two metrics that need it say why they are null.
    kept : Path, optional
        A store whose template runs (`sims.alternation.templates`) are read instead of made again.
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
    from sims.runs.progress import SilentProgress

    told = progress or SilentProgress()
    started = time.perf_counter()
    store.refuse_finished(out)
    chosen = choose(engine)
    asked = Request(
        condition=condition, seed=seed, duration_s=duration_s, lesions=tuple(lesions),
        settings=tuple(settings), stimulus=stimulus, contrast=contrast, scale=scale,
        engine=chosen.engine, circuit_file=None if circuit_file is None else str(circuit_file),
    )  # fmt: skip
    intact, lesioned = circuits_of(asked)
    refuse_if_too_large(intact)
    movie = parse(stimulus or f"grating:{ACTUAL_DEG:g}", contrast)
    seen = angles(movie, condition)
    about = {
        "experiment": {
            "name": "alternation",
            "condition": condition,
            "actual_deg": seen.actual,
            "predicted_deg": seen.predicted,
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
        "versions": versions(),
        "command": sys.argv,
    }
    if chosen.note:
        told.note(chosen.note)
    with store.claim(out) as folder:
        wanted = {a: template_of(asked, a) for a in (seen.actual, seen.other)}
        there = {a: found for a, r in wanted.items() if (found := kept_spikes(r, kept)) is not None}
        jobs = _jobs(
            intact, lesioned, movie, seen, about,
            folder / "figures" / "first_second.png" if figures else None,
            without_l6=without_l6,
            templates={a: r for a, r in wanted.items() if a not in there},
        )  # fmt: skip
        results = run_apart(jobs, folder, told)
        told.stage("measuring")
        templates = {
            a: there[a] if a in there else results[f"template {a:g}"].spikes for a in wanted
        }
        run = _assemble(lesioned, intact, results, templates, about, seen)
        run.meta["wall_s"] = {
            "total": time.perf_counter() - started,
            **{f"{name} {k}": v for name, r in results.items() for k, v in r.wall_s.items()},
        }
        told.done("measuring")
        if figures:
            from figures import draw as draw_figures

            told.stage("drawing")
            draw_figures(run, folder / "figures")
            told.done("drawing")
        store.write(run, folder)
    return out


def _jobs(
    intact: Circuit,
    lesioned: Circuit,
    movie: Movie,
    seen: Angles,
    about: dict[str, Any],
    picture: Path | None,
    *,
    without_l6: bool,
    templates: Mapping[float, Request],
) -> list[Job]:
    """List the run itself, the run without layer 6 if it is wanted, and the templates to make."""
    duration, seed, engine = about["duration_ms"], about["seed"], about["engine"]
    trial = Trial(movie=movie, predicted_deg=seen.predicted)
    jobs = [job("run", lesioned, trial, duration, seed, engine, about=about, picture=picture)]
    if without_l6:
        silenced = lesioned
        if L6_PATHWAY in projections(lesioned):
            silenced = with_projection(
                lesioned, replace(find_projection(lesioned, L6_PATHWAY), gain=0.0)
            )
        jobs.append(job("without L6", silenced, trial, duration, seed, engine, about=about))
    for angle, asked in templates.items():
        congruent = Trial(movie=parse(str(asked.stimulus), asked.contrast), predicted_deg=angle)
        short = DISCARD_MS + asked.duration_s * 1e3
        jobs.append(job(f"template {angle:g}", intact, congruent, short, seed, engine, about=about))
    return jobs


# --- after the simulations ------------------------------------------------------------------------


def _recording(
    circuit: Circuit,
    spikes: Mapping[str, Spikes],
    seed: int,
    stop_ms: float,
    conductance: Any = None,
) -> Recording:
    people = populations(circuit)
    return Recording(
        spikes=spikes,
        sizes={n: p.count for n, p in people.items()},
        orientation_deg=coordinates(people[RELAY], seed).orientation_deg,
        start_ms=DISCARD_MS,
        stop_ms=stop_ms,
        conductance_ns=conductance or {},
    )


def _template(
    circuit: Circuit, spikes: Mapping[str, Spikes], seed: int, stop_ms: float
) -> Template:
    recording = _recording(circuit, spikes, seed, stop_ms)
    return template(spikes[RELAY], recording.sizes[RELAY], recording.cycles())


def _assemble(
    lesioned: Circuit,
    intact: Circuit,
    results: Mapping[str, Result],
    congruent: Mapping[float, Mapping[str, Spikes]],
    about: dict[str, Any],
    seen: Angles,
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
    recording = _recording(lesioned, main.spikes, seed, main.duration_ms, conductance)
    cycles = recording.cycles()
    short = min(main.duration_ms, DISCARD_MS + TEMPLATE_S * 1e3)
    other, actual, predicted = seen.other, seen.actual, seen.predicted
    templates = {a: _template(intact, congruent[a], seed, short) for a in (actual, other)}
    cut = results.get("without L6")
    metrics = measure(
        recording,
        seed=seed,
        predicted_deg=predicted,
        actual_deg=actual,
        templates=None if predicted in (None, actual) else (templates[other], templates[actual]),
        without_l6=None if cut is None else _recording(lesioned, cut.spikes, seed, cut.duration_ms),
    )
    metrics |= band_powers(main.spikes, people, DISCARD_MS, main.duration_ms)
    metrics |= decode_by_templates(
        main.spikes, (congruent[actual], congruent[other]), people,
        DISCARD_MS, (DISCARD_MS + short) / 2, main.duration_ms,
    )  # fmt: skip
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
