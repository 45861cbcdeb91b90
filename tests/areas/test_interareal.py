"""The rules between V1 and V2: where fibres start, where they end, how late they arrive.

A connection is one fibre on one target cell; their number is fibres times target cells. The SLN is
the share of the connections between two areas that start above layer 4 (Markov et al. 2014).
"""

from __future__ import annotations

import pytest

from areas.column import TABLE_SCALE
from areas.interareal import between
from areas.v1 import V1
from areas.v2 import V2
from circuits import spec
from circuits.records import Population, Projection

#: Below .005 every class stands at the fewest cells it is thinned to, and shares are no tissue's.
SCALES = [0.005, 0.01, 0.02, 0.05, 0.2, 1.0]
ABOVE_L4 = ("L23E", "L23PV", "L23SST")


def populations(scale: float) -> dict[str, Population]:
    return {p.name: p for p in [*V1.populations(scale), *V2.populations(scale)]}


def from_to(origin: str, end: str, scale: float = TABLE_SCALE) -> list[Projection]:
    return [
        p
        for p in between(V1, V2, scale)
        if p.source.startswith(f"{origin}.") and p.target.startswith(f"{end}.")
    ]


def connections(p: Projection, scale: float) -> float:
    return p.fibres * populations(scale)[p.target].count


def share(pathways: list[Projection], chosen: list[Projection], scale: float) -> float:
    return sum(connections(p, scale) for p in chosen) / sum(connections(p, scale) for p in pathways)


def sln(origin: str, end: str, scale: float) -> float:
    pathways = from_to(origin, end, scale)
    return share(pathways, [p for p in pathways if p.source.split(".")[1] in ABOVE_L4], scale)


def ends_in(p: Projection) -> str:
    return p.lamina or populations(TABLE_SCALE)[p.target].lamina


@pytest.mark.parametrize("scale", SCALES)
def test_markov_2014_70_to_76_percent_of_the_way_forward_starts_above_layer_4(scale: float) -> None:
    assert 0.70 <= sln("V1", "V2", scale) <= 0.76


@pytest.mark.parametrize("scale", SCALES)
def test_markov_2014_32_to_50_percent_of_the_way_back_starts_above_layer_4(scale: float) -> None:
    assert 0.32 <= sln("V2", "V1", scale) <= 0.50


@pytest.mark.parametrize("scale", SCALES)
def test_60_percent_or_more_of_the_forward_weight_ends_in_layer_4(scale: float) -> None:
    pathways = from_to("V1", "V2", scale)

    def weight(p: Projection) -> float:
        modelled = p.modelled * p.pooled * sum(p.receptors.values())
        return modelled * populations(scale)[p.target].count

    in_l4 = sum(weight(p) for p in pathways if ends_in(p) == "L4")
    assert in_l4 >= 0.6 * sum(weight(p) for p in pathways)
    # And of the connections, whatever the calibration of their strength.
    assert share(pathways, [p for p in pathways if ends_in(p) == "L4"], scale) >= 0.6


def test_feedback_never_ends_in_layer_4_and_its_tufts_are_in_layer_1() -> None:
    # Felleman & Van Essen's rule as Schmidt et al. 2018 apply it: layers 1, 2/3, 5 and 6.
    pathways = from_to("V2", "V1")
    assert {ends_in(p) for p in pathways} == {"L1", "L2/3", "L5", "L6"}
    assert not any(populations(TABLE_SCALE)[p.target].lamina == "L4" for p in pathways)


def test_cells_that_project_to_the_thalamus_send_nothing_to_the_other_area() -> None:
    # Petrof, Viaene & Sherman 2012: separate populations in layers 5 and 6.
    sources = {p.source.split(".")[1] for p in between(V1, V2, TABLE_SCALE)}
    assert sources == {"L23E", "L5IT", "L6CC"}


def test_all_of_it_is_excitatory_and_static() -> None:
    for p in between(V1, V2, TABLE_SCALE):
        assert set(p.receptors) == {"AMPA", "NMDA"}
        assert p.stp is None


def test_fibres_forward_are_called_feedforward_and_fibres_back_feedback() -> None:
    assert {p.role for p in from_to("V1", "V2")} == {"feedforward"}
    assert {p.role for p in from_to("V2", "V1")} == {"feedback"}
    both = len(from_to("V1", "V2")) + len(from_to("V2", "V1"))
    assert both == len(between(V1, V2, TABLE_SCALE))


def test_girard_2001_the_way_takes_18_mm_at_3_and_a_half_metres_per_second() -> None:
    for p in between(V1, V2, TABLE_SCALE):
        assert p.delay_ms >= 5.1


@pytest.mark.parametrize("scale", SCALES)
def test_it_fits_the_two_columns_at_any_scale(scale: float) -> None:
    cells = populations(scale)
    circuit = spec.assemble(cells.values(), between(V1, V2, scale))
    for p in spec.projections(circuit).values():
        assert 1 <= p.modelled <= cells[p.source].count
        assert p.modelled <= p.fibres
