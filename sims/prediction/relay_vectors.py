"""The relay cells' spikes in the prediction and in the outcome part of every cycle; pure functions.

Cycle k is that of item k, which appears at its onset. Its prediction part ends at the onset plus the
latency of V1.L4E: what comes later may have seen the item. It is the `PREDICTION_MS` before that,
less if the previous burst of V1.L5IB ended later: V2's layer 6 turns over to the last item about 100 ms
after its onset and relay cells follow within 35 ms, so of 200 ms this much is left. (Of the 100 ms of
O'Reilly 2026 the first quarter would still be the turnover; `MOMENT_MS` shows how the prediction
comes up.) Its outcome part is the burst that follows the onset; where none is found, the stretch in which
bursts usually lie.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from circuits.records import Spikes
from circuits.runs.run import Cycles

Floats = NDArray[np.float64]

#: The longest a prediction part can be, ms.
PREDICTION_MS = 75.0
#: Half a theta cycle, the prediction phase of O'Reilly 2026, ms: a second, harder reading.
HALF_CYCLE_MS = 100.0
#: Moments in which the course of a prediction is followed, and from where to where: ms from the end
#: of the prediction part.
MOMENT_MS, MOMENTS_FROM_MS, MOMENTS_TO_MS = 25.0, -125.0, 50.0
#: A rate response is an onset when it exceeds the mean before by this many standard deviations.
CLEAR_SD = 3.0


@dataclass(frozen=True, eq=False)
class Vectors:
    """The relay cells' spikes of every cycle, and when its parts were.

    Attributes
    ----------
    prediction, outcome : array (cycles, cells)
        Spike counts in the prediction part and in the outcome part.
    prediction_ms, outcome_ms : array (cycles, 2)
        Start and end of the parts.
    burst_ms : array (cycles,)
        Onset of the burst of V1.L5IB that followed the item; NaN where there was none.
    moments : array (cycles, moments, cells)
        Spike counts in stretches of `MOMENT_MS` (`moment_ms` says when).
    """

    prediction: Floats
    outcome: Floats
    prediction_ms: Floats
    outcome_ms: Floats
    burst_ms: Floats
    moments: Floats

    @property
    def half_cycle(self) -> Floats:
        """The prediction read over `HALF_CYCLE_MS`, (cycles, cells)."""
        at = moment_ms()
        total: Floats = self.moments[:, (at > -HALF_CYCLE_MS) & (at < 0)].sum(axis=1)
        return total


def moment_ms() -> Floats:
    """Give the middle of every moment, ms from the end of the prediction part."""
    edges = np.arange(MOMENTS_FROM_MS, MOMENTS_TO_MS + 1e-9, MOMENT_MS)
    middle: Floats = (edges[:-1] + edges[1:]) / 2
    return middle


def latency(
    spikes: Spikes, onset_ms: Floats, *, bin_ms: float = 1.0, until_ms: float = 120.0
) -> float:
    """Measure how long after an item's onset a population first answers.

    The onset-triggered mean rate is smoothed over 5 ms. The answer begins where it first exceeds the
    mean of the 40 ms before the onset by `CLEAR_SD` of its standard deviations there.

    Parameters
    ----------
    spikes : Spikes
        Of the population.
    onset_ms : array (items,)
    bin_ms, until_ms : float
        Resolution, and the longest latency looked for.

    Returns
    -------
    float
        ms; NaN if the rate never rises so far.
    """
    edges = np.arange(-40.0, until_ms + bin_ms, bin_ms)
    counts = np.zeros(len(edges) - 1)
    times = np.sort(spikes.times_ms)
    for onset in onset_ms:
        first, last = np.searchsorted(times, (onset + edges[0], onset + edges[-1]))
        counts += np.histogram(times[first:last] - onset, edges)[0]
    smooth = np.convolve(counts, np.ones(5) / 5, mode="same")
    before = smooth[2 : round(40 / bin_ms) - 2]
    level = before.mean() + max(CLEAR_SD * before.std(), 0.2 * before.mean(), 1e-9)
    after = np.flatnonzero(smooth[round(40 / bin_ms) :] > level)
    return float(after[0] * bin_ms) if len(after) else float("nan")


def parts(
    onset_ms: Floats, bursts: Cycles, latency_ms: float, counted: slice = slice(None)
) -> tuple[Floats, Floats, Floats]:
    """Give the prediction part, the outcome part and the burst of every item.

    Parameters
    ----------
    onset_ms : array (n + 1,)
        Onsets of the items, and the end.
    bursts : Cycles
        Population bursts of V1.L5IB.
    latency_ms : float
        Of V1.L4E; a burst that begins within it cannot be an answer to the item.
    counted : slice
        Which items count.

    Returns
    -------
    tuple of array
        (n, 2), (n, 2) and (n,), ms.
    """
    on, off = np.asarray(bursts.burst_on_ms, float), np.asarray(bursts.burst_off_ms, float)
    start, stop = onset_ms[:-1] + latency_ms, onset_ms[1:] + latency_ms
    first = np.searchsorted(on, start)
    found = (first < len(on)) & (np.append(on, np.inf)[first] < stop)
    burst = np.where(found, np.append(on, np.nan)[first], np.nan)
    end = np.where(found, np.append(off, np.nan)[first], np.nan)
    usual_on = np.nanmedian(burst - onset_ms[:-1]) if found.any() else latency_ms
    usual_off = np.nanmedian(end - onset_ms[:-1]) if found.any() else latency_ms + 60.0
    outcome = np.stack(
        (
            np.where(found, burst, onset_ms[:-1] + usual_on),
            np.where(found, end, onset_ms[:-1] + usual_off),
        ),
        axis=1,
    )
    # The end of the last burst that is over before this item can be answered.
    last = np.searchsorted(off, start, side="right") - 1
    ended = np.where(last >= 0, off[np.maximum(last, 0)] if len(off) else -np.inf, -np.inf)
    begin = np.maximum(ended, start - PREDICTION_MS)
    prediction = np.stack((begin, start), axis=1)
    return prediction[counted], outcome[counted], burst[counted]


def counts(spikes: Spikes, n_cells: int, windows: Floats) -> Floats:
    """Count each cell's spikes in each window.

    Parameters
    ----------
    spikes : Spikes
    n_cells : int
    windows : array (windows, 2)
        Start (included) and end (left out), ms.

    Returns
    -------
    array (windows, cells)
    """
    order = np.argsort(spikes.times_ms, kind="stable")
    times, cells = spikes.times_ms[order], spikes.cells[order]
    out = np.zeros((len(windows), n_cells))
    for row, (start, stop) in zip(out, windows, strict=True):
        first, last = np.searchsorted(times, (start, stop))
        row += np.bincount(cells[first:last], minlength=n_cells)
    return out


def vectors(
    relay: Spikes, n_cells: int, onset_ms: Floats, bursts: Cycles, latency_ms: float,
    counted: slice = slice(None),
) -> Vectors:  # fmt: skip
    """Give the relay cells' spike counts in every cycle.

    Parameters
    ----------
    relay : Spikes
    n_cells : int
        Relay cells.
    onset_ms, bursts, latency_ms, counted
        As in `parts`.
    """
    prediction, outcome, burst = parts(onset_ms, bursts, latency_ms, counted)
    end = prediction[:, 1]
    moments = [
        counts(relay, n_cells, np.stack((end + t - MOMENT_MS / 2, end + t + MOMENT_MS / 2), axis=1))
        for t in moment_ms()
    ]
    return Vectors(
        prediction=counts(relay, n_cells, prediction),
        outcome=counts(relay, n_cells, outcome),
        prediction_ms=prediction,
        outcome_ms=outcome,
        burst_ms=burst,
        moments=np.stack(moments, axis=1),
    )
