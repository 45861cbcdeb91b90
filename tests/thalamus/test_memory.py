"""The memory of the item before the last: what it adds to the loop that learns, as data."""

from __future__ import annotations

from circuits.learning.record import learning_of
from circuits.lesions import lesion
from circuits.spec import from_dict, populations, projections, same, to_dict
from circuits.spec.sources import USER, check_sources
from thalamus.memory import CELLS, FIBRES, HOLD, RECALL, with_memory
from thalamus.predictive import PLASTIC, prediction_circuit


def test_every_number_has_a_source_and_the_spec_is_saved_without_loss() -> None:
    circuit = with_memory(prediction_circuit())
    check_sources(circuit)
    assert same(from_dict(to_dict(circuit)), circuit)
    for projection in projections(circuit).values():
        assert USER not in projection.sources.values()


def test_it_adds_two_slow_projections_that_form_a_loop() -> None:
    plain, circuit = prediction_circuit(), with_memory(prediction_circuit())
    known = projections(circuit)
    assert set(known) - set(projections(plain)) == {HOLD, RECALL}
    assert (known[HOLD].source, known[HOLD].target) == (known[RECALL].target, known[RECALL].source)
    for name in (HOLD, RECALL):
        assert known[name].receptors["AMPA"] == 0 < known[name].receptors["NMDA"]
    assert learning_of(circuit) == learning_of(plain)


def test_a_relay_cell_is_reached_by_as_many_cells_as_in_tissue() -> None:
    circuit = with_memory(prediction_circuit())
    plastic = projections(circuit)[PLASTIC]
    assert plastic.plastic
    assert plastic.modelled == FIBRES == plastic.fibres
    assert populations(circuit)["V2.L6CT"].count == CELLS >= FIBRES


def test_a_lesion_of_recall_leaves_what_is_held() -> None:
    circuit = with_memory(prediction_circuit())
    cut = lesion(circuit, RECALL)
    assert not same(cut, circuit)
    assert projections(cut)[HOLD] == projections(circuit)[HOLD]
