"""Circuit files that other programs have rewritten: read as what the records declare, or refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circuits import spec
from circuits.errors import CtloopError, UnknownName
from circuits.learning.learnt import LEARNT, Learnt, with_records
from circuits.lesions import lesion
from circuits.records import STP, CellType, Gabor, Population, Projection, Uniform

CELL = CellType(
    name="RS", C_pf=200, gL_ns=10, EL_mv=-65.5, VT_mv=-50, DT_mv=2, Vr_mv=-58, sources={"*": "a"}
)
WEIGHTS = np.array([0.25, 0.5, 1.0])
DRIVER = "V1.L4E -> V1.L5IB"


def population(name: str, **more: Any) -> Population:
    return Population(
        name=name, area="V1", lamina="L4", cell=CELL, count=20, transmitter="exc", **more
    )


def projection(source: str, target: str, **more: Any) -> Projection:
    given = {"role": "local", "rule": Uniform(), "fibres": 10.0, "modelled": 5,
             "receptors": {"AMPA": 2.0, "NMDA": 0.5}, **more}  # fmt: skip
    return Projection(source=source, target=target, **given)


def circuit() -> spec.Circuit:
    """A circuit in which every kind of field has something to hold."""
    made = spec.assemble(
        [
            population("V1.L4E", currents=((-500.0, 0.5),), tissue_cells=4e4, apical_to="L1"),
            population("V1.L5IB", background_pa=0.0, sources={"count": "b"}),
        ],
        [
            projection("V1.L4E", "V1.L5IB", stp=STP(U=0.5, D_ms=300, F_ms=1), plastic=True),
            projection("V1.L4E", "V1.L5IB", key="slow", rule=Gabor(sigma_deg=1, sf_cpd=0.5)),
        ],
        scale=0.01,
        roles={"burster": "V1.L5IB", "driver": "V1.L4E->V1.L5IB"},
    )
    weights = {DRIVER: Learnt(WEIGHTS.copy(), "0123456789abcdef")}
    return with_records(lesion(made, "silence V1.L5IB from 2s to 3s"), 7, weights)


def rewritten(data: Any, scalar: Callable[[Any], Any]) -> Any:
    """Apply a function to every number, word and null of a file."""
    if isinstance(data, dict):
        return {k: rewritten(v, scalar) for k, v in data.items()}
    if isinstance(data, list):
        return [rewritten(v, scalar) for v in data]
    return scalar(data)


def unboxed(data: Any) -> Any:
    """Write every list of one item as the item, as R does when it is asked to."""
    if isinstance(data, dict):
        return {k: unboxed(v) for k, v in data.items()}
    if isinstance(data, list):
        return unboxed(data[0]) if len(data) == 1 else [unboxed(v) for v in data]
    return data


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def empty_as(value: Any, data: Any) -> Any:
    """Write every empty list, object and null as one of the others."""
    if data in ([], {}, None):
        return value
    if isinstance(data, dict):
        return {k: empty_as(value, v) for k, v in data.items()}
    if isinstance(data, list):
        return [empty_as(value, v) for v in data]
    return data


REWRITES: dict[str, Callable[[Any], Any]] = {
    "jq and JavaScript: 5.0 as 5": lambda d: rewritten(
        d, lambda v: int(v) if is_number(v) and v == int(v) else v
    ),
    "MATLAB: 5 as 5.0": lambda d: rewritten(d, lambda v: float(v) if is_number(v) else v),
    "R: every scalar in a list": lambda d: rewritten(d, lambda v: [v] if v is not None else v),
    "R: a list of one without its list": unboxed,
    "R: null as {}": lambda d: empty_as({}, d),
    "PHP and MATLAB: nothing as []": lambda d: empty_as([], d),
    "fields in another order": lambda d: json.loads(json.dumps(d, sort_keys=True)),
}


@pytest.mark.parametrize("rewrite", REWRITES.values(), ids=REWRITES)
def test_a_rewritten_file_is_the_same_circuit(rewrite: Callable[[Any], Any]) -> None:
    before = circuit()
    data = rewrite(json.loads(json.dumps(spec.to_dict(before))))
    after = spec.from_dict(json.loads(json.dumps(data)))
    assert spec.populations(after) == spec.populations(before)
    assert spec.projections(after) == spec.projections(before)
    assert after.graph[LEARNT][7][DRIVER].weight.tolist() == WEIGHTS.tolist()
    assert spec.scale_of(after) == 0.01
    assert spec.roles_of(after) == spec.roles_of(before)
    assert spec.fingerprint(after) == spec.fingerprint(before)
    for record in spec.populations(after).values():
        assert type(record.count) is int
        assert type(record.cell.C_pf) is float


@given(st.lists(st.sampled_from(list(REWRITES)), min_size=2, max_size=4))
@settings(max_examples=25, deadline=None)
def test_rewrites_may_follow_one_another(names: Iterable[str]) -> None:
    data = json.loads(json.dumps(spec.to_dict(circuit())))
    boxed = "R: every scalar in a list"
    for name in sorted(set(names), key=lambda n: n == boxed):  # a list in a list has no meaning
        data = REWRITES[name](data)
    assert spec.fingerprint(spec.from_dict(data)) == spec.fingerprint(circuit())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_windows_editor_may_have_saved_the_file(
    tmp_path: Path, encoding: str, newline: str
) -> None:
    file = tmp_path / "circuit.json"
    text = json.dumps(spec.to_dict(circuit()), indent=1)
    file.write_bytes(text.replace("\n", newline).encode(encoding))
    assert spec.fingerprint(spec.load(file)) == spec.fingerprint(circuit())


@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ('"count": 20', '"count": 2e1', "count", 20),
        ('"count": 20', '"count": 20.00', "count", 20),
        ('"count": 20', '"count": 2147483647', "count", 2147483647),
        ('"noise_pa": 0.0', '"noise_pa": 1e2', "noise_pa", 100.0),
        ('"noise_pa": 0.0', '"noise_pa": -0', "noise_pa", 0.0),
        ('"noise_pa": 0.0', '"noise_pa": 1' + "0" * 40, "noise_pa", 1e40),
        ('"noise_pa": 0.0', '"noise_pa": 5E-324', "noise_pa", 5e-324),
    ],
)
def test_a_number_may_be_written_in_any_way_json_has(
    tmp_path: Path, old: str, new: str, field: str, value: float
) -> None:
    file = tmp_path / "circuit.json"
    file.write_text(json.dumps(spec.to_dict(circuit())).replace(old, new, 1))
    found = getattr(spec.populations(spec.load(file))["V1.L4E"], field)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (("populations", 0, "count"), 5.5, r"population V1\.L4E: count is 5\.5, .*whole number"),
        (("populations", 0, "count"), "20", r"population V1\.L4E: count is \"20\".*number"),
        (("populations", 0, "count"), True, r"population V1\.L4E: count is true"),
        (("populations", 0, "count"), 0, r"V1\.L4E has 0 cells; a whole number, at least 1"),
        (("populations", 0, "count"), -3, r"V1\.L4E has -3 cells"),
        (("populations", 1, "spike_source"), 1, r"V1\.L5IB: spike_source is 1, .*true or false"),
        (("populations", 1, "spike_source"), "false", r"spike_source is \"false\""),
        (("populations", 0, "noise_pa"), None, r"V1\.L4E: noise_pa is null"),
        (("populations", 0, "noise_pa"), "NaN", r"V1\.L4E: noise_pa is \"NaN\", .*number"),
        (("populations", 0, "noise_pa"), float("nan"), r"noise_pa cannot be: NaN is no number"),
        (("populations", 0, "noise_pa"), 10**400, r"noise_pa cannot be: Infinity is no number"),
        (("populations", 0, "noise_pa"), [1.0, 2.0], r"V1\.L4E: noise_pa is \[1\.0, 2\.0\]"),
        (("populations", 0, "noise_pa"), {}, r"V1\.L4E: noise_pa is \{\}"),
        (("populations", 0, "silenced_fraction"), 1.5, "silenced fraction outside 0-1"),
        (("populations", 0, "currents"), [[-500.0, 1.5]], "fraction outside 0-1"),
        (("populations", 0, "currents"), [[-500.0]], r"currents\.1 has 1 items, where 2"),
        (("populations", 0, "name"), 5, r"population 1: name is 5, where a word"),
        (("populations", 0, "cell"), "@{name=RS}", r"V1\.L4E: cell is \"@{name=RS}\""),
        (("populations", 0, "cell", "C_pf"), "200", r"V1\.L4E: cell\.C_pf is \"200\""),
        (("populations", 0, "sources"), {"count": 3}, r"V1\.L4E: sources\.count is 3"),
        (("projections", 0, "modelled"), 5.5, rf"projection {DRIVER}: modelled is 5\.5"),
        (("projections", 0, "modelled"), 0, "at least one fibre"),
        (("projections", 0, "stp", "U"), "x", rf"{DRIVER}: stp\.U is \"x\""),
        (("projections", 1, "fibres"), "x", rf"projection {DRIVER} #slow: fibres"),
        (("projections", 0, "receptors", "AMPA"), None, r"receptors\.AMPA is null"),
        (("projections", 0, "rule"), {}, r"rule lacks the field kind"),
        (("projections", 0, "cut_fraction"), -0.1, "cut fraction outside 0-1"),
        (("scale",), 2, "scale is a fraction"),
        (("scale",), "big", r"the circuit: scale is \"big\""),
        (("learning", "rate"), "x", r"learning: rate is \"x\""),
        (("windows",), 5, r"windows is 5, where a list"),
        (("learnt", "7", DRIVER, "weight"), 5, r"learnt: 7\..*weight is 5"),
        (("learnt", "7", DRIVER, "weight"), "!", "damaged"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_one_line_with_its_place(
    path: tuple[str | int, ...], value: object, why: str
) -> None:
    data = json.loads(json.dumps(spec.to_dict(circuit())))
    *owners, field = path
    place = data
    for one in owners:
        place = place[one]
    place[field] = value
    with pytest.raises(CtloopError, match=why) as error:
        spec.from_dict(data)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("path", "field", "nearest"),
    [
        ((), "populatons", "populations"),
        (("populations", 0), "cuont", "count"),
        (("populations", 0, "cell"), "C_pF", "C_pf"),
        (("projections", 0), "fibers", "fibres"),
        (("projections", 0, "stp"), "D", "D_ms"),
        (("projections", 1, "rule"), "sigma", "sigma_deg"),
        (("learning",), "pace", "rate"),
    ],
)
def test_an_unknown_field_is_answered_with_the_nearest(
    path: tuple[str | int, ...], field: str, nearest: str
) -> None:
    data = json.loads(json.dumps(spec.to_dict(circuit())))
    place = data
    for one in path:
        place = place[one]
    place[field] = 1
    with pytest.raises(UnknownName, match=f"unknown field of .*{field}.*nearest: .*{nearest}"):
        spec.from_dict(data)


@pytest.mark.parametrize(
    ("owner", "field", "value", "nearest"),
    [
        ("populations", "transmitter", "excitatory", "exc"),
        ("populations", "map", "retinotopy", "retinotopic"),
        ("projections", "role", "drivr", "driver"),
        ("projections", "pooling", "root", "sqrt"),
    ],
)
def test_a_word_that_is_none_of_a_field_is_answered_with_the_nearest(
    owner: str, field: str, value: str, nearest: str
) -> None:
    data = spec.to_dict(circuit())
    data[owner][0][field] = value
    with pytest.raises(UnknownName, match=f"{field} of .*V1.L4E.*{nearest}"):
        spec.from_dict(data)


def test_a_missing_field_is_named_with_its_owner() -> None:
    data = spec.to_dict(circuit())
    del data["populations"][1]["count"]
    with pytest.raises(CtloopError, match=r"circuit file .*V1\.L5IB lacks the field count"):
        spec.from_dict(data)


def test_a_field_that_stands_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "circuit.json"
    text = json.dumps(spec.to_dict(circuit()))
    file.write_text(text.replace('"count": 20', '"count": 20, "count": 30', 1))
    with pytest.raises(CtloopError, match="'count' stands twice"):
        spec.load(file)


def test_a_file_that_is_too_deep_to_read_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "circuit.json"
    file.write_text("[" * 100_000)
    with pytest.raises(CtloopError, match="is not JSON"):
        spec.load(file)


# --- old files -----------------------------------------------------------------------------------


def test_a_file_from_before_scale_roles_and_tissue_can_be_read() -> None:
    data = spec.to_dict(circuit())
    for name in ("scale", "roles", "learning", "learnt", "windows"):
        data.pop(name, None)
    for record in data["populations"]:
        for name in ("kind", "apical_to", "tissue_cells"):
            del record[name]
    old = spec.from_dict(data)
    assert spec.scale_of(old) is None
    assert spec.roles_of(old) == {}
    assert spec.populations(old)["V1.L4E"].tissue_cells == 0.0
    assert not {"scale", "roles"} & set(spec.to_dict(old))
