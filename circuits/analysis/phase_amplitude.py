"""Whether a fast rhythm is stronger at one phase of a slow one: phase-amplitude coupling of rates.

The modulation index of Tort et al. (2010, J Neurophysiol 104:1195) with surrogates. The libraries for it have had
no release for years; what is needed of them is the few lines below, on SciPy's filters and analytic signal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from circuits.analysis.spectra import THETA_HZ
from circuits.seeds import stream

Floats = NDArray[np.float64]
GAMMA_HZ = (30.0, 80.0)
#: Bins of the slow cycle, and surrogates.
PHASES, SURROGATES = 18, 200
#: Mean length of the pieces whose order a surrogate changes, and the least that is measured, ms.
PIECE_MS, SHORTEST_MS = 500, 2000


@dataclass(frozen=True, eq=False)
class Coupling:
    """How the amplitude of a fast rhythm follows the phase of a slow one.

    Attributes
    ----------
    phase_deg : array (bins,)
        Middle of each bin, from -180 to 180; 0 is the peak of the slow rhythm.
    amplitude : array (bins,)
        Mean amplitude of the fast rhythm in it, relative to its mean over bins.
    index : float
        Modulation index, 0 (none) to 1 (all amplitude in one bin).
    surrogate_index : array (surrogates,)
        The same with the amplitude cut at random times and put together in another order. (Moved in time
        as a whole it would stay coupled to a slow rhythm of constant frequency.)
    surrogate_amplitude : array (surrogates, bins)
    p : float
        Share of surrogates, the measured one among them, with an index as high.
    """

    phase_deg: Floats
    amplitude: Floats
    index: float
    surrogate_index: Floats
    surrogate_amplitude: Floats
    p: float

    @property
    def preferred_deg(self) -> float:
        """The phase at which the fast rhythm is strongest, by its mean vector, -180 to 180."""
        return float(
            np.angle(np.sum(self.amplitude * np.exp(1j * np.deg2rad(self.phase_deg))), deg=True)
        )


def coupling(
    slow_hz: Floats,
    fast_hz: Floats,
    *,
    slow_band_hz: tuple[float, float] = THETA_HZ,
    fast_band_hz: tuple[float, float] = GAMMA_HZ,
    seed: int = 0,
) -> Coupling | None:
    """Measure how the amplitude of one rate's fast rhythm follows the phase of another's slow one.

    A sharp burst is itself a fast event: cells that burst once a cycle are coupled by that alone.

    Parameters
    ----------
    slow_hz, fast_hz : arrays (n_ms,)
        Rates in 1 ms bins, of the same length, spikes/s; they may be the same.
    slow_band_hz, fast_band_hz : pair of float
        Bands of the slow and of the fast rhythm, Hz.
    seed : int
        Decides where each surrogate is cut, and the order of its pieces.

    Returns
    -------
    Coupling or None
        None if there are fewer than `SHORTEST_MS` bins, or either rate does not vary in its band.
    """
    n = len(slow_hz)
    if n < SHORTEST_MS or not (np.ptp(slow_hz) > 0 and np.ptp(fast_hz) > 0):
        return None
    from scipy.signal import hilbert

    phase = np.angle(hilbert(in_band(slow_hz, slow_band_hz)))
    amplitude = np.abs(hilbert(in_band(fast_hz, fast_band_hz)))
    bins = np.minimum(((phase + np.pi) / (2 * np.pi) * PHASES).astype(int), PHASES - 1)
    if len(np.unique(bins)) < PHASES:
        return None
    rng = stream(seed, "phase-amplitude surrogates")
    profile = _profile(bins, amplitude)
    others = np.array([_profile(bins, _reordered(amplitude, rng)) for _ in range(SURROGATES)])
    index, surrogate = modulation_index(profile), modulation_index(others)
    edges = np.linspace(-180, 180, PHASES + 1)
    return Coupling(
        phase_deg=(edges[1:] + edges[:-1]) / 2,
        amplitude=profile,
        index=float(index),
        surrogate_index=surrogate,
        surrogate_amplitude=others,
        p=float((1 + np.count_nonzero(surrogate >= index)) / (1 + SURROGATES)),
    )


def in_band(rate_hz: Floats, band_hz: tuple[float, float]) -> Floats:
    """Filter a rate in 1 ms bins to a band, without shift of phase (Butterworth, both ways)."""
    from scipy.signal import butter, sosfiltfilt

    filtered: Floats = sosfiltfilt(butter(3, band_hz, "bandpass", fs=1000.0, output="sos"), rate_hz)
    return filtered


def modulation_index(amplitude: Floats) -> Floats:
    """Give the distance of amplitudes by phase (..., bins) from being equal, 0 to 1: (ln N - entropy)/ln N."""
    share = amplitude / amplitude.sum(axis=-1, keepdims=True)
    entropy = -np.sum(share * np.log(np.maximum(share, 1e-300)), axis=-1)
    index: Floats = 1 - entropy / np.log(amplitude.shape[-1])
    return index


def _reordered(amplitude: Floats, rng: np.random.Generator) -> Floats:
    """Move a trace in time, cut it at random into pieces of `PIECE_MS` on average, and change their order."""
    n = len(amplitude)
    moved = np.roll(amplitude, rng.integers(n))
    cuts = np.sort(rng.choice(np.arange(1, n), n // PIECE_MS - 1, replace=False))
    pieces = np.split(moved, cuts)
    return np.concatenate([pieces[k] for k in rng.permutation(len(pieces))])


def _profile(bins: NDArray[np.int64], amplitude: Floats) -> Floats:
    """Average the amplitude in each bin of phase, relative to the mean over bins."""
    mean = np.bincount(bins, amplitude, PHASES) / np.bincount(bins, minlength=PHASES)
    profile: Floats = mean / mean.mean()
    return profile
