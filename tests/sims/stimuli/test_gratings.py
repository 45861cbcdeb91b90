"""Gratings, the bar and the sequence: what is drawn, and what frequency it has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circuits.errors import CtloopError
from sims.stimuli import gratings as stimuli
from sims.stimuli.movie import PIXELS, WIDTH_DEG


def along_and_across(frame: np.ndarray) -> tuple[float, float]:
    """Standard deviation along the rows (horizontally) and along the columns."""
    return float(frame.std(axis=1).mean()), float(frame.std(axis=0).mean())


@given(
    orientation=st.floats(-360.0, 360.0), contrast=st.floats(0.0, 1.0), phase=st.floats(0.0, 360.0)
)
@settings(max_examples=30, deadline=None)
def test_a_grating_is_mean_grey_and_as_deep_as_its_contrast(
    orientation: float, contrast: float, phase: float
) -> None:
    movie = stimuli.static_grating(orientation, contrast, phase_deg=phase)
    assert movie.frames.shape == (1, PIXELS, PIXELS)
    assert movie.frames.mean() == pytest.approx(0.5, abs=0.02)
    assert np.ptp(movie.frames) == pytest.approx(contrast, abs=0.03)


def test_orientation_is_where_the_stripes_run_counterclockwise_from_horizontal() -> None:
    horizontal = stimuli.static_grating(0.0).frames[0]
    vertical = stimuli.static_grating(90.0).frames[0]
    assert along_and_across(horizontal)[0] < 1e-6 < along_and_across(horizontal)[1]
    assert along_and_across(vertical)[1] < 1e-6 < along_and_across(vertical)[0]
    up_right = stimuli.static_grating(45.0, phase_deg=20.0).frames[0]  # row 0 is the top
    np.testing.assert_allclose(up_right[1:, :-1], up_right[:-1, 1:], atol=1e-5)


def test_a_drifting_grating_moves_towards_orientation_plus_ninety_and_closes_its_cycle() -> None:
    up = stimuli.drifting_grating(0.0)
    column = up.frames[:, :, 0]
    period = PIXELS / (WIDTH_DEG * 2.0)  # pixels, at 2 cycles/deg
    shift = round(period / 4)
    quarter = len(column) // 4
    np.testing.assert_allclose(column[quarter, :-shift], column[0, shift:], atol=1e-5)
    assert up.duration_ms == pytest.approx(1e3 / stimuli.REPEAT_HZ)


def test_a_bar_crosses_the_field_and_returns() -> None:
    movie = stimuli.moving_bar(90.0, 0.5)
    assert movie.frames.max() == pytest.approx(0.75)
    assert movie.frames.min() == 0.5
    bright = (movie.frames > 0.6).any(axis=1)  # (frames, columns)
    assert bright.any(axis=0).all()
    lit = movie.frames.sum(axis=(1, 2))
    np.testing.assert_allclose(lit, lit[0], rtol=0.01)  # never gone, never twice


def test_no_default_repeats_at_five_hz_or_has_a_harmonic_or_half_there() -> None:
    multiples = stimuli.REPEAT_HZ * np.array([0.5, *range(1, 20)])
    assert not ((multiples > 3.9) & (multiples < 6.1)).any()


def test_a_sequence_shows_each_orientation_for_times_that_vary() -> None:
    movie = stimuli.orientation_sequence([0.0, 90.0], item_ms=500.0)
    changes = np.flatnonzero(
        np.abs(np.diff(movie.frames[:, 0::7, 0::5], axis=0)).max((1, 2)) > 1e-3
    )
    lasts_ms = np.diff(changes) * movie.frame_ms
    assert movie.duration_ms >= 20_000.0
    assert lasts_ms.mean() == pytest.approx(500.0, rel=0.15)
    assert 225.0 <= lasts_ms.min() <= lasts_ms.max() <= 775.0
    assert lasts_ms.std() > 80.0
    same = stimuli.orientation_sequence([0.0, 90.0], item_ms=500.0)
    np.testing.assert_array_equal(movie.frames, same.frames)


@pytest.mark.parametrize("contrast", [-0.1, 1.1, float("nan")])
def test_contrast_is_a_fraction(contrast: float) -> None:
    with pytest.raises(CtloopError, match="contrast"):
        stimuli.static_grating(0.0, contrast)
