"""The loop that learns to predict: what differs from the loop, and its controls, as data."""

from __future__ import annotations

import pytest

from circuits.errors import CtloopError
from circuits.learning.record import learning_of
from circuits.lesions import lesion
from circuits.spec import from_dict, projections, same, set_parameter, to_dict
from circuits.spec.sources import check_sources
from thalamus.loop import corticothalamic_loop
from thalamus.predictive import (
    CONTEXT,
    CONTROLS,
    LATER,
    PLASTIC,
    peek,
    prediction_circuit,
    with_more,
)


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


def test_a_projection_more_leaves_everything_else_and_how_it_learns() -> None:
    circuit = prediction_circuit()
    more = with_more(circuit, peek())
    assert set(projections(more)) - set(projections(circuit)) == {peek().name}
    assert learning_of(more) == learning_of(circuit)
    with pytest.raises(CtloopError, match="declared twice"):
        with_more(more, peek())


@pytest.mark.parametrize("name", list(CONTROLS))
def test_a_control_changes_the_circuit(name: str) -> None:
    circuit, control = prediction_circuit(), CONTROLS[name]
    changed = with_more(circuit, *control.added)
    for text in control.settings:
        changed = set_parameter(changed, text)
    for text in control.lesions:
        changed = lesion(changed, text)
    assert not same(changed, circuit)
    check_sources(changed)
