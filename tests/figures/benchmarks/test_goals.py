"""Benchmarks beside their goals: right of the line is better, whatever the direction of the goal."""

from __future__ import annotations

from typing import Any

import pytest

from figures.benchmarks.goals import goals, times_as_good
from figures.style.canvas import Missing


def record(**changes: Any) -> dict[str, Any]:
    usual = {"metric": "floor_ratio", "value": 4.0, "low": 3.0, "high": 5.0, "goal": 2.0,
             "more_is_better": False, "met": False}  # fmt: skip
    return {**usual, **changes}


def test_more_is_always_better() -> None:
    assert times_as_good(record(), 4.0) == 0.5
    assert times_as_good(record(more_is_better=True), 4.0) == 2.0


def test_a_goal_of_zero_is_met_or_far_off() -> None:
    zero = record(goal=0.0, value=0.0, met=True)
    assert times_as_good(zero, 0.0) == 1.0
    assert times_as_good({**zero, "value": 3.0, "met": False}, 3.0) < 0.5


def test_every_metric_has_a_row_and_what_was_not_measured_says_so() -> None:
    rows = [record(), record(metric="kinase_overhead", value=None, low=None, high=None),
            record(metric="recompiled_objects", goal=0.0, value=0.0, low=None, high=None, met=True)]  # fmt: skip
    ax = goals(rows)
    assert [t.get_text() for t in ax.get_yticklabels()] == [
        "floor ratio", "kinase overhead", "recompiled objects",
    ]  # fmt: skip
    texts = [t.get_text() for t in ax.texts]
    assert "not measured" in texts
    assert any(t.startswith("4") for t in texts)


def test_nothing_measured_is_no_figure() -> None:
    with pytest.raises(Missing, match="no benchmark"):
        goals([record(value=None)])
