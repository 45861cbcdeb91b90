"""Figures of the plasticity experiment, drawn from the results of a small run."""

import pytest

from figures.plasticity import maps as plasticity_map
from figures.plasticity import protocol as plasticity
from sims.runs.perform import run


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plasticity") / "run"
    return run("plasticity", out=folder, cells=4, parts=("conditions", "map"))


def test_a_run_draws_a_picture_of_each_of_its_parts(results):
    drawn = {p.stem for p in (results / "figures").glob("*.png")}
    assert drawn == {"bars", "courses", "protocol", "map", "windows"}


def test_bars_stand_beside_the_published_ones(results):
    ax = plasticity.bars(plasticity.load(results))
    assert len(ax.patches) == 8
    assert [t.get_text() for t in ax.get_xticklabels()][:2] == ["25→50 Hz", "50→25 Hz"]


def test_the_map_marks_what_had_to_be_driven_by_pulses(results):
    figure = plasticity_map.maps(plasticity.load(results))
    assert any("pulses" in ax.get_xlabel() for ax in figure.axes)


def test_rivals_are_drawn_one_bar_per_rule():
    row = {"parameters": 2.0, "chi2_fitted": 1.0, "chi2_unseen": 2.0, "boxes_unseen": 0.5}
    row |= {"order": 0.1, "signs_unseen": 0.5}
    rows = [{"rule": "kinase", **row}, {"rule": "BCM", **row}]
    figure = plasticity_map.rivals({"rivals": rows})
    assert len(figure.axes[1].patches) == 2


def test_predictions_are_drawn_as_bars():
    rows = [{"name": "25_50", "label": "25→50", "epsp": 1.4, "sd": 0.1}]
    ax = plasticity.predictions({"predictions": rows})
    assert len(ax.patches) == 1
