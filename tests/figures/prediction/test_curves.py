"""Figures of the prediction experiment, drawn from its results alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from circuits.runs.run import RunData
from figures.prediction import curves as prediction
from figures.prediction import inside
from figures.style.canvas import Missing


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


def _whole(weights: dict[str, Any]) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    rates = {part: (20 * rng.random((2, 6))).tolist() for part in ("prediction", "outcome")}
    course = {"V1.L5IB": [1.0, 2.0, 3.0]}
    return _results(0.9) | {
        "rise": {"0": {"time_ms": [-50, 0], "next": [0.5, 0.9], "last": [0.5, 0.1]}},
        "symbols": ["A", "B"],
        "orientations_deg": [90, 0],
        "cells": {"preferred_deg": [0, 30, 60, 90, 120, 150], "before": rates, "after": rates},
        "weights": weights,
        "fold": {"time_ms": [0, 10, 20], "before": course, "after": course},
    }


def test_a_run_is_drawn_from_its_folder_alone(tmp_path: Path) -> None:
    run = RunData(meta={})
    with pytest.raises(Missing, match=r"prediction\.json"):
        prediction.draw_run(run, tmp_path)
    (tmp_path / "prediction.json").write_text(json.dumps(_whole({})))
    prediction.draw_run(run, tmp_path)
    drawn = {p.stem for p in (tmp_path / "figures").glob("*.png")}
    assert drawn == {"curves", "time_course", "cells", "items"}


def test_items_stand_in_the_order_of_their_orientations() -> None:
    figure = inside.cells(_whole({}))
    assert [t.get_text() for t in figure.axes[3].get_xticklabels()] == ["B", "A"]


def test_weights_are_a_row_for_each_projection_that_learnt() -> None:
    start, end = np.full((2, 2), 0.5).tolist(), [[0.5, 0.7], [0.4, 0.5]]
    one = {"before": start, "after": end}
    figure = inside.weights(_whole({"V1.L4E -> V1.L23E": one}))
    images = [ax.images[0] for ax in figure.axes if ax.images]
    assert len(images) == 2
    assert images[0].get_clim() == pytest.approx((0.3, 0.7))
    with pytest.raises(Missing, match="learnt"):
        inside.weights(_whole({}))
