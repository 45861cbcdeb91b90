"""Other plasticity rules under the same protocol, with the same optimiser, budget and read-out.

Every rule turns spike trains into a change per window; the change then goes through the same soft
bound, contrast and test pulse as the kinase rule. All are offered the same learn-now gate: an
eligibility that decays with a fitted time constant and is read at the end of the window, instead of
the plain sum. Time runs in bins of 1 ms; rates are in spikes per ms inside the rules.

Sources: covariance Sejnowski 1977; BCM Bienenstock, Cooper & Munro 1982; pair STDP Song, Miller &
Abbott 2000; triplet STDP Pfister & Gerstner 2006; calcium thresholds Graupner & Brunel 2012; CHL
Movellan 1990, O'Reilly 1996.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import differential_evolution, minimize
from scipy.signal import lfilter

from circuits.learning.kinase.rule import Floats, KinaseRule
from circuits.seeds import stream
from sims.plasticity.cells import Cells
from sims.plasticity.induction import (
    FITTED,
    START_WEIGHT,
    VARIANTS,
    EpspCurve,
    Induction,
    Variant,
    induce,
    read,
)
from sims.plasticity.jang2026 import PUBLISHED
from sims.plasticity.protocol import JANG, Protocol, pairing

#: Pairs of rates nobody fitted: the sign each rule gives is compared with that of plus - minus.
UNSEEN_HZ = ((10, 30), (10, 50), (20, 40), (20, 50), (30, 50))
#: One window is simulated per experiment; the published ten are taken as repeats of it.
REPEATS = 10
#: Milliseconds kept of each window: its end is where the gate reads.
BINS = 200

Parameters = dict[str, float]

_GOAL = np.array([[PUBLISHED[p.key].mean] for p in JANG])
_SEM = np.array([[PUBLISHED[p.key].sem] for p in JANG])


@dataclass(frozen=True)
class Binned:
    """Spikes of one window per row in bins of 1 ms: `pre`, `post` (rows, 200), nominal `rates_hz` (rows, 2)."""

    pre: Floats
    post: Floats
    rates_hz: Floats


def trace(spikes: Floats, tau_ms: float) -> Floats:
    """Leaky count of spikes, one per spike, decaying with tau_ms."""
    return np.asarray(lfilter([1.0], [1.0, -np.exp(-1.0 / tau_ms)], spikes, axis=1))


def before(values: Floats) -> Floats:
    """Give the value one bin earlier, so that a spike does not meet itself."""
    return np.pad(values, ((0, 0), (1, 0)))[:, :-1]


def covariance(spikes: Binned, p: Parameters) -> Floats:
    """(x - theta)(y - theta) of two filtered rates."""
    x, y = (trace(s, p["tau"]) / p["tau"] for s in (spikes.pre, spikes.post))
    return np.asarray((x - p["theta"] / 1000.0) * (y - p["theta"] / 1000.0) * 1e3)


def bcm(spikes: Binned, p: Parameters) -> Floats:
    """X y (y - theta) with a threshold that follows y^2."""
    x, y = (trace(s, p["tau"]) / p["tau"] for s in (spikes.pre, spikes.post))
    slow = np.exp(-1.0 / p["tau_theta"])
    theta = lfilter([1.0 - slow], [1.0, -slow], y * y, axis=1) / (p["y0"] / 1000.0)
    return np.asarray(x * y * (y - theta) * 1e5)


def pair_stdp(spikes: Binned, p: Parameters) -> Floats:
    """All pairs: pre before post strengthens, post before pre weakens."""
    up = spikes.post * before(trace(spikes.pre, p["tau_plus"]))
    down = spikes.pre * before(trace(spikes.post, p["tau_minus"]))
    return np.asarray(up - p["ratio"] * down)


def triplet_stdp(spikes: Binned, p: Parameters) -> Floats:
    """Pairs weaken; pairs and triplets with an earlier postsynaptic spike strengthen."""
    r1 = before(trace(spikes.pre, p["tau_plus"]))
    o1 = before(trace(spikes.post, p["tau_minus"]))
    o2 = before(trace(spikes.post, p["tau_y"]))
    return np.asarray(spikes.post * r1 * (p["a2"] + o2) - spikes.pre * o1 * p["ratio"])


def calcium_thresholds(spikes: Binned, p: Parameters) -> Floats:
    """Time above a high calcium threshold strengthens, above a low one weakens."""
    calcium = trace(spikes.pre + p["c_post"] * spikes.post, p["tau"])
    high = p["theta_d"] + p["theta_gap"]
    return np.asarray((calcium > high) * 1.0 - p["ratio"] * (calcium > p["theta_d"]))


def chl(spikes: Binned, p: Parameters) -> Floats:
    """X y of the second half minus x y of the first, from spike counts: it is told where the halves are."""
    half = BINS // 2
    counts = [s[:, half:].sum(axis=1) for s in (spikes.pre, spikes.post)]
    first = [s[:, :half].sum(axis=1) for s in (spikes.pre, spikes.post)]
    out = np.zeros_like(spikes.pre)
    out[:, -1] = 0.1 * (counts[0] * counts[1] - first[0] * first[1])
    return out


@dataclass(frozen=True)
class Rival:
    """One rule: its change per bin and the ranges of its parameters (searched on a log scale)."""

    name: str
    change: Callable[[Binned, Parameters], Floats]
    ranges: dict[str, tuple[float, float]]
    gated: bool = False

    @property
    def searched(self) -> dict[str, tuple[float, float]]:
        """Parameters the optimiser searches: those of the rule and the gate's time constant."""
        gate = {"tau_gate": (10.0, 1000.0)} if self.gated else {}
        return {**self.ranges, **gate}

    def per_window(self, spikes: Binned, p: Parameters) -> Floats:
        """Change of each window, (rows,)."""
        change = self.change(spikes, p)
        if self.gated:
            left = BINS - 1.0 - np.arange(BINS)
            change = change * np.exp(-left / p["tau_gate"])
        return np.asarray(change.sum(axis=1))


