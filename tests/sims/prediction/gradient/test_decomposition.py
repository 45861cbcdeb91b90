"""Perfect and useless rules read differently: hand-made recordings whose cells are the twin itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sims.prediction.gradient.decomposition import (
    ALONE,
    STEPS,
    Comparison,
    compare_with,
    unbounded,
)
from sims.prediction.gradient.factors import Factors
from sims.prediction.gradient.recording import EXCITES, INHIBITS, Recording
from sims.prediction.gradient.twin import Transfer, drive

TRANSFER = Transfer(30.0, 3.0, 0.5, 1.0, 1.5, (400.0, 30.0, 50.0))
Make = Callable[..., Recording]
Cosines = dict[str, np.ndarray]


@pytest.fixture
def one(make_driven: Make, monkeypatch: pytest.MonkeyPatch) -> Recording:
    """Give a recording whose relay cells fire as the twin does."""
    made = make_driven()
    given = drive(made.weight, made), made.drives[EXCITES], made.drives[INHIBITS]
    twin_hz = np.asarray(TRANSFER.rate(*given))
    monkeypatch.setattr(Recording, "prediction_hz", property(lambda _: twin_hz))
    return made


def read(one: Recording, comparison: Comparison, **further: np.ndarray) -> Cosines:
    some = np.arange(one.weight.size)
    made = unbounded(one, some) | further
    return compare_with(comparison, made, one, TRANSFER, one.outcome_hz, some)


def test_the_exact_rule_reads_1_its_reverse_minus_1_and_a_useless_one_far_less(
    one: Recording,
) -> None:
    exact = unbounded(one, np.arange(one.weight.size))["exact"]
    found = read(one, STEPS["twin"], backwards=-exact)
    assert found["exact"][:3] == pytest.approx(1.0)
    assert found["backwards"][:3] == pytest.approx(-1.0)
    assert found["outcome"][2] < 0.95
    assert abs(found["misplaced"][2]) < 0.5
    assert np.isnan(found["exact"][3])  # 64 of 40 cycles


def test_what_is_reported_keeps_them_in_that_order(one: Recording) -> None:
    found = {name: values[2] for name, values in read(one, STEPS["reported"]).items()}
    assert found["exact"] > 0.8
    assert found["exact"] > found["outcome"] > found["misplaced"]
    assert found["kinase"] > 0 > found["reversed"]


def test_the_first_step_is_the_exact_rule_itself_whatever_the_twin(make_driven: Make) -> None:
    assert read(make_driven(), STEPS["mark"])["exact"][:3] == pytest.approx(1.0)


def test_factors_come_one_on_top_of_the_other_up_to_the_measure_as_it_was() -> None:
    assert STEPS["reported"].factors == Factors()
    assert STEPS["squared"].factors == STEPS["before"].factors
    assert STEPS["before"].bounded == "rules"
    assert all(one.bounded == "none" for name, one in STEPS.items() if name != "before")


def test_the_bound_changes_rules_and_marks_only_where_it_is_asked_for(one: Recording) -> None:
    pytest.importorskip("autograd")
    free, rules, every = (
        read(one, which) for which in (STEPS["squared"], STEPS["before"], ALONE["bound_alone"])
    )
    reported = read(one, STEPS["reported"])
    assert rules["exact"][2] == pytest.approx(free["exact"][2])
    assert rules["kinase"][2] != pytest.approx(free["kinase"][2])
    assert every["exact"][2] != pytest.approx(reported["exact"][2])


def test_without_homeostasis_nothing_is_taken_from_changes_and_gradient(one: Recording) -> None:
    some = np.arange(one.weight.size)
    same = np.ones((some.size, len(one.read)))
    comparison = ALONE["no_homeostasis"]
    found = compare_with(comparison, {"same": same}, one, TRANSFER, one.outcome_hz, some)
    assert abs(found["same"][2]) > 0.1
    with_mean = compare_with(STEPS["reported"], {"same": same}, one, TRANSFER, one.outcome_hz, some)
    assert np.isnan(with_mean["same"]).all()
