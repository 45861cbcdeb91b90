"""Population rates in 1 ms bins and their spectra, computed one way everywhere.

Welch with a Hann window of 4 s and half overlap, mean removed, so that everyone computes the same number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from circuits.records import Spikes

WINDOW_MS = 4000
#: For the power of a band, which needs no fine frequencies but many windows, ms.
BAND_WINDOW_MS = 1000
BAND_HZ = (1.0, 20.0)
#: Where the theta rhythm is looked for. A slow drift puts its power below, harmonics above.
THETA_HZ = (3.0, 8.0)


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest point of a spectrum in a band, and how far it stands out (dB)."""

    frequency_hz: float
    prominence_db: float


def population_counts(spikes: Spikes, start_ms: float, stop_ms: float) -> NDArray[np.float64]:
    """Count a population's spikes in 1 ms bins from `start_ms`, shape (ms,)."""
    n = round(stop_ms - start_ms)
    index = np.floor(spikes.times_ms - start_ms).astype(np.int64)
    inside = index[(index >= 0) & (index < n)]
    return np.bincount(inside, minlength=n).astype(np.float64)


def population_rate_hz(
    spikes: Spikes, n_cells: int, start_ms: float, stop_ms: float
) -> NDArray[np.float64]:
    """Give a population's firing rate, spikes/s per cell in 1 ms bins, shape (ms,)."""
    return population_counts(spikes, start_ms, stop_ms) * (1000.0 / n_cells)


def spectrum(rate_hz: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the power of a rate in 1 ms bins: frequencies (Hz, steps of .25) and power (1/s).

    Parameters
    ----------
    rate_hz : array, shape (ms,)
        At least 4000 bins; with fewer both results are empty.
    """
    from scipy.signal import welch

    if len(rate_hz) < WINDOW_MS:
        return np.empty(0), np.empty(0)
    frequency, power = welch(
        rate_hz, fs=1000.0, window="hann", nperseg=WINDOW_MS, noverlap=WINDOW_MS // 2
    )
    return frequency, power


def peak(
    frequency_hz: NDArray[np.float64],
    power: NDArray[np.float64],
    within_hz: tuple[float, float] = BAND_HZ,
) -> Peak | None:
    """Find the peak of a spectrum between two frequencies.

    Parameters
    ----------
    frequency_hz, power : arrays, shape (bins,)
        From `spectrum`.
    within_hz : (low, high)
        Where the highest bin is looked for, both ends included; 1 to 20 Hz by default.

    Returns
    -------
    Peak or None
        The frequency is that of the parabola through the logarithms of the highest bin and its two
        neighbours. The prominence is the highest bin over the median of 1 to 20 Hz, in dB: Poisson
        firing of 10 s gives 4.4 on average where all of 1 to 20 Hz is searched, 3.5 in 3 to 8 Hz.
        None where there is no power at all.
    """
    band = _between(frequency_hz, BAND_HZ)
    if len(band) == 0 or not np.median(power[band]) > 0:
        return None
    searched = _between(frequency_hz, within_hz)
    k = searched[np.argmax(power[searched])]
    db = 10 * np.log10(power[k] / np.median(power[band]))
    shift = 0.0
    if k not in (searched[0], searched[-1]) and np.all(power[k - 1 : k + 2] > 0):
        left, top, right = np.log(power[k - 1 : k + 2])
        curve = left - 2 * top + right
        shift = 0.5 * (left - right) / curve if curve < 0 else 0.0
    step = frequency_hz[1] - frequency_hz[0]
    return Peak(float(frequency_hz[k] + shift * step), float(db))


def spectrogram(
    rate_hz: NDArray[np.float64], step_ms: int = 50
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Give the power of a rate in 1 ms bins over time, from Hann windows of 1 s that lie within it.

    Parameters
    ----------
    rate_hz : array, shape (ms,)
    step_ms : int
        From one window to the next.

    Returns
    -------
    tuple of array
        Middle of the windows, ms; frequencies, Hz, in steps of 1; power (frequencies, windows), 1/s. All
        empty for a rate shorter than a window.
    """
    if len(rate_hz) < BAND_WINDOW_MS:
        return np.empty(0), np.empty(0), np.empty((0, 0))
    from scipy.signal import spectrogram as windows

    frequency, middle_s, power = windows(
        rate_hz, fs=1000.0, window="hann", nperseg=BAND_WINDOW_MS, noverlap=BAND_WINDOW_MS - step_ms
    )
    return middle_s * 1e3, frequency, power


def phase_deg(
    one_hz: NDArray[np.float64], other_hz: NDArray[np.float64], frequency_hz: float
) -> float:
    """Give by how much one rate leads another at a frequency, degrees in 0-360.

    Parameters
    ----------
    one_hz, other_hz : arrays, shape (ms,)
        Rates in 1 ms bins, of the same length, at least 4000 bins.
    frequency_hz : float
        The nearest of the frequencies of `spectrum` is taken.

    Returns
    -------
    float
        180 if one is high when the other is low; from the cross-spectrum with the windows of
        `spectrum`.
    """
    from scipy.signal import csd

    frequency, cross = csd(
        one_hz, other_hz, fs=1000.0, window="hann", nperseg=WINDOW_MS, noverlap=WINDOW_MS // 2
    )
    nearest = int(np.argmin(np.abs(frequency - frequency_hz)))
    # csd is conj(X) Y: the angle of the other relative to the one.
    # Twice: the first remainder of a negative rounding error is 360 itself.
    return float(-np.angle(cross[nearest], deg=True) % 360.0) % 360.0


def _between(frequency_hz: NDArray[np.float64], band: tuple[float, float]) -> NDArray[np.int64]:
    return np.flatnonzero((frequency_hz >= band[0]) & (frequency_hz <= band[1]))


def band_power(rate_hz: NDArray[np.float64], low_hz: float, high_hz: float) -> float | None:
    """Give the power of a rate in 1 ms bins between two frequencies, (spikes/s)^2.

    Welch with a Hann window of 1 s and half overlap, mean removed; `low_hz` is included, `high_hz`
    is not, in steps of 1 Hz. None if the rate is shorter than a window.
    """
    from scipy.signal import welch

    if len(rate_hz) < BAND_WINDOW_MS:
        return None
    frequency, power = welch(
        rate_hz, fs=1000.0, window="hann", nperseg=BAND_WINDOW_MS, noverlap=BAND_WINDOW_MS // 2
    )
    inside = (frequency >= low_hz) & (frequency < high_hz)
    return float(power[inside].sum() * (frequency[1] - frequency[0]))
