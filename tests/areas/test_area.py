"""An area is a table: a third one needs no code, and joins the loop with a source for every number."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from areas.area import Area
from areas.column import CLASSES, GAIN, TABLE_SCALE
from areas.interareal import FORWARD, between
from areas.sourced import Sourced
from areas.v1 import V1
from areas.v2 import V2
from circuits.records import Projection
from circuits.spec import assemble, projections
from circuits.spec.sources import check_sources

TOY = Area(
    name="V4",
    cells={name: 300 for name in CLASSES},
    counted="assumed: a toy area of a test",
    laminae_um={
        "L1": (0.0, 100.0),
        "L2/3": (100.0, 500.0),
        "L4": (500.0, 700.0),
        "L5": (700.0, 900.0),
        "L6": (900.0, 1100.0),
    },
    background_pa={"L4E": Sourced(170.0, "assumed: a toy's")},
    gain={("L4E", "L23E"): Sourced(2.0, "assumed: a toy's")},
)


@pytest.mark.parametrize("scale", [0.001, 0.01, 1.0])
def test_a_third_area_is_joined_to_the_second_and_every_number_has_a_source(scale: float) -> None:
    delay = Sourced(8.0, "assumed: a toy's")
    areas = (V1, V2, TOY)
    circuit = assemble(
        [p for area in areas for p in area.populations(scale)],
        [
            *(p for area in areas for p in area.projections(scale)),
            *between(V1, V2, scale),
            *between(V2, TOY, scale, delay_ms=delay),
            *between(V1, TOY, scale, pathways=FORWARD[:1]),
        ],
        scale=scale,
    )
    check_sources(circuit)
    known = projections(circuit)
    forward, back = known["V2.L23E -> V4.L4E"], known["V4.L23E -> V2.L23E"]
    assert (forward.role, back.role) == ("feedforward", "feedback")
    assert (forward.delay_ms, forward.sources["delay_ms"]) == (8.0, "assumed: a toy's")
    assert known["V1.L23E -> V4.L4E"].delay_ms == known["V1.L23E -> V2.L4E"].delay_ms == 5.1


def test_an_area_departs_from_the_column_where_it_says_so_and_nowhere_else() -> None:
    def gains(area: Area) -> dict[tuple[str, str], Projection]:
        return {(p.source.split(".")[1], p.target.split(".")[1]): p for p in area.projections(0.01)}

    found = gains(TOY)
    assert found["L4E", "L23E"].gain == 2.0
    assert found["L4E", "L23E"].sources["gain"] == "assumed: a toy's"
    for pair, gain in GAIN.items():
        if pair in found and pair != ("L4E", "L23E"):
            assert (found[pair].gain, found[pair].sources["gain"]) == (gain.value, gain.source)
    background = {p.name: p for p in TOY.populations(0.01)}
    assert background["V4.L4E"].background_pa == 170.0
    assert background["V4.L4E"].sources["background_pa"] == "assumed: a toy's"
    assert background["V4.L23E"].background_pa == CLASSES["L23E"].background_pa


def test_the_patch_of_tissue_holds_the_tables_cells_under_1_mm2_at_any_scale() -> None:
    for scale in (0.001, 0.05, 1.0):
        for one in V1.populations(scale):
            counted = V1.cells[one.name.split(".")[1]]
            assert one.tissue_cells == counted / TABLE_SCALE
    full = {p.name: p for p in V1.populations(1.0)}
    assert all(p.count == p.tissue_cells for p in full.values())


def test_apical_dendrites_end_where_the_class_says() -> None:
    ends = {p.name.split(".")[1]: p.apical_to for p in V1.populations(0.01)}
    assert {name: lamina for name, lamina in ends.items() if lamina} == {
        "L23E": "L1", "L5IT": "L1", "L5IB": "L1", "L6CT": "L4", "L6CC": "L5",
    }  # fmt: skip


def test_an_area_cannot_be_changed_but_another_can_be_made_of_it() -> None:
    with pytest.raises(FrozenInstanceError):
        V1.name = "V3"  # type: ignore[misc]
    other = replace(V1, name="V3")
    assert other.populations(0.01)[0].name == "V3.L23E"
