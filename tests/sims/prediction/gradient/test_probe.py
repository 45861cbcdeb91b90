"""The probe: silent unless asked, one fibre a relay cell, and pulses into cells near an orientation."""

from __future__ import annotations

import numpy as np
import pytest

from circuits.layout import coordinates
from circuits.spec import populations, projections
from circuits.wiring import draw
from sims.prediction.epoch import RELAY
from sims.prediction.gradient.probe import PROBE, WITHIN_DEG, foretold_deg, near, pulses, with_probe
from thalamus.predictive import prediction_circuit

SEED = 3


def test_the_probe_reaches_each_relay_cell_once_from_its_own_orientation() -> None:
    circuit = with_probe(prediction_circuit(0.003))
    edges = draw(circuit, SEED)[f"{PROBE} -> {RELAY}"]
    cells = populations(circuit)
    pre, post = (coordinates(cells[n], SEED).orientation_deg for n in (PROBE, RELAY))
    distance_deg = np.abs(pre[edges.pre] - post[edges.post])
    assert np.array_equal(np.sort(edges.post), np.arange(cells[RELAY].count))
    assert np.minimum(distance_deg, 180.0 - distance_deg).max() < WITHIN_DEG


def test_nothing_else_of_the_circuit_changes() -> None:
    before = prediction_circuit(0.003)
    after, known = with_probe(before), projections(before)
    assert {n: p for n, p in projections(after).items() if n in known} == known
    assert set(projections(after)) - set(known) == {f"{PROBE} -> {RELAY}"}
    one, other = draw(before, SEED), draw(after, SEED)
    assert all(np.array_equal(one[name].pre, other[name].pre) for name in known)


def test_what_is_foretold_is_the_direction_of_the_rates_on_the_circle_of_orientations() -> None:
    preferred = np.arange(0.0, 180.0, 5.0)
    distance_deg = np.abs(preferred - 170.0)
    rates = 5.0 + 40.0 * np.exp(-(np.minimum(distance_deg, 180.0 - distance_deg) ** 2) / 200.0)
    assert foretold_deg(rates[None, :], preferred)[0] == pytest.approx(170.0, abs=0.5)
    assert near(preferred, 178.0).sum() == near(preferred, 93.0).sum() > 0
    assert near(np.array([1.0, 179.0, 90.0]), 179.5).tolist() == [True, True, False]


def test_pulses_reach_the_cells_near_an_orientation_at_their_time() -> None:
    circuit = with_probe(prediction_circuit(0.003))
    found = pulses(circuit, SEED, np.array([45.0, 135.0]), np.array([100.0, 300.0]))
    preferred = coordinates(populations(circuit)[PROBE], SEED).orientation_deg
    assert set(found.times_ms.tolist()) == {99.0, 299.0}
    assert near(preferred[found.cells[found.times_ms < 200]], 45.0).all()
    assert near(preferred[found.cells[found.times_ms > 200]], 135.0).all()
    assert not pulses(circuit, SEED, np.empty(0), np.empty(0)).cells.size
