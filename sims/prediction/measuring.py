"""From the epochs of every seed to `metrics.json` (what each number means: `sims.prediction.metrics`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.seeds import stream
from sims.prediction import readout as measures
from sims.prediction.epoch import Epoch
from sims.prediction.training import Course
from sims.stimuli.sequences import Grammar, floors

_LAST = 80
#: Templates come from this many cycles before the tested ones.
_KNOWN = 200
SHUFFLES = 1000

_LEGAL = ("legal_rate", "legal_uniform", "legal_most_common", "legal_first_order")


def said(
    epochs: Sequence[Epoch],
    epoch: Epoch,
    n_symbols: int,
    shown: NDArray[np.float64] | None = None,
) -> NDArray[np.int64]:
    """Give the symbol each cycle of an epoch predicts, told by templates of the epochs before it.

    `shown` (cycles, cells) is what is read, by default the prediction part.
    """
    outcome = np.concatenate([e.shown.outcome for e in epochs])[-_KNOWN:]
    symbol = np.concatenate([e.symbol for e in epochs])[-_KNOWN:]
    heard = np.concatenate([np.isfinite(e.shown.burst_ms) & ~e.omitted for e in epochs])[-_KNOWN:]
    known = measures.templates(outcome, symbol, n_symbols, heard)
    if not np.isfinite(known).all(axis=1).any():
        return np.full(len(epoch.symbol), -1)
    return measures.nearest(epoch.shown.prediction if shown is None else shown, known)


def rise(one: Course, n_symbols: int) -> dict[str, Any]:
    """Follow how the prediction of the test comes up: at every moment, how often each item is shown.

    Returns
    -------
    dict
        `time_ms` from the end of the prediction part; `next` the item that comes, `last` the one just
        seen, as shares of the cycles.
    """
    past = [one.before, *one.training][-6:]
    symbol, before = one.test.symbol, np.roll(one.test.symbol, 1)
    guesses = [
        said(past, one.test, n_symbols, m) for m in one.test.shown.moments.transpose(1, 0, 2)
    ]
    return {
        "time_ms": measures.moment_ms(),
        "next": [_mean((guess == symbol)[1:]) for guess in guesses],
        "last": [_mean((guess == before)[1:]) for guess in guesses],
    }


def since_gap(omitted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Count the cycles since an item was left out: 0 for that one, -1 before the first."""
    at = np.arange(len(omitted))
    last = np.maximum.accumulate(np.where(omitted, at, -1))
    return np.where(last >= 0, at - last, -1)


def curve(course: Course, n_symbols: int) -> dict[str, NDArray[np.float64]]:
    """Tell for every training cycle whether it predicted right, and whether it copied."""
    before = [course.before]
    right, copied = [np.empty(0)], [np.empty(0)]
    for epoch in course.training:
        guess = said(before, epoch, n_symbols)
        right.append((guess == epoch.symbol).astype(float))
        last = np.concatenate(([-2], epoch.symbol[:-1]))
        copied.append((guess == last).astype(float))
        before = [*before, epoch][-6:]
    return {"right": np.concatenate(right), "copied": np.concatenate(copied)}


