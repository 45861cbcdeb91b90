"""What differs between two circuits: everything, each with its sources, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from circuits import spec
from circuits.learning.record import Learning
from circuits.records import STP
from circuits.spec import Circuit, assemble
from circuits.spec.difference import Change, difference
from tiny import population, projection


def small() -> Circuit:
    return assemble(
        [population("A.E"), population("A.I")],
        [projection("A.E", "A.I", sources={"*": "Smith2000"})],
    )


def test_a_circuit_does_not_differ_from_itself() -> None:
    assert difference(small(), small()) == []


def test_a_number_is_listed_with_both_values_and_both_sources() -> None:
    changed = spec.set_parameter(small(), "A.E -> A.I.gain=.5")
    (change,) = difference(small(), changed)
    assert change == Change(
        "A.E -> A.I", "gain", (1.0, 0.5), ("Smith2000", "set by the user")
    )  # fmt: skip


def test_numbers_inside_cells_rules_receptors_and_short_term_plasticity_are_found() -> None:
    changed = spec.set_parameter(small(), "A.E.b=80pA")
    changed = spec.set_parameter(changed, "A.E -> A.I.AMPA=3nS")
    fibre = spec.find_projection(changed, "A.E->A.I")
    changed = spec.with_projection(changed, replace(fibre, stp=STP(U=0.5, D_ms=100, F_ms=10)))
    found = {(c.owner, c.parameter): c.values for c in difference(small(), changed)}
    assert found[("A.E", "cell.b_pa")] == (0.0, 80.0)
    assert found[("A.E -> A.I", "receptors.AMPA")] == (2.0, 3.0)
    assert found[("A.E -> A.I", "stp.U")] == ("-", 0.5)


def test_a_number_that_the_user_set_to_what_it_was_differs_in_its_source() -> None:
    fibre = projection("A.E", "A.I", stp=STP(U=0.5, D_ms=100, F_ms=10), sources={"*": "Smith2000"})
    one = assemble([population("A.E"), population("A.I")], [fibre])
    (change,) = difference(one, spec.set_parameter(one, "A.E->A.I.U=.5"))
    assert change.parameter == "stp.U"
    assert change.sources == ("Smith2000", "set by the user")


def test_populations_and_projections_that_one_lacks_are_listed_whole() -> None:
    more = assemble([population(n) for n in ("A.E", "A.I", "B.E")], [projection("B.E", "A.I")])
    found = {c.owner: c.values for c in difference(small(), more)}
    assert found == {
        "B.E": ("-", "present"), "A.E -> A.I": ("present", "-"), "B.E -> A.I": ("-", "present"),
    }  # fmt: skip


def test_what_holds_for_the_whole_circuit_is_compared_too() -> None:
    changed = spec.with_learning(small(), Learning(cycle_ms=150.0))
    changed.graph["windows"] = ("TRN @100-200ms",)
    found = {c.parameter: c.values for c in difference(small(), changed)}
    assert found["cycle_ms"] == (200.0, 150.0)
    assert found["windows"] == ("-", "TRN @100-200ms")


def test_two_circuits_are_the_same_where_nothing_differs() -> None:
    one = spec.set_parameter(small(), "A.E.count=30")
    assert spec.same(one, small()) == (difference(one, small()) == [])
