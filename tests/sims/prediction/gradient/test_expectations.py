"""What rules do to synapses that foretold in vain, and to those that foretold rightly."""

from __future__ import annotations

import math

import numpy as np
import pytest

from circuits.records import Edges
from sims.prediction.gradient.expectations import Groups, by_group, groups_of

#: One receiver of eight is foretold, one comes; of two senders the first is active.
PREDICTION = np.array([[40.0, *[4.0] * 7], [40.0, *[4.0] * 7]])
OUTCOME = np.array([[5.0, 90.0, *[5.0] * 6], [90.0, *[5.0] * 7]])
EDGES = Edges(
    pre=np.repeat([0, 1], 8), post=np.tile(np.arange(8), 2), weight_ns={}, delay_ms=np.ones(16)
)
ALL = np.arange(16)


@pytest.fixture
def groups() -> Groups:
    sender = np.array([[2.0, 0.5], [2.0, 0.5]])
    return groups_of(OUTCOME, PREDICTION, sender, np.array([True, False]), EDGES, ALL)


def change_by(outcome: float, prediction: float) -> np.ndarray:
    hz = outcome * OUTCOME - prediction * PREDICTION
    return hz[:, EDGES.post].T * np.where(EDGES.pre == 0, 1.0, -1.0)[:, None]


def test_synapses_of_active_senders_are_sorted_by_what_was_foretold_and_what_came(
    groups: Groups,
) -> None:
    assert np.argwhere(groups.in_vain).tolist() == [[0, 0]]
    assert np.argwhere(groups.surprise).tolist() == [[1, 0]]
    assert np.argwhere(groups.as_foretold).tolist() == [[0, 1]]


def test_the_exact_rule_is_1_in_both_whatever_its_unit(groups: Groups) -> None:
    exact = change_by(1.0, 1.0)
    assert by_group(0.01 * exact, exact, groups) == pytest.approx((1.0, 1.0))


def test_a_rule_without_error_unlearns_nothing_in_vain_and_changes_too_much_as_foretold(
    groups: Groups,
) -> None:
    in_vain, as_foretold = by_group(change_by(1.0, 0.0), change_by(1.0, 1.0), groups)
    assert in_vain < 0.0
    assert as_foretold > 1.2


def test_a_rule_that_runs_the_other_way_has_the_other_sign(groups: Groups) -> None:
    exact = change_by(1.0, 1.0)
    assert by_group(-exact, exact, groups) == pytest.approx((-1.0, -1.0))


def test_nothing_foretold_has_no_value(groups: Groups) -> None:
    none = Groups(groups.surprise, np.zeros_like(groups.surprise), groups.as_foretold)
    in_vain, as_foretold = by_group(change_by(1.0, 1.0), change_by(1.0, 1.0), none)
    assert math.isnan(in_vain)
    assert as_foretold == 1.0
