"""Does the pulvinar predict? Measures on spikes and item times, cycle by cycle; pure functions.

Cycle k is that of item k, which appears at its onset. Its prediction part ends at the onset plus the
latency of V1.L4E: what comes later may have seen the item. It is the `PREDICTION_MS` before that,
less if the previous burst of V1.L5IB ended later: V2's layer 6 turns over to the last item about 100 ms
after its onset and relay cells follow within 35 ms, so of 200 ms this much is left. (Of the 100 ms of
O'Reilly 2026 the first quarter would still be the turnover; `MOMENT_MS` shows how the prediction
comes up.) Its outcome part is the burst that follows the onset; where none is found, the stretch in which
bursts usually lie.

A prediction is read as the nearest of the templates, which are mean outcome vectors of other cycles:
by cosine after each vector has lost its mean and the templates their common part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from circuits.records import Spikes
from circuits.runs.run import Cycles

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: The longest a prediction part can be, ms.
PREDICTION_MS = 75.0
#: Half a theta cycle, the prediction phase of O'Reilly 2026, ms: a second, harder reading.
HALF_CYCLE_MS = 100.0
#: Moments in which the course of a prediction is followed, and from where to where: ms from the end
#: of the prediction part.
MOMENT_MS, MOMENTS_FROM_MS, MOMENTS_TO_MS = 25.0, -125.0, 50.0
#: A silent prediction says nothing; fewer relay spikes than this are no prediction.
FEWEST = 3
#: Cycles of the running mean, and the accuracy it has to reach.
RUNNING, REACHED = 40, 0.9
#: A rate response is an onset when it exceeds the mean before by this many standard deviations.
CLEAR_SD = 3.0


@dataclass(frozen=True, eq=False)
class Vectors:
    """Relay spikes of every cycle: `prediction` and `outcome`, (cycles, cells), and their times.

    `prediction_ms` and `outcome_ms` are (cycles, 2), start and end; `burst_ms` (cycles,) is the onset
    of the burst that followed the item, NaN where there was none. `moments` (cycles, moments, cells)
    is the course of the prediction (`moment_ms` says when).
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
    """Measure how long after an item's onset a population first answers, ms.

    The onset-triggered mean rate, smoothed over 5 ms; the answer begins where it first exceeds the
    mean of the 40 ms before the onset by `CLEAR_SD` of its standard deviations there. NaN if never.
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
    """Count each cell's spikes in each window; (windows, cells)."""
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
    """Give the relay vectors of every cycle (see `parts`)."""
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


def templates(outcome: Floats, symbol: Ints, n_symbols: int, usable: Bools) -> Floats:
    """Give the mean outcome vector of each symbol, (symbols, cells); NaN for one never shown."""
    out = np.full((n_symbols, outcome.shape[1]), np.nan)
    for s in range(n_symbols):
        mine = usable & (symbol == s)
        if mine.any():
            out[s] = outcome[mine].mean(axis=0)
    return out


def nearest(shown: Floats, known: Floats) -> Ints:
    """Give the symbol whose template each vector is nearest to; -1 for a silent vector.

    Cosine, after each vector has lost its mean and all the mean of the templates.
    """
    usable: Bools = np.asarray(np.isfinite(known).all(axis=1))
    common = known[usable].mean(axis=0)
    # Vectors of different length (spikes) lose a common part of their own size.
    size: Floats = np.asarray(shown.sum(axis=1))[:, None]
    rest = shown - common * size / max(common.sum(), 1e-12)
    sides = known - common * known.sum(axis=1, keepdims=True) / max(common.sum(), 1e-12)
    similar: Floats = np.dot(_unit(rest), _unit(np.where(usable[:, None], sides, 0.0)).T)
    similar[:, ~usable] = -np.inf
    found: Ints = np.argmax(similar, axis=1).astype(np.int64)
    found[size.ravel() < FEWEST] = -1
    found[np.abs(rest).sum(axis=1) < 1e-12] = -1
    return found


def _unit(rows: Floats) -> Floats:
    centred = rows - rows.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    unit: Floats = np.divide(centred, length, out=np.zeros_like(centred), where=length > 1e-12)
    return unit


def correlation(one: Floats, other: Floats) -> float | None:
    """Give the mean correlation of vectors row by row, None where every row is silent."""
    product = (_unit(one) * _unit(other)).sum(axis=1)
    heard = (np.ptp(one, axis=1) > 0) & (np.ptp(other, axis=1) > 0)
    return float(product[heard].mean()) if heard.any() else None


def cycles_to(
    right: NDArray[np.float64], running: int = RUNNING, level: float = REACHED
) -> int | None:
    """Count the cycles until the running mean of `right` reaches the level; None if it never does.

    The number is that of the last cycle of the first window that does.
    """
    if len(right) < running:
        return None
    mean = np.convolve(right, np.ones(running) / running, mode="valid")
    reached = np.flatnonzero(mean >= level - 1e-9)
    return int(reached[0]) + running if len(reached) else None


def vector_strength(burst_ms: Floats, onset_ms: Floats, n: int) -> float | None:
    """Measure how tightly bursts lock to the items: 1 at a fixed phase of the item, about 0 at any.

    Every burst has a phase in the item it falls into (0 its onset, 1 the next onset). `onset_ms` has
    n + 1 entries. None with fewer than two bursts.
    """
    item = np.searchsorted(onset_ms, burst_ms, side="right") - 1
    inside = (item >= 0) & (item < n)
    if inside.sum() < 2:
        return None
    item, burst = item[inside], burst_ms[inside]
    phase = (burst - onset_ms[item]) / (onset_ms[item + 1] - onset_ms[item])
    return float(np.abs(np.exp(2j * np.pi * phase).mean()))


def rate_drift(
    rates: Mapping[str, Floats], untrained: Mapping[str, float], least_hz: float = 0.05
) -> dict[str, tuple[float, float | None]]:
    """Compare every population's rate with that of the untrained circuit.

    Parameters
    ----------
    rates : dict of str to array (epochs,)
        Hz.
    untrained : dict of str to float
        Hz; populations below `least_hz` are left out, a factor on nothing means nothing.

    Returns
    -------
    dict of str to (factor, slope)
        The largest factor up or down over the epochs (2 is twice or half); the slope over the second
        half of the epochs, as a share of the untrained rate per epoch, None with fewer than 3 epochs there.
    """
    out: dict[str, tuple[float, float | None]] = {}
    for name, hz in rates.items():
        before = untrained.get(name, 0.0)
        if before < least_hz or not len(hz):
            continue
        ratio = np.maximum(np.asarray(hz), 1e-3) / before
        late = ratio[len(ratio) // 2 :]
        slope = float(np.polyfit(np.arange(len(late)), late, 1)[0]) if len(late) >= 3 else None
        out[name] = (float(np.maximum(ratio, 1 / ratio).max()), slope)
    return out
