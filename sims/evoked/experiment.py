"""Measure what a stimulus evokes: each population's rate with a grating minus that with a blank screen.

Published inactivations report such measures. One run makes three simulations with the same seed: the
same wiring, the same noise in the cells, another picture. The third is the orthogonal
grating, which decoding and selectivity need.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from circuits.engine.simulate import Result, refuse_if_too_large
from circuits.layout import coordinates
from circuits.records import Population, Spikes
from circuits.runs.run import RunData
from circuits.spec import Circuit, populations, projections
from circuits.wiring import (
    NEAR_DEG,
    draw_projection,
    orientation_distance,
    prefers,
)
from sims.evoked.declaration import EvokedRequest
from sims.experiments.stimulus_request import DISCARD_MS
from sims.measures.bands import band_powers
from sims.measures.bursts import thalamic_bursts
from sims.measures.cycles import find_cycles
from sims.measures.decoding import decode_pair
from sims.measures.latency import latency
from sims.measures.metric import no_value
from sims.measures.relay_gain import drive, evoked_in_driven, gain
from sims.runs.assemble import finished_run
from sims.runs.simulations import Job, simulate_each
from sims.stimuli.gratings import blank
from sims.stimuli.parse import parse
from sims.stimuli.retina import see
from thalamus.names import BURSTER, DRIVER_PATHWAY, LGN_RELAY, RELAY, RETINA

if TYPE_CHECKING:
    from circuits.runs.run import Metric
    from sims.experiments import Work

GRATING_DEG = 45.0
RETINAL_PATHWAY = f"{RETINA} -> {LGN_RELAY}"
#: Populations that evoke less than this in all have no tuning, spikes.
_FEWEST = 30


def evoked(request: EvokedRequest, work: Work) -> RunData:
    """Measure what a stimulus evokes.

    Parameters
    ----------
    request : EvokedRequest
    work : Work

    Returns
    -------
    RunData
        The spikes are those of the run with the stimulus; metrics are those of `sims.evoked.metrics`.
    """
    _, circuit = request.circuits()
    refuse_if_too_large(circuit)
    text = request.stimulus or f"grating:{GRATING_DEG:g}"
    movie = parse(text, request.contrast)
    angle = float(str(movie.description.get("orientation_deg", GRATING_DEG)))
    shows = {"stimulus": movie, "blank": blank()}
    across = orthogonal(text)
    if across is not None:
        shows["orthogonal"] = parse(across, request.contrast)
    duration_ms = DISCARD_MS + request.duration_s * 1e3
    jobs = [
        Job(
            name=name,
            circuit=circuit,
            duration_ms=duration_ms,
            seed=request.seed,
            engine=request.engine,
            inputs={
                **see(circuit, shown, duration_ms, request.seed),
                **(request.given_spikes(circuit) if name == "stimulus" else {}),
            },
        )
        for name, shown in shows.items()
    ]
    results = simulate_each(jobs, work.folder, work.progress)
    meta = {
        "experiment": {"actual_deg": angle, "discard_ms": DISCARD_MS},
        "duration_ms": duration_ms,
        "stimulus": request.shown(movie.description),
    }
    metrics = measure(circuit, results, request.seed, angle)
    return finished_run(circuit, results["stimulus"], request.seed, meta=meta, metrics=metrics)


def orthogonal(stimulus: str) -> str | None:
    """Turn a grating, static or drifting, by 90 deg: "drifting:45@2Hz" -> "drifting:135@2Hz"."""
    kind, _, rest = stimulus.partition(":")
    angle, at, speed = rest.partition("@")
    if kind not in ("grating", "drifting"):
        return None
    return f"{kind}:{(float(angle) + 90.0) % 180.0:g}{at}{speed}"


def measure(
    circuit: Circuit, results: Mapping[str, Result], seed: int, angle_deg: float
) -> dict[str, Metric]:
    """Compute evoked rates, their tuning, the gain of relay cells, and decoding from each area.

    Parameters
    ----------
    results : dict of str to Result
        "stimulus", "blank" and, for a grating, "orthogonal".

    Returns
    -------
    dict of str to number
        Those of `sims.evoked.metrics`.
    """
    cells, stop_ms = populations(circuit), results["stimulus"].duration_ms
    seconds = (stop_ms - DISCARD_MS) / 1e3
    hz = {
        key: {n: _counts(r.spikes[n], p) / seconds for n, p in cells.items() if n in r.spikes}
        for key, r in results.items()
    }
    evoked = {n: rate - hz["blank"][n] for n, rate in hz["stimulus"].items()}
    found: dict[str, Metric] = {}
    for name, population in cells.items():
        if population.spike_source:
            continue
        found[f"rate_{name}_hz"] = float(hz["stimulus"][name].mean())
        found[f"evoked_{name}_hz"] = float(evoked[name].mean())
        if population.map == "orientation":
            preferred = coordinates(population, seed).orientation_deg
            near = prefers(preferred, angle_deg)
            if near.any():
                found[f"evoked_near_{name}_hz"] = float(evoked[name][near].mean())
            spikes = np.maximum(evoked[name] * seconds, 0)
            found |= _tuning(name, spikes, preferred, angle_deg)
            if "orthogonal" in hz:
                across = hz["orthogonal"][name] - hz["blank"][name]
                found |= _selectivity(name, evoked[name], across, preferred, angle_deg, seconds)
    found |= _relays(circuit, evoked, seed)
    trains = {key: r.spikes for key, r in results.items()}
    for name, label in ((RELAY, "pulvinar"), (LGN_RELAY, "lgn")):
        if name in cells:
            found |= thalamic_bursts(trains["stimulus"], name, label, DISCARD_MS, stop_ms)
    if BURSTER in cells and RELAY in cells:
        bursts = find_cycles(trains["stimulus"][BURSTER], cells[BURSTER].count, DISCARD_MS, stop_ms)
        preferred = coordinates(cells[RELAY], seed).orientation_deg
        near = prefers(preferred, angle_deg)
        found |= latency(trains["stimulus"][RELAY], near, bursts.burst_on_ms, "pulvinar")
    found |= band_powers(trains["stimulus"], cells, DISCARD_MS, stop_ms)
    if "orthogonal" in trains:
        found |= decode_pair(trains["stimulus"], trains["orthogonal"], cells, DISCARD_MS, stop_ms)
    return found


def _relays(circuit: Circuit, evoked: Mapping[str, np.ndarray], seed: int) -> dict[str, Metric]:
    cells, pathways = populations(circuit), projections(circuit)
    places = {name: coordinates(p, seed) for name, p in cells.items()}
    found: dict[str, Metric] = {}
    for pathway, label in ((RETINAL_PATHWAY, "lgn"), (DRIVER_PATHWAY, "pulvinar")):
        if pathway not in pathways:
            continue
        projection = pathways[pathway]
        source, target = cells[projection.source], cells[projection.target]
        edges = draw_projection(projection, source, target, places, seed)
        driven = (
            None if projection.gain == 0 else drive(evoked[projection.source], edges, target.count)
        )
        found |= gain(driven, evoked[projection.target], label)
        found |= evoked_in_driven(driven, evoked[projection.target], projection.target)
    return found


def _counts(spikes: Spikes, population: Population) -> np.ndarray:
    late = spikes.cells[spikes.times_ms >= DISCARD_MS]
    return np.bincount(late, minlength=population.count).astype(float)


def _tuning(
    name: str, evoked: np.ndarray, preferred_deg: np.ndarray, angle_deg: float
) -> dict[str, Metric]:
    keys = (f"tuning_{name}", f"tuning_error_{name}_deg")
    if evoked.sum() < _FEWEST:
        why = f"under {_FEWEST} evoked spikes"
        return {k: v for key in keys for k, v in ((key, None), (f"{key}_reason", why))}
    vector = (evoked * np.exp(2j * np.deg2rad(preferred_deg))).sum() / evoked.sum()
    turned = (np.rad2deg(np.angle(vector)) / 2 - angle_deg + 90) % 180 - 90
    return {keys[0]: float(abs(vector)), keys[1]: float(turned)}


def _selectivity(
    name: str,
    evoked: np.ndarray,
    across: np.ndarray,
    preferred_deg: np.ndarray,
    angle_deg: float,
    seconds: float,
) -> dict[str, Metric]:
    key = f"selectivity_{name}"
    distance_deg = orientation_distance(preferred_deg, np.array(angle_deg))
    one, other = distance_deg <= NEAR_DEG, distance_deg >= 90 - NEAR_DEG
    if not (one.any() and other.any()):
        return no_value(key, "no cell prefers one of the two gratings")
    if (evoked[one].sum() + across[other].sum()) * seconds < _FEWEST:
        return no_value(key, f"under {_FEWEST} evoked spikes")
    best = float(evoked[one].mean() + across[other].mean())
    # What the orthogonal grating takes away counts as nothing evoked, so that the index ends at 1.
    worst = max(float(evoked[other].mean() + across[one].mean()), 0.0)
    if best + worst <= 0:
        return no_value(key, "the gratings evoke nothing")
    return {key: (best - worst) / (best + worst)}