_TAU = (5.0, 100.0)
_RULES = (
    ("Hebbian covariance", covariance, {"tau": _TAU, "theta": (1.0, 60.0)}),
    ("BCM", bcm, {"tau": _TAU, "tau_theta": (10.0, 1000.0), "y0": (1.0, 100.0)}),
    (
        "pair STDP",
        pair_stdp,
        {"tau_plus": _TAU, "tau_minus": _TAU, "ratio": (0.1, 10.0)},
    ),
    (
        "triplet STDP",
        triplet_stdp,
        {
            "tau_plus": _TAU,
            "tau_minus": _TAU,
            "tau_y": (20.0, 300.0),
            "a2": (1e-3, 10.0),
            "ratio": (0.1, 10.0),
        },
    ),
    (
        "calcium thresholds",
        calcium_thresholds,
        {
            "tau": _TAU,
            "c_post": (0.2, 5.0),
            "theta_d": (0.3, 10.0),
            "theta_gap": (0.1, 10.0),
            "ratio": (0.05, 5.0),
        },
    ),
)
RIVALS: tuple[Rival, ...] = (
    *(Rival(n, f, r) for n, f, r in _RULES),
    *(Rival(f"{n} + gate", f, r, gated=True) for n, f, r in _RULES),
    Rival("CHL (told the halves)", chl, {}),
)


@dataclass(frozen=True)
class Bench:
    """Experiments a rule is fitted or scored on."""

    trains: Induction
    spikes: Binned
    curve: EpspCurve

    def means(self, epsp: Floats) -> Floats:
        """Mean EPSP, (..., protocols, variants), of EPSPs (..., rows)."""
        t = self.trains
        cells = (len(t.protocols), len(t.variants), -1)
        return np.asarray(epsp.reshape(*epsp.shape[:-1], *cells).mean(axis=-1))

    def epsp(self, per_window: Floats, rate: Floats | float) -> Floats:
        """EPSP after ten windows that each change the synapse by `per_window` (rows,).

        Rates (k, 1) give (k, rows). Softly bounded steps of one size end where this power ends.
        """
        step = np.minimum(np.abs(rate * per_window), 1.0)
        left = START_WEIGHT * (1.0 - step) ** REPEATS
        return self.curve.ratio(np.where(per_window > 0, 1.0 - left, left), self.trains.cell)


