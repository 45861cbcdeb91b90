"""Lesioned beside intact, and effects over seeds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_hex

import figures
from circuits.runs.run import Cycles
from figures.style.canvas import Missing

LESIONS = ("V1.L5IB -> Pulvinar.TRC", "V2.L6CT -> Pulvinar.TRC", "TRN")
METRICS = ("content_outcome", "content_prediction", "theta_pulvinar_hz")


@pytest.fixture
def effects():
    rng = np.random.default_rng(3)
    records = []
    for lesion in LESIONS:
        for metric in METRICS:
            effect = float(rng.normal(0, 2))
            records.append({"lesion": lesion, "metric": metric, "effect": effect, "low": effect - 1,
                            "high": effect + 1, "p": 0.01 if abs(effect) > 1 else 0.4})  # fmt: skip
    records[-1] |= {"effect": None, "low": None, "high": None, "p": None}
    return records


def test_intact_and_lesioned_are_folded_side_by_side_on_one_scale(run, lesioned):
    ax = figures.fold_pair(run, lesioned, titles=("intact", "V1.L5IB -> Pulvinar.TRC cut"))
    panels = ax.figure.axes
    assert panels[0].get_ylim() == panels[1].get_ylim()
    assert panels[2].get_ylim() == panels[3].get_ylim()
    assert "cut" in panels[1].get_title(loc="left")


def test_a_run_without_cycles_says_so_and_gives_its_rates(run):
    silent = replace(run, cycles=Cycles(np.zeros(0), np.zeros(0)))
    (text,) = figures.fold_pair(run, silent).figure.axes[1].texts
    assert "no theta cycle" in text.get_text()
    assert "spikes/s" in text.get_text()


def test_runs_without_conductance_are_still_compared_by_their_relay_cells(run):
    bare = replace(run, conductance_ns={})
    panels = figures.fold_pair(bare, bare).figure.axes
    assert len(panels[0].lines) == len(panels[1].lines) == 2
    assert not panels[0].texts or "conductance" not in panels[0].texts[0].get_text()
    assert "no conductance" in panels[2].texts[0].get_text()


def test_the_forest_shows_every_known_effect_and_fills_the_sure_ones(effects):
    ax = figures.forest(effects)
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert len(dots) == len(effects) - 1
    filled = sum(to_hex(d.get_markerfacecolor()) != "#ffffff" for d in dots)
    assert filled == sum(r["p"] is not None and r["p"] < 0.05 for r in effects)
    with pytest.raises(Missing, match="no effect"):
        figures.forest([])


def test_dose_curves_run_through_the_mean_of_the_seeds():
    records = [
        {"lesion": LESIONS[0], "metric": "theta_pulvinar_hz", "dose": d, "value": 5 - 3 * d + 0.1 * s}
        for d in (0, 0.5, 1) for s in (-1, 1)
    ]  # fmt: skip
    ax = figures.dose_curves(records, "theta_pulvinar_hz")
    assert ax.lines[-1].get_ydata() == pytest.approx([5, 3.5, 2])
    assert ax.get_ylabel() == "theta pulvinar (Hz)"
    with pytest.raises(Missing, match="content_outcome"):
        figures.dose_curves(records, "content_outcome")


def test_the_heat_map_marks_what_is_sure_and_what_does_not_exist(effects):
    ax = figures.heat_map(effects)
    assert ax.images[0].get_array().shape == (3, 3)
    assert [t.get_text() for t in ax.texts].count("n/a") == 1
    assert len(ax.lines) == sum(r["p"] is not None and r["p"] < 0.05 for r in effects)


def test_a_change_that_is_the_same_in_every_pair_is_shown_though_it_has_no_spread():
    """Content may go from 1 to 0 in every seed: certain, and no number of standard deviations."""
    lost = {"lesion": LESIONS[0], "metric": "content_outcome", "effect": None, "low": None,
            "high": None, "p": 0.01, "difference": -1.0}  # fmt: skip
    labels = [t.get_text().strip() for t in figures.forest([lost]).texts]
    assert labels == ["-1 in every pair alike"]
    ax = figures.heat_map([lost])
    assert not any(t.get_text() == "n/a" for t in ax.texts)
    assert len(ax.lines) == 1
    assert ax.images[0].get_array()[0, 0] == -1.0
