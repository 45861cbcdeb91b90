"""The loop that learns to predict: what differs from the loop, and its controls, as data."""

from __future__ import annotations

import pytest

from circuits.learning import learning_of
from circuits.lesions import lesion
from circuits.sources import check_sources
from circuits.spec import from_dict, projections, same, set_parameter, to_dict
from thalamus.circuit import corticothalamic_loop
from thalamus.prediction import CONTEXT, CONTROLS, HOLD, LATER, PLASTIC, RECALL, prediction_circuit


def test_every_number_has_a_source_and_the_spec_is_saved_without_loss() -> None:
    circuit = prediction_circuit()
    check_sources(circuit)
    assert same(from_dict(to_dict(circuit)), circuit)


def test_one_pathway_learns_at_first_and_drivers_never() -> None:
    known = projections(prediction_circuit())
    assert [n for n, p in known.items() if p.plastic] == [PLASTIC]
    assert learning_of(prediction_circuit()).readout == "burst"
    for name in LATER:
        assert known[name].role != "driver"


def test_it_is_the_loop_with_a_context_and_a_memory() -> None:
    known, loop = projections(prediction_circuit()), projections(corticothalamic_loop())
    assert set(known) - set(loop) == {CONTEXT, HOLD, RECALL}
    for name in (CONTEXT, HOLD, RECALL):
        assert known[name].receptors["AMPA"] == 0 < known[name].receptors["NMDA"]


def test_the_memory_is_a_loop_that_a_lesion_can_open() -> None:
    known = projections(prediction_circuit())
    assert (known[HOLD].source, known[HOLD].target) == (known[RECALL].target, known[RECALL].source)
    cut = lesion(prediction_circuit(), RECALL)
    assert projections(cut)[RECALL].gain == 0 or projections(cut)[RECALL].cut_fraction == 1
    assert projections(cut)[HOLD] == known[HOLD]


@pytest.mark.parametrize("name", list(CONTROLS))
def test_a_control_changes_the_circuit(name: str) -> None:
    circuit = changed = prediction_circuit()
    settings, lesions = CONTROLS[name]
    for text in settings:
        changed = set_parameter(changed, text)
    for text in lesions:
        changed = lesion(changed, text)
    assert not same(changed, circuit)
