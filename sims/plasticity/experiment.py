"""The in-vitro experiment of Jang, Flores, O'Reilly & Zito 2026, run on virtual cells.

Presynaptic trains and postsynaptic current steps aim at one rate in the first half of a 200 ms
window and another in the second; ten windows; the EPSP is tested before and after. One learning rate
(and the CaP scale) is fitted on two ways of doing the experiment and tested on four others; time
constants are Axon's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from circuits.learning.kinase.rule import Floats, KinaseRule
from circuits.learning.kinase.trains import states_at
from circuits.runs.plain import plain
from circuits.runs.run import RunData
from circuits.seeds import stream
from sims.plasticity.cells import Cells, draw_cells
from sims.plasticity.declaration import PARTS, PlasticityRequest
from sims.plasticity.fit import (
    Fit,
    epsp_after,
    expressed,
    fit_rate,
    repeated,
    replication,
    with_drift,
)
from sims.plasticity.flatten import flat
from sims.plasticity.induction import (
    FITTED,
    VARIANTS,
    EpspCurve,
    Induction,
    calibrate,
    epsp_curve,
    induce,
    read,
    watch,
)
from sims.plasticity.jang2026 import MINUTES, PUBLISHED
from sims.plasticity.maps import rate_map, rate_trains, window_map
from sims.plasticity.predictions import predict
from sims.plasticity.protocol import JANG, Protocol

if TYPE_CHECKING:
    from sims.experiments import Work
    from sims.report.progress import Progress as ProgressBars

Progress = Callable[[str, float], None]
Results = dict[str, Any]


@dataclass(frozen=True)
class _Bench:
    """What every part of the experiment shares."""

    rule: KinaseRule
    readout: str
    cells: Cells
    table_hz: Floats
    curve: EpspCurve
    seed: int

    def first(self, count: int) -> tuple[Cells, Floats, EpspCurve]:
        """Only so many of the cells, for the parts that run many protocols."""
        rows = np.arange(min(count, self.cells.count))
        curve = EpspCurve(self.curve.scale, self.curve.epsp_mv[rows])
        return self.cells.take(rows), self.table_hz[rows], curve

    def induce(self, protocols: tuple[Protocol, ...], name: str) -> Induction:
        """All variants of protocols of one timing."""
        rng = stream(self.seed, f"plasticity {name}")
        return induce(self.cells, self.table_hz, protocols, VARIANTS, rng)


def plasticity(request: PlasticityRequest, work: Work) -> RunData:
    """Run the in-vitro experiment.

    Parameters
    ----------
    request : PlasticityRequest
    work : Work
        "plasticity.json", what the figures show, is written into its folder.

    Returns
    -------
    RunData
        Metrics alone: `epsp_<minus>_<plus>` with `_sem`, `_n`, `_sd`, and more
        (`sims.plasticity.metrics`).
    """
    tell = _one_bar(work.progress)
    timing = request.timing()
    protocols = tuple(Protocol(rates, **timing) for rates in request.protocols())
    kinase, readout, seed = request.kinase(), request.readout, request.seed
    tell("calibrating cells", 0.0)
    drawn = draw_cells(request.cells, stream(seed, "plasticity cells"))
    table = calibrate(drawn, stream(seed, "plasticity calibration"))
    bench = _Bench(kinase, readout, drawn, table, epsp_curve(drawn), seed)
    tell("inducing plasticity", 0.03)
    results, fit = _conditions(bench, protocols, request.blocks, request.cap_scale)
    bench = replace(bench, rule=replace(kinase, rate=fit.rate, fast_scale=fit.fast_scale))
    results["example"] = _example(bench)
    parts = request.parts or PARTS
    if "predictions" in parts:
        tell("predicting new protocols", 0.2)
        results["predictions"] = predict(bench.rule, readout, fit, drawn, table, bench.curve, seed)
    if "map" in parts:
        tell("mapping rates and windows", 0.35)
        results |= _maps(bench)
    if "rivals" in parts:
        results["rivals"] = _rivals(bench, tell)
    tell("writing", 0.95)
    results["published_courses"] = {k: list(p.course) for k, p in PUBLISHED.items()}
    _write(work.folder / "plasticity.json", results)
    facts = {
        "rule": asdict(kinase),
        "variants": [asdict(v) for v in VARIANTS],
        "fitted_on": list(FITTED),
        "minutes": MINUTES,
    }
    return RunData(meta={"experiment": facts}, metrics=dict(flat(results)))


def _one_bar(shown: ProgressBars) -> Progress:
    """Show what is being done as notes, and how far it is in one bar."""
    last = ""
    shown.stage("plasticity", 1.0)

    def tell(text: str, fraction: float) -> None:
        nonlocal last
        if text != last:
            shown.note(text)
            last = text
        shown.update("plasticity", fraction)

    return tell


def _conditions(
    bench: _Bench, protocols: tuple[Protocol, ...], blocks: int, cap_scale: float | None
) -> tuple[Results, Fit]:
    """Fit on the published conditions, then run what was asked for."""
    published = tuple(replace(p, blocks=blocks) for p in JANG)
    trains = bench.induce(published, "published")
    reading = read(bench.rule, trains, bench.readout)
    fit = fit_rate(reading, trains, bench.curve, FITTED, cap_scale)
    epsp = epsp_after(reading, trains.cell, bench.curve, fit.rate, fit.fast_scale)
    known = _table(trains, epsp, bench.seed)
    results: Results = {"fit": asdict(fit), "published_conditions": known, "conditions": {}}
    results["statistics"] = repeated(
        {k: np.array(v["experiments"]) for k, v in known.items()},
        stream(bench.seed, "plasticity resamples"),
    )
    results["replication"] = replication(stream(bench.seed, "plasticity replication"))
    new = tuple(p for p in protocols if p not in published)
    for group in _by_segments(new):
        own = bench.induce(group, f"asked {len(group[0].rates_hz)}")
        reading = read(bench.rule, own, bench.readout)
        epsp = epsp_after(reading, own.cell, bench.curve, fit.rate, fit.fast_scale)
        results["conditions"] |= _table(own, epsp, bench.seed)
    results["conditions"] |= {p.key: known[p.key] for p in protocols if p in published}
    return results, fit


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


def _example(bench: _Bench) -> Results:
    """One window of one typical cell in the four conditions: what each signal does."""
    typical = int(np.argmin(np.abs(bench.cells.calibration - 1.0)))
    one = bench.cells.take(np.array([typical]))
    table = bench.table_hz[[typical]]
    out: Results = {}
    for protocol in JANG:
        rng = stream(bench.seed, f"plasticity example {protocol.key}")
        stimuli, done = watch(one, table, protocol, rng)
        at: Floats = np.arange(0, 301, dtype=np.float64)
        state = states_at(bench.rule, stimuli, done.spikes_ms, at)
        out[protocol.key] = {
            "time_ms": at,
            "calcium": state.calcium[0],
            "cam": state.cam[0],
            "fast": bench.rule.fast_scale * state.fast[0],
            "slow": state.slow[0],
            "stimuli_ms": stimuli[np.isfinite(stimuli)],
            "spikes_ms": done.spikes_ms[np.isfinite(done.spikes_ms)],
            "v_time_ms": done.time_ms[::2],
            "v_mv": np.maximum(done.v_mv[0][::2], done.v_mv[0][1::2][: done.v_mv[0][::2].size]),
            "window_ms": protocol.window_ms,
        }
    return out


def _maps(bench: _Bench) -> Results:
    """Map of rates for linear and saturating calcium, and signs over window lengths."""
    cells, table, _ = bench.first(16)
    trains = rate_trains(cells, table, bench.seed)
    out: Results = {"map": asdict(rate_map(bench.rule, trains, bench.readout))}
    saturating = replace(bench.rule, saturation=bench.rule.pair_calcium)
    out["map_saturating"] = asdict(rate_map(saturating, trains, bench.readout))
    out["windows"] = asdict(window_map(bench.rule, cells, table, bench.seed, bench.readout))
    return out


def _rivals(bench: _Bench, tell: Progress) -> list[dict[str, float | str]]:
    from sims.plasticity.other_rules import compare

    return compare(
        bench.rule,
        bench.readout,
        *bench.first(32),
        bench.seed,
        progress=lambda done: tell("fitting the rivals", 0.5 + 0.45 * done),
    )


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(plain(content), indent=1, ensure_ascii=False) + "\n")
