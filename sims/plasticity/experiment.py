"""The in-vitro experiment of Jang, Flores, O'Reilly & Zito 2026, run on virtual cells.

Presynaptic trains and postsynaptic current steps aim at one rate in the first half of a 200 ms window and
another in the second; ten windows; the EPSP is tested before and after. A learning rate and the CaP scale
are fitted to the four published means in two variants of the experiment; four further variants test how
robust that fit is. Time constants are Axon's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from circuits.learning.kinase.rule import Floats
from circuits.learning.kinase.trains import states_at
from circuits.runs.plain import plain
from circuits.runs.run import RunData
from circuits.seeds import stream
from sims.plasticity.declaration import PlasticityRequest
from sims.plasticity.fit import Fit, expressed, fit_rate, repeated, replication, with_drift
from sims.plasticity.flatten import flat
from sims.plasticity.induction import FITTED, VARIANTS, Induction, record_window
from sims.plasticity.jang2026 import MINUTES, PUBLISHED
from sims.plasticity.maps import rate_map, rate_trains, window_map
from sims.plasticity.predictions import predict
from sims.plasticity.preparation import Preparation, prepare
from sims.plasticity.protocol import JANG, Protocol

if TYPE_CHECKING:
    from sims.experiments import Work
    from sims.report.progress import Progress as ProgressBars

#: Shows what is being done, and which fraction of all is done.
Progress = Callable[[str, float], None]
Results = dict[str, Any]
#: Cells that run the many protocols of the maps, and those of the comparison of rules.
MAP_CELLS, COMPARED_CELLS = 16, 32


def plasticity(request: PlasticityRequest, work: Work) -> RunData:
    """Run the in-vitro experiment.

    The learning rate and the CaP scale are always fitted on the intact synapse and the unchanged rule
    of the same seed. The lesioned synapse, or the changed rule, is then induced with them, by the same
    currents and the same random numbers.

    Parameters
    ----------
    request : PlasticityRequest
    work : Work
        "plasticity.json", what the figures show, is written into its folder.

    Returns
    -------
    RunData
        Metrics alone: `epsp_<first>_<second>` with `_sem`, `_n`, `_sd`, and more
        (`sims.plasticity.metrics`).
    """
    show = _one_bar(work.progress)
    show("calibrating cells", 0.0)
    intact = prepare(request.kinase(), request.readout, request.cells, request.seed)
    show("inducing plasticity", 0.03)
    results, prepared = _conditions(request, intact)
    results["example"] = _example(prepared)
    parts = request.wanted_parts()
    if "predictions" in parts:
        show("predicting new protocols", 0.2)
        results["predictions"] = predict(prepared)
    if "map" in parts:
        show("mapping rates and windows", 0.35)
        results |= _maps(prepared, request.kinase().pair_calcium)
    if "other-rules" in parts:
        results["rivals"] = _other_rules(prepared, show)
    show("writing", 0.95)
    results |= _published()
    text = json.dumps(plain(results), indent=1, ensure_ascii=False)
    (work.folder / "plasticity.json").write_text(text + "\n", encoding="utf-8")
    facts = {
        "rule": asdict(request.kinase()),
        "variants": [asdict(v) for v in VARIANTS],
        "fitted_on": list(FITTED),
        "minutes": MINUTES,
    }
    return RunData(meta={"experiment": facts}, metrics=dict(flat(results)))


def _one_bar(bars: ProgressBars) -> Progress:
    """Show what is being done as notes, and how far it is in one bar."""
    last = ""
    bars.stage("plasticity", 1.0)

    def show(text: str, fraction: float) -> None:
        nonlocal last
        if text != last:
            bars.note(text)
            last = text
        bars.update("plasticity", fraction)

    return show


def _conditions(request: PlasticityRequest, intact: Preparation) -> tuple[Results, Preparation]:
    """Fit on the intact synapse, then run the published conditions and those asked for."""
    published = tuple(replace(p, blocks=request.blocks) for p in JANG)
    trains = intact.induce(published, "plasticity published")
    reading = intact.read(trains)
    fit = fit_rate(reading, trains, intact.curve, FITTED, request.cap_scale)
    prepared = intact.fitted(fit)
    if request.lesions or request.settings:
        prepared = prepared.changed(request.receptors_left(), request.settings)
        trains = prepared.induce(published, "plasticity published")
        reading = prepared.read(trains)
    known = _table(trains, prepared.epsp(trains, reading), request.seed)
    results = _fitted(fit, known, request.seed)
    protocols = tuple(Protocol(r, **request.timing()) for r in request.protocols())
    for group in _by_segments(tuple(p for p in protocols if p not in published)):
        trains = prepared.induce(group, f"plasticity asked {len(group[0].rates_hz)}")
        results["conditions"] |= _table(trains, prepared.epsp(trains), request.seed)
    results["conditions"] |= {p.key: known[p.key] for p in protocols if p in published}
    return results, prepared


def _fitted(fit: Fit, known: dict[str, Results], seed: int) -> Results:
    """Give the fit, the published conditions, and how sure the comparison with the study is."""
    experiments = {k: np.array(v["experiments"]) for k, v in known.items()}
    return {
        "fit": asdict(fit),
        "published_conditions": known,
        "conditions": {},
        "statistics": repeated(experiments, stream(seed, "plasticity resamples")),
        "replication": replication(stream(seed, "plasticity replication")),
    }


def _by_segments(protocols: tuple[Protocol, ...]) -> list[tuple[Protocol, ...]]:
    """Group those that can be simulated together: the same number of segments."""
    sizes = sorted({len(p.rates_hz) for p in protocols})
    return [tuple(p for p in protocols if len(p.rates_hz) == n) for n in sizes]


def _table(trains: Induction, epsp: Floats, seed: int) -> dict[str, Results]:
    """Per condition: means by variant, spread, every experiment with slice drift, time course."""
    out = {}
    for k, protocol in enumerate(trains.protocols):
        own = epsp[trains.protocol == k]
        by_variant = own.reshape(len(trains.variants), -1).mean(axis=1)
        spread = with_drift(own, protocol.key, stream(seed, f"plasticity drift {protocol.key}"))
        out[protocol.key] = {
            "rates_hz": list(protocol.rates_hz),
            "mean": float(own.mean()),
            "model_sd": float(own.std()),
            "sd": float(spread.std()),
            "n": int(own.size),
            "cells": int(own.size // len(trains.variants)),
            "variants": dict(zip([v.name for v in trains.variants], by_variant, strict=True)),
            "experiments": spread,
            "course": expressed(float(own.mean())),
        }
    return out


def _published() -> Results:
    """Give what Jang et al. 2026 measured, as the figures draw it."""
    rows = {
        key: {"mean": p.mean, "sem": p.sem, "cells": p.cells, "course": list(p.course)}
        for key, p in PUBLISHED.items()
    }
    return {"published": rows, "published_courses": {k: r["course"] for k, r in rows.items()}}


def _example(prepared: Preparation) -> Results:
    """Give one window of one typical cell in the four conditions: what each signal does."""
    typical = int(np.argmin(np.abs(prepared.cells.calibration - 1.0)))
    one, rule = prepared.take(np.array([typical])), prepared.rule
    at: Floats = np.arange(0, 301, dtype=np.float64)
    out: Results = {}
    for protocol in JANG:
        rng = stream(prepared.seed, f"plasticity example {protocol.key}")
        stimuli, done = record_window(one.cells, one.table_hz, protocol, rng)
        state = states_at(rule, stimuli, done.spikes_ms, at)
        even, odd = done.v_mv[0][::2], done.v_mv[0][1::2]
        out[protocol.key] = {
            "time_ms": at,
            "calcium": state.calcium[0],
            "cam": state.cam[0],
            "fast": rule.fast_scale * state.fast[0],
            "slow": state.slow[0],
            "stimuli_ms": stimuli[np.isfinite(stimuli)],
            "spikes_ms": done.spikes_ms[np.isfinite(done.spikes_ms)],
            "v_time_ms": done.time_ms[::2],
            "v_mv": np.maximum(even, odd[: even.size]),
            "window_ms": protocol.window_ms,
        }
    return out


def _maps(prepared: Preparation, saturation: float) -> Results:
    """Map rates for calcium as it is and saturating at `saturation`, and signs over window lengths."""
    few = prepared.first(MAP_CELLS)
    trains = rate_trains(few)
    saturating = replace(few.rule, saturation=saturation)
    return {
        "map": asdict(rate_map(few.rule, trains, few.readout)),
        "map_saturating": asdict(rate_map(saturating, trains, few.readout)),
        "windows": asdict(window_map(few)),
    }


def _other_rules(prepared: Preparation, show: Progress) -> list[dict[str, float | str]]:
    from sims.plasticity.other_rules.comparison import compare

    return compare(
        prepared.first(COMPARED_CELLS),
        progress=lambda done: show("fitting other rules", 0.5 + 0.45 * done),
    )
