"""The kinase rule itself: constants, bounds and the closed form of its chain."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from circuits.errors import CtloopError
from circuits.learning.kinase.exact import Exact, State, convolution
from circuits.learning.kinase.rule import RULES, KinaseRule, bounded, contrast, named_rule, room

RATES = st.floats(0.005, 1.0)
NUDGE = st.sampled_from([0.0, 1e-12, 1e-9, 1e-6, 1e-4, 1e-3, 1e-2, 0.05, 0.2, 0.5])


def full_expm(matrix):
    """Matrix exponential in a shuffled basis.

    SciPy treats a triangular matrix apart and there loses digits for diagonals that nearly agree
    (1e-5 for rates 1, 1, 1, 1 + 1e-12), which is the very case that is tested.
    """
    order = np.array([2, 0, 3, 1])
    shuffled = expm(matrix[np.ix_(order, order)])
    back = np.argsort(order)
    return shuffled[np.ix_(back, back)]


def test_a_fast_integral_slower_than_the_slow_one_is_refused():
    with pytest.raises(CtloopError, match="must be faster"):
        KinaseRule(tau_fast_ms=50.0)
    with pytest.raises(CtloopError, match="must be faster"):
        KinaseRule(form="parallel")


@pytest.mark.parametrize("name", ["tau_pre_ms", "tau_cam_ms", "tau_slow_ms"])
def test_a_time_constant_that_is_not_positive_is_refused(name):
    with pytest.raises(CtloopError, match=name):
        KinaseRule(**{name: 0.0})


def test_an_unknown_rule_suggests_the_nearest():
    with pytest.raises(CtloopError, match="cascade"):
        named_rule("cascad")


@settings(max_examples=150, deadline=None)
@given(RATES, NUDGE, NUDGE, NUDGE, st.floats(0.05, 300.0))
def test_the_convolution_equals_the_matrix_exponential_for_any_rates(rate, a, b, c, t):
    assume(rate * t < 60)
    rates = [rate, rate * (1 + a), rate * (1 + a) * (1 + b), rate * (1 + c)]
    chain = -np.diag(rates) + np.diag(np.ones(3), -1)
    exact = full_expm(chain * t)[3, 0]
    assert convolution(tuple(rates), np.array(t)) == pytest.approx(exact, rel=1e-7, abs=1e-250)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["cascade", "parallel"]),
    st.floats(2.0, 60.0),
    st.floats(2.0, 60.0),
    NUDGE,
    st.floats(0.05, 300.0),
    st.lists(st.floats(0.01, 5.0), min_size=4, max_size=4),
)
def test_the_states_move_as_the_matrix_exponential_says(form, cam, fast, nudge, t, start):
    slow = fast * (1 + max(nudge, 1e-3 if form == "parallel" else 0.0))
    rule = KinaseRule(form=form, tau_cam_ms=cam, tau_fast_ms=fast, tau_slow_ms=slow)
    c, m, p, d = rule.decay_per_ms
    matrix = np.diag([-c, -m, -p, -d])
    matrix[1, 0], matrix[2, 1] = m, p
    matrix[3, 2 if form == "cascade" else 1] = d
    truth = full_expm(matrix * t) @ np.array(start)
    state = State(np.ones(1), np.ones(1), *(np.array([x]) for x in start))
    new = Exact(rule).after(state, np.array([t]))
    found = [x[0] for x in (new.calcium, new.cam, new.fast, new.slow)]
    np.testing.assert_allclose(found, truth, rtol=1e-7)


def test_the_integral_over_all_time_of_fast_minus_slow_is_zero():
    """theory: both stages have unit gain, so a read-out event is indispensable."""
    t = np.arange(0.0, 3000.0, 0.05)
    start = State(np.zeros(1), np.zeros(1), np.ones(1), np.zeros(1), np.zeros(1), np.zeros(1))
    for rule in RULES.values():
        track = Exact(rule).after(start, t)
        assert abs(np.trapezoid(track.fast - track.slow, t)) < 1e-5 * np.trapezoid(track.fast, t)


def test_the_soft_bound_keeps_the_weight_inside():
    w = np.array([0.0, 0.3, 1.0])
    assert np.all(bounded(5.0, np.array([1.0, 1.0, 1.0]), w) <= 1.0)
    assert np.all(bounded(5.0, np.array([-1.0, -1.0, -1.0]), w) >= 0.0)
    np.testing.assert_array_equal(bounded(1.0, np.full(3, np.nan), w), w)


def test_the_softness_of_the_bound_decides_how_a_change_fades_and_never_its_size_at_one_half():
    w = np.array([0.1, 0.5, 0.9])
    up, down = np.ones(3), -np.ones(3)
    np.testing.assert_allclose(room(up, w), 1 - w)
    np.testing.assert_allclose(room(down, w), w)
    np.testing.assert_array_equal(room(up, w, 0.0), np.full(3, 0.5))
    half = room(up, w, 0.5)
    assert half[1] == 0.5
    assert np.all((half > room(up, w)) == [False, False, True])
    assert np.all(np.diff(half) < 0)
    assert bounded(1.0, np.array([0.4]), np.array([0.9]), 0.0) == 1.0


def test_the_contrast_enhanced_weight_is_the_scale_at_one_half():
    np.testing.assert_allclose(contrast(np.array([0.0, 0.5, 1.0]), 3.0), [0.0, 3.0, 6.0])


def test_constants_scale_with_the_window():
    rule = RULES["cascade"].scaled(400.0)
    assert (rule.tau_fast_ms, rule.tau_slow_ms, rule.tau_cam_ms) == (80.0, 80.0, 10.0)
    assert (rule.tau_pre_ms, rule.tau_post_ms) == (60.0, 60.0)
