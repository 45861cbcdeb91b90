"""Cosines with the gradient and the fit of the twin, drawn from the results of a measurement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from figures.prediction.twin import draw_folder, gradient
from figures.style.canvas import Missing


def results() -> dict[str, object]:
    curve = {
        "mean": [0.2, 0.3, 0.5, None],
        "low": [0.1, 0.2, 0.4, None],
        "high": [0.3, 0.4, 0.6, None],
    }
    return {
        "repetitions": [1, 4, 16, 64],
        "cosines": dict.fromkeys(("exact", "outcome", "kinase", "reversed", "no_drivers"), curve),
        "twin": [{"predicted_hz": [1.0, 5.0], "observed_hz": [2.0, 4.0]}],
    }


def test_every_rule_has_a_line_and_the_fit_is_beside_them() -> None:
    left, right = gradient(results()).axes
    labels = [line.get_label() for line in left.lines]
    assert labels[:5] == ["exact", "outcome", "kinase", "reversed", "no drivers"]
    assert len(right.lines) == 2


def test_a_folder_gets_its_figure_and_one_without_results_says_so(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"results\.json"):
        draw_folder(tmp_path)
    (tmp_path / "results.json").write_text(json.dumps(results()))
    (drawn,) = draw_folder(tmp_path)
    assert drawn.is_file()
