"""A perturbation is matched to a paper by what it does to the perturbed cells."""

from __future__ import annotations

import pytest

from circuits.errors import CtloopError
from figures.lesions.matching import matching
from figures.style.canvas import Missing
from sims.lesions.matching import Series, chosen, match, read_series, sentences, table

SERIES = Series("on", "drive V1.L6CT {dose}pA", (10, 50, 100, 200), "rate", 3.0, "assumed: a test")


def measured(*rates: float | None, intact: float | None = 2.0):
    """Give the metrics of a series, two seeds each, that differ by one."""
    found = {"intact": [] if intact is None else [{"rate": intact - 0.5}, {"rate": intact + 0.5}]}
    for dose, rate in zip(SERIES.doses, rates, strict=True):
        values = [{}, {"rate": None}] if rate is None else [{"rate": rate - 1}, {"rate": rate + 1}]
        found[SERIES.label(dose)] = values
    return found


def test_the_dose_with_the_nearest_effect_is_used_whatever_its_picoampere() -> None:
    points = match(SERIES, measured(2.2, 4.0, 6.6, 20.0))
    assert [p.factor for p in points] == pytest.approx([1.1, 2.0, 3.3, 10.0])
    assert [p.chosen for p in points] == [False, False, True, False]
    arm = chosen(points)
    assert (arm.name, arm.lesion) == ("on", "drive V1.L6CT 100pA")
    assert "rate x 3.3, wanted x 3" in sentences(points)
    assert "says little" not in sentences(points)


def test_near_is_a_ratio_so_that_twice_as_much_is_as_far_as_half() -> None:
    points = match(SERIES, measured(2.0, 2.8, 13.0, 90.0))  # x 1.4 and x 6.5: 2.1 and 2.2 times off
    assert chosen(points).lesion == "drive V1.L6CT 50pA"
    assert "no dose of the series comes within a quarter of it" in sentences(points)


def test_a_dose_without_a_value_is_in_the_table_and_never_chosen() -> None:
    rows = table(match(SERIES, measured(None, 5.0, 0.9, None)))
    assert [row["factor"] for row in rows] == [None, 2.5, pytest.approx(0.45), None]
    assert [row["dose"] for row in rows if row["chosen"]] == [50]


@pytest.mark.parametrize("intact", [0.0, None])
def test_silent_cells_cannot_be_matched_and_that_is_said(intact: float | None) -> None:
    with pytest.raises(CtloopError, match="no current of on can be matched: rate"):
        match(SERIES, measured(1.0, 2.0, 3.0, 4.0, intact=intact))


def test_the_dose_curve_is_drawn_with_the_chosen_dose_marked() -> None:
    rows = table(match(SERIES, measured(2.2, 4.0, 6.6, 20.0)))
    ax = matching(rows)
    rings = [line for line in ax.lines if line.get_markerfacecolor() == "none"]
    assert [list(ring.get_xdata()) for ring in rings] == [[100]]
    with pytest.raises(Missing):
        matching([{**row, "factor": None} for row in rows])


@pytest.mark.parametrize(
    "change", [{"match": None}, {"lesion": "silence TRN"}, {"dose": []}, {"dose": None}]
)
def test_an_arm_with_doses_is_complete(change) -> None:
    whole = {
        "lesion": SERIES.lesion,
        "dose": [1, 2],
        "match": {"metric": "r", "times": 2, "why": "w"},
    }
    assert read_series("on", whole).doses == (1, 2)
    broken = {k: v for k, v in {**whole, **change}.items() if v is not None}
    with pytest.raises(CtloopError, match="the arm on needs"):
        read_series("on", broken)
