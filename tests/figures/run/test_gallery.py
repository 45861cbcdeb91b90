"""Every figure is drawn from a run alone, says its units, and shows what the run holds."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import figures
from circuits.errors import CtloopError, UnknownName
from circuits.runs import store
from circuits.runs.run import Cycles, RunData
from figures.run import cycle as folding
from figures.style.canvas import Missing

ROOT = Path(__file__).parents[3]
UNITS = {
    "summary": "spikes/s", "raster": "(s)", "rates": "(s)", "fold": "(ms)", "conductance": "nS",
    "charge": "pC", "spectra": "(Hz)", "spectrogram": "(Hz)", "theta_gamma": "(deg)", "lfp": "µm",
}  # fmt: skip


@pytest.mark.parametrize("name", figures.FIGURES)
def test_every_figure_draws_on_axes_of_its_own_or_given(name, run):
    own = getattr(figures, name)(run)
    assert isinstance(own, Axes)
    given = Figure(layout="constrained").subplots()
    drawn = getattr(figures, name)(run, given)
    assert drawn.get_figure(root=True) is not own.get_figure(root=True)


@pytest.mark.parametrize(("name", "unit"), UNITS.items())
def test_axes_say_their_units(name, unit, run):
    ax = getattr(figures, name)(run)
    assert unit in ax.get_xlabel() + ax.get_ylabel()


@pytest.mark.parametrize("name", figures.FIGURES)
def test_a_run_without_the_data_is_refused_in_words(name):
    empty = RunData(meta={})
    if name == "summary":  # a page says in each panel what is missing
        texts = [t.get_text() for a in figures.summary(empty).figure.axes for t in a.texts]
        assert any("no theta cycle" in text for text in texts)
        return
    with pytest.raises(Missing, match=r"\w+ "):
        getattr(figures, name)(empty)


def test_unknown_figures_name_the_nearest(run, tmp_path):
    path = store.save(run, tmp_path / "run")
    with pytest.raises(UnknownName, match="raster"):
        figures.draw_all(path, ["rasterr"])
    with pytest.raises(AttributeError):
        _ = figures.no_such_figure


def test_a_run_folder_gets_all_its_pictures(run, tmp_path):
    path = store.save(run, tmp_path / "run")
    drawn = figures.draw_all(path)
    assert [p.stem for p in drawn] == list(figures.FIGURES)
    assert all(p.parent == path / "figures" and p.read_bytes()[:4] == b"\x89PNG" for p in drawn)


def test_a_run_in_memory_is_drawn_into_the_figures_of_its_folder(run, tmp_path):
    from figures.run.gallery import draw_run

    draw_run(replace(run, lfp=None), tmp_path)
    drawn = {p.stem for p in (tmp_path / "figures").glob("*.png")}
    assert drawn == set(figures.FIGURES) - {"lfp"}


def test_what_a_run_lacks_is_left_out(run, tmp_path):
    path = store.save(replace(run, lfp=None, cycles=None), tmp_path / "run")
    assert [p.stem for p in figures.draw_all(path, ["lfp", "fold", "rates"])] == ["rates"]


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(CtloopError, match="not a run folder"):
        figures.draw_all(tmp_path)


def test_the_first_figure_needs_spikes_only(run, tmp_path):
    bare = RunData(meta={"duration_ms": 1000}, spikes=run.spikes, populations=run.populations)
    assert figures.first(bare, tmp_path / "figures" / "first.png").stat().st_size > 10_000


def test_figures_can_be_named_without_importing_matplotlib():
    script = "import sys, figures; figures.FIGURES; assert 'matplotlib' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


def test_drawing_changes_no_global_style(run):
    import matplotlib

    before = dict(matplotlib.rcParams)
    figures.spectra(run)
    assert dict(matplotlib.rcParams) == before
    assert (
        "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
    )


# --- folding -------------------------------------------------------------------------------------


def test_folding_puts_the_parts_where_they_were_measured(run):
    where = folding.grid(run)
    burst = np.zeros(int(run.duration_ms))
    for start, end in zip(run.cycles.burst_on_ms, run.cycles.burst_off_ms, strict=True):
        burst[int(start) : int(end)] = 1
    mean = folding.fold(burst, where).mean(axis=0)
    assert mean[: where.prediction_bins - 1].max() < 0.1
    assert mean[where.prediction_bins + 1 :].min() > 0.9
    assert where.cycle_ms == pytest.approx(200, abs=8)


def test_folding_conserves_the_mean_of_every_cycle():
    cycles = Cycles(np.array([40.0, 150.0, 260.0]), np.array([70.0, 171.5, 299.0]))
    run = RunData(meta={"duration_ms": 400}, cycles=cycles)
    where = folding.grid(run)
    trace = np.random.default_rng(0).random(400)
    mean = (folding.fold(trace, where) * np.diff(where.edges_ms, axis=1)).sum(axis=1)
    fine = np.repeat(trace, 2) / 2  # half-millisecond steps hold the edge at 171.5
    assert mean == pytest.approx([fine[140:343].sum(), fine[343:598].sum()])


def test_cycles_in_the_discarded_start_are_left_out(run):
    assert folding.grid(run).edges_ms.min() >= run.discard_ms


def test_orientation_is_a_circle_of_180_degrees(run):
    close = folding.near(run, "Pulvinar.TRC", 179.0)
    angle = run.orientation_deg["Pulvinar.TRC"]
    assert close[np.argmin(np.abs(angle - 5))]
    assert not close[np.argmin(np.abs(angle - 90))]


def test_relay_cells_of_the_predicted_orientation_fire_first_and_of_the_actual_later(run):
    where = folding.grid(run)
    lines = {}
    for angle in folding.angles(run):
        rate = folding.rate_of(run, "Pulvinar.TRC", folding.near(run, "Pulvinar.TRC", angle))
        lines[angle] = folding.fold(rate, where).mean(axis=0)
    n = where.prediction_bins
    assert lines[135.0][5:n].mean() > 5 * lines[45.0][5:n].mean()
    assert lines[45.0][n + 3 :].mean() > 5 * lines[135.0][n + 3 :].mean()


def test_the_headline_claims_only_what_was_measured(run):
    from figures.run.summary import headline

    assert "94 %" in headline(run)[1]
    bare = replace(run, metrics={"theta_l5ib_hz": None})
    assert headline(bare)[1:] == ["Prediction: not measured", "Outcome: not measured"]
    assert "no peak" in headline(bare)[0]


def test_the_headline_says_whether_the_outcome_replaces_the_prediction(run):
    from figures.run.summary import headline

    rates = {"relay_prediction_hz": 27.0, "relay_prediction_actual_hz": 3.0,
             "relay_outcome_predicted_hz": 8.0, "relay_outcome_hz": 33.0}  # fmt: skip
    shown = replace(run, metrics={**rates, "replacement": 0.7, "groups_phase_deg": 171.0})
    assert "predicted cells 27 Hz, actual cells 3 Hz" in headline(shown)[1]
    assert "predicted cells 8 Hz, actual cells 33 Hz" in headline(shown)[2]
    assert "takes away 70 %" in headline(shown)[3]
    assert "171°" in headline(shown)[3]
    added = replace(run, metrics={"replacement": -0.2, "groups_phase_deg": None})
    assert "adds 20 % to" in headline(added)[3]


def test_both_groups_of_relay_cells_are_shown_over_time_and_in_the_spectra(run):
    ax = figures.relay_groups(run)
    low, high = (line.get_ydata() for line in ax.lines[:2])
    assert np.corrcoef(low, high)[0, 1] < -0.3  # one is high when the other is low
    spectra = [t.get_text() for t in figures.spectra(run).get_legend().get_texts()]
    assert [text.split(":")[0] for text in spectra][:2] == ["predicted cells", "actual cells"]
    same = replace(run, meta={**run.meta, "experiment": {**run.experiment, "predicted_deg": 45.0}})
    assert len(figures.relay_groups(same).lines) == 1
