"""One synapse away from the relay cells: the control without order, the pathway, and the table."""

from __future__ import annotations

import numpy as np
import pytest

from circuits.errors import CtloopError
from circuits.records import Uniform
from circuits.spec import populations, projections
from sims.prediction.epoch import RELAY
from sims.prediction.gradient import hidden_gradient
from sims.prediction.gradient.declaration import HIDDEN_GRADIENT, HiddenGradientRequest
from sims.prediction.gradient.hidden_gradient import COMPARED, Compared, table_of, without_order
from sims.prediction.gradient.twin import Fit, Transfer
from sims.report.progress import SilentProgress
from thalamus.predictive import prediction_circuit

FIT = Fit(Transfer(1, 1, 1, 1, 1, (1, 1, 1)), 0.6, 0.9, np.arange(20.0), np.arange(20.0))


def test_without_order_the_same_fibres_come_from_cells_of_any_orientation() -> None:
    circuit = prediction_circuit(0.003)
    changed, known = projections(without_order(circuit)), populations(circuit)
    for name, before in projections(circuit).items():
        feedback = before.source == RELAY and bool(known[before.target].lamina)
        assert isinstance(changed[name].rule, Uniform) or not feedback
        assert changed[name].modelled == before.modelled
        assert (changed[name] == before) or feedback
    assert any(p.source == RELAY and isinstance(p.rule, Uniform) for p in changed.values())


def test_a_pathway_that_does_not_end_on_layer_6_is_refused() -> None:
    pytest.importorskip("autograd")
    request = HiddenGradientRequest(
        scale=0.003, engine="numpy", seed=1, seeds=1, pathway="V1.L4E -> V1.L5IB"
    )
    with pytest.raises(CtloopError, match=r"has to end on V2\.L6CT"):
        HIDDEN_GRADIENT.measure(request, SilentProgress())


def test_a_pathway_that_inhibits_is_refused() -> None:
    with pytest.raises(CtloopError, match="inhibits"):
        hidden_gradient.held_ms(prediction_circuit(0.003), "V2.L6PV -> V2.L6CT")


def test_slow_receptors_hold_what_a_sender_sent_and_fast_ones_do_not() -> None:
    circuit = prediction_circuit(0.003)
    held = hidden_gradient.held_ms
    assert held(circuit, "V2.L5IB -> V2.L6CT #context") == pytest.approx(150.0)
    assert held(circuit, "V2.L4E -> V2.L6CT") == 0.0


def test_the_circuits_own_rule_gives_the_metric_of_the_layer() -> None:
    found = [
        Compared({name: np.array([0.1, 0.2, 0.3, value]) for name in COMPARED}, FIT, 0.9)
        for value in (0.4, 0.6)
    ]
    table = table_of(found, "made up")
    assert [row[0] for row in table.rows] == list(COMPARED)
    assert all(len(row) == len(table.heads) for row in table.rows)
    assert table.metrics["cosine_hidden1"] == pytest.approx(0.5)
    assert table.metrics["cosine_random_feedback_n"] == 2
    assert table.metrics["cosine_reversed_16"] == pytest.approx(0.3)
    assert table.metrics["twin_explained"] == pytest.approx(0.6)
    assert table.metrics["mark_span"] == pytest.approx(0.0)
    assert table.metrics["sent_back_alike"] == pytest.approx(0.9)
