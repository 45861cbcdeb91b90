"""What weights follow: on changes made by a known rule, and in the circuit while it learns."""

from __future__ import annotations

import math

import numpy as np
import pytest

from circuits.learning.record import Weights
from circuits.records import Edges
from circuits.spec import set_parameter
from circuits.wiring import orientation_distance
from sims.prediction.analyses.error_gradient import (
    Followed,
    along,
    changes,
    compared,
    followed,
    learns,
)
from sims.stimuli.sequences import named
from thalamus.predictive import prediction_circuit

SENDERS, RECEIVERS, CYCLES = 30, 12, 200


def _all_to_all() -> Edges:
    pre, post = (a.ravel() for a in np.meshgrid(np.arange(SENDERS), np.arange(RECEIVERS)))
    return Edges(pre=pre, post=post, weight_ns={}, delay_ms=np.ones(pre.size))


@pytest.mark.parametrize("balance", [0.0, 0.5, 1.0])
def test_changes_made_by_a_rule_tell_its_balance(balance: float) -> None:
    rng = np.random.default_rng(0)
    edges = _all_to_all()
    said = rng.poisson(0.5, (CYCLES, SENDERS)).astype(float)
    outcome, prediction = rng.poisson(1.0, (2, CYCLES, RECEIVERS)).astype(float)
    error = 0.01 * (outcome - balance * prediction) + 0.002
    change = error[:, edges.post] * said[:, edges.pre]
    adds, takes, explained = followed(along(change, edges, said, RECEIVERS), outcome, prediction)
    assert adds == pytest.approx(0.01)
    assert -takes / adds == pytest.approx(balance, abs=1e-9)
    assert explained == pytest.approx(1.0)


def test_changes_by_chance_are_not_explained() -> None:
    rng = np.random.default_rng(1)
    spikes = rng.poisson(1.0, (2, CYCLES, RECEIVERS)).astype(float)
    _, _, explained = followed(rng.standard_normal((CYCLES, RECEIVERS)), *spikes)
    # Two regressors on 2,400 points: the share is chi-square of 2 degrees over 2,400, .006 at p = .001.
    assert 0.0 <= explained < 0.006


def test_weights_that_do_not_change_explain_nothing_and_are_no_error() -> None:
    assert followed(np.zeros((4, 3)), np.ones((4, 3)), np.ones((4, 3))) == (0.0, 0.0, 0.0)
    assert math.isnan(Followed(0.0, 0.0, 0.0, math.nan, math.nan, math.nan).balance)
    symbol = np.array([0, 1, 0, 1])
    apart = np.where(np.eye(2)[symbol] > 0, 0.0, 90.0)
    seen = compared(np.zeros((4, 2)), np.arange(2), apart, np.array([0, 0, 1, 1]))
    assert np.isnan(seen).all()


@pytest.mark.parametrize(("balance", "right", "vain"), [(0.0, 1.0, 0.0), (1.0, 0.0, -1.0)])
def test_hebb_and_gradient_differ_in_what_was_foretold(
    balance: float, right: float, vain: float
) -> None:
    symbol, foretold = np.array([[a, b] for a in range(8) for b in range(-1, 8)]).T
    deg = np.arange(8) * 22.5
    apart = orientation_distance(deg[symbol, None], deg[None, :])
    stands_for = np.repeat(np.arange(8), 3)
    # The outcome reaches the cells beside by a half.
    outcome = np.maximum(0.0, 1.0 - apart / 45.0)[:, stands_for]
    error = 0.3 + 0.1 * (outcome - balance * (foretold[:, None] == stands_for))
    found = compared(error, stands_for, apart, foretold)
    assert found == pytest.approx((right, vain, vain + 0.5))


def test_silent_senders_leave_no_change() -> None:
    edges = _all_to_all()
    change = np.ones((1, edges.pre.size))
    assert (along(change, edges, np.zeros((1, SENDERS)), RECEIVERS) == 0).all()


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
def test_the_kinase_rule_takes_for_a_prediction_and_hebbs_does_not() -> None:
    loop = named("loop")
    kinase = learns(prediction_circuit(), loop, 0, 60)
    hebb = learns(set_parameter(prediction_circuit(), "learning.rule=hebb"), loop, 0, 60)
    assert kinase.outcome > 0 > kinase.prediction
    assert kinase.balance > hebb.balance + 0.1
