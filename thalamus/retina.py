"""The eye: a movie in degrees of visual angle becomes spikes of ON and OFF ganglion cells.

Space: a difference of Gaussians, the same in every direction, so nothing here knows orientation.
Contrast: the response is divided by the local root-mean-square contrast, the gain control of
retina and LGN (Bonin, Mante & Carandini 2005). Time: a picture that stays gives a steady rate; a
change gives an overshoot that decays. No number here makes a rhythm.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError
from circuits.records import Spikes
from circuits.seeds import stream

Floats = NDArray[np.float64]

#: How many cells a long sequence of pictures is worked out for at a time.
CELLS_AT_A_TIME = 64

_SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "field_deg": "assumed: holds 3 cycles of a 2 cycles/deg grating",
        "jitter": "assumed: mosaics are regular, not crystals; a fifth of the spacing or less",
        "centre_deg": "CronerKaplan1995",  # table 1, M cells within 10 deg, radius at 1/e
        "surround_deg": "CronerKaplan1995",  # 4.8 x the centre, the mean of M cells
        "surround_gain": "CronerKaplan1995",  # abstract: surround/centre gain .55, M and P alike
        "pool_deg": "Bonin2005",  # the suppressive field is about as large as the surround
        "c50": "assumed: M cells half-saturate at .1-.2 (Kaplan & Shapley 1986, recalled)",
        "baseline_hz": "assumed: steady discharge of 10-30 Hz (Troy & Lee 1994, recalled)",
        "gain_hz": "assumed: puts full contrast at the best phase near 50 Hz, as recorded",
        "tau_rise_ms": "assumed: cone to ganglion cell low-pass, about 10 ms",
        "tau_settle_ms": "assumed: decay of the onset overshoot, below 100 ms in M cells",
        "overshoot": "assumed: onset twice the steady response, between P (less) and M (more)",
        "gamma_shape": "assumed: CV .71, inside .43-.97 of rat ganglion cells (PMC2716752)",
    }
)


class Scene(Protocol):
    """What the eye looks at: luminance in frames, row 0 on top (`sims.stimuli.movie.Movie` is one)."""

    @property
    def frames(self) -> NDArray[np.float32]:
        """Luminance, (n_frames, ny, nx); one frame is a picture that stays."""

    @property
    def mean(self) -> float:
        """Mean luminance over space and time."""

    @property
    def width_deg(self) -> float:
        """How wide a frame is, degrees of visual angle; centred on the mosaic."""

    def frame_at(self, times_ms: NDArray[np.floating]) -> NDArray[np.int64]:
        """Which frame is shown at each time from the start, ms; a movie that has ended begins again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retina:
    """The numbers of the ganglion cells: parafoveal macaque, magnocellular-like.

    Attributes
    ----------
    field_deg : float
        Side of the square patch of visual field the mosaics cover.
    jitter : float
        Standard deviation of a cell's place, as a fraction of the spacing.
    centre_deg, surround_deg : float
        Radius at which each Gaussian falls to 1/e.
    surround_gain : float
        Volume of the surround over that of the centre, 0-1.
    pool_deg : float
        Radius at 1/e of the field whose contrast divides the response.
    c50 : float
        Contrast of a grating at half of the saturated response.
    baseline_hz, gain_hz : float
        Rate at mean grey; rate that saturation adds where the drive is the whole contrast.
    tau_rise_ms, tau_settle_ms, overshoot : float
        Low-pass, decay of the overshoot and its size relative to the steady response.
    gamma_shape : float
        Regularity of the spikes, 1 is Poisson. At 2 the spectrum of a steady cell rises
        monotonically from half of Poisson's (its autocorrelation is 1 - exp(-4 r t)): no peak.
    """

    field_deg: float = 1.6
    jitter: float = 0.15
    centre_deg: float = 0.10
    surround_deg: float = 0.48
    surround_gain: float = 0.55
    pool_deg: float = 0.48
    c50: float = 0.2
    baseline_hz: float = 12.0
    gain_hz: float = 70.0
    tau_rise_ms: float = 10.0
    tau_settle_ms: float = 60.0
    overshoot: float = 1.0
    gamma_shape: float = 2.0
    sources: Mapping[str, str] = field(default_factory=lambda: _SOURCES)


@dataclass(frozen=True, slots=True)
class Mosaic:
    """Where the ganglion cells look: degrees from the centre, y upwards; polarity +1 ON, -1 OFF."""

    x_deg: Floats
    y_deg: Floats
    polarity: Floats


