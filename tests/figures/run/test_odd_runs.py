"""Runs that went wrong, or were short, are still drawn, or refused in words: never a traceback."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import numpy as np
import pytest

import figures
from circuits.records import Spikes
from circuits.runs.run import Cycles, RunData
from figures.style.canvas import Missing

NOTHING = Spikes(np.zeros(0), np.zeros(0, np.int64))


def experiment(run: RunData, **changes: object) -> RunData:
    return replace(run, meta={**run.meta, "experiment": {**run.experiment, **changes}})


def silent(run: RunData) -> RunData:
    return replace(
        run,
        spikes={name: NOTHING for name in run.spikes},
        rates_hz={name: np.zeros_like(rate) for name, rate in run.rates_hz.items()},
        cycles=Cycles(np.zeros(0), np.zeros(0)),
        conductance_ns={
            name: {receptor: np.zeros_like(trace) for receptor, trace in receptors.items()}
            for name, receptors in run.conductance_ns.items()
        },
    )


def short(run: RunData) -> RunData:
    return replace(
        experiment(run, discard_ms=100.0),
        meta={**run.meta, "duration_ms": 600.0},
        spikes={
            name: Spikes(s.times_ms[s.times_ms < 600], s.cells[s.times_ms < 600])
            for name, s in run.spikes.items()
        },
        rates_hz={name: rate[:600] for name, rate in run.rates_hz.items()},
        cycles=Cycles(run.cycles.burst_on_ms[:2], run.cycles.burst_off_ms[:2]),
        lfp=None,
    )


ODD = {
    "nothing fired": silent,
    "half a second": short,
    "no expectation": lambda run: experiment(run, predicted_deg=None),
    "blank screen": lambda run: experiment(run, predicted_deg=None, actual_deg=None),
    "congruent": lambda run: experiment(run, predicted_deg=run.experiment["actual_deg"]),
    "nothing tuned": lambda run: replace(run, orientation_deg={}),
    "no thalamus": lambda run: replace(
        run,
        spikes={n: s for n, s in run.spikes.items() if n.startswith("V")},
        rates_hz={n: r for n, r in run.rates_hz.items() if n.startswith("V")},
        populations={n: c for n, c in run.populations.items() if n.startswith("V")},
        conductance_ns={},
    ),
    "one burst": lambda run: replace(run, cycles=Cycles(np.array([2000.0]), np.array([2060.0]))),
    "metrics null": lambda run: replace(run, metrics=dict.fromkeys(run.metrics)),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("what", ODD)
def test_every_figure_is_drawn_or_refused_in_words(what, run):
    odd = ODD[what](run)
    drawn = set()
    for name in figures.FIGURES:
        with contextlib.suppress(Missing):
            getattr(figures, name)(odd).get_figure(root=True).draw_without_rendering()
            drawn.add(name)
    assert {"summary", "circuit", "raster"} <= drawn
