"""The experiment of Jang, Flores, O'Reilly & Zito 2026 on virtual cells, from cell to folder."""

import json

import numpy as np
import pytest

from circuits.errors import CtloopError
from circuits.learning.kinase.rule import RULES
from circuits.seeds import stream
from sims.plasticity.cells import draw_cells
from sims.plasticity.fit import epsp_after, fit_rate, repeated, with_drift
from sims.plasticity.induction import (
    FITTED,
    LEVELS_PA,
    VARIANTS,
    calibrate,
    currents_for,
    epsp_curve,
    induce,
    read,
)
from sims.plasticity.jang2026 import PUBLISHED
from sims.plasticity.protocol import JANG
from sims.report.progress import SilentProgress
from sims.runs.perform import run


@pytest.fixture(scope="module")
def slice_():
    """Forty cells, calibrated, with the four published conditions induced in all variants."""
    cells = draw_cells(40, stream(0, "plasticity cells"))
    table = calibrate(cells, stream(0, "plasticity calibration"))
    trains = induce(cells, table, JANG, VARIANTS, stream(0, "plasticity published"))
    return cells, table, epsp_curve(cells), trains


def test_a_step_drives_the_cell_as_reported_and_not_much_above_55_hz(slice_):
    """Jang 2026: 150 pA about 15 Hz, 300 pA about 50 Hz, 400 pA about 55 Hz."""
    _, table, _, _ = slice_
    mean = np.interp([150.0, 300.0, 400.0], LEVELS_PA, table.mean(axis=0))
    np.testing.assert_allclose(mean, [15.0, 50.0, 55.0], atol=8.0)


def test_a_test_pulse_gives_about_5_mv(slice_):
    _, _, curve, _ = slice_
    assert curve.epsp_mv[:, 4].mean() == pytest.approx(5.0, abs=0.6)
    assert np.all(np.diff(curve.epsp_mv, axis=1) > 0)


def test_a_dendrite_repolarises_once_after_each_window(slice_):
    *_, trains = slice_
    falls = trains.falls_ms[0]
    after = falls % 600.0
    ended = np.isfinite(falls) & (after > 200.0) & (after < 240.0)
    assert ended.sum(axis=1).mean() == pytest.approx(10.0, abs=0.2)


@pytest.mark.parametrize("readout", ["cycle", "dendrite"])
def test_one_learning_rate_brings_every_variant_into_all_four_published_boxes(slice_, readout):
    """Jang 2026: 1.42 +- .15, .73 +- .10, 1.12 +- .15, 1.09 +- .08; fitted on two of six variants."""
    _, _, curve, trains = slice_
    reading = read(RULES["cascade"], trains, readout)
    fit = fit_rate(reading, trains, curve, FITTED, cap_scale=1.0)
    epsp = epsp_after(reading, trains.cell, curve, fit.rate, fit.fast_scale)
    for k, protocol in enumerate(JANG):
        for v in range(len(VARIANTS)):
            mean = epsp[(trains.protocol == k) & (trains.variant == v)].mean()
            assert PUBLISHED[protocol.key].holds(mean), (protocol.key, VARIANTS[v].name, mean)


def test_calibrated_currents_rise_with_the_rate_and_silence_needs_none(slice_):
    cells, table, _, _ = slice_
    current = currents_for(cells, table, (0.0, 25.0, 50.0, 80.0))
    assert np.all(current[:, 0] == 0)
    assert np.all(current[:, 2] > current[:, 1])
    assert np.all(current[:, 3] == 0)  # driven by pulses instead


def test_matching_the_spread_of_cells_gives_the_published_sd():
    epsp = 1.42 + 0.04 * stream(0, "x").standard_normal(4000)
    spread = with_drift(epsp, "25_50", stream(0, "y"))
    assert spread.std() == pytest.approx(PUBLISHED["25_50"].sd, rel=0.05)


def test_an_exact_replication_lands_in_all_four_boxes_about_one_time_in_five():
    """The reason why one pass at the published n says nothing."""
    rng = stream(0, "replication")
    own = {k: p.mean + p.sd * rng.standard_normal(5000) for k, p in PUBLISHED.items()}
    result = repeated(own, rng)
    assert 0.15 < result["p_box_all"] < 0.3
    assert result["p_flats_ns"] > 0.6


class Recorder(SilentProgress):
    """Lists the fractions that were shown of the run's one bar."""

    def __init__(self) -> None:
        self.fractions = []

    def update(self, name, done):
        self.fractions.append(done)


def metrics_of(folder):
    return json.loads((folder / "metrics.json").read_text())


def test_a_run_is_a_whole_folder_with_the_metrics_of_what_was_asked(tmp_path):
    out, shown = tmp_path / "run", Recorder()
    request = {"minus_hz": 20.0, "plus_hz": 40.0, "cells": 4, "parts": ("conditions",)}
    assert run("plasticity", out=out, progress=shown, figures=False, **request) == out
    metrics = metrics_of(out)
    assert metrics["epsp_20_40"] > 1.0
    assert metrics["epsp_20_40_n"] == 4 * len(VARIANTS)
    meta = json.loads((out / "run.json").read_text())
    assert meta["complete"] is True
    assert meta["experiment"]["name"] == "plasticity"
    assert shown.fractions == sorted(shown.fractions)
    assert shown.fractions[-1] == 0.95
    again = run("plasticity", out=tmp_path / "again", figures=False, **request)
    assert metrics_of(again) == metrics
    with pytest.raises(CtloopError, match="already holds a finished run"):
        run("plasticity", out=out)


def test_the_results_carry_what_was_published_for_the_figures(tmp_path):
    out = run("plasticity", out=tmp_path / "run", cells=2, parts=("conditions",), figures=False)
    results = json.loads((out / "plasticity.json").read_text())
    row = results["published"]["50_25"]
    assert (row["mean"], row["sem"], row["course"][0]) == (0.73, 0.1, 1.38)
    assert results["published_courses"] == {
        key: row["course"] for key, row in results["published"].items()
    }


def test_three_segments_with_a_silence_are_named_in_order(tmp_path):
    asked = {"pattern": (25.0, 0.0, 50.0), "cells": 4, "parts": ("conditions",)}
    out = run("plasticity", out=tmp_path / "run", figures=False, **asked)
    assert metrics_of(out)["epsp_25_0_50"] > 1.0


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"minus_hz": 10.0}, "both halves"),
        ({"minus_hz": -1.0, "plus_hz": 10.0}, "between 0 and 200"),
        ({"window_ms": 0.0}, "longer than 0"),
        ({"windows": 0}, "at least 1 window"),
        ({"parts": ("maps",)}, "map"),
        ({"rule": "hebb"}, "cascade"),
        ({"readout": "cycel"}, "cycle"),
        ({"cells": 1}, "at least 2"),
        ({"minus_hz": 10.0, "plus_hz": 20.0, "pattern": (10.0, 20.0)}, "twice"),
        ({"lesions": ("cut V1.L5IB -> Pulvinar.TRC",)}, "block AMPA or block NMDA"),
        ({"settings": ("rule.slw=60ms",)}, "nearest: slow"),
        ({"lesions": ("block NMDA",), "parts": ("other-rules",)}, "fit a lesion"),
    ],
)
def test_what_cannot_be_run_is_one_clear_line_and_leaves_nothing(tmp_path, wrong, says):
    with pytest.raises(CtloopError, match=says) as caught:
        run("plasticity", out=tmp_path / "run", **wrong)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []
