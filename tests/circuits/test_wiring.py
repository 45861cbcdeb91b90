"""The synapses drawn from the spec: how many, between whom, how late; and from whose stream."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

import tiny
from circuits import spec, wiring
from circuits.equations import DT_MS
from circuits.layout import coordinates
from circuits.lesions import lesion
from circuits.records import (
    Coordinates,
    Edges,
    Gabor,
    OneToFew,
    Population,
    Probability,
    Projection,
    Topographic,
    Uniform,
)
from circuits.seeds import stream
from circuits.wiring import draw, orientation_distance

#: Chance of a false alarm of each statistical test below, were the seed not fixed.
ERROR_RATE = 1e-3


def population(name: str, count: int = 60, **more: Any) -> Population:
    return tiny.population(name, count=count, **more)


def projection(source: str = "A", target: str = "B", **more: Any) -> Projection:
    usual = {"fibres": 100.0, "modelled": 10, "receptors": {"AMPA": 2.0, "NMDA": 1.0}}
    return tiny.projection(source, target, **{**usual, **more})


def draw_one(
    one: Projection, source: Population, target: Population | None = None, seed: int = 0
) -> Edges:
    cells = [source] if target is None else [source, target]
    return draw(spec.assemble(cells, [one]), seed)[one.name]


def places(one: Population, seed: int = 0) -> Coordinates:
    return coordinates(one, seed)


# --- how many ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [Uniform(), Topographic(orientation_deg=5.0), Topographic(field_deg=0.1), OneToFew(),
     Gabor(sigma_deg=0.3, sf_cpd=2.0)],
)  # fmt: skip
@settings(max_examples=15, deadline=None)
@given(st.integers(1, 25), st.integers(0, 2**32))
def test_every_cell_gets_exactly_the_modelled_fibres_each_from_another_source(
    rule: Any, modelled: int, seed: int
) -> None:
    source = population("A", 80, map="retinotopic")
    edges = draw_one(projection(rule=rule, modelled=modelled), source, population("B", 30), seed)
    assert np.all(np.bincount(edges.post, minlength=30) == modelled)
    assert len(set(zip(edges.pre, edges.post, strict=True))) == edges.pre.size
    assert edges.pre.min() >= 0
    assert edges.pre.max() < 80


@pytest.mark.parametrize("rule", [Uniform(), Topographic(orientation_deg=10.0), Probability(p=0.5)])
def test_no_cell_meets_itself_and_a_fixed_indegree_stays_exact_without(rule: Any) -> None:
    edges = draw_one(projection("A", "A", rule=rule), population("A"))
    assert np.all(edges.pre != edges.post)
    if not isinstance(rule, Probability):
        assert np.all(np.bincount(edges.post) == 10)


@pytest.mark.parametrize("pooling", ["sum", "sqrt"])
def test_with_fewer_cells_than_fibres_each_fibre_stands_for_more(pooling: str) -> None:
    # 4 sources for 10 modelled of 100 fibres: 25 each; the sum keeps the mean, the root the variance.
    one = projection(pooling=pooling, weight_cv=0.0)
    edges = draw_one(one, population("A", 4), population("B", 20))
    assert np.all(np.bincount(edges.post) == 4)
    factor = 25.0 if pooling == "sum" else 5.0
    assert edges.weight_ns["AMPA"] == pytest.approx(2.0 * factor)
    assert edges.weight_ns["NMDA"] == pytest.approx(1.0 * factor)


@pytest.mark.parametrize("p", [0.02, 0.3, 0.9])
def test_a_probability_connects_each_pair_with_that_probability(p: float) -> None:
    edges = draw_one(projection(rule=Probability(p=p)), population("A", 200), population("B", 200))
    assert binomtest(edges.pre.size, 200 * 200, p).pvalue > ERROR_RATE
    # Independently: the in-degrees are binomial, so their variance is n p (1 - p).
    indegree = np.bincount(edges.post, minlength=200)
    spread = np.var(indegree) / (200 * p * (1 - p))
    assert abs(spread - 1) < 3.3 * np.sqrt(2 / 199)  # 3.3 sd: 1e-3


def test_a_probability_of_0_and_1_are_none_and_all() -> None:
    source, target = population("A", 30), population("B", 20)
    assert draw_one(projection(rule=Probability(p=0.0)), source, target).pre.size == 0
    assert draw_one(projection(rule=Probability(p=1.0)), source, target).pre.size == 600


# --- between whom --------------------------------------------------------------------------------


@pytest.mark.parametrize("width_deg", [8.0, 20.0])
def test_topography_in_orientation_has_the_width_it_states_across_0_and_180(
    width_deg: float,
) -> None:
    source, target = population("A", 900), population("B", 300)
    edges = draw_one(projection(rule=Topographic(orientation_deg=width_deg)), source, target)
    pre, post = places(source).orientation_deg[edges.pre], places(target).orientation_deg
    distance_deg = orientation_distance(pre, post[edges.post])
    assert np.sqrt(np.mean(distance_deg**2)) == pytest.approx(width_deg, rel=0.1)
    at_the_seam = np.isin(edges.post, np.flatnonzero(post < 2.0))
    assert np.any(pre[at_the_seam] > 170.0)


@given(st.floats(0, 180), st.floats(0, 180), st.integers(-3, 3))
def test_orientation_repeats_every_180_degrees(a: float, b: float, turns: int) -> None:
    one = orientation_distance(np.array(a), np.array(b))
    other = orientation_distance(np.array(b + 180.0 * turns), np.array(a))
    assert one == pytest.approx(other, abs=1e-9)
    assert 0 <= one <= 90


def test_topography_in_the_visual_field_picks_near_sources() -> None:
    source = population("A", 800, map="retinotopic")
    target = population("B", 100, map="retinotopic")
    edges = draw_one(projection(rule=Topographic(field_deg=0.2)), source, target)
    a, b = places(source), places(target)
    inside = np.isin(edges.post, np.flatnonzero(np.hypot(b.x_deg, b.y_deg) < 0.4))
    dx = (a.x_deg[edges.pre] - b.x_deg[edges.post])[inside]
    dy = (a.y_deg[edges.pre] - b.y_deg[edges.post])[inside]
    assert np.sqrt(np.mean(dx**2)) == pytest.approx(0.2, rel=0.15)
    assert np.sqrt(np.mean(dy**2)) == pytest.approx(0.2, rel=0.15)


@pytest.mark.parametrize("modelled", [1, 2, 4])
def test_one_to_few_joins_the_nearest_cells_of_the_same_polarity(modelled: int) -> None:
    # Sincich et al. 2007: a relay cell follows one or a few ganglion cells, ON those that are ON.
    source = population("A", 200, map="retinotopic")
    target = population("B", 120, map="retinotopic")
    edges = draw_one(projection(rule=OneToFew(), modelled=modelled), source, target)
    a, b = places(source), places(target)
    assert np.all(a.polarity[edges.pre] == b.polarity[edges.post])
    far = np.hypot(*(c[:, None] - d for c, d in ((a.x_deg, b.x_deg), (a.y_deg, b.y_deg))))
    far = np.where(a.polarity[:, None] == b.polarity, far, np.inf)
    for cell in range(120):
        nearest = np.sort(far[:, cell])[modelled - 1]
        assert far[edges.pre[edges.post == cell], cell].max() <= nearest


def test_gabor_wiring_tunes_layer_4_to_the_orientation_its_cells_are_named_after() -> None:
    # Reid & Alonso 1995: ON sources under the bright, OFF under the dark lobes. Linear response of
    # the summed sources to gratings of 2 cycles/deg, best phase of each orientation.
    source = population("LGN", 800, map="retinotopic")
    target = population("L4", 90)
    rule = Gabor(sigma_deg=0.25, sf_cpd=2.0)
    edges = draw_one(projection("LGN", "L4", rule=rule, modelled=60), source, target)
    a, b = places(source), places(target)
    angles = np.arange(0.0, 180.0, 10.0)
    theta = np.deg2rad(angles)[:, None]
    along = -np.sin(theta) * a.x_deg + np.cos(theta) * a.y_deg
    waves = a.polarity * np.exp(2j * np.pi * 2.0 * along)  # (angles, sources)
    drive = np.zeros((len(angles), 90), dtype=complex)
    np.add.at(drive.T, edges.post, waves[:, edges.pre].T)
    vector = np.sum(np.abs(drive) * np.exp(2j * np.deg2rad(angles))[:, None], axis=0)
    preferred = np.rad2deg(np.angle(vector)) / 2 % 180
    error = orientation_distance(preferred, b.orientation_deg)
    assert np.median(error) < 6
    assert np.quantile(error, 0.95) < 20
    selectivity = np.abs(vector) / np.sum(np.abs(drive), axis=0)
    assert np.median(selectivity) > 0.3


# --- where the cells are -------------------------------------------------------------------------


@settings(deadline=None)
@given(st.integers(1, 3000))
def test_every_orientation_is_there_however_few_cells(count: int) -> None:
    angles = places(population("A", count)).orientation_deg
    gaps = np.diff(np.sort(np.append(angles, angles.min() + 180.0)))
    assert gaps == pytest.approx(180.0 / count)


@pytest.mark.parametrize("count", [16, 50, 137, 400, 4000])
def test_the_visual_field_is_evenly_covered_by_on_and_off_cells_at_any_number(count: int) -> None:
    one = population("A", count, map="retinotopic", field_deg=2.0)
    at = places(one)
    assert abs(np.sum(at.polarity)) <= 1
    for values in (at.x_deg, at.y_deg):
        assert np.abs(values).max() < 1.1
        assert np.abs(values).max() > 0.7
    for polarity in (-1, 1):
        mine = at.polarity == polarity
        quadrant = 2 * (at.x_deg[mine] > 0) + (at.y_deg[mine] > 0)
        share = np.bincount(quadrant, minlength=4) / mine.sum()
        assert np.all(np.abs(share - 0.25) < 0.25 / np.sqrt(count / 16) + 0.05)


def test_other_cells_see_near_the_centre_of_the_field_never_past_a_quarter_of_its_side() -> None:
    at = places(population("A", 3000, field_deg=2.0, scatter_deg=0.2))
    assert np.std(at.x_deg) == pytest.approx(0.2, rel=0.1)
    assert max(np.abs(at.x_deg).max(), np.abs(at.y_deg).max()) <= 0.5


# --- how strong and how late ---------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(st.floats(0.2, 30), st.floats(0, 1), st.integers(0, 100))
def test_no_delay_is_shorter_than_the_tables(delay_ms: float, cv: float, seed: int) -> None:
    one = projection(delay_ms=delay_ms, delay_cv=cv)
    edges = draw_one(one, population("A"), population("B"), seed)
    half_a_step = DT_MS / 2 + 1e-5  # delays are whole steps
    assert edges.delay_ms.min() >= delay_ms - half_a_step
    assert edges.delay_ms.mean() <= delay_ms * (1 + cv) + half_a_step


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 400), st.integers(0, 100))
def test_the_size_of_the_blocks_in_which_pairs_are_drawn_changes_nothing(
    pairs: int, seed: int
) -> None:
    one = projection(rule=Topographic(orientation_deg=30.0, field_deg=2.0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "_BLOCK", pairs)
        blocks = draw_one(one, population("A"), population("B"), seed)
    whole = draw_one(one, population("A"), population("B"), seed)
    assert np.array_equal(blocks.pre, whole.pre)
    assert np.array_equal(blocks.post, whole.post)
    assert np.array_equal(blocks.delay_ms, whole.delay_ms)


def test_weights_spread_about_the_stated_mean() -> None:
    one = projection(weight_cv=0.3, fibres=40.0, pooling="sum", gain=0.5)
    weights = draw_one(one, population("A", 300), population("B", 1000)).weight_ns["AMPA"]
    assert weights.mean() == pytest.approx(2.0 * 4 * 0.5, rel=0.02)  # se 0.3 %
    assert weights.std() / weights.mean() == pytest.approx(0.3, rel=0.05)
    assert weights.min() > 0


# --- one stream per projection -------------------------------------------------------------------


def several(*without: str) -> spec.Circuit:
    all_of_them = [projection("A", "B"), projection("B", "A", rule=Probability(p=0.2)),
            projection("A", "A"), projection("A", "B", key="slow")]  # fmt: skip
    return spec.assemble(
        [population("A"), population("B", 40)], [p for p in all_of_them if p.name not in without]
    )


def same_edges(one: Edges, other: Edges) -> bool:
    pairs = [(one.pre, other.pre), (one.post, other.post), (one.delay_ms, other.delay_ms)]
    pairs += [(one.weight_ns[r], other.weight_ns[r]) for r in one.weight_ns]
    return all(np.array_equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("removed", ["A -> B", "B -> A", "A -> A", "A -> B #slow"])
def test_removing_a_projection_changes_no_other_draw(removed: str) -> None:
    before, after = draw(several(), 3), draw(several(removed), 3)
    assert set(before) - set(after) == {removed}
    assert all(same_edges(before[name], edges) for name, edges in after.items())


@pytest.mark.parametrize("verb", ["cut", "scale"])
def test_a_lesion_changes_no_other_draw_and_no_place_of_its_own(verb: str) -> None:
    before, after = draw(several(), 3), draw(lesion(several(), f"{verb} B -> A 0.5"), 3)
    assert same_edges(before["A -> A"], after["A -> A"])
    assert same_edges(before["A -> B"], after["A -> B"])
    assert np.array_equal(before["B -> A"].pre, after["B -> A"].pre)
    assert np.array_equal(before["B -> A"].delay_ms, after["B -> A"].delay_ms)
    assert not same_edges(before["B -> A"], after["B -> A"])


def test_the_seed_alone_decides_the_draw_and_parallel_projections_differ() -> None:
    one, again, other = draw(several(), 3), draw(several(), 3), draw(several(), 4)
    assert all(same_edges(one[name], again[name]) for name in one)
    assert not any(same_edges(one[name], other[name]) for name in one if name != "B -> A")
    assert not same_edges(one["A -> B"], one["A -> B #slow"])


def test_a_stream_belongs_to_its_name_and_not_to_the_order_of_asking() -> None:
    first = stream(1, "wiring A -> B").random(4)
    stream(1, "wiring B -> A").random(100)
    assert np.array_equal(stream(1, "wiring A -> B").random(4), first)
    assert not np.array_equal(stream(2, "wiring A -> B").random(4), first)
