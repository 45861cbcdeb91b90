"""Figures of the plasticity experiment, drawn from the results of a small run."""

import pytest

from circuits.runs.run import RunData
from figures.plasticity import epsp
from figures.plasticity import maps as plasticity_map
from figures.plasticity import protocol as plasticity
from figures.style.canvas import Missing
from sims.runs.perform import run


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plasticity") / "run"
    return run("plasticity", out=folder, cells=4, parts=("conditions", "map"))


def test_a_run_draws_a_picture_of_each_of_its_parts(results):
    drawn = {p.stem for p in (results / "figures").glob("*.png")}
    assert drawn == {"bars", "courses", "protocol", "map", "windows"}


def test_bars_stand_beside_the_published_ones(results):
    ax = epsp.bars(plasticity.load(results))
    assert len(ax.patches) == 8
    assert [t.get_text() for t in ax.get_xticklabels()][:2] == ["25→50 Hz", "50→25 Hz"]


def test_published_values_are_those_of_the_run_where_it_holds_them():
    row = {"mean": 1.3, "variants": {"a": 1.2, "b": 1.4}}
    results = {"conditions": {"25_50": row, "10_90": row}}
    assert epsp.bars(results).patches[1].get_height() == pytest.approx(
        0.42
    )  # an old run: the paper
    results["published"] = {"10_90": {"mean": 1.5, "sem": 0.1, "course": [1.0, 1.5]}}
    ax = epsp.bars(results)
    assert [t.get_text() for t in ax.get_xticklabels()] == ["10→90 Hz", "25→50 Hz"]
    assert [round(p.get_height(), 2) for p in ax.patches] == [0.3, 0.5, 0.3]


@pytest.mark.parametrize("key", ["published", "published_courses"])
def test_published_courses_are_drawn_as_dots(key):
    names = ("25_50", "50_25", "25_25", "50_50")
    dots = [1.5, 1.4, 1.3]
    rows = {name: {"mean": 1.0, "sem": 0.1, "course": dots} for name in names}
    results = {"published_conditions": {name: {"course": [1.0, 1.1]} for name in names}}
    assert not [
        ln for ax in epsp.courses(results).axes for ln in ax.lines if ln.get_marker() == "o"
    ]
    assert "dots" not in epsp.courses(results).axes[0].get_title(loc="left")
    results[key] = rows if key == "published" else dict.fromkeys(names, dots)
    drawn = [ln for ax in epsp.courses(results).axes for ln in ax.lines if ln.get_marker() == "o"]
    assert [list(line.get_ydata()) for line in drawn] == [dots] * 4


def test_a_run_is_drawn_from_its_folder_alone(results, tmp_path):
    with pytest.raises(Missing, match=r"plasticity\.json"):
        plasticity.draw_run(RunData(meta={}), tmp_path)
    (tmp_path / "plasticity.json").write_bytes((results / "plasticity.json").read_bytes())
    plasticity.draw_run(RunData(meta={}), tmp_path)
    drawn = {p.stem for p in (tmp_path / "figures").glob("*.png")}
    assert drawn == {p.stem for p in (results / "figures").glob("*.png")}


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
    ax = epsp.predictions({"predictions": rows})
    assert len(ax.patches) == 1
