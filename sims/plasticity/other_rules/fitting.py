"""Fit a plasticity rule to the published means: one optimiser, one budget, one read-out for all rules.

A rule's change per window goes through the same soft bound, contrast and test pulse as that of the kinase
rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import differential_evolution, minimize

from circuits.learning.kinase.rule import Floats
from circuits.seeds import stream
from sims.plasticity.induction import START_WEIGHT, EpspCurve, Induction, Variant
from sims.plasticity.jang2026 import PUBLISHED
from sims.plasticity.other_rules.rules import BINS, Binned, Ranges
from sims.plasticity.preparation import Preparation
from sims.plasticity.protocol import JANG, Protocol

#: One window is simulated per experiment; the published ten are taken as repeats of it.
REPEATS = 10
#: Learning rates tried for every set of parameters, relative to the size of the changes.
RATES = np.geomspace(0.004, 0.4, 16)
#: Members of the evolving population per searched parameter.
MEMBERS = 6

_PUBLISHED_MEAN = np.array([[PUBLISHED[p.key].mean] for p in JANG])
_PUBLISHED_SEM = np.array([[PUBLISHED[p.key].sem] for p in JANG])


@dataclass(frozen=True)
class Experiments:
    """Experiments a rule is fitted or scored on: trains, the same in bins, and the test pulse."""

    trains: Induction
    spikes: Binned
    curve: EpspCurve

    def means(self, epsp: Floats) -> Floats:
        """Give the mean EPSP, (..., protocols, variants), of EPSPs (..., rows)."""
        t = self.trains
        cells = (len(t.protocols), len(t.variants), -1)
        return np.asarray(epsp.reshape(*epsp.shape[:-1], *cells).mean(axis=-1))

    def epsp(self, per_window: Floats, rate: Floats | float) -> Floats:
        """Give the EPSP after ten windows that each change the synapse by `per_window` (rows,).

        Rates (k, 1) give (k, rows). Softly bounded steps of one size end where this power ends.
        """
        step = np.minimum(np.abs(rate * per_window), 1.0)
        left = START_WEIGHT * (1.0 - step) ** REPEATS
        return self.curve.ratio(np.where(per_window > 0, 1.0 - left, left), self.trains.cell)


def experiments(
    prepared: Preparation,
    protocols: tuple[Protocol, ...],
    variants: tuple[Variant, ...],
    name: str,
) -> Experiments:
    """Simulate the experiments rules are compared on; `name` is that of the random stream."""
    trains = prepared.induce(protocols, name, variants)
    pre, post = (_bins(t[0], protocols[0]) for t in (trains.pre_ms, trains.post_ms))
    return Experiments(trains, Binned(pre, post), prepared.curve)


def _bins(times_ms: Floats, protocol: Protocol) -> Floats:
    """Count spikes per ms, (rows x windows, 200), windows of a row next to each other."""
    out = np.zeros((times_ms.shape[0], protocol.windows, BINS))
    row, column = np.nonzero(np.isfinite(times_ms))
    t = times_ms[row, column]
    window = (t // protocol.period_ms).astype(np.int64)
    place = (t - window * protocol.period_ms).astype(np.int64)
    inside = place < BINS
    np.add.at(out, (row[inside], window[inside], place[inside]), 1.0)
    return out.reshape(-1, BINS)


def chi2(means: Floats) -> float:
    """Give the mean squared distance from the published means, in SEM, over conditions and variants."""
    return float(_chi2(means))


def _chi2(means: Floats) -> Floats:
    distance = (means - _PUBLISHED_MEAN) / _PUBLISHED_SEM
    return np.asarray(np.mean(np.square(distance), axis=(-2, -1)))


def share_inside(means: Floats) -> float:
    """Give the share of conditions x variants inside the published mean +- SEM."""
    inside = [[PUBLISHED[p.key].holds(x) for x in row] for p, row in zip(JANG, means, strict=True)]
    return float(np.mean(inside))


#: Changes (rows,) per window of a rule with the given parameters (as logs), on the given experiments.
Changes = Callable[[Experiments, Floats], Floats]


def fit(
    ranges: Ranges, changes: Changes, on: Experiments, budget: int, seed: int
) -> tuple[Floats, float]:
    """Search the parameters of a rule and its learning rate.

    Four fifths of the budget go to differential evolution, the rest to Nelder-Mead from its best.

    Parameters
    ----------
    ranges : dict
        Parameters of the rule and where they are searched; none leaves the learning rate alone.
    changes : callable
    on : Experiments
    budget : int
        Evaluations.
    seed : int

    Returns
    -------
    tuple of array and float
        Logs of the parameters in the order of `ranges`, and the learning rate.
    """
    found = np.zeros(0)
    if ranges:
        low, high = np.log(np.array(list(ranges.values()))).T

        def loss(x: Floats) -> float:
            return _best_rate(on, changes(on, np.clip(x, low, high)))[1]

        members = MEMBERS * low.size
        wide = differential_evolution(
            loss,
            list(zip(low, high, strict=True)),
            strategy="currenttobest1bin",
            popsize=MEMBERS,
            maxiter=max(1, int(0.8 * budget) // members - 1),
            rng=stream(seed, "rivals optimiser"),
            polish=False,
            tol=0.0,
        )
        local = {"maxfev": budget // 5, "xatol": 1e-3, "fatol": 1e-4}
        near = minimize(loss, wide.x, method="Nelder-Mead", options=local)
        found = np.clip(near.x, low, high)
    return np.asarray(found), _best_rate(on, changes(on, found))[0]


def _best_rate(on: Experiments, change: Floats) -> tuple[float, float]:
    """Give the learning rate with the least chi-square, and that chi-square."""
    typical = float(np.median(np.abs(change)) * REPEATS) + 1e-12
    best = (0.0, float("inf"))
    rates = RATES / typical
    for _ in range(2):
        means = on.means(on.epsp(change, rates[:, None]))
        k = int(np.argmin(scores := _chi2(means)))
        best = min(best, (float(rates[k]), float(scores[k])), key=lambda found: found[1])
        rates = rates[k] * np.geomspace(0.78, 1.28, 7)
    return best
