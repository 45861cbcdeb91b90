"""The loop that learns to predict: what differs from the loop, and its controls, as data."""

from __future__ import annotations

import pytest

from circuits.learning import learning_of
from circuits.lesions import lesion
from circuits.sources import check_sources
from circuits.spec import from_dict, projections, same, set_parameter, to_dict, with_more
from thalamus.circuit import corticothalamic_loop
from thalamus.prediction import CONTEXT, CONTROLS, LATER, PLASTIC, prediction_circuit


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


def test_it_is_the_loop_with_a_context_pathway() -> None:
    known, loop = projections(prediction_circuit()), projections(corticothalamic_loop())
    assert set(known) - set(loop) == {CONTEXT}
    assert set(known[CONTEXT].receptors) == {"AMPA", "NMDA"}


@pytest.mark.parametrize("name", list(CONTROLS))
def test_a_control_changes_the_circuit(name: str) -> None:
    circuit = changed = prediction_circuit()
    control = CONTROLS[name]
    changed = with_more(changed, *control.added)
    for text in control.settings:
        changed = set_parameter(changed, text)
    for text in control.lesions:
        changed = lesion(changed, text)
    assert not same(changed, circuit)
