"""Cycles to criterion, locking of bursts to the items, drift of rates."""

from __future__ import annotations

import numpy as np
import pytest

from sims.prediction.learning_measures import cycles_to, rate_drift, vector_strength

N = 160
ONSETS = np.concatenate(([0.0], np.cumsum(np.tile([190.0, 210.0], N // 2))))


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
