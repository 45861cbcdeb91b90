"""The kernel of a spike, drawn from the results of a measurement."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from figures.prediction.kernel import draw_folder, kernels
from figures.style.canvas import Missing


def results() -> dict[str, object]:
    before = np.arange(0.5, 200.0, 10.0)
    curve = {name: list(np.cos(before / 40)) for name in ("mean", "low", "high")}
    curve["taken_away"] = [None, *[0.2] * 9]
    names = ("kinase/relay", "bcm/relay", "kinase/layer 6")
    return {
        "before_ms": list(before),
        "bins_ms": list(np.arange(10.0, 200.0, 20.0)),
        "curves": dict.fromkeys(names, curve),
        "parts_ms": [160.0, 90.0, 30.0, 0.0],
    }


def test_each_kind_of_spike_has_a_panel_with_the_parts_of_the_cycle() -> None:
    axes = kernels(results()).axes
    assert [ax.get_title(loc="left") or ax.get_title() for ax in axes] == [
        "a relay spike", "a layer 6 spike",
    ]  # fmt: skip
    assert [text.get_text() for text in axes[0].texts] == [
        "prediction",
        "item on its way",
        "outcome",
    ]


def test_a_folder_gets_its_figure_and_one_without_results_says_so(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"results\.json"):
        draw_folder(tmp_path)
    (tmp_path / "results.json").write_text(json.dumps(results()))
    (drawn,) = draw_folder(tmp_path)
    assert drawn.is_file()
