"""The maps of dw over rates and over window lengths."""

from dataclasses import replace

import numpy as np
import pytest

from circuits.learning.kinase.rule import RULES
from sims.plasticity.maps import (
    RATES_HZ,
    rate_map,
    rate_trains,
    sign_errors,
    window_map,
    zero_slope,
)
from sims.plasticity.preparation import prepare


@pytest.fixture(scope="module")
def prepared():
    return prepare(RULES["cascade"], "cycle", 12, seed=0)


def test_the_difference_of_rates_itself_has_slope_1_and_no_sign_error():
    minus, plus = np.meshgrid(RATES_HZ, RATES_HZ, indexing="ij")
    assert zero_slope(plus - minus) == pytest.approx(1.0)
    assert not sign_errors(plus - minus)[0].any()
    assert zero_slope(plus - 0.9 * minus) == pytest.approx(0.9)
    assert np.isnan(zero_slope(np.ones_like(plus)))


def test_the_zero_line_lies_near_the_diagonal_with_no_sign_error_below_55_hz(prepared):
    fitted = replace(RULES["cascade"], fast_scale=0.98)
    found = rate_map(fitted, rate_trains(prepared))
    assert 0.85 <= found.slope <= 1.05
    assert found.errors_below == 0
    assert found.cases_below == 20


def test_short_windows_need_time_constants_that_scale(prepared):
    found = window_map(prepared)
    short = found.windows_ms < 150
    assert np.all(found.right_fixed[short] < 1.0)
    assert np.all(found.right_fixed[~short] == 1.0)
    assert np.all(found.right_scaled == 1.0)
