"""Where the rule changes sign: maps of dw over the rates of the halves and over the length of the window.

The theory says that dw has the sign of the second rate minus the first. No experiment has measured it over
these rates, so a right sign here is right by the theory.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from circuits.learning.kinase.rule import Floats, KinaseRule
from sims.plasticity.induction import Induction, Variant, read
from sims.plasticity.preparation import Preparation
from sims.plasticity.protocol import STEP_CEILING_HZ, pairing

RATES_HZ: Floats = np.arange(0, 101, 10, dtype=np.float64)
WINDOWS_MS = (50.0, 100.0, 150.0, 200.0, 300.0, 400.0)
#: Pairs tried for every window length: differences of 20 Hz and more, both ways, below the ceiling.
PAIRS_HZ = ((10, 30), (10, 50), (20, 40), (20, 50), (25, 50), (30, 50))
#: By the theory rates this far apart give the sign of their difference.
CLEAR_HZ = 20.0
MAP_VARIANT = (Variant("jittered", None),)


@dataclass(frozen=True)
class RateMap:
    """Mean change per window over the rates of its two halves.

    Attributes
    ----------
    rates_hz : array (rates,)
        Of both halves, Hz.
    dw : array (rates, rates)
        First half by rows, second half by columns; 1 is the change of 25 to 50 Hz under the same rule.
    slope : float
        c of the line second = c * first on which dw is 0, below the ceiling of current steps; NaN if
        there is none.
    errors_below, errors_above : int
        Wrong signs (0 is wrong) where the halves differ by 20 Hz or more: both below 55 Hz, and where a
        half had to be driven by pulses.
    cases_below, cases_above : int
        Of how many.
    """

    rates_hz: Floats
    dw: Floats
    slope: float
    errors_below: int
    cases_below: int
    errors_above: int
    cases_above: int


def rate_trains(prepared: Preparation, windows: int = 2) -> Induction:
    """Make the trains for every pair of `RATES_HZ`, and for 25 to 50 Hz last."""
    rates = [float(r) for r in RATES_HZ]
    pairs = [*product(rates, rates), (25.0, 50.0)]
    protocols = tuple(pairing(a, b, windows=windows) for a, b in pairs)
    return prepared.induce(protocols, "plasticity map", MAP_VARIANT)


def rate_map(rule: KinaseRule, trains: Induction, readout: str = "cycle") -> RateMap:
    """Map the change of a rule over the rates of both halves.

    Parameters
    ----------
    rule : KinaseRule
    trains : Induction
        Made by `rate_trains`.
    readout : str
        "cycle", "dendrite" or "silence".
    """
    total = read(rule, trains, readout).total(rule.fast_scale)
    mean = total.reshape(len(trains.protocols), -1).mean(axis=1)
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
    """Give masks over the map: wrong sign, halves clearly different, both below the ceiling."""
    minus, plus = np.meshgrid(RATES_HZ, RATES_HZ, indexing="ij")
    clear = np.abs(plus - minus) >= CLEAR_HZ
    below = (minus <= STEP_CEILING_HZ) & (plus <= STEP_CEILING_HZ)
    return clear & (np.sign(dw) != np.sign(plus - minus)), clear, below


def zero_slope(dw: Floats) -> float:
    """Fit the slope c of the line second = c * first on which dw is zero, below 55 Hz.

    The line goes through the origin. For each first rate of 10 Hz or more the zero nearest to the
    diagonal is interpolated between neighbouring second rates; NaN if there is none.
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
    """Signs and sizes over the length of the window, with fixed and with scaled time constants.

    Attributes
    ----------
    windows_ms : array (windows,)
        Lengths, ms.
    right_fixed, right_scaled : array (windows,)
        Fraction of clear pairs whose change has the sign of the second rate minus the first.
    rise_fixed, rise_scaled, fall_fixed, fall_scaled : array (windows,)
        Mean change of 25 to 50 and of 50 to 25 Hz; 1 is the rise at 200 ms with the same constants.
    """

    windows_ms: Floats
    right_fixed: Floats
    right_scaled: Floats
    rise_fixed: Floats
    rise_scaled: Floats
    fall_fixed: Floats
    fall_scaled: Floats


def window_map(prepared: Preparation) -> WindowMap:
    """Try clear pairs of rates in windows of 50 to 400 ms (two halves each)."""
    both = [p for a, b in PAIRS_HZ for p in ((a, b), (b, a))]
    fixed, scaled = [], []
    for window in WINDOWS_MS:
        protocols = tuple(pairing(a, b, window_ms=window, windows=2) for a, b in both)
        trains = prepared.induce(protocols, f"plasticity window {window}", MAP_VARIANT)
        rule = prepared.rule
        fixed.append(_signs_and_sizes(rule, trains, prepared.readout, both))
        scaled.append(_signs_and_sizes(rule.scaled(window), trains, prepared.readout, both))
    columns = [_in_units_of_the_rise(np.array(rows)) for rows in (fixed, scaled)]
    return WindowMap(np.array(WINDOWS_MS), *(table[:, i] for i in range(3) for table in columns))


def _signs_and_sizes(
    rule: KinaseRule, trains: Induction, readout: str, pairs: list[tuple[int, int]]
) -> tuple[float, float, float]:
    """Give the fraction of right signs, and the mean change of 25 to 50 and of 50 to 25 Hz."""
    total = read(rule, trains, readout).total(rule.fast_scale)
    mean = [float(total[trains.protocol == k].mean()) for k in range(len(pairs))]
    right = np.mean([np.sign(m) == np.sign(b - a) for m, (a, b) in zip(mean, pairs, strict=True)])
    rising = pairs.index((25, 50))
    return float(right), mean[rising], mean[rising + 1]


def _in_units_of_the_rise(table: Floats) -> Floats:
    """Divide the two changes of each row by that of 25 to 50 Hz at 200 ms."""
    table[:, 1:] /= abs(table[WINDOWS_MS.index(200.0), 1]) or 1.0
    return table
