"""How slowly a cell's NMDA conductance decays is a number of the cell."""

from __future__ import annotations

import numpy as np
import pytest

from circuits import spec
from circuits.engine.simulate import simulate
from circuits.records import OneToFew, Spikes
from tiny import QUICK_CELL, population, projection


@pytest.mark.parametrize("tau_ms", [50.0, 150.0])
def test_a_depolarisation_by_nmda_lasts_as_long_as_the_cell_says(tau_ms: float) -> None:
    circuit = spec.assemble(
        [
            population("Retina.GC", cell=QUICK_CELL, count=2, spike_source=True),
            population("V2.L6CT", cell=QUICK_CELL, count=2),
        ],
        [
            projection(
                "Retina.GC", "V2.L6CT", rule=OneToFew(), fibres=1, modelled=1,
                receptors={"NMDA": 0.2}, weight_cv=0.0,
            )
        ],
    )  # fmt: skip
    circuit = spec.set_parameter(circuit, f"V2.L6CT.tau_nmda={tau_ms}ms")
    result = simulate(
        circuit, duration_ms=360, seed=0, engine="numpy",
        inputs={"Retina.GC": Spikes(np.full(2, 100.0), np.arange(2))},
        record_voltage={"V2.L6CT": np.arange(1)},
    )  # fmt: skip
    above = result.voltages_mv["V2.L6CT"][:, 0] + 65.0
    # A small depolarisation, slower than the membrane (10 ms), falls as the conductance does.
    early, late = above[160], above[260]
    assert 100.0 / np.log(early / late) == pytest.approx(tau_ms, rel=0.12)
