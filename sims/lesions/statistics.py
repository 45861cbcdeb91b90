"""What a lesion did, over paired seeds: difference, interval, p, and what may be claimed.

Intact and lesioned circuit share wiring, initial state and input noise of each seed, so the seed is
the pair. n pairs allow no two-sided p below 2 / 2^n.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError
from sims.measures.intervals import interval

Floats = NDArray[np.float64]
ALPHA = 0.05
#: Up to so many pairs every assignment of signs is tried; beyond, so many are drawn.
_EXACT_PAIRS, _DRAWN = 14, 19_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one lesion did to one metric.

    Attributes
    ----------
    lesion, metric : str
    primary : bool
        Declared before the experiment; the rest is exploratory.
    n : int
        Pairs in which both runs have a value.
    missing_intact, missing_lesioned : int
        Seeds whose intact, lesioned run has none.
    intact, lesioned : float or None
        Means over the pairs, in the metric's unit.
    difference, low, high : float or None
        Mean paired difference (lesioned minus intact) with its 95 % interval, metric's unit.
    effect, effect_low, effect_high : float or None
        The difference over the standard deviation of the differences (Cohen's d_z, Hedges'
        correction) with its 95 % interval.
    interval : str
        "Student", or "" where there is none.
    p : float or None
        Two-sided paired permutation test (signs flipped).
    p_corrected : float or None
        After `correction`: Holm over the primary, Benjamini-Hochberg over the exploratory metrics.
    bound : float or None
        Differences within +- this count as none (declared in the metric table of the experiment).
    equivalent : bool
        Whether the 90 % interval lies within the bound (two one-sided tests at .05).
    """

    lesion: str
    metric: str
    primary: bool = False
    n: int = 0
    missing_intact: int = 0
    missing_lesioned: int = 0
    intact: float | None = None
    lesioned: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    effect: float | None = None
    effect_low: float | None = None
    effect_high: float | None = None
    interval: str = ""
    p: float | None = None
    p_corrected: float | None = None
    correction: str = ""
    bound: float | None = None
    equivalent: bool = False


def smallest_p(pairs: int) -> float:
    """Give the smallest two-sided p that so many pairs can reach."""
    return min(1.0, 2.0 / 2.0**pairs)


def pairs_needed(tests: int = 1, alpha: float = ALPHA) -> int:
    """Give the number of pairs with which one of `tests` Holm-corrected tests can reach alpha."""
    return math.ceil(math.log2(2.0 * max(tests, 1) / alpha))


def compare(
    intact: Sequence[Mapping[str, Any]],
    lesioned: Sequence[Mapping[str, Any]],
    *,
    lesion: str = "lesion",
    primary: Sequence[str] = (),
    bounds: Mapping[str, float] | None = None,
) -> list[Effect]:
    """Compare the metrics of paired runs, one effect for each metric that holds a number.

    Parameters
    ----------
    intact, lesioned : sequences of dict, same length
        The metrics of each seed's two runs, in the same order of seeds.
    lesion : str
        What to call it.
    primary : sequence of str
        Metrics declared in advance.
    bounds : dict of str to float, optional
        What difference counts as none, by metric.

    Returns
    -------
    list of Effect
        Without corrected p: `correct` does that over all lesions of an experiment.

    Raises
    ------
    CtloopError
        If the runs do not pair.
    """
    if len(intact) != len(lesioned) or not intact:
        msg = f"{len(intact)} intact and {len(lesioned)} lesioned runs do not pair"
        raise CtloopError(msg)
    names = list(
        dict.fromkeys(n for m in (*intact, *lesioned) for n in m if not n.endswith("_reason"))
    )
    names = [n for n in names if any(_number(m.get(n)) is not None for m in (*intact, *lesioned))]
    return [
        _effect(
            lesion,
            name,
            [_number(m.get(name)) for m in intact],
            [_number(m.get(name)) for m in lesioned],
            primary=name in primary,
            bound=(bounds or {}).get(name),
        )
        for name in [*(n for n in primary if n in names), *(n for n in names if n not in primary)]
    ]


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _effect(
    lesion: str,
    metric: str,
    intact: Sequence[float | None],
    lesioned: Sequence[float | None],
    *,
    primary: bool,
    bound: float | None,
) -> Effect:
    both = [(a, b) for a, b in zip(intact, lesioned, strict=True) if None not in (a, b)]
    blank = Effect(
        lesion=lesion,
        metric=metric,
        primary=primary,
        n=len(both),
        missing_intact=sum(a is None for a in intact),
        missing_lesioned=sum(b is None for b in lesioned),
        bound=bound,
    )
    if not both:
        return blank
    before, after = np.array(both, dtype=np.float64).T
    d = after - before
    found = replace(
        blank, intact=float(before.mean()), lesioned=float(after.mean()), difference=float(d.mean())
    )
    if len(d) < 2:
        return found
    low, high = interval(d, 0.95)
    inner = interval(d, 0.90)
    effect = standardised(d)
    ends = (None, None) if effect is None else _effect_interval(d)
    return replace(
        found,
        low=low,
        high=high,
        interval="Student",
        effect=effect,
        effect_low=ends[0],
        effect_high=ends[1],
        p=permutation_p(d),
        equivalent=bound is not None and -bound <= inner[0] and inner[1] <= bound,
    )


