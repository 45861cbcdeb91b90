"""The loop that learns to predict: what differs from the loop, as data."""

from __future__ import annotations

import pytest

from circuits.errors import CtloopError
from circuits.learning.record import learning_of
from circuits.records import Projection
from circuits.spec import added, from_dict, populations, projections, same, to_dict
from circuits.spec.sources import USER, check_sources
from thalamus import memory, predictive
from thalamus.loop import corticothalamic_loop
from thalamus.memory import with_memory
from thalamus.predictive import CONTEXT, PLASTIC, REWIRINGS, SETTINGS, prediction_circuit
from thalamus.settings import Setting


def source_of(circuit: object, setting: Setting) -> str:
    """Give the source that a record of the circuit names for the number a setting is about."""
    owner, _, parameter = setting.path.rpartition(".")
    if "->" in owner:
        return projections(circuit)[owner.replace("->", " -> ")].sources[parameter]
    population = populations(circuit)[owner]
    sources = {**population.cell.sources, **population.sources}
    return next(sources[f] for f in (f"{parameter}_pa", f"{parameter}_ms") if f in sources)


def test_every_number_has_a_source_and_the_spec_is_saved_without_loss() -> None:
    circuit = prediction_circuit()
    check_sources(circuit)
    assert same(from_dict(to_dict(circuit)), circuit)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.path)
def test_a_number_of_the_loop_that_learns_has_its_own_reason_as_source(setting: Setting) -> None:
    assert source_of(prediction_circuit(), setting) == setting.why


@pytest.mark.parametrize("setting", memory.SETTINGS, ids=lambda s: s.path)
def test_a_number_of_the_memory_has_its_own_reason_as_source(setting: Setting) -> None:
    assert source_of(with_memory(prediction_circuit()), setting) == setting.why


def test_a_rule_of_wiring_has_its_own_reason_as_source() -> None:
    known = projections(prediction_circuit())
    for row in REWIRINGS:
        assert known[row.projection].rule == row.rule
        assert known[row.projection].sources["rule"] == row.why


def test_nothing_in_the_circuit_is_said_to_be_the_users() -> None:
    circuit = prediction_circuit()
    for record in [*populations(circuit).values(), *projections(circuit).values()]:
        assert USER not in record.sources.values()
    assert USER not in learning_of(circuit).sources.values()
    for population in populations(circuit).values():
        assert USER not in population.cell.sources.values()


def test_no_reason_is_given_twice_where_it_speaks_of_one_number() -> None:
    shared = {
        getattr(module, name)
        for module in (predictive, memory)
        for name in vars(module)
        if name.isupper() and isinstance(getattr(module, name), str)
    }
    for settings in (SETTINGS, memory.SETTINGS):
        own = [s.why for s in settings if s.why not in shared]
        assert len(own) == len(set(own))


def test_one_pathway_learns() -> None:
    known = projections(prediction_circuit())
    assert [n for n, p in known.items() if p.plastic] == [PLASTIC]
    assert learning_of(prediction_circuit()).readout == "burst"


def test_it_is_the_loop_with_a_context_pathway() -> None:
    known, loop = projections(prediction_circuit()), projections(corticothalamic_loop())
    assert set(known) - set(loop) == {CONTEXT}
    assert set(known[CONTEXT].receptors) == {"AMPA", "NMDA"}


def test_a_projection_more_leaves_everything_else_and_how_it_learns() -> None:
    circuit = prediction_circuit()
    further = Projection(
        source="V1.L4E", target="V2.L6CT", key="further", role="feedforward",
        rule=predictive.CONTEXT_PATHWAY.rule, fibres=2.0, modelled=2, receptors={"AMPA": 1.0},
    )  # fmt: skip
    more = added(circuit, further)
    assert set(projections(more)) - set(projections(circuit)) == {further.name}
    assert learning_of(more) == learning_of(circuit)
    with pytest.raises(CtloopError, match="declared twice"):
        added(more, further)