def layout(retina: Retina, n: int, rng: np.random.Generator) -> Mosaic:
    """Spread `n` ganglion cells over the field, the first half ON, the rest OFF.

    ON and OFF cells tile the field independently, each on its own jittered grid. Any n from 1
    works: rows of a grid that does not fill up hold one cell less and stay evenly spaced.
    """
    if n < 1:
        msg = f"a retina needs at least 1 ganglion cell, not {n}"
        raise CtloopError(msg)
    on = (n + 1) // 2
    places = [_grid(retina, m, rng) for m in (on, n - on)]
    x, y = np.concatenate(places, axis=1)
    return Mosaic(x, y, np.repeat([1.0, -1.0], [on, n - on]))


def rates(
    retina: Retina, mosaic: Mosaic, movie: Scene, duration_ms: float, bin_ms: float = 1.0
) -> NDArray[np.float64]:
    """Give the firing rate of every ganglion cell while it watches the movie.

    r = [baseline + gain p d / (c50 + max(c, |d|))]+ with polarity p, difference-of-Gaussians drive
    d of the contrast (luminance / mean - 1) and local contrast c = sqrt(2) rms, so that c is a
    grating's contrast. For a grating at phase phi: d = c H cos phi, hence Naka-Rushton with
    exponent 1. max(c, |d|) bounds the answer to a spot smaller than the pool.

    Parameters
    ----------
    movie : Scene
        Repeats from its first frame if it is shorter than `duration_ms`. Outside its
        borders the world is mean grey. The eye is adapted to its mean luminance over space and
        time, and to its first frame at time 0 (no onset there).
    duration_ms, bin_ms : float
        Above 0. Bins of 1-5 ms resolve the overshoot.

    Returns
    -------
    array (n_bins, n)
        Hz. A movie of one frame never changes: n_bins is 1, whatever the duration.
    """
    if not (duration_ms > 0 and bin_ms > 0 and math.isfinite(duration_ms)):
        msg = f"a duration and a bin above 0 ms are needed, not {duration_ms} and {bin_ms}"
        raise CtloopError(msg)
    drive, local = _see(retina, mosaic, movie)
    if len(drive) > 1:
        centres_ms = (np.arange(math.ceil(duration_ms / bin_ms)) + 0.5) * bin_ms
        shown = movie.frame_at(centres_ms)
        drive, local = _settle(retina, drive[shown], bin_ms), local[shown]
    return _hz(retina, mosaic.polarity, drive, local)


def _hz(retina: Retina, polarity: Floats, drive: Floats, local: Floats) -> Floats:
    answer = drive / (retina.c50 + np.maximum(local, np.abs(drive)))
    hz: Floats = np.maximum(retina.baseline_hz + retina.gain_hz * polarity * answer, 0.0)
    return hz


def spikes(
    retina: Retina, mosaic: Mosaic, movie: Scene, duration_ms: float, seed: int, bin_ms: float = 1.0
) -> Spikes:
    """Draw the spikes of the ganglion cells: gamma renewal in the time of their own rate.

    Intervals are gamma of shape `retina.gamma_shape` and mean 1 in expected spikes, started in
    equilibrium, and mapped to time through the integrated rate (time rescaling). The same seed
    gives the same spikes (stream "Retina").

    Returns
    -------
    Spikes
        Sorted by time, in [0, duration_ms); `cells` index the mosaic.
    """
    hz = rates(retina, mosaic, movie, duration_ms, bin_ms)
    width_ms = duration_ms if len(hz) == 1 else bin_ms
    return _sorted(_trains(retina, hz, width_ms, stream(seed, "Retina")), duration_ms)


def sequence_spikes(
    retina: Retina,
    mosaic: Mosaic,
    pictures: Scene,
    shown: NDArray[np.int64],
    duration_ms: float,
    rng: np.random.Generator,
    bin_ms: float = 1.0,
) -> Spikes:
    """Draw the spikes with which the cells answer a few pictures in any order, for any time.

    Parameters
    ----------
    pictures : Scene
        The different pictures; their durations do not matter. The eye is adapted to their mean.
    shown : array (n_bins,)
        Which picture each bin of `bin_ms` shows.
    rng : numpy.random.Generator

    Returns
    -------
    Spikes
        As `spikes` gives for the movie written out; some cells at a time, so that memory grows
        neither with the frames nor with cells times duration.
    """
    drive, local = _see(retina, mosaic, pictures)
    trains: list[Floats] = []
    for first in range(0, drive.shape[1], CELLS_AT_A_TIME):
        some = slice(first, first + CELLS_AT_A_TIME)
        moving = _settle(retina, drive[shown, some], bin_ms)
        hz = _hz(retina, mosaic.polarity[some], moving, local[shown, some])
        trains += _trains(retina, hz, bin_ms, rng)
    return _sorted(trains, duration_ms)


