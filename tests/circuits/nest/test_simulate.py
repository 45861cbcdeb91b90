"""The same circuit here and in NEST: one cell, one synapse, a small circuit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from areas.cells import RS
from circuits.engine.simulate import simulate
from circuits.nest.simulate import run, simulate_in_nest
from circuits.records import STP, Spikes
from circuits.spec import Circuit, assemble
from tiny import CELL, firing, population, projection

pytest.importorskip("nest", reason="NEST is not installed: pip install nest-simulator")

STATIC = None
DEPRESSING = STP(U=0.5, D_ms=200.0, F_ms=0.0)
FACILITATING = STP(U=0.1, D_ms=50.0, F_ms=300.0)
#: No spike comes from a cell with so high a threshold.
QUIET = replace(CELL, VT_mv=-30.0, Vcut_mv=20.0)


def _driven(cell: Any, stp: STP | None, **fields: Any) -> tuple[Circuit, dict[str, Spikes]]:
    source = population("V1.R", spike_source=True, count=1)
    circuit = assemble(
        [source, population("V1.A", cell=cell, count=1, **fields)],
        [projection("V1.R", "V1.A", fibres=1, modelled=1, stp=stp, delay_ms=1.5)],
    )
    times = np.array([0.0, 3.0, 9.0, 10.0, 11.5, 30.0, 41.2])
    return circuit, {"V1.R": Spikes(times, np.zeros(7, dtype=np.int64))}


def _both(circuit: Circuit, inputs: dict[str, Spikes], **how: Any) -> tuple[Any, Any]:
    counterparts = how.pop("counterparts", False)
    common = {"seed": 0, "inputs": inputs, "record_voltage": {"V1.A": np.arange(1)}, **how}
    there = run(circuit, counterparts=counterparts, **common)
    return simulate(circuit, engine="numpy", **common), there


@pytest.mark.parametrize("stp", [STATIC, DEPRESSING, FACILITATING])
def test_a_synapse_gives_the_same_voltage(stp: STP | None) -> None:
    circuit, inputs = _driven(QUIET, stp)
    both = _both(circuit, inputs, duration_ms=50.0, dt_ms=0.05)
    here, there = (one.voltages_mv["V1.A"] for one in both)
    assert np.ptp(here) > 0.2
    np.testing.assert_allclose(there, here, rtol=0, atol=0.02)


def test_a_third_receptor_gives_nearly_the_same_voltage() -> None:
    source = population("V1.R", spike_source=True, count=1)
    circuit = assemble(
        [source, population("V1.A", cell=QUIET, count=2)],
        [
            projection(
                "V1.R", "V1.A", fibres=1, modelled=1,
                receptors={"AMPA": 3.0, "GABA_A": 2.0, "GABA_B": 1.0},
            )
        ],
    )  # fmt: skip
    inputs = {"V1.R": Spikes(np.array([0.0, 3.0, 9.0, 10.0]), np.zeros(4, dtype=np.int64))}
    both = _both(circuit, inputs, duration_ms=20.0, dt_ms=0.05, counterparts=True)
    here, there = (one.voltages_mv["V1.A"] for one in both)
    assert np.ptp(here) > 0.2
    np.testing.assert_allclose(there, here, rtol=0, atol=0.04)


def test_the_difference_falls_with_the_step() -> None:
    circuit, inputs = _driven(QUIET, DEPRESSING)
    off = [
        np.abs(there.voltages_mv["V1.A"] - here.voltages_mv["V1.A"]).max()
        for dt_ms in (0.1, 0.02)
        for here, there in [_both(circuit, inputs, duration_ms=20.0, dt_ms=dt_ms)]
    ]
    assert off[1] < off[0] / 3


def test_a_cell_fires_adapts_and_is_held_alike() -> None:
    circuit, inputs = _driven(replace(RS, C_pf=100.0), STATIC, background_pa=400.0)
    here, there = _both(circuit, inputs, duration_ms=100.0, dt_ms=0.02)
    times = [one.spikes["V1.A"].times_ms for one in (here, there)]
    assert times[0].size == times[1].size >= 3
    # Euler's upstroke is late by half a step times the logarithm of how much steeper it ends than begins.
    np.testing.assert_allclose(np.diff(times[1]), np.diff(times[0]), rtol=0, atol=6 * 0.02)
    assert times[1][0] == pytest.approx(times[0][0], abs=5 * 0.02)


def test_background_noise_drives_as_much() -> None:
    circuit = assemble([firing("V1.A", pa=150.0, count=200)], [])
    here, there = (
        simulate(circuit, duration_ms=200.0, seed=0, engine="numpy").spikes["V1.A"],
        run(circuit, duration_ms=200.0, seed=0).spikes["V1.A"],
    )
    assert here.times_ms.size > 200
    assert there.times_ms.size == pytest.approx(here.times_ms.size, rel=0.1)


def test_a_lesion_holds_and_drives_the_same_cells() -> None:
    cells = firing("V1.A", noise_pa=0.0, count=20, silenced_fraction=0.4, currents=((60.0, 0.5),))
    here, there = (
        simulate(assemble([cells], []), duration_ms=100.0, seed=1, engine="numpy"),
        run(assemble([cells], []), duration_ms=100.0, seed=1),
    )
    counts = [np.bincount(one.spikes["V1.A"].cells, minlength=20) for one in (here, there)]
    assert 0 < np.count_nonzero(counts[0]) < 20
    np.testing.assert_array_equal(counts[0] > 0, counts[1] > 0)
    assert np.abs(counts[0] - counts[1]).max() <= 1


def test_a_small_circuit_fires_as_much_with_any_number_of_threads() -> None:
    cells = {"pa": 260.0, "noise_pa": 0.0, "count": 20}
    circuit = assemble(
        [firing("V1.E", **cells), firing("V1.I", transmitter="inh", **cells)],
        [
            projection("V1.E", "V1.I"),
            projection("V1.E", "V1.E", stp=DEPRESSING),
            projection("V1.I", "V1.E", receptors={"GABA_A": 0.5}, role="inhibitory"),
        ],
    )
    here = simulate(circuit, duration_ms=150.0, seed=0, engine="numpy").spikes
    there, build_s, simulation_s = simulate_in_nest(circuit, 0.15, 0)
    two_threads, *_ = simulate_in_nest(circuit, 0.15, 0, threads=2)
    assert build_s > 0
    assert simulation_s > 0
    for name in ("V1.E", "V1.I"):
        fired = here[name].times_ms.size
        assert fired > 40
        assert there[name].times_ms.size == pytest.approx(fired, rel=0.05)
        np.testing.assert_array_equal(two_threads[name].cells, there[name].cells)
