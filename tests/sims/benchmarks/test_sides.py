"""Two sides are measured in turn, and what is compared is each pair."""

from __future__ import annotations

from sims.benchmarks.sides import alternate, ratio, spread


def test_sides_are_measured_in_turn() -> None:
    order: list[str] = []

    def side(name: str) -> float:
        order.append(name)
        return float(len(order))

    found = alternate({"a": lambda: side("a"), "b": lambda: side("b")}, 3)
    assert order == ["a", "b", "a", "b", "a", "b"]
    assert found == {"a": [1.0, 3.0, 5.0], "b": [2.0, 4.0, 6.0]}


def test_a_ratio_is_the_median_of_the_pairs_and_a_slow_spell_of_both_does_not_move_it() -> None:
    found = ratio("key", [2.0, 20.0, 2.2], [1.0, 10.0, 1.0], "note")
    assert (found.value, found.low, found.high, found.note) == (2.0, 2.0, 2.2, "note")


def test_one_repetition_has_a_range_of_none() -> None:
    found = spread("key", [3.0])
    assert found.value == found.low == found.high == 3.0
