"""The column against the tables it is from: cell counts, laminae, Potjans-Diesmann in-degrees."""

from __future__ import annotations

import numpy as np
import pytest

from areas.column import BEYOND_THE_TABLE, CLASSES, FEWEST_CELLS, FEWEST_FIBRES, TABLE_SCALE
from areas.potjans_diesmann import CELLS, PROBABILITY, indegree
from areas.v1 import V1
from areas.v2 import V2
from circuits import spec
from circuits.layout import coordinates
from circuits.records import Population, Projection

SCALES = [0.001, 0.01, 0.05, 0.3, 1.0]
#: Fibres onto one cell at full scale, rows target, columns source: Potjans & Diesmann 2014.
PUBLISHED = {
    "L23E": (2200, 1079, 979, 468, 159, 0, 110, 0),
    "L23I": (2990, 860, 704, 290, 381, 0, 61, 0),
    "L4E": (160, 35, 1117, 795, 33, 0, 667, 0),
    "L4I": (1481, 17, 1813, 953, 16, 0, 1608, 0),
    "L5E": (2188, 375, 1136, 31, 421, 496, 297, 0),
    "L5I": (1166, 159, 571, 12, 300, 404, 124, 0),
    "L6E": (325, 39, 467, 92, 286, 21, 582, 752),
    "L6I": (767, 6, 75, 3, 136, 9, 980, 459),
}
#: Cells under 1 mm2 of macaque V1 and V2 (Schmidt et al. 2018), and thicknesses of L1-L6 in um.
MACAQUE = {
    "V1": {"L23E": 47387, "L4E": 70387, "L5E": 20741, "L6E": 19840, "L5I": 4554, "L6I": 4063},
    "V2": {"L23E": 50521, "L4E": 36686, "L5E": 19079, "L6E": 19248, "L5I": 4190, "L6I": 3942},
}
THICKNESS_UM = {"V1": (90, 365, 461, 166, 157), "V2": (121, 604, 239, 249, 248)}
AREAS = {area.name: area for area in (V1, V2)}


def populations(area: str, scale: float = TABLE_SCALE) -> dict[str, Population]:
    return {p.name.split(".")[1]: p for p in AREAS[area].populations(scale)}


def fibres_by_group(scale: float = TABLE_SCALE) -> dict[str, dict[str, float]]:
    """Fibres onto one cell of each class, summed over the classes of each source group."""
    found = {name: dict.fromkeys(CELLS, 0.0) for name in CLASSES}
    for p in V1.projections(scale):
        source, target = (end.split(".")[1] for end in (p.source, p.target))
        if (source, target) in BEYOND_THE_TABLE:
            continue
        found[target][CLASSES[source].group] += p.fibres
    return found


# --- the microcircuit ----------------------------------------------------------------------------


def test_the_indegrees_are_those_potjans_and_diesmann_publish() -> None:
    for target, row in PUBLISHED.items():
        computed = [indegree(target, source) for source in CELLS]
        assert computed == pytest.approx(row, abs=0.51)


def test_fast_spiking_cells_of_layer_6_reach_the_excitatory_cells_of_all_layers_above() -> None:
    reached = {p.target.split(".")[1] for p in V1.projections(1.0) if p.source == "V1.L6PV"}
    assert {"L23E", "L4E", "L5IT", "L5IB"} <= reached
    for source, target in BEYOND_THE_TABLE:
        assert indegree(CLASSES[target].group, CLASSES[source].group) < FEWEST_FIBRES


def test_the_formula_gives_back_the_connection_probability() -> None:
    # P(at least one synapse) = 1 - (1 - 1/(N_t N_s))^(K N_t), their equation 1.
    for target in CELLS:
        for source, p in zip(CELLS, PROBABILITY[target], strict=True):
            synapses = indegree(target, source) * CELLS[target]
            pairs = float(CELLS[target]) * CELLS[source]
            assert -np.expm1(synapses * np.log1p(-1 / pairs)) == pytest.approx(p, abs=1e-9)


@pytest.mark.parametrize("scale", SCALES)
def test_before_scaling_every_class_has_the_fibres_of_its_group_within_2_percent(
    scale: float,
) -> None:
    # Pairs of groups under FEWEST_FIBRES are left out, whole; every other pair is complete.
    for target, row in fibres_by_group(scale).items():
        for source, fibres in row.items():
            published = indegree(CLASSES[target].group, source)
            if published < FEWEST_FIBRES:
                assert fibres == 0
            else:
                assert fibres == pytest.approx(published, rel=0.02)


def test_what_is_left_out_is_less_than_2_percent_of_any_cells_fibres() -> None:
    for target, row in fibres_by_group().items():
        published = sum(indegree(CLASSES[target].group, source) for source in CELLS)
        assert sum(row.values()) == pytest.approx(published, rel=0.02)


def test_the_shares_of_the_classes_of_a_group_add_up_to_it() -> None:
    for group in CELLS:
        assert sum(row.share for row in CLASSES.values() if row.group == group) == 1.0


