"""The relay cell fires rebounds, and the detector of thalamic bursts sees them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from circuits.engine.simulate import simulate
from circuits.lesions import lesion
from circuits.records import CellType, Spikes
from circuits.spec import assemble
from sims.measures.bursts import INTERVAL_MS, burst_fraction
from thalamus.cells import TC
from tiny import population

STEP_MS = (100.0, 200.0)
STOP_MS = 260.0


def after_a_step(cell: CellType, pa: float = -120.0) -> Spikes:
    """Hyperpolarise one cell from its rest for 100 ms and give the spikes after that."""
    circuit = assemble([population("Th.TC", cell=cell, count=1)], [])
    step = f"drive Th.TC {pa:g}pA from {STEP_MS[0]:g}ms to {STEP_MS[1]:g}ms"
    run = simulate(lesion(circuit, step), duration_ms=STOP_MS, seed=1, engine="numpy")
    train = run.spikes["Th.TC"]
    late = train.times_ms >= STEP_MS[0]
    return Spikes(train.times_ms[late], train.cells[late])


def test_a_relay_cell_let_go_fires_a_rebound_of_three_to_five_spikes_that_the_detector_sees() -> (
    None
):
    rebound = after_a_step(TC)
    assert 3 <= len(rebound.times_ms) <= 5
    assert 4.0 < np.diff(rebound.times_ms)[:2].max() <= INTERVAL_MS  # 4 ms would miss it
    assert burst_fraction(rebound, 0, STOP_MS) == pytest.approx(3 / len(rebound.times_ms))


def test_without_the_t_current_or_without_the_step_there_is_no_rebound() -> None:
    assert len(after_a_step(replace(TC, gT_ns=0.0)).times_ms) == 0
    assert len(after_a_step(TC, pa=-1.0).times_ms) == 0
