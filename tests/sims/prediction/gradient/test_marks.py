"""The marks and what lies between them: the exact rule reads 1, Hebb's by the outcome 0, a reversed one below."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from sims.prediction.gradient.error_index import place
from sims.prediction.gradient.marks import cosine, differing, outer, read_change, sender_activity
from sims.prediction.gradient.recording import Recording

Pair = tuple[np.ndarray, np.ndarray]


@pytest.fixture
def pair(make_recording: Callable[..., Recording]) -> Pair:
    one = make_recording()
    x, all_ = sender_activity(one.sender, one.windows_ms, 100.0), np.arange(one.edges.pre.size)
    return (
        outer(one.outcome_hz, x, one.edges, all_),
        outer(one.prediction_hz, x, one.edges, all_),
    )


def test_the_exact_rule_reads_1_and_hebbs_by_the_outcome_0(pair: Pair) -> None:
    o, p = pair
    exact, hebb = place(0.3 * (o - p), pair, pair), place(7.0 * o, pair, pair)
    assert exact.index == pytest.approx(1.0)
    assert exact.reading.taken == pytest.approx(1.0)
    assert exact.reading.explained == pytest.approx(1.0)
    assert hebb.index == pytest.approx(0.0, abs=1e-9)
    assert hebb.reading.taken == pytest.approx(0.0, abs=1e-9)


def test_a_mixture_lies_between_and_more_of_the_error_lies_higher(pair: Pair) -> None:
    o, p = pair
    found = [place(o - share * p, pair, pair).index for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert np.all(np.diff(found) > 0)
    assert found[0] == pytest.approx(0.0, abs=1e-9)
    assert found[-1] == pytest.approx(1.0)


def test_a_rule_that_takes_too_much_is_below_1_and_says_so(pair: Pair) -> None:
    o, p = pair
    found = place(o - 2.0 * p, pair, pair)
    assert found.index < 1.0
    assert found.reading.taken == pytest.approx(2.0)


def test_a_reversed_rule_reads_below_0(pair: Pair) -> None:
    o, p = pair
    found = place(p - o, pair, pair)
    assert found.index < 0.0
    assert found.reading.taken == pytest.approx(-1.0)


def test_noise_lowers_what_is_explained_and_the_cosine_but_hardly_the_index(pair: Pair) -> None:
    o, p = pair
    rng = np.random.default_rng(3)
    noise = rng.standard_normal(o.shape) * (o - p).std()
    found = place(o - p + noise, pair, pair)
    assert found.index > 0.9
    assert found.reading.explained == pytest.approx(0.5, abs=0.05)
    assert found.reading.cosine_exact == pytest.approx(math.sqrt(0.5), abs=0.04)


def test_no_change_has_no_reading(pair: Pair) -> None:
    found = read_change(np.zeros_like(pair[0]), *pair)
    assert found.explained == 0.0
    assert math.isnan(found.taken)
    assert math.isnan(cosine(np.zeros(3), np.ones(3)))


def test_cycles_that_were_predicted_rightly_do_not_count() -> None:
    outcome = np.array([[90.0, 5.0, 5.0, 5.0], [90.0, 5.0, 5.0, 5.0], [0.0, 0.0, 0.0, 0.0]])
    prediction = np.array([[30.0, 3.0, 2.0, 3.0], [2.0, 30.0, 3.0, 3.0], [3.0, 2.0, 3.0, 2.0]])
    assert differing(outcome, prediction).tolist() == [False, True, False]


def test_a_senders_activity_is_the_mean_of_its_trace() -> None:
    windows = np.array([[100.0, 120.0, 150.0, 180.0]])
    trains = np.array([[50.0, 130.0], [190.0, np.inf]])
    t = np.arange(100.0, 180.0, 0.01) + 0.005
    trace = sum(np.where(t > s, np.exp(-(t - s) / 40.0) / 40.0, 0.0) for s in (50.0, 130.0))
    found = sender_activity(trains, windows, 40.0)
    assert found[0] == pytest.approx([trace.mean(), 0.0], rel=1e-4)
