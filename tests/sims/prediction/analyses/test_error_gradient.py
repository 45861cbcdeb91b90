"""What changes of the weights owe to spikes: on changes made by a known rule, and in the circuit while it learns."""

from __future__ import annotations

import math

import numpy as np
import pytest

from circuits.learning.record import Weights
from circuits.records import Edges
from circuits.spec import set_parameter
from circuits.wiring import orientation_distance
from sims.prediction.analyses.error_gradient import (
    WeightChangeFit,
    change_by_item,
    changes,
    measure_error_gradient,
    project_on_input,
    regress_on_spikes,
)
from sims.stimuli.sequences import named
from thalamus.predictive import prediction_circuit

SENDERS, RECEIVERS, CYCLES = 30, 12, 200


def _all_to_all() -> Edges:
    pre, post = (a.ravel() for a in np.meshgrid(np.arange(SENDERS), np.arange(RECEIVERS)))
    return Edges(pre=pre, post=post, weight_ns={}, delay_ms=np.ones(pre.size))


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_changes_made_by_a_rule_give_the_share_it_takes_away(share: float) -> None:
    rng = np.random.default_rng(0)
    edges = _all_to_all()
    senders = rng.poisson(0.5, (CYCLES, SENDERS)).astype(float)
    outcome, prediction = rng.poisson(1.0, (2, CYCLES, RECEIVERS)).astype(float)
    error = 0.01 * (outcome - share * prediction) + 0.002
    change = error[:, edges.post] * senders[:, edges.pre]
    per_outcome, per_prediction, explained = regress_on_spikes(
        project_on_input(change, edges, senders, RECEIVERS), outcome, prediction
    )
    assert per_outcome == pytest.approx(0.01)
    assert -per_prediction / per_outcome == pytest.approx(share, abs=1e-9)
    assert explained == pytest.approx(1.0)


def test_changes_by_chance_are_not_explained() -> None:
    rng = np.random.default_rng(1)
    spikes = rng.poisson(1.0, (2, CYCLES, RECEIVERS)).astype(float)
    _, _, explained = regress_on_spikes(rng.standard_normal((CYCLES, RECEIVERS)), *spikes)
    # Two regressors on 2,400 points: the share is chi-square of 2 degrees over 2,400, .006 at p = .001.
    assert 0.0 <= explained < 0.006


def test_weights_that_do_not_change_explain_nothing_and_are_no_error() -> None:
    assert regress_on_spikes(np.zeros((4, 3)), np.ones((4, 3)), np.ones((4, 3))) == (0.0, 0.0, 0.0)
    assert math.isnan(WeightChangeFit(0.0, 0.0, 0.0, math.nan, math.nan, math.nan).weakening_ratio)
    symbol = np.array([0, 1, 0, 1])
    distance = np.where(np.eye(2)[symbol] > 0, 0.0, 90.0)
    seen = change_by_item(np.zeros((4, 2)), np.arange(2), distance, np.array([0, 0, 1, 1]))
    assert np.isnan(seen).all()


@pytest.mark.parametrize(("share", "correct", "false_alarm"), [(0.0, 1.0, 0.0), (1.0, 0.0, -1.0)])
def test_rules_that_take_away_a_prediction_or_not_differ_in_what_was_predicted(
    share: float, correct: float, false_alarm: float
) -> None:
    symbol, predicted = np.array([[a, b] for a in range(8) for b in range(-1, 8)]).T
    deg = np.arange(8) * 22.5
    distance = orientation_distance(deg[symbol, None], deg[None, :])
    symbol_of = np.repeat(np.arange(8), 3)
    # The outcome reaches the neighbouring cells by a half.
    outcome = np.maximum(0.0, 1.0 - distance / 45.0)[:, symbol_of]
    error = 0.3 + 0.1 * (outcome - share * (predicted[:, None] == symbol_of))
    found = change_by_item(error, symbol_of, distance, predicted)
    assert found == pytest.approx((correct, false_alarm, false_alarm + 0.5))


def test_silent_senders_leave_no_change() -> None:
    edges = _all_to_all()
    change = np.ones((1, edges.pre.size))
    assert (project_on_input(change, edges, np.zeros((1, SENDERS)), RECEIVERS) == 0).all()


def test_a_change_is_that_from_before_one_outcome_to_before_the_next() -> None:
    sampled = np.array([[0.5], [0.5], [0.6], [0.6], [0.7]])
    weights = Weights(
        final=sampled[-1], times_ms=np.arange(5) * 100.0, sampled=sampled,
        traced=np.empty(0, dtype=np.int64), traces={},
    )  # fmt: skip
    found = changes(weights, np.array([150.0, 350.0, 450.0]))
    assert found.ravel() == pytest.approx([0.1, 0.1])


@pytest.mark.slow
@pytest.mark.compile
def test_a_prediction_spike_weakens_by_the_kinase_rule_more_than_by_hebbs() -> None:
    loop = named("loop")
    kinase = measure_error_gradient(prediction_circuit(), loop, 0, 60)
    hebb = measure_error_gradient(
        set_parameter(prediction_circuit(), "learning.rule=hebb"), loop, 0, 60
    )
    assert kinase.outcome > 0 > kinase.prediction
    assert kinase.weakening_ratio > hebb.weakening_ratio + 0.1
