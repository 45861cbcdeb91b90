"""What differs from cell to cell: an even sample has the stated distribution, in every window of orientations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tiny
from circuits.layout import backgrounds_pa, coordinates
from circuits.records import Population
from circuits.seeds import stream


def population(count: int = 400, **more: Any) -> Population:
    usual = {"stratified": True, "background_pa": 100.0, "spread_pa": 20.0}
    return tiny.population("A", count=count, **{**usual, **more})


def backgrounds(one: Population, seed: int) -> Any:
    return backgrounds_pa(one, seed, stream(seed, "backgrounds"))


def of_windows(stratified: bool) -> np.ndarray[Any, Any]:
    """Give the SD over samples of the mean of 50 neighbours: background, both places, share of a quarter of phases."""
    means = []
    for seed in range(60):
        one, near = population(stratified=stratified), slice(7 * seed % 350, 7 * seed % 350 + 50)
        where = coordinates(one, seed)
        means.append(
            (
                backgrounds(one, seed)[near].mean(),
                where.x_deg[near].mean(),
                where.y_deg[near].mean(),
                np.mean(where.phase_deg[near] < 90.0),
            )
        )
    return np.std(means, axis=0)


def test_means_of_near_cells_differ_less_than_half_as_much_as_those_of_independent_ones() -> None:
    assert np.all(of_windows(True) < 0.5 * of_windows(False))


def test_the_sample_has_the_stated_spread() -> None:
    one = population(2000)
    where, own = coordinates(one, 3), backgrounds(one, 3)
    assert own.std() == pytest.approx(20.0, rel=0.03)
    assert where.x_deg.std() == pytest.approx(0.25, rel=0.12)  # cut at a quarter of the field
    assert np.abs(np.corrcoef([own, where.x_deg, where.y_deg, where.phase_deg])[0, 1:]).max() < 0.05


def test_two_seeds_are_two_samples_and_one_seed_is_one() -> None:
    one = population()
    assert not np.allclose(coordinates(one, 1).x_deg, coordinates(one, 2).x_deg)
    np.testing.assert_array_equal(backgrounds(one, 1), backgrounds(one, 1))


@pytest.mark.parametrize("stratified", [False, True])
def test_retinotopic_cells_lie_on_a_jittered_grid_either_way(stratified: bool) -> None:
    one = population(map="retinotopic", stratified=stratified)
    where = coordinates(one, 0)
    np.testing.assert_array_equal(where.x_deg, coordinates(population(map="retinotopic"), 0).x_deg)
    assert np.abs(where.x_deg).max() <= one.field_deg / 2


def test_independent_cells_draw_their_backgrounds_by_themselves() -> None:
    one = population(stratified=False)
    expected = stream(5, "backgrounds").normal(100.0, 20.0, one.count)
    np.testing.assert_array_equal(backgrounds(one, 5), expected)
