"""The phase between two rates, on sines whose phase is known."""

from __future__ import annotations

import numpy as np
import pytest

from circuits.analysis.spectra import phase_deg

TIME_S = np.arange(12_000) / 1000


def sine(lag_deg: float, frequency_hz: float = 5.0):
    return 10 + 4 * np.sin(2 * np.pi * frequency_hz * TIME_S - np.deg2rad(lag_deg))


@pytest.mark.parametrize("lag_deg", [0.0, 45.0, 90.0, 180.0, 300.0])
@pytest.mark.parametrize("frequency_hz", [4.5, 5.0, 5.1])
def test_the_phase_is_by_how_much_the_first_leads(lag_deg: float, frequency_hz: float) -> None:
    found = phase_deg(sine(0.0, frequency_hz), sine(lag_deg, frequency_hz), frequency_hz)
    assert abs((found - lag_deg + 180) % 360 - 180) < 1
    assert 0 <= found < 360


def test_noise_and_other_frequencies_hardly_move_it() -> None:
    rng = np.random.default_rng(0)
    one, other = (sine(lag) + sine(0.0, 11.0) + rng.normal(0, 4, TIME_S.size) for lag in (0, 180))
    assert phase_deg(one, other, 5.0) == pytest.approx(180, abs=5)
