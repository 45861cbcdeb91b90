"""The optimiser: candidates spread evenly at first, then near the best; the same ones whenever it is told the same."""

from __future__ import annotations

import pytest

from circuits.errors import CtloopError
from sims.search import optimiser
from sims.search.optimiser import Optimiser, Point
from sims.search.ranges import read_range

RANGES = tuple(
    read_range(text) for text in ("A.x=0..1", "A.n=1..9 whole", "A.r=a|b|c", "A.m=1..2 whole")
)


def far(point: Point) -> float:
    x, n, r, m = (one.value(place) for one, place in zip(RANGES, point, strict=True))
    return abs(float(x) - 0.3) + abs(int(n) - 6) / 8 + (r != "b") + (m != "2")


def trajectory(batches: int, seed: int = 0) -> list[list[Point]]:
    one = Optimiser(RANGES, start=12, batch=8, seed=seed)
    asked = []
    for _ in range(batches):
        asked.append(one.ask())
        one.tell([far(point) for point in asked[-1]])
    return asked


def test_it_comes_near_the_best_numbers_whole_numbers_and_choices() -> None:
    asked = trajectory(25)
    assert [len(batch) for batch in asked[:2]] == [12, 8]
    assert min(map(far, asked[0])) > 0.05
    assert min(map(far, asked[-1])) < 0.05


def test_told_the_same_scores_it_asks_for_the_same_candidates() -> None:
    assert trajectory(4) == trajectory(4)
    assert trajectory(1) != trajectory(1, seed=1)


def test_every_candidate_lies_in_its_ranges() -> None:
    assert all(0 <= place <= 1 for batch in trajectory(6) for point in batch for place in point)


def test_choices_alone_can_be_searched() -> None:
    one = Optimiser(RANGES[2:], start=4, batch=4, seed=0)
    for _ in range(3):
        one.tell([float(k) for k, _ in enumerate(one.ask())])


def test_without_the_optimiser_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(optimiser, "import_module", lambda name: __import__("no_such_" + name))
    with pytest.raises(CtloopError, match="pip install cmaes"):
        optimiser.require()
