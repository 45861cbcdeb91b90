"""What the prediction measures say of circuits that predict, copy, guess or keep silent."""

from __future__ import annotations

import numpy as np
import pytest

from circuits.records import Spikes
from circuits.runs.run import Cycles
from sims.prediction.measuring import since_gap
from sims.prediction.readout import (
    PREDICTION_MS,
    correlation,
    counts,
    cycles_to,
    latency,
    moment_ms,
    nearest,
    parts,
    rate_drift,
    templates,
    vector_strength,
    vectors,
)

CELLS, SYMBOLS, N = 80, 8, 160
ONSETS = np.concatenate(([0.0], np.cumsum(np.tile([190.0, 210.0], N // 2))))
BURSTS = Cycles(ONSETS[:-1] + 70, ONSETS[:-1] + 120)
SHOWN = np.arange(N) % SYMBOLS


def _relay(said: np.ndarray, seed: int = 0, rate: float = 3.0) -> Spikes:
    """Relay cells that show `said[k]` before item k is answered and the item itself in the burst."""
    rng = np.random.default_rng(seed)
    prefer = np.arange(CELLS) * SYMBOLS // CELLS
    times, cells = [], []
    for k in range(N):
        begin = BURSTS.burst_off_ms[k - 1] if k else -60.0
        for symbol, start, stop in ((said[k], begin, ONSETS[k] + 30), (SHOWN[k], *_burst(k))):
            mean = np.where(prefer == symbol, rate, 0.2) if symbol >= 0 else np.zeros(CELLS)
            n = rng.poisson(mean)
            times.append(rng.uniform(start, stop, n.sum()))
            cells.append(np.repeat(np.arange(CELLS), n))
    return Spikes(np.concatenate(times), np.concatenate(cells))


def _burst(k: int) -> tuple[float, float]:
    return BURSTS.burst_on_ms[k], BURSTS.burst_off_ms[k]


def _read(said: np.ndarray, test: slice = slice(80, None)) -> tuple[np.ndarray, np.ndarray]:
    found = vectors(_relay(said), CELLS, ONSETS, BURSTS, 35.0)
    known = templates(found.outcome, SHOWN, SYMBOLS, np.arange(N) < 80)
    return nearest(found.prediction[test], known), SHOWN[test]


def test_a_perfect_predictor_is_right() -> None:
    said, came = _read(SHOWN)
    assert np.mean(said == came) == 1


def test_a_copier_shows_the_item_just_seen() -> None:
    said, came = _read(np.roll(SHOWN, 1))
    assert np.mean(said == came) == 0
    assert np.mean(said == np.roll(came, 1)) == 1


def test_a_silent_one_predicts_nothing() -> None:
    said, _ = _read(np.full(N, -1))
    assert (said == -1).all()


def test_chance_is_an_eighth() -> None:
    said, came = _read(np.random.default_rng(3).integers(0, SYMBOLS, N))
    assert 0 < np.mean(said == came) < 0.3


def test_correlations_tell_a_prediction_from_a_copy() -> None:
    for said, predicts in ((SHOWN, True), (np.roll(SHOWN, 1), False)):
        found = vectors(_relay(said), CELLS, ONSETS, BURSTS, 35.0)
        with_own = correlation(found.prediction, found.outcome)
        with_last = correlation(found.prediction[1:], found.outcome[:-1])
        assert with_own is not None
        assert with_last is not None
        assert (with_own > 0.5) is predicts
        assert (with_last > 0.5) is not predicts
    assert correlation(np.zeros((3, 4)), np.ones((3, 4))) is None


def test_what_all_templates_share_tells_nothing() -> None:
    known = np.eye(4) + np.array([50.0, 0, 0, 0])  # one cell that always fires
    shown = 10 * known
    assert list(nearest(shown, known)) == [0, 1, 2, 3]


def test_moments_tell_when_a_prediction_comes_up() -> None:
    """Relay cells show the last item until 60 ms before the end of the prediction part, then the next."""
    end = ONSETS[:-1] + 35.0
    prefer = np.arange(CELLS) * SYMBOLS // CELLS
    times, cells = [], []
    for k in range(1, N):
        for symbol, start, stop in (
            (SHOWN[k - 1], end[k] - 130, end[k] - 60),
            (SHOWN[k], end[k] - 60, end[k]),
            (SHOWN[k], *_burst(k)),
        ):
            mine = np.flatnonzero(prefer == symbol)
            at = np.arange(start + 2.5, stop, 5.0)
            times.append(np.repeat(at, len(mine)))
            cells.append(np.tile(mine, len(at)))
    relay = Spikes(np.concatenate(times), np.concatenate(cells))
    found = vectors(relay, CELLS, ONSETS, BURSTS, 35.0)
    known = templates(found.outcome, SHOWN, SYMBOLS, np.ones(N, bool))
    for at_ms, moment in zip(moment_ms(), found.moments.transpose(1, 0, 2), strict=True):
        said = nearest(moment[2:], known)
        if -112 < at_ms < -75:
            assert (said == SHOWN[1:-1]).all()
        elif -50 < at_ms < 0:
            assert (said == SHOWN[2:]).all()
    # Of the whole half cycle, 40 ms still say the last item and 60 ms the next.
    assert (nearest(found.half_cycle[2:], known) == SHOWN[2:]).all()
    assert found.half_cycle.sum() > found.prediction.sum()


def test_cycles_are_counted_from_the_last_gap() -> None:
    gaps = np.array([False, True, False, False, True, False])
    assert list(since_gap(gaps)) == [-1, 0, 1, 2, 0, 1]


# --- parts ---------------------------------------------------------------------------------------


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
    quiet = Spikes(ground, np.zeros(20_000, dtype=np.int64))
    assert np.isnan(latency(quiet, ONSETS[:-1])) or latency(quiet, ONSETS[:-1]) > 0


# --- curves --------------------------------------------------------------------------------------


def test_cycles_to_criterion_count_to_the_end_of_the_window_that_reaches_it() -> None:
    right = np.concatenate([np.zeros(60), np.ones(100)])
    assert cycles_to(right) == 60 + 36  # 36 of 40
    assert cycles_to(np.zeros(500)) is None
    assert cycles_to(np.ones(39)) is None


def test_bursts_at_a_fixed_phase_lock_and_others_do_not() -> None:
    phase = (ONSETS[1:] - ONSETS[:-1]) * 0.3
    assert vector_strength(ONSETS[:-1] + phase, ONSETS, N) == pytest.approx(1)
    free = np.sort(np.random.default_rng(0).uniform(0, ONSETS[-1], 300))
    assert vector_strength(free, ONSETS, N) == pytest.approx(0, abs=0.15)
    assert vector_strength(np.array([5.0]), ONSETS, N) is None


def test_a_drift_is_a_factor_up_or_down_with_its_slope() -> None:
    found = rate_drift(
        {"a": np.linspace(4, 8, 11), "b": np.array([2.0, 1.0]), "c": np.ones(3)},
        {"a": 4.0, "b": 4.0, "c": 0.0},
    )
    assert set(found) == {"a", "b"}
    assert found["a"][0] == pytest.approx(2)
    assert found["a"][1] == pytest.approx(0.1)
    assert found["b"] == (pytest.approx(4), None)
