"""Means over seeds: which interval they have, and that its coverage is what it says."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sims.measures.intervals import BOOTSTRAP_FROM, interval, over_seeds


def test_few_seeds_have_students_interval_and_those_without_a_value_do_not_count() -> None:
    found = over_seeds(np.array([1.0, 2.0, math.nan, 4.0]))
    assert found.n == 3
    assert (found.low, found.high) == pytest.approx(interval(np.array([1.0, 2.0, 4.0]), 0.95))


def test_one_seed_has_a_mean_alone_and_none_has_nothing() -> None:
    one, none = over_seeds(np.array([2.0])), over_seeds(np.array([math.nan]))
    assert (one.mean, one.n) == (2.0, 1)
    assert math.isnan(one.low)
    assert none.n == 0
    assert math.isnan(none.mean)


def test_metrics_are_flat() -> None:
    assert over_seeds(np.array([2.0, 2.0])).metrics("share") == {
        "share": 2.0, "share_lo": 2.0, "share_hi": 2.0, "share_n": 2,
    }  # fmt: skip


def test_the_bootstrap_of_twenty_seeds_covers_nearly_what_it_says() -> None:
    rng = np.random.default_rng(1)
    drawn = [over_seeds(rng.standard_normal(BOOTSTRAP_FROM)) for _ in range(60)]
    assert np.mean([m.low < 0 < m.high for m in drawn]) > 0.85
    assert drawn[0] == over_seeds(np.random.default_rng(1).standard_normal(BOOTSTRAP_FROM))