def standardised(d: Floats) -> float | None:
    """Give Cohen's d_z with Hedges' correction; None where all pairs differ alike, or two do."""
    spread = float(d.std(ddof=1))
    if spread <= 1e-12 * max(1.0, float(np.abs(d).max())):
        return 0.0 if not d.any() else None
    if len(d) < 3:  # Hedges' correction of two pairs is 0
        return None
    return float(d.mean()) / spread * (1.0 - 3.0 / (4.0 * (len(d) - 1) - 1.0))


def _effect_interval(d: Floats) -> tuple[float, float]:
    """Give the 95 % interval of the standardised effect (exact for normal differences)."""
    n = len(d)
    shrink = 1.0 - 3.0 / (4.0 * (n - 1) - 1.0)
    if not d.any():
        return 0.0, 0.0
    from scipy import optimize, stats

    t = float(d.mean() / d.std(ddof=1) * math.sqrt(n))

    def end(tail: float) -> float:
        """Find the noncentrality at which t sits at this tail (exact for normal differences)."""
        reach = abs(t) + 10 + 10 * math.sqrt(1 + t * t / n)
        return float(optimize.brentq(lambda c: stats.nct.cdf(t, n - 1, c) - tail, -reach, reach))

    try:
        return end(0.975) / math.sqrt(n) * shrink, end(0.025) / math.sqrt(n) * shrink
    except ValueError:
        # So large a t that the noncentral distribution is not computed: then the mean is as good as
        # known, and what is left uncertain is the standard deviation.
        tails = stats.chi2.ppf((0.025, 0.975), n - 1) / (n - 1)
        low, high = sorted(t / math.sqrt(n) * shrink * np.sqrt(tails))
        return float(low), float(high)


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Two one-sided tests of whether an effect lies within its bound.

    Attributes
    ----------
    low, high : float
        The 90 % interval of the mean paired difference, metric's unit.
    p : float
        The larger p of both tests, that it is not below the bound and not above it. Below .05 where the
        interval lies within the bound.
    """

    low: float
    high: float
    p: float


def equivalence(effect: Effect) -> Equivalence | None:
    """Give the two one-sided tests of an effect from its 95 % interval; None without interval or bound."""
    mean, low, high, bound = effect.difference, effect.low, effect.high, effect.bound
    if mean is None or low is None or high is None or bound is None:
        return None
    if high <= low:
        return Equivalence(mean, mean, 0.0 if abs(mean) <= bound else 1.0)
    from scipy import stats

    freedom = effect.n - 1
    error = (high - low) / 2 / float(stats.t.ppf(0.975, freedom))
    half = float(stats.t.ppf(0.95, freedom)) * error
    p = float(stats.t.sf((bound - abs(mean)) / error, freedom))  # the nearer bound decides
    return Equivalence(mean - half, mean + half, p)


def permutation_p(d: Floats) -> float:
    """Test whether paired differences centre on 0: every assignment of signs is as likely.

    Exact up to 14 pairs; beyond, 19,999 draws. Two-sided, never below 2 / 2^n.
    """
    n = len(d)
    observed = abs(float(d.sum()))
    slack = 1e-9 * max(float(np.abs(d).sum()), 1e-300)  # sums that differ by rounding are ties
    if n <= _EXACT_PAIRS:
        bits = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
        sums = np.abs((1.0 - 2.0 * bits) @ d)
        return float(np.mean(sums >= observed - slack))
    signs = np.random.default_rng(n).choice((-1.0, 1.0), (_DRAWN, n))
    return float((1 + np.count_nonzero(np.abs(signs @ d) >= observed - slack)) / (1 + _DRAWN))


def holm(p: Sequence[float]) -> list[float]:
    """Correct p values so that the chance of any false claim stays below alpha (Holm 1979)."""
    order = np.argsort(p, kind="stable")
    raised = np.maximum.accumulate([(len(p) - rank) * p[i] for rank, i in enumerate(order)])
    out = np.empty(len(p))
    out[order] = np.minimum(raised, 1.0)
    return [float(v) for v in out]


def correct(effects: Iterable[Effect]) -> list[Effect]:
    """Correct the p values of a whole experiment: all its lesions and metrics together.

    Holm over the primary metrics, Benjamini-Hochberg (false discovery rate) over the rest.
    """
    from scipy import stats

    found = list(effects)
    families: tuple[tuple[bool, str, Any], ...] = (
        (True, "Holm", holm),
        (False, "FDR", lambda p: stats.false_discovery_control(p).tolist()),
    )
    for primary, name, method in families:
        mine = [i for i, e in enumerate(found) if e.primary == primary and e.p is not None]
        if mine:
            for i, p in zip(mine, method([found[i].p for i in mine]), strict=True):
                found[i] = replace(found[i], p_corrected=float(p), correction=name)
    return found


def records(effects: Iterable[Effect]) -> list[dict[str, Any]]:
    """Give effects as plain rows, fit for CSV, JSON, `figures.forest` or `pandas.DataFrame`."""
    return [asdict(e) for e in effects]