def bench(
    cells: Cells,
    table_hz: Floats,
    curve: EpspCurve,
    protocols: tuple[Protocol, ...],
    variants: tuple[Variant, ...],
    rng: np.random.Generator,
) -> Bench:
    """Simulate the experiments rules are compared on."""
    trains = induce(cells, table_hz, protocols, variants, rng)
    rates = np.array([p.rates_hz for p in protocols])[trains.protocol]
    binned = [_bins(t[0], protocols[0]) for t in (trains.pre_ms, trains.post_ms)]
    return Bench(trains, Binned(binned[0], binned[1], rates), curve)


def _bins(times_ms: Floats, protocol: Protocol) -> Floats:
    """Spikes per ms, (rows x windows, 200), windows of a row next to each other."""
    out = np.zeros((times_ms.shape[0], protocol.windows, BINS))
    row, column = np.nonzero(np.isfinite(times_ms))
    t = times_ms[row, column]
    window = (t // protocol.period_ms).astype(np.int64)
    place = (t - window * protocol.period_ms).astype(np.int64)
    keep = place < BINS
    np.add.at(out, (row[keep], window[keep], place[keep]), 1.0)
    return out.reshape(-1, BINS)


def chi2(means: Floats) -> float:
    """Mean squared distance from the published means, in SEM, over conditions and variants."""
    return float(_chi2(means))


def _chi2(means: Floats) -> Floats:
    return np.asarray(np.mean(np.square((means - _GOAL) / _SEM), axis=(-2, -1)))


def boxes(means: Floats) -> float:
    """Fraction of conditions x variants inside the published mean +- SEM."""
    inside = [[PUBLISHED[p.key].holds(x) for x in row] for p, row in zip(JANG, means, strict=True)]
    return float(np.mean(inside))


#: Changes (rows,) per window of a rule with the given parameters, on the given experiments.
Rule = Callable[[Bench, Floats], Floats]
#: Learning rates tried for every set of parameters, relative to the size of the changes.
RATES = np.geomspace(0.004, 0.4, 16)
#: The rule that is also fitted to one phase alone, to show what that is worth.
TUNED = "triplet STDP"
#: Members of the evolving population per searched parameter.
MEMBERS = 6


def _best_rate(on: Bench, change: Floats) -> tuple[float, float]:
    """Learning rate with the least chi-square, and that chi-square."""
    typical = float(np.median(np.abs(change)) * REPEATS) + 1e-12
    best = (0.0, float("inf"))
    rates = RATES / typical
    for _ in range(2):
        means = on.means(on.epsp(change, rates[:, None]))
        k = int(np.argmin(scores := _chi2(means)))
        best = min(best, (float(rates[k]), float(scores[k])), key=lambda found: found[1])
        rates = rates[k] * np.geomspace(0.78, 1.28, 7)
    return best


def _fit(
    ranges: dict[str, tuple[float, float]], rule: Rule, on: Bench, budget: int, seed: int
) -> tuple[Floats, float]:
    """Search the parameters (as logs) with one optimiser and one budget for all, and the rate.

    Four fifths of the budget go to differential evolution, the rest to Nelder-Mead from its best.
    """
    found = np.zeros(0)
    if ranges:
        low, high = np.log(np.array(list(ranges.values()))).T

        def loss(x: Floats) -> float:
            return _best_rate(on, rule(on, np.clip(x, low, high)))[1]

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
    return np.asarray(found), _best_rate(on, rule(on, found))[0]


def compare(
    rule: KinaseRule,
    readout: str,
    cells: Cells,
    table_hz: Floats,
    curve: EpspCurve,
    seed: int,
    budget: int = 2500,
    rivals: tuple[Rival, ...] = RIVALS,
    progress: Callable[[float], None] | None = None,
) -> list[dict[str, float | str]]:
    """Fit every rule on the same variants and score it on variants, trains and pairs it never saw.

    Parameters
    ----------
    rule, readout
        The kinase rule, entered with two parameters (learning rate, CaP scale); its time constants
        are Axon's and are not fitted.
    cells, table_hz, curve
        Virtual cells, the first half for fitting, the second for scoring.
    seed : int
    budget : int
        Evaluations allowed to each rule.

    Returns
    -------
    list of dict
        One row per rule: `rule`, `parameters` (how many fitted), `chi2_fitted`, `chi2_unseen` (other
        phases, drives and cells), `boxes_unseen` (fraction inside mean +- SEM), `chi2_poisson`,
        `signs_unseen` (fraction right of ten unseen pairs), `order` (25 to 50 minus 50 to 25 on the
        fitted variants; published 0.69, an order-blind rule has 0), and the four means.
    """
    half = cells.count // 2
    groups = [np.arange(half), np.arange(half, 2 * half)]
    old, new = (
        (cells.take(g), table_hz[g], EpspCurve(curve.scale, curve.epsp_mv[g])) for g in groups
    )
    two = tuple(pairing(*p.rates_hz, windows=1) for p in JANG)
    noisy = tuple(pairing(*p.rates_hz, windows=1, poisson=True) for p in JANG)
    unseen = [(a, b) for pair in UNSEEN_HZ for a, b in (pair, pair[::-1])]
    others = tuple(pairing(a, b, windows=1) for a, b in unseen)
    known = tuple(v for v in VARIANTS if v.name in FITTED)
    fresh = tuple(v for v in VARIANTS if v.name not in FITTED)
    on = bench(*old, two, known, stream(seed, "rivals fit"))
    tests = [
        bench(*new, protocols, variants, stream(seed, f"rivals test {k}"))
        for k, (protocols, variants) in enumerate(
            ((two, fresh), (noisy, fresh[1:2]), (others, fresh[1:2]))
        )
    ]
    lone = bench(*old, two, known[:1], stream(seed, "rivals fit"))
    entries: list[tuple[str, dict[str, tuple[float, float]], Rule, Bench]] = [
        ("kinase", {"cap_scale": (0.9, 1.0)}, _kinase(rule, readout), on)
    ]
    entries += [(r.name, r.searched, _rival(r), on) for r in rivals]
    # Fitted to one regular protocol, a triplet rule can balance what it cannot balance in general.
    entries += [
        (f"{r.name}, one phase", r.searched, _rival(r), lone) for r in rivals if r.name == TUNED
    ]
    table = []
    for k, (name, ranges, changes, own) in enumerate(entries):
        best, rate = _fit(ranges, changes, own, budget, seed)
        found = [b.means(b.epsp(changes(b, best), rate)) for b in (own, *tests)]
        signs = np.sign(found[3][:, 0] - 1.0) == [np.sign(b - a) for a, b in unseen]
        row: dict[str, float | str] = {
            "rule": name,
            "parameters": float(len(ranges) + 1),
            "chi2_fitted": chi2(found[0]),
            "chi2_unseen": chi2(found[1]),
            "boxes_unseen": boxes(found[1]),
            "chi2_poisson": chi2(found[2]),
            "signs_unseen": float(np.mean(signs)),
            "order": float(found[0][0].mean() - found[0][1].mean()),
        }
        row |= {f"epsp_{p.key}": float(m.mean()) for p, m in zip(JANG, found[1], strict=True)}
        row["fitted_rate"] = rate
        row |= {f"fitted_{n}": float(np.exp(x)) for n, x in zip(ranges, best, strict=True)}
        table.append(row)
        if progress is not None:
            progress((k + 1) / len(entries))
    return table


def _kinase(rule: KinaseRule, readout: str) -> Rule:
    cache: dict[int, tuple[Floats, Floats]] = {}

    def changes(on: Bench, x: Floats) -> Floats:
        if id(on) not in cache:
            reading = read(rule, on.trains, readout)
            cache[id(on)] = (np.nan_to_num(reading.fast), np.nan_to_num(reading.slow))
        fast, slow = cache[id(on)]
        return np.asarray(float(np.exp(x[0])) * fast - slow)[:, 0]

    return changes


def _rival(rival: Rival) -> Rule:
    def changes(on: Bench, x: Floats) -> Floats:
        p = {n: float(v) for n, v in zip(rival.searched, np.exp(x), strict=True)}
        return rival.per_window(on.spikes, p)

    return changes
