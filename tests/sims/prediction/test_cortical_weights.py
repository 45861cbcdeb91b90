"""What pathways of cortex have learnt: by how much weights among like cells exceed the rest."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from circuits.layout import coordinates
from circuits.learning.learnt import Learnt, wiring_of
from circuits.records import Edges
from circuits.spec import populations, set_parameter
from circuits.wiring import draw
from sims.prediction.controls import CORTICAL
from sims.prediction.cortical_weights import KEYS, excess_of_alike, of_all
from thalamus.predictive import prediction_circuit


def test_cells_are_alike_on_the_circle_of_orientations() -> None:
    edges = Edges(np.array([0, 0, 1]), np.array([0, 1, 1]), {}, np.ones(3))
    weight = np.array([0.9, 0.2, 0.4])
    found = excess_of_alike(edges, np.array([175.0, 90.0]), np.array([5.0, 70.0]), weight)
    assert found == pytest.approx(0.9 - 0.3)
    assert excess_of_alike(edges, np.zeros(2), np.zeros(2), weight) is None


def test_without_a_pathway_of_cortex_that_learns_there_is_nothing_and_a_reason() -> None:
    found = of_all([SimpleNamespace(training=[1])], prediction_circuit(0.003))  # type: ignore[list-item]
    assert all(found[key] is None and "plastic" in found[f"{key}_reason"] for key in KEYS)


def test_weights_that_grow_among_like_cells_are_seen() -> None:
    circuit, name = prediction_circuit(0.003), CORTICAL[0]
    circuit = set_parameter(circuit, f"{name}.plastic=1")
    edges, cells = draw(circuit, 5)[name], populations(circuit)
    pre, post = (coordinates(cells[n], 5).orientation_deg for n in name.split(" -> "))
    distance_deg = np.abs(pre[edges.pre] - post[edges.post])
    weight = np.where(np.minimum(distance_deg, 180.0 - distance_deg) <= 11.25, 0.7, 0.4)
    epoch = SimpleNamespace(records={name: Learnt(weight, wiring_of(edges))})
    found = of_all([SimpleNamespace(training=[epoch], seed=5)], circuit)  # type: ignore[list-item]
    assert found["weight_alike_cortex"] == pytest.approx(0.3)
    assert found["weight_spread_cortex"] == pytest.approx(weight.std())
    assert found["weight_spread_cortex_per_seed"] == [found["weight_spread_cortex"]]
