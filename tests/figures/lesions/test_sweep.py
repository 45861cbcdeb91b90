"""Single runs of a sweep against one of their metrics."""

from __future__ import annotations

import pytest

from figures.lesions.sweep import runs_against, sweep_map
from figures.style.canvas import Missing


def test_runs_are_shown_against_a_metric_of_theirs_and_those_without_one_are_left_out() -> None:
    rows = [
        {"gain": "1", "rate": "2.0", "theta": "4.5", "replacement": "0.7"},
        {"gain": "1", "rate": "2.5", "theta": "", "replacement": "0.6"},
        {"gain": "2", "rate": "4.0", "theta": "6.5", "replacement": "-0.2"},
    ]
    figure = runs_against(rows, "gain", "rate", (("theta", "Hz"), ("replacement", "share")))
    left, right = figure.axes
    assert [line.get_xydata().tolist() for line in left.lines] == [[[2.0, 4.5]], [[4.0, 6.5]]]
    assert len(right.lines[0].get_xydata()) == 2
    assert [t.get_text() for t in left.get_legend().get_texts()] == ["1", "2"]
    with pytest.raises(Missing):
        runs_against([], "gain", "rate", (("theta", "Hz"),))


def test_words_stand_side_by_side_in_their_order() -> None:
    words = ("cascade", "hebb", "bcm")
    drawn = sweep_map(
        [("learning.rule", words)], {("cascade",): 0.9, ("hebb",): None, ("bcm",): 0.1}, "m"
    )
    assert [t.get_text() for t in drawn.get_xticklabels()] == list(words)
    assert drawn.lines[0].get_xydata().tolist() == [[0.0, 0.9], [2.0, 0.1]]