def _trains(retina: Retina, hz: Floats, width_ms: float, rng: np.random.Generator) -> list[Floats]:
    """Draw the spike times of every cell from its rate in bins of `width_ms`."""
    edges_ms = np.arange(len(hz) + 1) * width_ms
    expected = np.vstack([np.zeros(hz.shape[1]), np.cumsum(hz * width_ms / 1e3, axis=0)])
    return [
        np.interp(_renewals(retina.gamma_shape, total, rng), expected[:, cell], edges_ms)
        for cell, total in enumerate(expected[-1])
    ]


def _sorted(trains: list[Floats], duration_ms: float) -> Spikes:
    times = np.concatenate(trains)
    cells = np.repeat(np.arange(len(trains)), [len(train) for train in trains])
    order = np.lexsort((cells, times))
    order = order[times[order] < duration_ms]
    return Spikes(times[order], cells[order].astype(np.int64))


def _grid(retina: Retina, m: int, rng: np.random.Generator) -> Floats:
    """Place m cells in about sqrt(m) rows over the field: (2, m), x then y."""
    if m == 0:
        return np.empty((2, 0))
    rows = np.array_split(np.arange(m), max(1, round(math.sqrt(m))))
    x = np.concatenate([(np.arange(len(row)) + 0.5) / len(row) for row in rows])
    y = np.concatenate([np.full(len(row), (i + 0.5) / len(rows)) for i, row in enumerate(rows)])
    spacing = 1.0 / math.sqrt(m)
    place = np.stack([x, y]) + rng.normal(0.0, retina.jitter * spacing, (2, m))
    return (np.clip(place, 0.0, 1.0) - 0.5) * retina.field_deg


def _see(retina: Retina, mosaic: Mosaic, movie: Scene) -> tuple[Floats, Floats]:
    """Give the drive of the receptive field and the local contrast, (n_frames, n) each."""
    mean = movie.mean
    adapted = mean or 1.0  # a black movie has no contrast
    drive, energy = [], []
    for first in range(0, len(movie.frames), 64):  # a long movie is too large in double precision
        contrast = (movie.frames[first : first + 64].astype(np.float64) - mean) / adapted
        centre = _pool(contrast, movie.width_deg, mosaic, retina.centre_deg)
        surround = _pool(contrast, movie.width_deg, mosaic, retina.surround_deg)
        drive.append(centre - retina.surround_gain * surround)
        energy.append(_pool(contrast**2, movie.width_deg, mosaic, retina.pool_deg))
    return np.concatenate(drive), np.sqrt(2.0 * np.concatenate(energy))


def _pool(image: Floats, width_deg: float, mosaic: Mosaic, radius_deg: float) -> Floats:
    """Average (n_frames, ny, nx) under a Gaussian of volume 1 about each cell: (n_frames, n)."""
    _, ny, nx = image.shape
    pixel = width_deg / nx
    x = (np.arange(nx) - (nx - 1) / 2) * pixel
    y = ((ny - 1) / 2 - np.arange(ny)) * pixel
    share = pixel / (math.sqrt(math.pi) * radius_deg)
    across, along = (
        share * np.exp(-(((cells[:, None] - places) / radius_deg) ** 2))
        for cells, places in ((mosaic.x_deg, x), (mosaic.y_deg, y))
    )
    rows = image @ across.T  # (n_frames, ny, n)
    averages: Floats = np.einsum("fyn,ny->fn", rows, along)
    return averages


def _settle(retina: Retina, drive: Floats, bin_ms: float) -> Floats:
    """Add the onset overshoot: fast + overshoot (fast - slow), low-passes settled on the start."""
    from scipy.signal import lfilter

    def low_pass(signal: Floats, tau_ms: float) -> Floats:
        keep = math.exp(-bin_ms / tau_ms)
        start = keep * signal[:1]
        smooth: Floats = lfilter([1.0 - keep], [1.0, -keep], signal, axis=0, zi=start)[0]
        return smooth

    fast = low_pass(drive, retina.tau_rise_ms)
    return fast + retina.overshoot * (fast - low_pass(fast, retina.tau_settle_ms))


def _renewals(shape: float, total: float, rng: np.random.Generator) -> Floats:
    """Draw gamma renewals of mean interval 1 in (0, total), as if they had run for ever."""
    before = 10.0 * rng.uniform(0.9, 1.1)  # long enough to forget the start
    draws = int(total + before + 8.0 * math.sqrt(total + before) + 8.0)
    times = np.cumsum(rng.gamma(shape, 1.0 / shape, draws)) - before
    return times[(times > 0.0) & (times < total)]
