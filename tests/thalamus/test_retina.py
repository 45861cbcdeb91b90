"""The eye: what ganglion cells must do whatever the circuit behind them does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import welch

from circuits.errors import CtloopError
from sims.stimuli import gratings as stimuli
from sims.stimuli.movie import Movie
from sims.stimuli.parse import parse
from thalamus import retina as eye

RETINA = eye.Retina()
PAIR = eye.Mosaic(np.zeros(2), np.zeros(2), np.array([1.0, -1.0]))  # ON and OFF at the centre
MOSAIC = eye.layout(RETINA, 200, np.random.default_rng(0))

angles = st.floats(0.0, 360.0)
fractions = st.floats(0.0, 1.0)


def uniform(luminance: float) -> Movie:
    return Movie(np.full((1, 20, 20), luminance, np.float32), 1000.0)


def steady(movie: Movie, mosaic: eye.Mosaic = PAIR) -> eye.Floats:
    hz: eye.Floats = eye.rates(RETINA, mosaic, movie, 1000.0)[0]
    return hz


def over_phases(contrast: float) -> np.ndarray:
    """Rates of the ON and OFF cell, (phases, 2)."""
    phases = range(0, 360, 15)
    return np.array([steady(stimuli.static_grating(30.0, contrast, phase_deg=p)) for p in phases])


@given(n=st.integers(1, 300))
@settings(max_examples=50, deadline=None)
def test_any_number_of_cells_covers_the_field_half_on_half_off(n: int) -> None:
    mosaic = eye.layout(RETINA, n, np.random.default_rng(n))
    half = RETINA.field_deg / 2
    assert len(mosaic.x_deg) == len(mosaic.y_deg) == len(mosaic.polarity) == n
    assert np.abs([mosaic.x_deg, mosaic.y_deg]).max() <= half
    assert 0 <= mosaic.polarity.sum() <= 1


def test_on_and_off_cells_leave_no_quarter_of_the_field_empty() -> None:
    for polarity in (1.0, -1.0):
        mine = polarity == MOSAIC.polarity
        quarter, _, _ = np.histogram2d(MOSAIC.x_deg[mine], MOSAIC.y_deg[mine], bins=2)
        assert quarter.min() >= 20  # of 25


def test_no_cells_are_an_error() -> None:
    with pytest.raises(CtloopError, match="at least 1"):
        eye.layout(RETINA, 0, np.random.default_rng(0))


@given(luminance=fractions)
@settings(max_examples=20, deadline=None)
def test_a_uniform_field_of_any_luminance_leaves_the_baseline(luminance: float) -> None:
    np.testing.assert_allclose(steady(uniform(luminance)), RETINA.baseline_hz, atol=1e-4)


@given(orientation=angles, phase=angles, contrast=fractions)
@settings(max_examples=30, deadline=None)
def test_rates_are_bounded_by_baseline_and_gain(
    orientation: float, phase: float, contrast: float
) -> None:
    rates = steady(stimuli.static_grating(orientation, contrast, phase_deg=phase), MOSAIC)
    assert (rates >= 0.0).all()
    assert (rates <= RETINA.baseline_hz + RETINA.gain_hz).all()


@given(orientation=angles, phase=angles)
@settings(max_examples=30, deadline=None)
def test_one_cell_does_not_know_the_orientation_of_a_grating(
    orientation: float, phase: float
) -> None:
    vertical = steady(stimuli.static_grating(90.0, phase_deg=phase))
    turned = steady(stimuli.static_grating(orientation, phase_deg=phase))
    np.testing.assert_allclose(turned, vertical, atol=0.3)


def test_one_cell_does_know_the_phase_of_a_grating() -> None:
    on, off = over_phases(1.0).T
    assert on.min() == 0.0 < 45.0 < on.max()
    assert np.argmax(on) == np.argmin(off) == 0  # phase 0 is a bright stripe on the centre
    np.testing.assert_allclose(
        np.roll(on, len(on) // 2), off, atol=0.1
    )  # OFF is ON half a cycle on


def test_the_drive_of_a_grating_is_the_difference_of_gaussians_in_the_frequency_domain() -> None:
    # Fourier transform of a Gaussian of radius r at 1/e and volume 1: exp(-(pi r f)^2).
    f, contrast = 2.0, 0.8
    expected = np.exp(-((np.pi * RETINA.centre_deg * f) ** 2))
    expected -= RETINA.surround_gain * np.exp(-((np.pi * RETINA.surround_deg * f) ** 2))
    answer = contrast * expected / (RETINA.c50 + contrast)
    measured = steady(stimuli.static_grating(0.0, contrast, f))[0]
    assert measured == pytest.approx(RETINA.baseline_hz + RETINA.gain_hz * answer, rel=0.01)


def test_contrast_response_rises_and_saturates_with_half_of_its_range_at_c50() -> None:
    contrasts = np.array([0.0, 0.05, 0.1, RETINA.c50, 0.4, 0.7, 1.0])
    on = np.array([steady(stimuli.static_grating(30.0, c))[0] for c in contrasts])
    added = on - RETINA.baseline_hz
    assert (np.diff(added) > 0.0).all()
    saturation = added[-1] * (RETINA.c50 + 1.0)  # of c / (c50 + c)
    assert added[3] == pytest.approx(saturation / 2, rel=0.01)


@pytest.mark.parametrize("contrast", [0.25, 0.5, 1.0])
def test_best_phase_fires_at_forty_to_sixty_hz_and_grey_at_ten_to_fifteen(contrast: float) -> None:
    assert 10.0 <= steady(stimuli.blank())[0] <= 15.0
    assert 35.0 <= over_phases(contrast).max() <= 60.0


def test_a_picture_has_one_bin_and_a_movie_has_all() -> None:
    assert eye.rates(RETINA, MOSAIC, stimuli.static_grating(45.0), 1000.0).shape == (1, 200)
    assert eye.rates(RETINA, MOSAIC, stimuli.drifting_grating(45.0), 1000.0).shape == (1000, 200)


def test_a_change_overshoots_and_settles_on_the_steady_rate() -> None:
    picture = stimuli.static_grating(45.0, 0.5)
    frames = np.concatenate([stimuli.blank().frames, picture.frames])
    rates = eye.rates(RETINA, PAIR, Movie(frames, 1000.0), 2000.0)[:, 0]
    assert rates[999] == pytest.approx(RETINA.baseline_hz, abs=0.1)
    assert rates[1000:1100].max() > 1.1 * rates[-1]
    assert rates[-1] == pytest.approx(steady(picture)[0], rel=0.01)


def test_a_short_movie_repeats() -> None:
    movie = stimuli.drifting_grating(0.0)
    bins = 4 * len(movie.frames)
    rates = eye.rates(RETINA, PAIR, movie, 4 * movie.duration_ms, movie.frame_ms / 4)
    np.testing.assert_allclose(rates[2 * bins : 3 * bins], rates[3 * bins :], atol=0.5)


@pytest.mark.parametrize(("duration_ms", "bin_ms"), [(0.0, 1.0), (1.0, 0.0), (float("nan"), 1.0)])
def test_no_duration_is_an_error(duration_ms: float, bin_ms: float) -> None:
    with pytest.raises(CtloopError, match="above 0 ms"):
        eye.rates(RETINA, PAIR, stimuli.blank(), duration_ms, bin_ms)


def test_the_same_seed_gives_the_same_spikes_and_another_seed_others() -> None:
    movie = stimuli.drifting_grating(45.0)
    first, again = (eye.spikes(RETINA, MOSAIC, movie, 500.0, 3) for _ in range(2))
    other = eye.spikes(RETINA, MOSAIC, movie, 500.0, 4)
    np.testing.assert_array_equal(first.times_ms, again.times_ms)
    np.testing.assert_array_equal(first.cells, again.cells)
    assert not np.array_equal(first.times_ms[:50], other.times_ms[:50])


def test_spikes_are_sorted_within_the_run() -> None:
    spikes = eye.spikes(RETINA, MOSAIC, stimuli.drifting_grating(45.0), 1000.5, 1)
    assert (np.diff(spikes.times_ms) >= 0.0).all()
    assert 0.0 <= spikes.times_ms[0] <= spikes.times_ms[-1] < 1000.5
    assert set(np.unique(spikes.cells)) == set(range(200))


@pytest.mark.parametrize("text", ["grating:45", "drifting:45"])
def test_there_are_as_many_spikes_as_the_rates_say(text: str) -> None:
    movie = parse(text)
    spikes = eye.spikes(RETINA, MOSAIC, movie, 5000.0, 1)
    expected = eye.rates(RETINA, MOSAIC, movie, 5000.0).mean(0) * 5.0
    counts = np.bincount(spikes.cells, minlength=200)
    assert counts.sum() == pytest.approx(expected.sum(), rel=0.02)
    np.testing.assert_allclose(counts, expected, atol=5.0 * np.sqrt(expected.max() / 2.0))


def test_spike_intervals_have_the_stated_regularity_and_start_in_equilibrium() -> None:
    mosaic = eye.Mosaic(np.zeros(500), np.zeros(500), np.ones(500))
    spikes = eye.spikes(RETINA, mosaic, stimuli.blank(), 10_000.0, 0)
    intervals = np.concatenate([np.diff(spikes.times_ms[spikes.cells == c]) for c in range(500)])
    assert intervals.std() / intervals.mean() == pytest.approx(RETINA.gamma_shape**-0.5, rel=0.03)
    counts, _ = np.histogram(spikes.times_ms, bins=np.arange(0.0, 10_001.0, 100.0))
    expected = RETINA.baseline_hz * 500 * 0.1
    # no wave of first spikes after time 0; the spread is that of 100 ms of gamma spikes
    np.testing.assert_allclose(counts[:10], expected, atol=4.5 * np.sqrt(expected))


@pytest.mark.parametrize("seed", range(5))
def test_a_static_grating_makes_no_peak_near_five_hz(seed: int) -> None:
    spikes = eye.spikes(RETINA, MOSAIC, stimuli.static_grating(45.0), 21_000.0, seed)
    rate, _ = np.histogram(spikes.times_ms, bins=np.arange(1000.0, 21_001.0))
    hz, power = welch(rate * 1e3 / 200, 1000.0, "hann", 4000, 2000)
    near, around = (hz >= 4.0) & (hz <= 6.0), (hz >= 1.0) & (hz <= 20.0)
    # Nine half-overlapping windows: the highest of 9 noisy bins stays below 5 dB.
    assert 10.0 * np.log10(power[near].max() / np.median(power[around])) < 5.0
    assert power[near].mean() < 1.5 * power[around].mean()


def spectra(text: str) -> tuple[np.ndarray, list[np.ndarray]]:
    """Mean spectrum of the cells' rates and spectrum of their mean rate, .25 Hz bins."""
    some = eye.Mosaic(MOSAIC.x_deg[::4], MOSAIC.y_deg[::4], MOSAIC.polarity[::4])
    rates = eye.rates(RETINA, some, parse(text), 20_000.0, 4.0)
    hz, of_cells = welch(rates, 250.0, "hann", 1000, 500, axis=0)
    return hz, [of_cells.mean(1), welch(rates.mean(1), 250.0, "hann", 1000, 500)[1]]


@pytest.mark.parametrize("text", ["drifting:30", "bar:60"])
def test_what_moves_puts_no_line_at_five_hz_into_the_rates(text: str) -> None:
    hz, both = spectra(text)
    for power in both:
        assert (
            power[(hz >= 4.25) & (hz <= 6.0)].max() < 0.01 * power[(hz >= 1.0) & (hz <= 20.0)].max()
        )


def test_a_sequence_spreads_its_power_without_a_peak_at_five_hz() -> None:
    hz, both = spectra("sequence:0,45,90")
    for power in both:
        assert power[(hz >= 4.5) & (hz <= 5.5)].mean() < power[(hz >= 1.0) & (hz < 4.5)].mean()


def test_every_number_of_the_retina_has_a_source() -> None:
    numbers = set(eye.Retina.__dataclass_fields__) - {"sources"}
    assert numbers == set(RETINA.sources)
    assert all(text.strip() for text in RETINA.sources.values())
