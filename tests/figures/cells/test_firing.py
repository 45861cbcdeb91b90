"""The pictures of a cell show its curve, its rebound and the published points."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from figures.cells.firing import curves, draw_folder, firing
from figures.style.canvas import Missing


def cell(label: str = "X", **changes: Any) -> dict[str, Any]:
    return {
        "label": label, "populations": [f"A.{label}"], "current_pa": [0.0, 100.0, 200.0],
        "rate_hz": [0.0, 10.0, 20.0], "first_hz": [None, 300.0, 350.0], "adapted_hz": [0.0, 8.0, 15.0],
        "hold_mv": -65.0, "below_mv": [10.0, 20.0], "for_ms": [50.0, 100.0],
        "rebound_spikes": [[0, 1], [2, 4]], "time_ms": [-150.0, 0.0, 300.0],
        "rebound_mv": [-65.0, -85.0, -65.0], "rebound_times_ms": [20.0, 25.0, 30.0, 35.0],
        "measures": {"rheobase_pa": 100.0},
        "published": [
            {"measure": "gain_hz_per_na", "low": 40.0, "high": 60.0, "source": "A2000", "populations": ["A.X"]},
            {"measure": "rheobase_pa", "low": 80.0, "high": 90.0, "source": "B2000", "populations": ["A.X"]},
            {"measure": "rebound_spikes", "low": 2.0, "high": None, "source": "C2000", "populations": ["A.X"]},
        ],
    } | changes  # fmt: skip


def test_a_cell_has_its_curve_its_rebound_and_what_was_published() -> None:
    figure = firing(cell())
    curve, trace, counts = figure.axes
    labels = [t.get_text() for t in curve.get_legend().get_texts()]
    assert labels[:3] == ["first interval (to 350)", "mean", "second half"]
    assert labels[3:] == ["gain, published", "rheobase, published"]
    assert "A2000" in " ".join(t.get_text() for t in curve.texts)
    assert trace.get_title(loc="left") == "Rebound: 4 spikes"
    assert [t.get_text() for t in counts.texts] == ["0", "1", "2", "4"]


@pytest.mark.filterwarnings("error")
def test_a_cell_that_never_fires_is_drawn() -> None:
    silent = cell(rate_hz=[0.0] * 3, first_hz=[None] * 3, adapted_hz=[0.0] * 3, rebound_times_ms=[],
                  rebound_spikes=[[0, 0], [0, 0]], measures={"rheobase_pa": None})  # fmt: skip
    firing(silent).draw_without_rendering()
    curves({"cells": [silent, silent]}).figure.draw_without_rendering()


def test_a_folder_gets_a_picture_of_each_cell_and_one_of_all(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text(json.dumps({"cells": [cell("X"), cell("Y of A/B")]}))
    assert [p.name for p in draw_folder(tmp_path)] == ["X.png", "Y_of_A_B.png", "curves.png"]
    with pytest.raises(Missing):
        draw_folder(tmp_path / "none")
