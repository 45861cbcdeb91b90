"""The measures of two groups of relay cells, on rates whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from circuits.records import Spikes
from circuits.wiring import prefers
from sims.alternation.groups import SLOWEST_HZ, replacement, rhythm

STOP_MS = 20_000
CELLS = 40
PREDICTED_DEG, ACTUAL_DEG = 135.0, 45.0
#: The first half prefers what is predicted, the others what is there.
ORIENTATION = np.repeat([PREDICTED_DEG, ACTUAL_DEG], CELLS // 2)


def two_groups(shift_deg: float, frequency_hz: float = 5.0, depth: float = 1.0) -> Spikes:
    """Draw Poisson spikes of 20 Hz, modulated; the second group's rate lags the first one's."""
    rng = np.random.default_rng(3)
    phase = 2 * np.pi * frequency_hz * np.arange(STOP_MS)[:, None] / 1000
    lag = np.deg2rad(np.repeat([0.0, shift_deg], CELLS // 2))
    rate_hz = 20 * (1 + depth * np.sin(phase - lag))
    ms, cells = np.nonzero(rng.uniform(size=rate_hz.shape) < rate_hz / 1000)
    return Spikes(ms + 0.5, cells.astype(np.int64))


def measured(spikes: Spikes, predicted: float | None = PREDICTED_DEG, actual: float | None = 45.0):
    return rhythm(spikes, ORIENTATION, predicted, actual, 0.0, float(STOP_MS))


@pytest.mark.parametrize("shift_deg", [180.0, 90.0, 270.0])
def test_the_phase_of_two_poisson_groups_is_the_one_they_were_drawn_with(shift_deg: float) -> None:
    found = measured(two_groups(shift_deg))
    assert found["groups_phase_deg"] == pytest.approx(shift_deg, abs=8)
    for name in ("predicted", "actual"):
        assert found[f"theta_{name}_hz"] == pytest.approx(5.0, abs=0.05)
        assert found[f"theta_{name}_db"] > 10


def test_groups_in_phase_are_0_degrees_apart() -> None:
    phase = measured(two_groups(0.0))["groups_phase_deg"]
    assert min(phase, 360 - phase) < 8


def test_steady_groups_have_no_prominent_peak() -> None:
    found = measured(two_groups(180.0, depth=0.0))
    assert found["theta_predicted_db"] < 10
    assert found["theta_actual_db"] < 10


def test_a_group_that_does_not_exist_or_is_silent_has_a_reason_in_place_of_numbers() -> None:
    spikes = two_groups(180.0)
    for given, key, reason in (
        ({"predicted": None}, "theta_predicted_hz", "no predicted orientation"),
        ({"actual": None}, "theta_actual_db", "no actual orientation"),
        ({"actual": 90.0}, "theta_actual_hz", "no cell prefers it"),
        ({"predicted": ACTUAL_DEG}, "groups_phase_deg", "different orientation"),
    ):
        found = measured(spikes, **given)
        assert found[key] is None
        assert reason in found[f"{key}_reason"]
        assert found["groups_phase_deg"] is None
    first = spikes.cells < CELLS // 2
    silent = measured(Spikes(spikes.times_ms[first], spikes.cells[first]))
    assert silent["theta_actual_hz"] is None
    assert "silent" in silent["theta_actual_hz_reason"]
    assert silent["groups_phase_deg"] is None
    short = rhythm(spikes, ORIENTATION, PREDICTED_DEG, ACTUAL_DEG, 0.0, 3000.0)
    assert "shorter than one window" in short["theta_predicted_hz_reason"]


RATES = {
    "relay_prediction_hz": 28.0,
    "relay_outcome_predicted_hz": 7.0,
    "relay_outcome_hz": 30.0,
    "relay_prediction_actual_hz": 3.0,
}


def test_replacement_is_the_share_of_the_rate_that_the_outcome_takes_away() -> None:
    assert replacement(RATES) == {
        "replacement": pytest.approx(0.75),
        "actual_in_prediction": pytest.approx(0.1),
    }
    added = replacement({**RATES, "relay_outcome_predicted_hz": 35.0})
    assert added["replacement"] == pytest.approx(-0.25)
    assert replacement({**RATES, "relay_outcome_predicted_hz": 0.0})["replacement"] == 1.0


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        ({"relay_prediction_hz": None}, "replacement", "both parts of the cycle"),
        ({"relay_prediction_hz": SLOWEST_HZ / 2}, "replacement", "would be chance"),
        ({"relay_outcome_hz": 0.0}, "actual_in_prediction", "would be chance"),
        ({"relay_prediction_actual_hz": None}, "actual_in_prediction", "both groups"),
    ],
)
def test_a_share_of_nothing_is_no_number_and_says_why(change, key, reason) -> None:
    found = replacement({**RATES, **change})
    assert found[key] is None
    assert reason in found[f"{key}_reason"]


def test_a_cell_is_near_an_orientation_on_the_circle_of_180_degrees() -> None:
    assert list(prefers(np.array([170.0, 10.0, 45.0, 157.4]), 0.0)) == [True, True, False, False]
