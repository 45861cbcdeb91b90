"""What is measured of a cell's spikes, on spikes whose rates, bursts and rebounds are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from areas.cells import RS
from circuits.spec.bibliography import REFERENCES
from sims.cells.measures import MEASURES, bursts, measured, rates
from sims.cells.protocol import Tested
from sims.cells.specimens import PUBLISHED, published_of, specimens
from thalamus.loop import corticothalamic_loop


def cell(spikes_ms: dict[float, np.ndarray], *rebound: float) -> Tested:
    return Tested(
        rest_mv=-65.0, hold_mv=-65.0, current_pa=np.array(list(spikes_ms)),
        spikes_ms=list(spikes_ms.values()), below_mv=np.array([10.0]), for_ms=np.array([100.0]),
        step_pa=np.array([-100.0]), reached_mv=np.array([[-75.0]]),
        rebound_ms=[[np.array(rebound, dtype=float)]], silent=True, time_ms=np.zeros(1),
        rebound_mv=np.zeros(1),
    )  # fmt: skip


def test_rates_of_a_train_that_slows() -> None:
    train = np.array([10.0, 20.0, 100.0, 300.0, 600.0, 900.0])
    assert rates(train, 1000.0) == (6.0, 100.0, 4.0)
    assert rates(train[:1], 1000.0) == (1.0, None, 0.0)


def test_gain_is_the_slope_and_rheobase_where_it_begins() -> None:
    pa = np.arange(0.0, 601.0, 50.0)
    trains = {x: np.linspace(0, 990, max(0, int((x - 150) / 5))) for x in pa}  # 0.2 Hz for each pA
    found = measured(RS, cell(trains), 1000.0)
    assert found["rheobase_pa"] == 200.0
    assert found["gain_hz_per_na"] == pytest.approx(200.0)
    assert set(found) == set(MEASURES)


def test_adaptation_compares_the_third_and_the_last_interval_at_300_pa() -> None:
    train = np.cumsum([0.0, 10.0, 12.0, 20.0, 30.0, 40.0])
    found = measured(RS, cell({300.0: train}), 1000.0)
    assert found["adaptation_percent"] == pytest.approx(50.0)
    assert measured(RS, cell({250.0: train}), 1000.0)["adaptation_percent"] is None


def test_bursts_are_found_and_a_fast_tonic_train_is_none() -> None:
    train = np.concatenate([[t, t + 4.0, t + 8.0] for t in (0.0, 200.0, 400.0, 600.0)])
    assert [len(b) for b in bursts(train)] == [3] * 4
    found = measured(RS, cell({100.0: train}), 1000.0)
    assert found["bursts_per_s"] == 5.0
    assert found["spikes_in_burst"] == 3.0
    assert found["burst_hz"] == 250.0
    tonic = np.cumsum(np.tile([9.0, 9.0, 9.0, 11.0], 25))
    assert measured(RS, cell({100.0: tonic}), 1000.0)["bursts_per_s"] is None


def test_a_rebound_is_counted_and_timed_and_a_cell_that_fires_by_itself_has_none() -> None:
    rebound = cell({0.0: np.empty(0)}, 20.0, 25.0, 30.0)
    found = measured(RS, rebound, 1000.0)
    assert [found[k] for k in ("rebound_spikes", "rebound_latency_ms", "rebound_hz")] == [
        3,
        20,
        200,
    ]
    assert measured(RS, replace(rebound, silent=False), 1000.0)["rebound_spikes"] is None


def test_every_published_point_has_a_source_a_range_and_a_measure() -> None:
    for points in PUBLISHED.values():
        for point in points:
            assert point.source in REFERENCES
            assert point.low < point.high
            assert point.measure in MEASURES
            assert point.how


def test_points_are_those_of_the_kind_of_cell_in_its_lamina_whatever_its_name() -> None:
    circuit = corticothalamic_loop(0.002)
    (burster, *_) = specimens(circuit, ["*.L5IB"])
    assert list(burster.owners) == ["V1.L5IB", "V2.L5IB"]
    assert {p.source for p in burster.points()} >= {"Silva1991", "Guan2015"}
    population = circuit.nodes["V1.L5IB"]["population"]
    assert published_of(replace(population, name="A1.other")) == published_of(population)
    assert published_of(replace(population, kind="")) == ()


def test_cells_that_are_alike_are_simulated_once_and_one_that_was_changed_by_itself() -> None:
    from circuits.spec import set_parameter

    circuit = corticothalamic_loop(0.002)
    assert [s.label for s in specimens(circuit, ["V1.L5IB", "V2.L5IB"])] == ["IB"]
    changed = set_parameter(circuit, "V2.L5IB.b=80pA")
    labels = [s.label for s in specimens(changed, ["*.L5IB"])]
    assert labels == ["IB of V1.L5IB", "IB of V2.L5IB"]
