"""Induction protocols: names, timing, stimuli and current commands."""

import numpy as np
import pytest

from sims.plasticity.protocol import Protocol, pairing, segment_times, steps_of_current, stimuli


def test_a_protocol_is_named_by_its_rates_in_whole_hz():
    assert pairing(25, 50).key == "25_50"
    assert Protocol((25.0, 0.0, 50.4)).key == "25_0_50"


def test_regular_stimuli_are_2_to_3_at_25_hz_and_5_at_50_hz_per_half():
    """Jang 2026: 20 or 40 ms apart."""
    counts = [np.isfinite(segment_times(25, 100.0, np.array([p]))).sum() for p in (0.0, 0.5)]
    assert counts == [3, 2]
    assert np.isfinite(segment_times(50, 100.0, np.array([0.0]))).sum() == 5


def test_a_rate_too_low_for_one_spike_is_silence():
    assert not np.isfinite(segment_times(4, 100.0, np.array([0.5]))).any()
    assert segment_times(0, 100.0, np.array([0.0])).shape == (1, 0)


def test_ten_windows_are_600_ms_apart():
    train = stimuli(pairing(25, 50), np.zeros(2), np.random.default_rng(0))
    assert train.shape == (2, 10 * 8)
    np.testing.assert_allclose(train[0, :8], [0, 40, 80, 100, 120, 140, 160, 180])
    np.testing.assert_allclose(train[0, 8] - train[0, 0], 600.0)


def test_poisson_stimuli_keep_to_the_windows_and_have_the_rate():
    protocol = Protocol((20.0, 80.0), windows=40, poisson=True)
    train = stimuli(protocol, np.zeros(20), np.random.default_rng(0))
    inside = train[np.isfinite(train)] % 600.0
    assert inside.max() < 200.0
    second = (inside >= 100.0).sum() / (20 * 40 * 0.1)
    assert second == pytest.approx(80.0, rel=0.05)


def test_above_55_hz_pulses_of_3_ms_replace_the_step():
    at, level = steps_of_current(pairing(25, 80, windows=1), np.array([[150.0, 0.0]]), 2500.0)
    assert level[0, 0] == 150.0
    on = at[0, level[0] == 2500.0]
    np.testing.assert_allclose(np.diff(on), 12.5)
    assert level[0, 1] == 0.0
    assert at[0, 1] == 100.0
