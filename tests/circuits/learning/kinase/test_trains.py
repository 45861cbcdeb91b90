"""Kinase synapses over spike trains: the exact form against the clock, and the read-outs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circuits.errors import CtloopError
from circuits.learning.kinase.reference import cycle_differences, stepped
from circuits.learning.kinase.rule import RULES, KinaseRule
from circuits.learning.kinase.trains import self_timed, states_at

RULE = RULES["cascade"]
FIELDS = ("pre", "post", "calcium", "cam", "fast", "slow")


def halves(minus_hz, plus_hz, windows=1, gap_ms=400.0, window_ms=200.0):
    """Regular trains, spikes at the start of each interval."""
    half = window_ms / 2
    one = [
        o + np.arange(0.0, half - 1e-9, 1000.0 / hz)
        for o, hz in ((0.0, minus_hz), (half, plus_hz))
        if hz > 0
    ]
    one = np.concatenate(one)
    starts = np.arange(windows) * (window_ms + gap_ms)
    return (starts[:, None] + one).reshape(1, -1)


def grid_trains(rows):
    """Rows of step numbers to padded trains in ms on the 0.5 ms grid."""
    longest = max(len(r) for r in rows) + 1
    return np.array(
        [np.r_[np.array(sorted(r)) * 0.5, np.full(longest - len(r), np.inf)] for r in rows]
    )


TRAINS = st.lists(st.sets(st.integers(0, 600), max_size=14), min_size=3, max_size=3).map(
    grid_trains
)
ANY_RULE = st.sampled_from(
    [
        *RULES.values(),
        KinaseRule(tau_slow_ms=40.0001),
        KinaseRule(tau_post_ms=20.0, tau_cam_ms=40.0),
    ]
)


@settings(max_examples=40, deadline=None)
@given(ANY_RULE, TRAINS, TRAINS)
def test_event_to_event_and_clocked_integration_agree_within_1e_6(rule, pre, post):
    clock = stepped(rule, pre, post, 300.0, 0.5)
    reads = np.array([60.0, 150.0, 200.0, 300.0])
    exact = states_at(rule, pre, post, reads)
    for name in FIELDS:
        expected = getattr(clock, name)[:, np.rint(reads / 0.5).astype(int)]
        np.testing.assert_allclose(getattr(exact, name), expected, rtol=1e-6, atol=1e-16)
    dw = rule.fast_scale * clock.fast - clock.slow
    found = cycle_differences(rule, pre, post, reads)
    scale = np.maximum(clock.fast, clock.slow)[:, np.rint(reads / 0.5).astype(int)]
    assert np.all(np.abs(found - dw[:, np.rint(reads / 0.5).astype(int)]) <= 1e-6 * scale + 1e-16)


@pytest.mark.parametrize("name", RULES)
def test_a_rise_potentiates_a_fall_depresses_and_level_rates_do_least(name):
    """Jang 2026: 25 to 50 Hz potentiates, 50 to 25 Hz depresses, flat does neither."""
    change = {}
    for pair in ((25, 25), (50, 50), (25, 50), (50, 25)):
        train = halves(*pair)
        change[pair] = cycle_differences(RULES[name], train, train, np.array([200.0]))[0, 0]
    assert change[25, 50] > 0 > change[50, 25]
    assert abs(change[25, 25]) < 0.5 * change[25, 50]
    assert abs(change[50, 50]) < 0.5 * change[25, 50]


def test_saturating_calcium_keeps_flat_100_hz_nearer_to_flat():
    def ratio(rule):
        flat, rising = halves(100, 100), halves(25, 50)
        end = np.array([200.0])
        return (
            cycle_differences(rule, flat, flat, end) / cycle_differences(rule, rising, rising, end)
        )[0, 0]

    assert ratio(RULES["cascade"]) > 1.5
    assert ratio(RULES["cascade-saturating"]) < 0.8


def test_learning_at_silence_takes_a_fall_to_10_hz_for_silence():
    """The trap of theory 2.6, kept visible: its sign is wrong."""
    train = halves(40, 10, windows=5)
    assert np.nansum(self_timed(RULE, train, train, 3500.0).difference) > 0


def test_holding_the_commit_while_the_dendrite_is_depolarised_gets_40_to_10_hz_right():
    train = halves(40, 10, windows=5)
    falls = (np.arange(5) * 600.0 + 220.0)[None]
    commits = self_timed(RULE, train, train, 3500.0, falls)
    assert commits.difference.shape == (1, 5)
    assert np.all(commits.difference < 0)


@pytest.mark.parametrize("gap_ms", [30.0, 60.0, 100.0])
@pytest.mark.parametrize(("minus", "plus", "sign"), [(25, 50, 1), (50, 25, -1)])
def test_windows_separated_by_100_ms_or_less_commit_once_each(gap_ms, minus, plus, sign):
    train = halves(minus, plus, windows=6, gap_ms=gap_ms)
    falls = (np.arange(6) * (200.0 + gap_ms) + 220.0)[None]
    commits = self_timed(RULE, train, train, 6 * (200.0 + gap_ms) + 500.0, falls)
    assert commits.difference.shape == (1, 6)
    assert sign * np.mean(commits.difference) > 0


def test_a_commit_at_silence_is_resolved_at_the_next_spike_and_at_the_end():
    train = halves(25, 50, windows=2)
    commits = self_timed(RULE, train, train, 1500.0)
    assert commits.difference.shape == (1, 2)
    last = train[0, train.shape[1] // 2 - 1]
    assert commits.read_ms[0, 0] == pytest.approx(last + RULE.silence_ms)
    read = states_at(RULE, train, train, commits.read_ms).slow
    crossing = states_at(RULE, train, train, commits.time_ms).slow
    np.testing.assert_allclose(crossing, RULE.silence_fraction * read, rtol=1e-9)


def test_silence_learns_nothing():
    empty = np.full((2, 1), np.inf)
    assert np.all(cycle_differences(RULE, empty, empty, np.array([200.0])) == 0)
    assert self_timed(RULE, empty, empty, 500.0).difference.size == 0


def test_clocked_durations_must_be_positive():
    with pytest.raises(CtloopError, match="above 0"):
        stepped(RULE, np.zeros((1, 1)), np.zeros((1, 1)), 0.0, 0.1)
