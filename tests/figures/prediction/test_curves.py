"""Learning curves: the goal drawn is that of the sequence, and none where there is none."""

from __future__ import annotations

from typing import Any

import pytest

from figures.prediction import curves as prediction


def _results(goal: float | None) -> dict[str, Any]:
    return {
        "curves": {"0": {"right": [0.0, 1.0] * 30, "copied": [1.0, 0.0] * 30}},
        "floors": {"accuracy": 0.125, "first_order_accuracy": 0.5},
        "goal": goal,
    }


@pytest.mark.parametrize("goal", [0.95, 0.85])
def test_the_goal_drawn_is_that_of_the_sequence(goal: float) -> None:
    labels = prediction.curves(_results(goal)).get_legend_handles_labels()[1]
    assert f"goal {goal:g}" in labels


def test_without_a_goal_none_is_drawn() -> None:
    labels = prediction.curves(_results(None)).get_legend_handles_labels()[1]
    assert not any("goal" in label for label in labels)
