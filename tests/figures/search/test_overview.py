"""The page of a search."""

from __future__ import annotations

from dataclasses import replace

import pytest

from figures.search.overview import Row, overview
from figures.style.canvas import Missing

ROW = Row(number=1, score=0.4, places=(0.2, None), met=(1.0, 0.5))
RANGES = [("A.x", "1", "8"), ("A.y", "40pA", "120pA")]
GOALS = ["m>=1", "n in 1..2"]


def test_it_shows_scores_places_and_goals_of_every_kind_of_candidate() -> None:
    rows = [
        Row(0, 0.6, (), ()),
        ROW,
        replace(ROW, number=2, given_up=True),
        replace(ROW, number=3, failed=1, score=0.3),
    ]
    scores, places, met = overview(rows, RANGES, GOALS, start=2).axes
    legend = scores.get_legend()
    assert legend is not None
    named = {text.get_text() for text in legend.get_texts()}
    assert named >= {"all seeds", "given up", "some runs failed", "best so far", "as it is"}
    assert [t.get_text() for t in places.get_yticklabels()][1] == "A.y\n40pA to 120pA"
    assert [t.get_text() for t in met.get_xticklabels()] == ["3", "1"]


def test_a_search_without_candidates_has_no_page() -> None:
    with pytest.raises(Missing):
        overview([Row(0, 0.6, (), ())], RANGES, GOALS)