def test_local_delays_are_never_shorter_than_1500_us_excitatory_and_750_us_inhibitory() -> None:
    # Potjans & Diesmann 2014, table 5.
    for p in V1.projections(TABLE_SCALE):
        inhibitory = p.role == "inhibitory"
        assert p.delay_ms >= (0.75 if inhibitory else 1.5)
        assert set(p.receptors) <= ({"GABA_A", "GABA_B"} if inhibitory else {"AMPA", "NMDA"})


def test_every_class_of_a_column_is_reached_and_the_arrows_of_the_canonical_circuit_are_there() -> (
    None
):
    pairs = {(p.source.split(".")[1], p.target.split(".")[1]) for p in V1.projections(TABLE_SCALE)}
    assert {target for _, target in pairs} == set(CLASSES)
    arrows = [
        ("L4E", "L23E"),
        ("L23E", "L5IT"),
        ("L23E", "L5IB"),
        ("L23E", "L6CT"),
        ("L5IB", "L6CT"),
    ]
    assert set(arrows) <= pairs


def test_excitation_of_sst_cells_facilitates_as_in_mouse_v1() -> None:
    # Campagnola et al. 2022.
    for p in V1.projections(TABLE_SCALE):
        if CLASSES[p.target.split(".")[1]].kind == "SST" and p.role != "inhibitory":
            assert p.stp is not None
            assert p.stp.F_ms > p.stp.D_ms


# --- cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("area", ["V1", "V2"])
def test_excitatory_and_deep_cells_are_a_twentieth_of_those_under_1_mm2_of_macaque_cortex(
    area: str,
) -> None:
    # Schmidt et al. 2018. Inhibitory cells of L2/3 and L4 are fewer: VIP and L4 SST are left out.
    counts = AREAS[area].cells
    for group, cells in MACAQUE[area].items():
        mine = sum(n for name, n in counts.items() if CLASSES[name].group == group)
        assert mine == pytest.approx(cells * TABLE_SCALE, rel=0.05)


@pytest.mark.parametrize("area", ["V1", "V2"])
def test_classes_split_a_layer_as_in_mouse_v1(area: str) -> None:
    # Billeh et al. 2020: thick-tufted 26 % of L5E; Crandall et al. 2017: corticothalamic 56 % of L6E.
    n = AREAS[area].cells
    assert n["L5IB"] / (n["L5IB"] + n["L5IT"]) == pytest.approx(0.26, abs=0.02)
    assert n["L6CT"] / (n["L6CT"] + n["L6CC"]) == pytest.approx(0.56, abs=0.02)
    assert n["L23PV"] / (n["L23PV"] + n["L23SST"]) == pytest.approx(0.58, abs=0.05)


@pytest.mark.parametrize("area", ["V1", "V2"])
@pytest.mark.parametrize("scale", SCALES)
def test_a_scale_is_the_fraction_of_the_cells_under_1_mm2_down_to_the_loops_fewest(
    area: str, scale: float
) -> None:
    for name, one in populations(area, scale).items():
        wanted = AREAS[area].cells[name] * scale / TABLE_SCALE
        fewest = AREAS[area].fewest.get(name, FEWEST_CELLS).value
        assert one.count == (round(wanted) if wanted > fewest else fewest)


def test_the_loops_own_classes_are_thinned_last() -> None:
    small, table = populations("V1", 0.01), populations("V1", TABLE_SCALE)
    share = {name: small[name].count / table[name].count for name in CLASSES}
    assert min(share["L5IB"], share["L6CT"]) > max(share["L4E"], share["L23E"])


@pytest.mark.parametrize("scale", SCALES)
def test_every_orientation_is_kept_at_every_scale(scale: float) -> None:
    for one in populations("V1", scale).values():
        angles = coordinates(one, seed=0).orientation_deg
        assert np.all(np.histogram(angles, bins=18, range=(0, 180))[0] > 0)


@pytest.mark.parametrize("scale", SCALES)
def test_no_projection_models_more_fibres_than_there_are_cells(
    scale: float,
) -> None:
    cells = populations("V1", scale)
    for p in V1.projections(scale):
        source = p.source.split(".")[1]
        assert 1 <= p.modelled < cells[source].count


# --- laminae -------------------------------------------------------------------------------------


@pytest.mark.parametrize("area", ["V1", "V2"])
def test_laminae_follow_each_other_with_the_thicknesses_of_macaque_cortex(area: str) -> None:
    # Schmidt et al. 2018; rounded to 1 um.
    laminae = AREAS[area].laminae_um
    assert list(laminae) == ["L1", "L2/3", "L4", "L5", "L6"]
    below = 0.0
    for (top, bottom), thickness in zip(laminae.values(), THICKNESS_UM[area], strict=True):
        assert top == below
        assert bottom - top == pytest.approx(thickness, abs=1.0)
        below = bottom


@pytest.mark.parametrize("area", ["V1", "V2"])
def test_every_population_lies_in_its_lamina(area: str) -> None:
    for one in populations(area).values():
        assert (one.depth_top_um, one.depth_bottom_um) == AREAS[area].laminae_um[one.lamina]
        assert one.name.split(".")[1].startswith(one.lamina.replace("/", ""))


def test_a_column_is_a_valid_circuit_by_itself() -> None:
    one = spec.assemble(V2.populations(0.01), V2.projections(0.01))
    assert all(isinstance(p, Projection) for p in spec.projections(one).values())
