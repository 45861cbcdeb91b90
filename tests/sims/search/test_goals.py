"""What a search aims at, and how far a value is from it."""

from __future__ import annotations

import math

import pytest

from circuits.errors import CtloopError, UnknownName
from sims.measures.metric import Goal, Metric, MetricTable
from sims.search.goals import Target, targets_of

TABLE = MetricTable(
    (
        Metric(key="theta_hz", unit="Hz", meaning="m", goal=Goal(4.5, 5.5, "why"), primary=True),
        Metric(key="share", unit="", meaning="m", goal=Goal(0, 0.4, "why")),
        Metric(key="content", unit="", meaning="m", primary=True),
        Metric(key="rate_<population>_hz", unit="Hz", meaning="m"),
    )
)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("content>=.9", Target("content", 0.9, math.inf)),
        ("content > .9", Target("content", 0.9, math.inf)),
        ("share<=0.5", Target("share", -math.inf, 0.5)),
        (".25<=share<=.5", Target("share", 0.25, 0.5)),
        ("theta_hz in 4..6", Target("theta_hz", 4, 6)),
        ("rate_V1.L5IB_hz in 2 .. 8", Target("rate_V1.L5IB_hz", 2, 8)),
        ("share", Target("share", 0, 0.4)),
    ],
)
def test_goals_are_read(text: str, target: Target) -> None:
    assert targets_of([text], TABLE) == (target,)
    assert targets_of([str(target)], TABLE) == (target,)


def test_without_goals_the_primary_metrics_that_have_one_are_aimed_at() -> None:
    assert targets_of([], TABLE) == (Target("theta_hz", 4.5, 5.5),)
    with pytest.raises(CtloopError, match="--goals"):
        targets_of([], MetricTable(()))


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        (["contnt>=1"], "nearest: content"),
        (["content"], "no declared goal"),
        (["content=1"], "cannot read the goal"),
        (["content in 2..1"], "no value"),
        (["content>=1", "content<=2"], "two goals"),
    ],
)
def test_what_is_no_goal_is_refused(texts: list[str], says: str) -> None:
    with pytest.raises(CtloopError, match=says):
        targets_of(texts, TABLE)
    assert issubclass(UnknownName, CtloopError)


def test_the_distance_is_0_inside_a_half_one_scale_away_and_never_above_1() -> None:
    band = Target("m", 4.5, 5.5)
    assert [band.distance(v) for v in (4.5, 5.0, 5.5)] == [0, 0, 0]
    assert band.distance(6.5) == band.distance(3.5) == 0.5
    assert 0.99 < band.distance(1e3) < 1
    assert band.distance(None) == band.distance(math.nan) == 1
    assert Target("m", 10, math.inf).distance(5) == 0.5
    assert Target("m", -math.inf, 0.4).distance(0.6) == pytest.approx(0.5)
    assert Target("m", 0, math.inf).distance(-1) == 0.5
    assert Target("m", 3, 3).distance(4.5) == 0.5
