"""Where the rule changes sign: maps of dw over rates and over the length of the window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from circuits.learning.kinase.rule import Floats, KinaseRule
from circuits.seeds import stream
from sims.plasticity.cells import Cells
from sims.plasticity.induction import Induction, Variant, induce, read
from sims.plasticity.protocol import STEP_CEILING_HZ, Protocol, pairing

RATES_HZ: Floats = np.arange(0, 101, 10, dtype=np.float64)
WINDOWS_MS = (50.0, 100.0, 150.0, 200.0, 300.0, 400.0)
#: Pairs tried for every window length: differences of 20 Hz and more, both ways, below the ceiling.
PAIRS_HZ = ((10, 30), (10, 50), (20, 40), (20, 50), (25, 50), (30, 50))
#: Rates this far apart ought to give the sign of their difference.
CLEAR_HZ = 20.0
MAP_VARIANT = (Variant("jittered", None),)


@dataclass(frozen=True)
class RateMap:
    """Mean change per window over minus (rows) and plus (columns) rates.

    `dw` is in units of the change of 25 to 50 Hz under the same rule. `slope` is c of the zero line
    plus = c * minus below the ceiling; `errors_below` and `errors_above` count wrong signs where the
    halves differ by 20 Hz or more, below 55 Hz and where a half had to be driven by pulses, `cases_*`
    of how many.
    """

    rates_hz: Floats
    dw: Floats
    slope: float
    errors_below: int
    cases_below: int
    errors_above: int
    cases_above: int


def rate_trains(cells: Cells, table_hz: Floats, seed: int, windows: int = 2) -> Induction:
    """Trains for every pair of `RATES_HZ`, and for 25 to 50 Hz last."""
    rates = [float(r) for r in RATES_HZ]
    pairs = [*product(rates, rates), (25.0, 50.0)]
    protocols = tuple(pairing(a, b, windows=windows) for a, b in pairs)
    return induce(cells, table_hz, protocols, MAP_VARIANT, stream(seed, "plasticity map"))


def rate_map(rule: KinaseRule, trains: Induction, readout: str = "cycle") -> RateMap:
    """Map dw over minus x plus rates of trains made by `rate_trains`."""
    total = read(rule, trains, readout).total(rule.fast_scale)
    size = len(trains.protocols)
    mean = total.reshape(size, -1).mean(axis=1)
    unit = abs(float(mean[-1])) or 1.0
    dw = (mean[:-1] / unit).reshape(RATES_HZ.size, RATES_HZ.size)
    wrong, clear, below = sign_errors(dw)
    return RateMap(
        RATES_HZ,
        dw,
        zero_slope(dw),
        int((wrong & below).sum()),
        int((clear & below).sum()),
        int((wrong & ~below).sum()),
        int((clear & ~below).sum()),
    )


def sign_errors(dw: Floats) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Masks over the map: wrong sign, halves clearly different, both halves below the ceiling."""
    minus, plus = np.meshgrid(RATES_HZ, RATES_HZ, indexing="ij")
    clear = np.abs(plus - minus) >= CLEAR_HZ
    below = (minus <= STEP_CEILING_HZ) & (plus <= STEP_CEILING_HZ)
    return clear & (np.sign(dw) != np.sign(plus - minus)), clear, below


def zero_slope(dw: Floats) -> float:
    """Slope c of the line plus = c * minus on which dw is zero, through the origin, below 55 Hz.

    For each minus rate of 10 Hz or more the zero nearest to the diagonal is interpolated between
    neighbouring plus rates; NaN if there is none.
    """
    points = []
    for i, minus in enumerate(RATES_HZ):
        if not 0 < minus <= STEP_CEILING_HZ:
            continue
        row = dw[i]
        change = np.nonzero((row[:-1] < 0) & (row[1:] >= 0))[0]
        zeros = [
            RATES_HZ[j] - row[j] * (RATES_HZ[j + 1] - RATES_HZ[j]) / (row[j + 1] - row[j])
            for j in change
        ]
        if zeros:
            points.append((minus, min(zeros, key=lambda z: abs(z - minus))))
    if not points:
        return float("nan")
    x, y = np.array(points).T
    return float((x * y).sum() / (x * x).sum())


@dataclass(frozen=True)
class WindowMap:
    """Signs over the length of the window, with fixed and with scaled time constants.

    `right_fixed`, `right_scaled`: fraction of clear pairs with the right sign for each of
    `windows_ms`; `rise_*`, `fall_*`: mean change of 25 to 50 and 50 to 25 Hz, in units of the rise at
    200 ms with the same constants.
    """

    windows_ms: Floats
    right_fixed: Floats
    right_scaled: Floats
    rise_fixed: Floats
    rise_scaled: Floats
    fall_fixed: Floats
    fall_scaled: Floats


def window_map(
    rule: KinaseRule, cells: Cells, table_hz: Floats, seed: int, readout: str = "cycle"
) -> WindowMap:
    """Try clear pairs of rates in windows of 50 to 400 ms (two halves each)."""
    both = [p for a, b in PAIRS_HZ for p in ((a, b), (b, a))]
    rows: dict[str, list[tuple[float, float, float]]] = {"fixed": [], "scaled": []}
    for window in WINDOWS_MS:
        protocols: tuple[Protocol, ...] = tuple(
            pairing(a, b, window_ms=window, windows=2) for a, b in both
        )
        rng = stream(seed, f"plasticity window {window}")
        trains = induce(cells, table_hz, protocols, MAP_VARIANT, rng)
        for name, used in (("fixed", rule), ("scaled", rule.scaled(window))):
            total = read(replace(used, latch_ms=rule.latch_ms), trains, readout).total(
                used.fast_scale
            )
            mean = [float(total[trains.protocol == k].mean()) for k in range(len(protocols))]
            right = np.mean(
                [np.sign(m) == np.sign(b - a) for m, (a, b) in zip(mean, both, strict=True)]
            )
            k = both.index((25, 50))
            rows[name].append((float(right), mean[k], mean[k + 1]))
    reference = WINDOWS_MS.index(200.0)
    columns = []
    for name in ("fixed", "scaled"):
        table = np.array(rows[name])
        table[:, 1:] /= abs(table[reference, 1]) or 1.0
        columns.append(table)
    fixed, scaled = columns
    return WindowMap(
        np.array(WINDOWS_MS),
        *(x for i in range(3) for x in (fixed[:, i], scaled[:, i])),
    )
