"""Comparing simulators: what is measured of spikes and voltages, and the tables of small circuits."""

from __future__ import annotations

import numpy as np
import pytest

from circuits.errors import CtloopError
from circuits.records import Spikes
from circuits.spec import populations
from sims.benchmarks import simulator_voltage
from sims.benchmarks.simulators import activity, measure
from sims.benchmarks.simulators_declaration import SimulatorsRequest, SimulatorVoltageRequest
from sims.report.progress import SilentProgress


def test_regular_cells_have_no_variation_and_cells_in_step_correlate_fully() -> None:
    irregular = np.array([3.0, 12.0, 47.0, 55.0, 81.0, 130.0, 177.0])
    regular = np.arange(5.0, 200.0, 20.0)
    times = np.concatenate([irregular, irregular + 0.5, regular])
    cells = np.repeat([0, 1, 2], [7, 7, regular.size])
    found = activity(Spikes(times, cells), 4, (0.0, 200.0))
    assert found.rate_hz == pytest.approx(times.size / 4 / 0.2)
    np.testing.assert_allclose(found.cvs[2], 0.0, atol=1e-12)
    assert found.cvs[0] == pytest.approx(np.diff(irregular).std() / np.diff(irregular).mean())
    np.testing.assert_allclose(found.correlations, [1.0])  # cell 3 is silent: no pair


def test_voltages_near_a_spike_of_either_side_are_left_out() -> None:
    v = np.zeros(20, dtype=np.float32)
    other = v.copy()
    other[[5, 6, 12]] = 30.0, 25.0, 0.05
    found = simulator_voltage.difference((np.array([5.0]), v), (np.array([5.8]), other))
    assert found == pytest.approx({"here": 1, "there": 1, "shift": 0.8, "mv": 0.05})


def test_a_cell_with_another_number_of_spikes_has_no_shift() -> None:
    v = np.zeros(20, dtype=np.float32)
    assert np.isnan(simulator_voltage.difference((np.array([5.0]), v), (np.array([]), v))["shift"])


def test_every_cell_of_the_voltages_has_its_own_input() -> None:
    circuit = simulator_voltage.circuit_of(simulator_voltage.KINDS[:1], 2)
    given = simulator_voltage.inputs_of(circuit, 100.0, 0)
    assert len(given) == 2 * len(simulator_voltage.INPUTS)
    assert set(given) == {n for n, p in populations(circuit).items() if p.spike_source}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"seeds": 0}, "--seeds"),
        ({"threads": 0}, "--threads"),
        ({"cells": 1}, "--cells"),
        ({"duration_s": 0.1}, "--duration"),
    ],
)
def test_a_comparison_that_cannot_be_is_refused(wrong: dict[str, float], says: str) -> None:
    with pytest.raises(CtloopError, match=says):
        SimulatorsRequest(**wrong).check()  # type: ignore[arg-type]


def test_the_whole_loop_is_refused_by_name_before_anything_runs() -> None:
    with pytest.raises(CtloopError, match="T-current"):
        SimulatorsRequest(scale=0.003).check_inputs()


def test_a_small_circuit_is_compared_population_by_population() -> None:
    pytest.importorskip("nest", reason="NEST is not installed: pip install nest-simulator")
    request = SimulatorsRequest(cells=10, seeds=1, duration_s=0.25, engine="numpy")
    table = measure(request, SilentProgress())
    assert len(table.rows) == 20
    assert [row[0] for row in table.rows] == list(populations(request.base()))
    assert {len(row) for row in table.rows} == {len(table.heads)}


def test_voltages_are_compared_kind_by_kind_and_step_by_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("nest", reason="NEST is not installed: pip install nest-simulator")
    monkeypatch.setattr(simulator_voltage, "STEPS_MS", (0.1, 0.05))
    request = SimulatorVoltageRequest(cells=1, duration_s=0.02, engine="numpy")
    table = simulator_voltage.measure(request, SilentProgress())
    assert len(table.rows) == 2 * len(simulator_voltage.KINDS)
    assert {len(row) for row in table.rows} == {len(table.heads)}
