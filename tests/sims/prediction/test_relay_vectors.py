"""Where the parts of a cycle begin and end, and what is counted in them."""

from __future__ import annotations

import numpy as np
import pytest

from circuits.records import Spikes
from circuits.runs.run import Cycles
from sims.prediction.relay_vectors import PREDICTION_MS, counts, latency, parts

N = 160
ONSETS = np.concatenate(([0.0], np.cumsum(np.tile([190.0, 210.0], N // 2))))
BURSTS = Cycles(ONSETS[:-1] + 70, ONSETS[:-1] + 120)


def test_a_prediction_ends_with_the_latency_of_layer_4() -> None:
    prediction, outcome, burst = parts(ONSETS, BURSTS, 35.0)
    assert prediction[1:, 0] == pytest.approx(
        np.maximum(BURSTS.burst_off_ms[:-1], ONSETS[1:-1] + 35 - PREDICTION_MS)
    )
    assert prediction[:, 1] == pytest.approx(ONSETS[:-1] + 35)
    assert outcome[:, 0] == pytest.approx(BURSTS.burst_on_ms)
    assert outcome[:, 1] == pytest.approx(BURSTS.burst_off_ms)
    assert burst == pytest.approx(BURSTS.burst_on_ms)


def test_where_a_burst_is_missing_the_usual_time_stands_in_for_it() -> None:
    gap = Cycles(np.delete(BURSTS.burst_on_ms, 9), np.delete(BURSTS.burst_off_ms, 9))
    prediction, outcome, burst = parts(ONSETS, gap, 35.0)
    assert np.isnan(burst[9])
    assert outcome[9] == pytest.approx(ONSETS[9] + np.array([70, 120]))
    assert prediction[10, 0] == pytest.approx(ONSETS[10] + 35 - PREDICTION_MS)


def test_a_prediction_never_reaches_into_the_burst_before() -> None:
    late = Cycles(BURSTS.burst_on_ms + 60, BURSTS.burst_off_ms + 60)
    prediction, _, _ = parts(ONSETS, late, 35.0)
    assert prediction[1:, 0] == pytest.approx(late.burst_off_ms[:-1])


def test_a_burst_before_layer_4_has_answered_belongs_to_the_item_before() -> None:
    early = Cycles(ONSETS[:-1] + 10, ONSETS[:-1] + 30)
    burst = parts(ONSETS, early, 35.0)[2]
    assert burst[:-1] == pytest.approx(ONSETS[1:-1] + 10)
    assert np.isnan(burst[-1])


def test_no_burst_at_all_leaves_fixed_parts() -> None:
    prediction, outcome, burst = parts(ONSETS, Cycles(np.empty(0), np.empty(0)), 35.0)
    assert np.isnan(burst).all()
    assert (np.diff(prediction) > 0).all()
    assert (np.diff(outcome) > 0).all()


def test_spikes_are_counted_where_they_fall() -> None:
    spikes = Spikes(np.array([1.0, 5.0, 5.0, 9.0]), np.array([0, 1, 1, 2]))
    found = counts(spikes, 3, np.array([[0.0, 5.0], [5.0, 9.0]]))
    assert found.tolist() == [[1, 0, 0], [0, 2, 0]]


def test_the_latency_is_where_the_rate_leaves_its_ground() -> None:
    rng = np.random.default_rng(0)
    ground = rng.uniform(0, ONSETS[-1], 20_000)
    answer = np.repeat(ONSETS[:-1], 60) + 42 + rng.exponential(15, 60 * N)
    spikes = Spikes(np.concatenate([ground, answer]), np.zeros(20_000 + 60 * N, dtype=np.int64))
    assert latency(spikes, ONSETS[:-1]) == pytest.approx(42, abs=4)


def test_a_silent_population_has_no_latency() -> None:
    assert np.isnan(latency(Spikes(np.empty(0), np.empty(0, dtype=np.int64)), ONSETS[:-1]))