def of_seed(course: Course, grammar: Grammar) -> dict[str, Any]:
    """Measure one seed; None stands for what does not exist."""
    test, n = course.test, len(grammar.symbols)
    past = [course.before, *course.training][-6:]
    guess = said(past, test, n)
    right = guess == test.symbol
    half = said(past, test, n, test.shown.half_cycle)
    gaps = course.omitted
    right_around = said(past, gaps, n) == gaps.symbol
    gap = since_gap(gaps.omitted)
    plain = np.arange(1, len(guess))
    last = plain[-_LAST:]
    before = np.roll(test.symbol, 1)
    shown = test.shown
    rng = stream(course.seed, "chance")
    chance = [
        float(np.mean(guess[last] == rng.permutation(test.symbol[last]))) for _ in range(SHUFFLES)
    ]
    bursts = shown.burst_ms[np.isfinite(shown.burst_ms)]
    lag = (shown.burst_ms - test.onset_ms[:-1])[np.isfinite(shown.burst_ms)]
    training = curve(course, n)
    weights = [r.weight for r in test.records.values()] or [
        r.weight for e in course.training[-1:] for r in e.records.values()
    ]
    all_weights = np.concatenate(weights) if weights else np.empty(0)
    corr = measures.correlation(shown.prediction[plain], shown.outcome[plain])
    copies = {
        "copy_baseline_minus": measures.correlation(
            shown.outcome[plain - 1], shown.prediction[plain]
        ),
        "copy_baseline_plus": measures.correlation(shown.outcome[plain - 1], shown.outcome[plain]),
    }
    known = [c for c in copies.values() if c is not None]
    return {
        "accuracy_final": _mean(right[last]),
        "accuracy_half_cycle": _mean((half == test.symbol)[last]),
        "accuracy_omitted": _mean(right_around[gap == 0]),
        "accuracy_after_omitted": _mean(right_around[(gap == 2) | (gap == 3)]),
        "accuracy_chance": float(np.mean(chance)) if len(last) else None,
        "cycles_to_90": measures.cycles_to(training["right"]),
        "copy_fraction": _mean((guess == before)[last]),
        "silent_fraction": _mean((guess == -1)[last]),
        "prediction_corr": corr,
        **copies,
        "prediction_corr_above": None if corr is None or not known else corr - max(known),
        "legal_rate": _mean(
            np.where(guess >= 0, test.legal[np.arange(len(guess)), guess], False)[last]
        ),
        "burst_lock": measures.vector_strength(
            np.asarray(test.bursts.burst_on_ms, float), test.onset_ms, len(guess)
        ),
        "burst_lag_ms": float(np.median(lag)) if len(lag) else None,
        "bursts_per_item": float(len(bursts) / len(guess)),
        "latency_l4_ms": test.latency_ms,
        "weight_mean": float(all_weights.mean()) if all_weights.size else None,
        "weight_spread": float(all_weights.std()) if all_weights.size else None,
        **_drift(course),
    }


def _drift(course: Course) -> dict[str, Any]:
    rates = {
        name: np.array([e.rates_hz[name] for e in course.training])
        for name in course.before.rates_hz
        if not name.startswith("Retina")
    }
    drift = measures.rate_drift(rates, course.before.rates_hz) if course.training else {}
    if not drift:
        return {"rate_drift_max": None, "rate_drift_population": None, "rate_slope_max": None}
    worst = max(drift, key=lambda name: drift[name][0])
    slopes = [slope for _, slope in drift.values() if slope is not None]
    return {
        "rate_drift_max": drift[worst][0],
        "rate_drift_population": worst,
        "rate_slope_max": max(slopes, key=abs) if slopes else None,
    }


_WHY = {
    "accuracy_omitted": "no item was left out",
    "accuracy_after_omitted": "no item was left out",
    "cycles_to_90": "the running mean of 40 never reached .9",
    "rate_drift_max": "nothing was trained",
    "rate_drift_population": "nothing was trained",
    "rate_slope_max": "fewer than 6 epochs",
    "weight_mean": "nothing was plastic",
    "weight_spread": "nothing was plastic",
    "burst_lock": "fewer than two bursts of V1.L5IB",
    "burst_lag_ms": "no burst of V1.L5IB followed an item",
}


def of_all(courses: Sequence[Course], grammar: Grammar) -> dict[str, Any]:
    """Measure all seeds: means, and lists as `<key>_per_seed`."""
    rows = [of_seed(course, grammar) for course in courses]
    out: dict[str, Any] = {"seeds": len(rows)}
    branches = any(len(ways) > 1 for ways in grammar.states)
    for key in rows[0]:
        if key in _LEGAL and not branches:
            continue
        out |= _gathered(key, [row[key] for row in rows])
    worst = max(rows, key=lambda row: row["rate_drift_max"] or 0.0)
    out["rate_drift_population"] = worst["rate_drift_population"]
    floor = floors(grammar)
    out["accuracy_first_order"] = floor.first_order_accuracy
    if branches:
        out["legal_uniform"], out["legal_most_common"] = floor.uniform, floor.most_common
        out["legal_first_order"] = floor.first_order
    return out


def _gathered(key: str, values: list[Any]) -> dict[str, Any]:
    there = [v for v in values if v is not None]
    mean: Callable[[list[Any]], Any] = max if key == "rate_drift_max" else _average
    if any(isinstance(v, str) for v in there):
        out: dict[str, Any] = {key: there[0]}
    else:
        out = {key: mean(there) if there else None}
    if not there:
        out[f"{key}_reason"] = _WHY.get(key, "no relay spikes to tell by")
    elif len(there) < len(values):
        out[f"{key}_note"] = (
            f"{len(values) - len(there)} seeds have none: {_WHY.get(key, 'silence')}"
        )
    return {**out, f"{key}_per_seed": values}


def _average(values: list[Any]) -> float:
    return float(np.mean(values))


def _mean(values: NDArray[Any]) -> float | None:
    return float(np.mean(values)) if len(values) else None
