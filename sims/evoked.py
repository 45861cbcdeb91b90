"""What a stimulus evokes: every population's rate with a grating minus its rate with a blank screen.

The measures that published inactivations report. One command runs two simulations with the same
seed: the same wiring, the same noise in the cells, another picture.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from circuits import store
from circuits.engine import choose
from circuits.records import Population, Spikes
from circuits.rundata import RunData
from circuits.simulate import Result, refuse_if_too_large
from circuits.spec import Circuit, fingerprint, load, populations, to_dict
from circuits.wiring import coordinates, orientation_distance
from sims.alternation import DISCARD_MS, see
from sims.apart import Job, run_apart
from sims.early import cells_of, orientations
from sims.requests import circuits_with
from sims.stimuli import blank, parse
from thalamus.circuit import DEFAULT_SCALE, corticothalamic_loop

if TYPE_CHECKING:
    from circuits.rundata import Metric
    from sims.progress import Progress

GRATING_DEG = 45.0
#: Cells that prefer the stimulus, deg.
NEAR_DEG = 22.5
#: Populations that evoke less than this in all have no tuning to speak of, spikes.
_FEWEST = 30


def run_evoked(
    *,
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
    condition: str = "none",
    figures: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Measure what a stimulus evokes, into a run folder.

    Parameters are those of `sims.alternation.run_alternation`; nothing is expected of V2 and no
    figure is drawn.
    """
    from sims.progress import SilentProgress

    started = time.perf_counter()
    store.refuse_finished(out)
    chosen = choose(engine)
    plain = corticothalamic_loop(scale) if circuit_file is None else load(circuit_file)
    _, circuit = circuits_with(plain, settings, lesions)
    refuse_if_too_large(circuit)
    movie = parse(stimulus or f"grating:{GRATING_DEG:g}", contrast)
    angle = float(str(movie.description.get("orientation_deg", GRATING_DEG)))
    duration_ms = DISCARD_MS + duration_s * 1e3
    with store.claim(out) as folder:
        jobs = [
            Job(
                name=name,
                circuit=circuit,
                duration_ms=duration_ms,
                seed=seed,
                engine=chosen.engine,
                inputs=see(circuit, shown, duration_ms, seed),
            )
            for name, shown in (("stimulus", movie), ("blank", blank()))
        ]
        results = run_apart(jobs, folder, progress or SilentProgress())
        for log in folder.glob("progress-*.txt"):
            log.unlink()
        meta = {
            "experiment": {"name": "evoked", "actual_deg": angle, "discard_ms": DISCARD_MS},
            "duration_ms": duration_ms,
            "stimulus": movie.description,
            "seed": seed,
            "engine": chosen.engine,
            "lesions": list(lesions),
            "settings": list(settings),
            "scale": scale,
            "spec_hash": fingerprint(circuit),
            "spec": to_dict(circuit),
            "command": sys.argv,
            "wall_s": {"total": time.perf_counter() - started},
        }
        people = populations(circuit)
        run = RunData(
            meta=meta,
            metrics=measure(circuit, results, seed, angle),
            populations=cells_of(people),
            spikes=results["stimulus"].spikes,
            orientation_deg=orientations(people, seed),
        )
        store.write(run, folder)
    return out


def measure(
    circuit: Circuit, results: Mapping[str, Result], seed: int, angle_deg: float
) -> dict[str, Metric]:
    """Measure evoked rates, and the tuning of what is evoked.

    Returns
    -------
    dict of str to number
        For each population `rate_<population>_hz` (with the stimulus) and `evoked_<population>_hz`
        (minus blank); for tuned ones `evoked_near_<population>_hz`, the same of the cells that
        prefer the stimulus within 22.5 deg, `tuning_<population>`, the length of the mean vector of
        preferred orientations weighted by evoked spikes (0 none, 1 one orientation), and
        `tuning_error_<population>_deg`, how far its direction is from the stimulus.
    """
    found: dict[str, Metric] = {}
    for name, population in populations(circuit).items():
        if population.spike_source:
            continue
        counts = {key: _counts(r.spikes[name], population) for key, r in results.items()}
        seconds = (results["stimulus"].duration_ms - DISCARD_MS) / 1e3
        found[f"rate_{name}_hz"] = float(counts["stimulus"].mean() / seconds)
        evoked = counts["stimulus"] - counts["blank"]
        found[f"evoked_{name}_hz"] = float(evoked.mean() / seconds)
        if population.map == "orientation":
            preferred = coordinates(population, seed).orientation_deg
            near = orientation_distance(preferred, np.array(angle_deg)) <= NEAR_DEG
            if near.any():
                found[f"evoked_near_{name}_hz"] = float(evoked[near].mean() / seconds)
            found |= _tuning(name, np.maximum(evoked, 0), preferred, angle_deg)
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
