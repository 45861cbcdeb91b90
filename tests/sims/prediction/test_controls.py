"""The controls of learning to predict: each changes the circuit, and has a source for its numbers."""

from __future__ import annotations

import pytest

from circuits.lesions import lesion
from circuits.spec import added, projections, same, set_parameter
from circuits.spec.sources import check_sources
from sims.prediction.controls import CONTROLS, PEEK
from thalamus.predictive import prediction_circuit


@pytest.mark.parametrize("name", list(CONTROLS))
def test_a_control_changes_the_circuit_and_every_number_keeps_a_source(name: str) -> None:
    circuit, control = prediction_circuit(), CONTROLS[name]
    changed = added(circuit, *control.added)
    for text in control.settings:
        changed = set_parameter(changed, text)
    for text in control.lesions:
        changed = lesion(changed, text)
    assert not same(changed, circuit)
    check_sources(changed)


def test_the_pathway_of_peeking_is_in_no_circuit() -> None:
    assert PEEK.name not in projections(prediction_circuit())
