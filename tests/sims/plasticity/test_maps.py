"""The map of dw over rates and over window lengths, and the rivals."""

from dataclasses import replace

import numpy as np
import pytest

from circuits.learning.kinase.rule import RULES
from circuits.seeds import stream
from sims.plasticity.cells import draw_cells
from sims.plasticity.induction import calibrate, epsp_curve
from sims.plasticity.maps import (
    RATES_HZ,
    rate_map,
    rate_trains,
    sign_errors,
    window_map,
    zero_slope,
)
from sims.plasticity.other_rules import BINS, RIVALS, Binned, compare


@pytest.fixture(scope="module")
def slice_():
    cells = draw_cells(12, stream(0, "plasticity cells"))
    return cells, calibrate(cells, stream(0, "plasticity calibration"))


def test_the_difference_of_rates_itself_has_slope_1_and_no_sign_error():
    minus, plus = np.meshgrid(RATES_HZ, RATES_HZ, indexing="ij")
    assert zero_slope(plus - minus) == pytest.approx(1.0)
    assert not sign_errors(plus - minus)[0].any()
    assert zero_slope(plus - 0.9 * minus) == pytest.approx(0.9)
    assert np.isnan(zero_slope(np.ones_like(plus)))


def test_the_zero_line_lies_near_the_diagonal_with_no_sign_error_below_55_hz(slice_):
    fitted = replace(RULES["cascade"], fast_scale=0.98)
    found = rate_map(fitted, rate_trains(*slice_, 0))
    assert 0.85 <= found.slope <= 1.05
    assert found.errors_below == 0
    assert found.cases_below == 20


def test_short_windows_need_time_constants_that_scale(slice_):
    found = window_map(RULES["cascade"], *slice_, 0)
    short = found.windows_ms < 150
    assert np.all(found.right_fixed[short] < 1.0)
    assert np.all(found.right_fixed[~short] == 1.0)
    assert np.all(found.right_scaled == 1.0)


def test_chl_is_told_the_halves_and_rules_do_nothing_without_spikes():
    silent = Binned(np.zeros((1, BINS)), np.zeros((1, BINS)), np.zeros((1, 2)))
    middle = {"tau": 20.0, "theta": 1e-9}
    for rival in RIVALS:
        p = {n: middle.get(n, float(np.sqrt(a * b))) for n, (a, b) in rival.searched.items()}
        assert rival.per_window(silent, p)[0] == pytest.approx(0.0, abs=1e-9)
    spikes = np.zeros((1, BINS))
    spikes[0, [10, 110, 130]] = 1.0
    (told,) = [r for r in RIVALS if r.name.startswith("CHL")]
    assert told.per_window(Binned(spikes, spikes, np.zeros((1, 2))), {})[0] > 0


def test_an_order_blind_rule_cannot_fit_what_the_kinase_rule_fits(slice_):
    cells, table = slice_
    rivals = tuple(r for r in RIVALS if r.name == "Hebbian covariance")
    rows = compare(
        RULES["cascade"], "cycle", cells, table, epsp_curve(cells), 0, budget=60, rivals=rivals
    )
    kinase, hebb = rows
    assert kinase["chi2_unseen"] < 1.0 < hebb["chi2_unseen"]
    assert kinase["order"] > 0.5
    assert abs(hebb["order"]) < 0.2
    assert kinase["signs_unseen"] == 1.0
