"""The spec: assembled, checked, edited by name, saved and loaded without loss."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tiny
from circuits import spec
from circuits.errors import CtloopError, UnknownName
from circuits.learning.record import Learning, learning_of
from circuits.lesions import at_time, lesion
from circuits.records import (
    STP,
    CellType,
    Gabor,
    OneToFew,
    Probability,
    Projection,
    Topographic,
    Uniform,
)
from tiny import population

FINITE = st.floats(-1e9, 1e9)
POSITIVE = st.floats(1e-9, 1e9)
SHARE = st.floats(0, 1)
RULES = st.one_of(
    st.just(Uniform()),
    st.just(OneToFew()),
    st.builds(Probability, p=SHARE),
    st.builds(Topographic, orientation_deg=POSITIVE, field_deg=POSITIVE),
    st.builds(Gabor, sigma_deg=POSITIVE, sf_cpd=POSITIVE),
)
PLASTICITY = st.none() | st.builds(STP, U=st.floats(1e-6, 1), D_ms=POSITIVE, F_ms=POSITIVE)
STRENGTHS = st.dictionaries(st.sampled_from(spec.RECEPTORS), POSITIVE, min_size=1)
SOURCES = st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=2)
CELLS = st.builds(
    CellType, name=st.text(max_size=8), C_pf=POSITIVE, gL_ns=POSITIVE, EL_mv=FINITE, VT_mv=FINITE,
    DT_mv=POSITIVE, Vr_mv=FINITE, b_pa=FINITE, tau_w_ms=POSITIVE, gT_ns=POSITIVE, sources=SOURCES,
)  # fmt: skip


def projection(source: str = "V1.L4E", target: str = "V1.L5IB", **fields: Any) -> Projection:
    return tiny.projection(source, target, **{"fibres": 10.0, **fields})


def small() -> spec.Circuit:
    return spec.assemble(
        [population("V1.L4E"), population("V1.L5IB")],
        [projection(stp=STP(U=0.5, D_ms=300, F_ms=1)), projection(key="slow")],
    )


@st.composite
def circuits(draw: st.DrawFn) -> spec.Circuit:
    names = draw(st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=4, unique=True))
    cells = [
        population(
            name, lamina=draw(st.text(max_size=4)), cell=draw(CELLS), count=draw(st.integers(1, 10**6)),
            background_pa=draw(FINITE), noise_pa=draw(POSITIVE), silenced_fraction=draw(SHARE),
            currents=draw(st.lists(st.tuples(FINITE, SHARE), max_size=2).map(tuple)),
            sources=draw(SOURCES),
        )
        for name in names
    ]  # fmt: skip
    ends = st.sampled_from(names)
    pairs = draw(st.lists(st.tuples(ends, ends, st.text(max_size=3)), max_size=4, unique=True))
    return spec.assemble(
        cells,
        [
            projection(
                source, target, key=key, rule=draw(RULES), fibres=draw(POSITIVE), gain=draw(POSITIVE),
                modelled=draw(st.integers(1, 10**4)), receptors=draw(STRENGTHS), stp=draw(PLASTICITY),
                delay_ms=draw(POSITIVE), plastic=draw(st.booleans()), cut_fraction=draw(SHARE),
                sources=draw(SOURCES),
            )
            for source, target, key in pairs
        ],
    )  # fmt: skip


# --- saved and loaded ----------------------------------------------------------------------------


@given(circuits())
@settings(max_examples=60, deadline=None)
def test_a_circuit_comes_back_from_json_without_loss(circuit: spec.Circuit) -> None:
    back = spec.from_dict(json.loads(json.dumps(spec.to_dict(circuit))))
    assert spec.same(back, circuit)
    assert spec.populations(back) == spec.populations(circuit)
    assert spec.projections(back) == spec.projections(circuit)
    assert spec.fingerprint(back) == spec.fingerprint(circuit)


def test_a_saved_file_is_loaded_with_the_same_fingerprint_and_order(tmp_path: Path) -> None:
    circuit, file = small(), tmp_path / "circuit.json"
    spec.save(circuit, file)
    back = spec.load(file)
    assert spec.fingerprint(back) == spec.fingerprint(circuit)
    assert list(spec.projections(back)) == list(spec.projections(circuit))


def test_the_fingerprint_is_the_same_on_every_machine_and_day() -> None:
    # SHA-256 of sorted JSON: no hash of an object, no order of a set goes into it.
    assert spec.fingerprint(small()) == spec.fingerprint(small())
    assert len(spec.fingerprint(small())) == 16
    assert int(spec.fingerprint(small()), 16) >= 0


@pytest.mark.parametrize(
    "text",
    ["V1.L5IB.b=80pA", "V1.L5IB.count=21", "V1.L4E.noise=1pA", "V1.L4E.scatter=.3deg",
     "V1.L4E->V1.L5IB.U=.51", "V1.L4E -> V1.L5IB.gain=1.0000001", "V1.L4E -> V1.L5IB #slow.AMPA=3",
     "V1.L4E->V1.L5IB.plastic=1", "V1.L4E->V1.L5IB.delay=2ms"],
)  # fmt: skip
def test_the_fingerprint_changes_with_any_number(text: str) -> None:
    assert spec.fingerprint(spec.set_parameter(small(), text)) != spec.fingerprint(small())


def test_the_fingerprint_changes_with_a_source() -> None:
    circuit = small()
    one = spec.populations(circuit)["V1.L4E"]
    moved = spec.with_population(circuit, replace(one, sources={"count": "Schmidt2018"}))
    assert spec.fingerprint(moved) != spec.fingerprint(circuit)


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"format": "ctloop circuit 1"}',
     '{"format": "ctloop circuit 1", "populations": [{"name": "x"}], "projections": []}',
     '{"format": "ctloop circuit 1", "populations": 3, "projections": []}'],
)  # fmt: skip
def test_a_file_that_is_no_circuit_is_refused_in_words(tmp_path: Path, content: str) -> None:
    file = tmp_path / "broken.json"
    file.write_text(content)
    with pytest.raises(CtloopError, match=r"JSON|circuit file"):
        spec.load(file)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_a_file_with_a_number_that_is_none_is_refused(tmp_path: Path, value: str) -> None:
    file = tmp_path / "circuit.json"
    text = json.dumps(spec.to_dict(small()))
    file.write_text(text.replace('"C_pf": 200.0', f'"C_pf": {value}'))
    with pytest.raises(CtloopError, match=f"{value} is no number"):
        spec.load(file)


@pytest.mark.parametrize(("field", "value"), [("count", 20.5), ("count", "20"), ("noise_pa", None)])
def test_a_file_with_a_number_of_the_wrong_kind_is_refused(field: str, value: object) -> None:
    data = spec.to_dict(small())
    data["populations"][0][field] = value
    with pytest.raises(CtloopError):
        spec.from_dict(data)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CtloopError, match=r"cannot read .*none\.json"):
        spec.load(tmp_path / "none.json")


def test_an_unknown_wiring_rule_in_a_file_lists_the_known() -> None:
    data = spec.to_dict(small())
    data["projections"][0]["rule"] = {"kind": "Topografic"}
    with pytest.raises(UnknownName, match="Topographic"):
        spec.from_dict(data)


# --- one parameter at a time ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [("V1.L5IB.b=80pA", 80.0), ("V1.L5IB.b_pa=.08nA", 80.0), (" V1.L5IB.b = 80 ", 80.0)],
)
def test_a_cell_parameter_is_set_by_short_or_full_name_in_any_unit(text: str, value: float) -> None:
    before = small()
    after = spec.set_parameter(before, text)
    cell = spec.populations(after)["V1.L5IB"].cell
    assert cell.b_pa == pytest.approx(value)
    assert cell.sources["b_pa"] == "set by the user"
    assert spec.populations(before)["V1.L5IB"].cell.b_pa == 0.0
    assert spec.populations(after)["V1.L4E"].cell.b_pa == 0.0


@pytest.mark.parametrize("arrow", ["V1.L4E->V1.L5IB", "V1.L4E -> V1.L5IB", "V1.L4E  ->V1.L5IB"])
def test_spaces_around_the_arrow_are_optional(arrow: str) -> None:
    changed = spec.set_parameter(small(), f"{arrow}.D=.5s")
    one = spec.projections(changed)["V1.L4E -> V1.L5IB"]
    assert one.stp == STP(U=0.5, D_ms=500, F_ms=1)
    assert one.sources["D_ms"] == "set by the user"


def test_a_parallel_projection_is_set_by_its_own_name() -> None:
    changed = spec.projections(spec.set_parameter(small(), "V1.L4E->V1.L5IB #slow.AMPA=.2uS"))
    assert changed["V1.L4E -> V1.L5IB #slow"].receptors == {"AMPA": pytest.approx(200.0)}
    assert changed["V1.L4E -> V1.L5IB"].receptors == {"AMPA": 2.0}


def test_the_width_of_a_wiring_rule_is_set_like_any_number() -> None:
    tuned = projection(rule=Topographic(orientation_deg=20.0, field_deg=0.5))
    circuit = spec.assemble([population("V1.L4E"), population("V1.L5IB")], [tuned])
    changed = spec.set_parameter(circuit, "V1.L4E->V1.L5IB.orientation=180deg")
    changed = spec.set_parameter(changed, "V1.L4E->V1.L5IB.field_deg=*2")
    one = spec.projections(changed)["V1.L4E -> V1.L5IB"]
    assert one.rule == Topographic(orientation_deg=180.0, field_deg=1.0)
    assert one.sources["rule"] == "set by the user"
    assert spec.projections(circuit)["V1.L4E -> V1.L5IB"].rule == tuned.rule
    with pytest.raises(CtloopError, match="width below 0"):
        spec.set_parameter(circuit, "V1.L4E->V1.L5IB.orientation=-1")


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("V1.L5BI.b=80pA", "V1.L5IB"),
        ("V1.L4E->V1.L5BI.U=.5", "V1.L4E -> V1.L5IB"),
        ("V1.L5IB.tau_W=80ms", "tau_w"),
        ("V1.L4E->V1.L5IB.delai=2", "delay"),
        ("V1.L4E->V1.L5IB.AMPB=2", "AMPA"),
        ("V1.L4E->V1.L5IB #slow.gian=2", "gain"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(text: str, nearest: str) -> None:
    with pytest.raises(UnknownName) as error:
        spec.set_parameter(small(), text)
    assert nearest in error.value.nearest


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("V1.L5IB.b", "cannot read"),
        ("b=80pA", "cannot read"),
        ("V1.L5IB.b=80mV", "current"),
        ("V1.L5IB.b=much", "not a number"),
        ("V1.L5IB.count=20.5", "whole number"),
        ("V1.L5IB.count=0", "at least 1"),
        ("V1.L5IB.count=-3", "at least 1"),
        ("V1.L5IB.C=0", "positive capacitance"),
        ("V1.L5IB.tau_w=0ms", "time constant"),
        ("V1.L5IB.noise=-1", "negative noise"),
        ("V1.L4E->V1.L5IB.AMPA=-2", "not a sign"),
        ("V1.L4E->V1.L5IB.gain=-2", "not a sign"),
        ("V1.L4E->V1.L5IB.modelled=0", "at least one fibre"),
        ("V1.L4E->V1.L5IB.delay=0", "positive delay"),
        ("V1.L4E->V1.L5IB.U=0", "out of range"),
        ("V1.L4E->V1.L5IB.U=1.1", "out of range"),
        ("V1.L4E->V1.L5IB.D=-1", "out of range"),
    ],
)
def test_a_number_that_cannot_be_meant_is_refused_in_one_line(text: str, why: str) -> None:
    with pytest.raises(CtloopError, match=why) as error:
        spec.set_parameter(small(), text)
    assert "\n" not in str(error.value)


# --- assembled -----------------------------------------------------------------------------------


def test_a_projection_to_nowhere_is_refused_with_the_nearest_population() -> None:
    with pytest.raises(UnknownName, match=r"V1\.L4E"):
        spec.assemble([population("V1.L4E")], [projection("V1.L4E", "V1.L4")])


def test_a_name_given_twice_is_refused() -> None:
    with pytest.raises(CtloopError, match="declared twice"):
        spec.assemble([population("V1.L4E")] * 2, [])
    with pytest.raises(CtloopError, match="declared twice"):
        spec.assemble([population("V1.L4E")], [projection("V1.L4E", "V1.L4E")] * 2)


@pytest.mark.parametrize("receptors", [{}, {"ampa": 1.0}, {"AMPA": 1.0, "glycine": 1.0}])
def test_a_projection_needs_receptors_the_engine_knows(receptors: dict[str, float]) -> None:
    with pytest.raises(CtloopError, match="GABA_B"):
        spec.assemble([population("A")], [projection("A", "A", receptors=receptors)])


@pytest.mark.parametrize("p", [-0.1, 1.1])
def test_a_probability_outside_0_to_1_is_refused(p: float) -> None:
    with pytest.raises(CtloopError, match="probability"):
        spec.assemble([population("A")], [projection("A", "A", rule=Probability(p=p))])


def test_pooling_by_sum_keeps_the_mean_and_by_root_the_variance() -> None:
    # 100 fibres on 4 modelled ones: 25 each; van Albada et al. 2015 for the root.
    summed = projection(fibres=100.0, modelled=4, pooling="sum", gain=2.0)
    rooted = projection(fibres=100.0, modelled=4, pooling="sqrt", gain=2.0)
    assert summed.modelled * summed.pooled == 100 * 2.0
    assert rooted.modelled * rooted.pooled**2 == 100 * 2.0**2


# --- what the whole circuit knows ----------------------------------------------------------------

ROLES = {"burster": "V1.L5IB", "driver": "V1.L4E -> V1.L5IB"}


def whole() -> spec.Circuit:
    populations, projections = spec.populations(small()), spec.projections(small())
    return spec.assemble(populations.values(), projections.values(), scale=0.05, roles=ROLES)


def test_a_role_is_spelt_as_the_projection_it_names() -> None:
    populations, projections = spec.populations(small()), spec.projections(small())
    roles = {"driver": "V1.L4E->V1.L5IB"}
    made = spec.assemble(populations.values(), projections.values(), roles=roles)
    assert spec.roles_of(made) == {"driver": "V1.L4E -> V1.L5IB"}


@pytest.mark.parametrize("name", ["V1.L5BI", "V1.L4E -> V1.L5BI"])
def test_a_role_of_nothing_in_the_circuit_is_answered_with_the_nearest(name: str) -> None:
    populations, projections = spec.populations(small()), spec.projections(small())
    with pytest.raises(UnknownName, match=r"V1\.L5IB"):
        spec.assemble(populations.values(), projections.values(), roles={"burster": name})


@pytest.mark.parametrize("scale", [0.0, -1.0, 1.5, float("nan")])
def test_a_scale_that_is_no_fraction_is_refused(scale: float) -> None:
    with pytest.raises(CtloopError, match="scale is a fraction"):
        spec.assemble([population("A")], [], scale=scale)


CHANGES: dict[str, Callable[[spec.Circuit], spec.Circuit]] = {
    "with_population": lambda c: spec.with_population(c, population("V1.L4E", count=7)),
    "with_projection": lambda c: spec.with_projection(c, projection(gain=3.0)),
    "with_learning": lambda c: spec.with_learning(c, Learning(rate=0.3)),
    "set_parameter": lambda c: spec.set_parameter(c, "V1.L4E.count=7"),
    "added": lambda c: spec.added(c, projection(key="third")),
    "lesion": lambda c: lesion(c, "V1.L4E -> V1.L5IB"),
    "lesion in time": lambda c: lesion(c, "silence V1.L4E from 1s to 2s"),
    "at_time": lambda c: at_time(lesion(c, "silence V1.L4E from 1s to 2s"), 1500.0),
    "file": lambda c: spec.from_dict(json.loads(json.dumps(spec.to_dict(c)))),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_keeps_scale_and_roles(change: Callable[[spec.Circuit], spec.Circuit]) -> None:
    changed = change(whole())
    assert spec.scale_of(changed) == 0.05
    assert spec.roles_of(changed) == ROLES


def test_projections_are_added_to_a_copy_that_keeps_what_the_circuit_knows() -> None:
    before = spec.with_learning(whole(), Learning(rate=0.3))
    after = spec.added(before, projection(key="third"), projection("V1.L5IB", "V1.L4E"))
    assert set(spec.projections(after)) - set(spec.projections(before)) == {
        "V1.L4E -> V1.L5IB #third", "V1.L5IB -> V1.L4E",
    }  # fmt: skip
    assert learning_of(after).rate == 0.3
    assert len(spec.projections(before)) == 2
    with pytest.raises(CtloopError, match="declared twice"):
        spec.added(before, projection())
    with pytest.raises(UnknownName, match=r"V1\.L4E"):
        spec.added(before, projection("V1.L4"))


def test_a_changed_number_carries_the_source_it_was_given() -> None:
    source = "assumed: in a test"
    circuit = small()
    for text in ("V1.L5IB.b=80pA", "V1.L5IB.noise=2", "V1.L4E->V1.L5IB.AMPA=3",
                 "V1.L4E->V1.L5IB.U=.3", "V1.L4E->V1.L5IB.gain=2", "learning.rate=.1",
                 "learning.rule=parallel"):  # fmt: skip
        circuit = spec.set_parameter(circuit, text, source=source)
    one = spec.populations(circuit)["V1.L5IB"]
    path = spec.projections(circuit)["V1.L4E -> V1.L5IB"]
    assert (one.cell.sources["b_pa"], one.sources["noise_pa"]) == (source, source)
    assert [path.sources[f] for f in ("AMPA", "U", "gain")] == [source] * 3
    assert [learning_of(circuit).sources[f] for f in ("rate", "rule")] == [source] * 2


def test_a_number_typed_whole_in_a_float_field_takes_a_fraction_later() -> None:
    changed = spec.set_parameter(small(), "V1.L5IB.C=200.5pF")
    assert spec.populations(changed)["V1.L5IB"].cell.C_pf == 200.5
    with pytest.raises(CtloopError, match=r"0 \(no\) or 1 \(yes\)"):
        spec.set_parameter(small(), "V1.L4E->V1.L5IB.plastic=2")
