"""Population bursts and theta cycles: the one detector, the same for every run and lesion.

The detector asks whether cells fire *together* more than independent cells would. Its null hypothesis is
a population whose cells fire independently of each other, each with its own single-cell bursts.

1. The population rate, 1 ms bins, is smoothed with a Gaussian (`SMOOTHING_MS`, 8 ms).
2. The background is the same rate under a wide Gaussian (`BACKGROUND_MS`, 500 ms), so that a slow
   drift of the rate is no burst.
3. The threshold is the larger of `CONTRAST` (1.5) times the background and the level that
   independent cells of that background would exceed anywhere in the run with a probability of at
   most `FALSE_ALARM` (.01). The smoothed rate of independent cells is shot noise; its mean,
   variance and skewness follow from the kernel and from how many spikes come in one single-cell
   packet (Campbell's theorem), and a Pearson type III tail with those three moments gives the
   level. Bonferroni over one test per half smoothing width covers the run.
4. A burst lasts while the smoothed rate is above the background, and has crossed the threshold
   in between. Bursts less than `GAP_MS` (30 ms) apart are one. One that carries fewer spikes than
   `FEWEST` (5 % of the cells, at least 5) is none, and neither is one cut by the run's ends.
5. Its onset and end are where the middle `CORE` (95 %) of its spikes begin and end, so that the
   width of the smoothing does not enter.

No number here depends on what the run is hoped to show.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from circuits.analysis.spectra import population_counts
from circuits.records import Spikes
from circuits.runs.run import Cycles, Part

SMOOTHING_MS = 8.0
BACKGROUND_MS = 500.0
CONTRAST = 1.5
FALSE_ALARM = 0.01
GAP_MS = 30.0
FEWEST = 0.05
CORE = 0.95
#: Spikes of one cell closer than this are one packet (L5 bursters: 150-300 Hz inside a burst).
PACKET_MS = 15.0


def find_cycles(spikes: Spikes, n_cells: int, start_ms: float, stop_ms: float) -> Cycles:
    """Find the population bursts that chance would not give, and the theta cycles between them.

    Parameters
    ----------
    spikes : Spikes
        The spikes of one population (V1.L5IB for the theta cycle).
    n_cells : int
        How many cells it has.
    start_ms, stop_ms : float
        Look between these times only.

    Returns
    -------
    circuits.runs.run.Cycles
        The bursts, times to 1 ms; n bursts hold n - 1 cycles, each from the end of one burst to
        the end of the next: the silence is the prediction part, the burst the outcome part. Cells
        that fire independently give any burst at all in at most 1 run in 100.
    """
    from scipy.ndimage import gaussian_filter1d

    counts = population_counts(spikes, start_ms, stop_ms)
    rate = gaussian_filter1d(counts, SMOOTHING_MS, mode="reflect")
    background = gaussian_filter1d(counts, BACKGROUND_MS, mode="reflect")
    threshold = np.maximum(CONTRAST * background, _chance_level(background, spikes))
    first, last = _stretches(rate > background)
    if len(first) == 0:
        return Cycles(np.empty(0), np.empty(0))
    keep = np.maximum.reduceat(rate - threshold, first) > 0
    first, last = _merge(first[keep], last[keep])
    total = np.concatenate(([0.0], np.cumsum(counts)))
    enough = total[last] - total[first] >= max(5.0, FEWEST * n_cells)
    whole = (first > 0) & (last < len(counts))
    on, off = _core(total, first[enough & whole], last[enough & whole])
    return Cycles(start_ms + on, start_ms + off)


def during(cycles: Cycles, part: Part, n_ms: int) -> NDArray[np.bool_]:
    """Mark the 1 ms bins, from time 0, whose middle lies in a part of that name; shape (n_ms,)."""
    parts = cycles.parts(part)
    middle = np.arange(n_ms) + 0.5
    inside = np.zeros(n_ms, dtype=bool)
    if len(parts):
        k = np.searchsorted(parts[:, 0], middle, side="right") - 1
        inside = (k >= 0) & (middle < parts[np.maximum(k, 0), 1])
    return inside


def _chance_level(background: NDArray[np.float64], spikes: Spikes) -> NDArray[np.float64]:
    """Spikes per ms that independent cells of this background exceed with the false-alarm odds."""
    from scipy.stats import pearson3

    one, two, three = _packet_moments(spikes)
    packets = np.maximum(background, 1e-6) / one  # per ms
    # Integrals of the squared and cubed Gaussian kernel turn packets into cumulants of the rate.
    variance = packets * two / (2 * np.sqrt(np.pi) * SMOOTHING_MS)
    third = packets * three / (2 * np.pi * np.sqrt(3) * SMOOTHING_MS**2)
    odds = FALSE_ALARM * SMOOTHING_MS / 2 / len(background)
    level: NDArray[np.float64] = pearson3.isf(
        odds, third / variance**1.5, loc=background, scale=np.sqrt(variance)
    )
    return level


def _packet_moments(spikes: Spikes) -> tuple[float, float, float]:
    """Mean size, squared size and cubed size of the packets in which single cells fire."""
    if len(spikes.times_ms) == 0:
        return 1.0, 1.0, 1.0
    order = np.lexsort((spikes.times_ms, spikes.cells))
    cells, times = spikes.cells[order], spikes.times_ms[order]
    new = np.ones(len(times), dtype=bool)
    new[1:] = (np.diff(cells) != 0) | (np.diff(times) > PACKET_MS)
    size = np.diff(np.append(np.flatnonzero(new), len(times))).astype(float)
    return float(size.mean()), float((size**2).mean()), float((size**3).mean())


def _stretches(above: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and one-past-last index of every stretch that is true."""
    edge = np.diff(np.concatenate(([0], above.astype(np.int8), [0])))
    return np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)


def _core(
    total: NDArray[np.float64], first: NDArray[np.int64], last: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Narrow stretches to the bins that hold the middle of their spikes (`total` is cumulative)."""
    tail = (1 - CORE) / 2 * (total[last] - total[first])
    on = np.searchsorted(total, total[first] + tail, side="right") - 1
    off = np.searchsorted(total, total[last] - tail, side="left")
    return on, off


def _merge(
    first: NDArray[np.int64], last: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Join stretches with less than `GAP_MS` between them."""
    separate = first[1:] - last[:-1] >= GAP_MS
    begins, ends = np.append(True, separate), np.append(separate, True)
    return first[begins[: len(first)]], last[ends[: len(last)]]
