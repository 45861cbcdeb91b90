"""From the epochs of every seed to `metrics.json` (what each number means: `sims.prediction.metrics`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from circuits.seeds import stream
from sims.prediction.decoding import (
    NO_SYMBOL,
    Floats,
    Ints,
    cycles_since_omission,
    decode_prediction,
    earlier_epochs,
    learning_curve,
    mean_or_none,
    templates_of,
)
from sims.prediction.epoch import Epoch
from sims.prediction.learning_measures import cycles_to, rate_drift, vector_strength
from sims.prediction.nearest_template import correlation
from sims.prediction.training import Course
from sims.stimuli.sequences import Grammar, floors
from thalamus.names import RETINA
from thalamus.predictive import PLASTIC

#: Test cycles, the last of the test, over which accuracy is taken.
LAST_CYCLES = 80
SHUFFLES = 1000

#: Only of a sequence in which several symbols may follow.
_LEGAL = ("legal_rate", "legal_uniform", "legal_most_common", "legal_first_order")
#: What cannot be without templates.
_DECODED = (
    "accuracy_final", "accuracy_half_cycle", "accuracy_omitted", "accuracy_after_omitted",
    "accuracy_over_context", "accuracy_omitted_over_context", "accuracy_after_omitted_over_context",
    "accuracy_chance", "copy_fraction", "silent_fraction", "legal_rate",
)  # fmt: skip
_NO_TEMPLATES = "no burst of V1.L5IB followed an item, so there are no outcomes to compare with"
_WHY = {
    "accuracy_omitted": "no item was left out",
    "accuracy_after_omitted": "no item was left out",
    "accuracy_omitted_context": "no item was left out",
    "accuracy_omitted_over_context": "no item was left out",
    "accuracy_after_omitted_context": "no item was left out",
    "accuracy_after_omitted_over_context": "no item was left out",
    "cycles_to_90": "the running mean of 40 never reached .9",
    "rate_drift_max": "nothing was trained",
    "rate_drift_population": "nothing was trained",
    "rate_slope_max": "fewer than 6 epochs",
    "weight_mean": "layer 6 onto the pulvinar was not plastic",
    "weight_spread": "layer 6 onto the pulvinar was not plastic",
    "burst_lock": "fewer than two bursts of V1.L5IB",
    "burst_lag_ms": "no burst of V1.L5IB followed an item",
}


def of_all(courses: Sequence[Course], grammar: Grammar) -> dict[str, Any]:
    """Measure all seeds: means, and lists as `<key>_per_seed`.

    Parameters
    ----------
    courses : sequence of Course
        One a seed, at least one.
    grammar : Grammar

    Returns
    -------
    dict
        A value that does not exist is None, with a `<key>_reason`; where only some seeds have one,
        `<key>_note` says so.
    """
    n = len(grammar.symbols)
    floor = floors(grammar)
    rows = [of_seed(course, grammar, floor.by_last) for course in courses]
    unread = any(templates_of(earlier_epochs(c), n) is None for c in courses)
    out: dict[str, Any] = {"seeds": len(rows)}
    branches = any(len(following) > 1 for following in grammar.states)
    for key in rows[0]:
        if key in _LEGAL and not branches:
            continue
        why = _WHY.get(key, "no relay spikes to read")
        why = _NO_TEMPLATES if unread and key in _DECODED else why
        out |= _gathered(key, [row[key] for row in rows], why)
    worst = max(rows, key=lambda row: row["rate_drift_max"] or 0.0)
    out["rate_drift_population"] = worst["rate_drift_population"]
    out["accuracy_first_order"] = floor.first_order_accuracy
    if branches:
        out["legal_uniform"], out["legal_most_common"] = floor.uniform, floor.most_common
        out["legal_first_order"] = floor.first_order
    return out


def of_seed(course: Course, grammar: Grammar, by_last: Floats) -> dict[str, Any]:
    """Measure one seed; None stands for what does not exist.

    Parameters
    ----------
    course : Course
    grammar : Grammar
    by_last : array (symbols,)
        See `sims.stimuli.sequences.Floors`.
    """
    n = len(grammar.symbols)
    test, decoded = course.test, decode_prediction(earlier_epochs(course), course.test, n)
    found = {
        **_with_context(_accuracies(course, decoded, n), course, _last(decoded), by_last),
        **_correlations(test),
        "legal_rate": mean_or_none(
            np.where(decoded >= 0, test.legal[np.arange(len(decoded)), decoded], False)[
                _last(decoded)
            ]
        ),
        **_bursts(test),
        **_weights(course),
        **_drift(course),
    }
    if templates_of(earlier_epochs(course), n) is None:
        found |= dict.fromkeys(_DECODED)
    return found


def _last(decoded: Ints) -> Ints:
    """Give the cycles that are tested: the last ones, and never the first, which follows no other."""
    return np.arange(1, len(decoded))[-LAST_CYCLES:]


def _accuracies(course: Course, decoded: Ints, n_symbols: int) -> dict[str, Any]:
    test, gaps, earlier = course.test, course.omitted, earlier_epochs(course)
    last = _last(decoded)
    half = decode_prediction(earlier, test, n_symbols, test.shown.half_cycle)
    right_near_gaps = decode_prediction(earlier, gaps, n_symbols) == gaps.symbol
    since = cycles_since_omission(gaps.omitted)
    rng = stream(course.seed, "chance")
    chance = [
        float(np.mean(decoded[last] == rng.permutation(test.symbol[last]))) for _ in range(SHUFFLES)
    ]
    return {
        "accuracy_final": mean_or_none((decoded == test.symbol)[last]),
        "accuracy_half_cycle": mean_or_none((half == test.symbol)[last]),
        "accuracy_omitted": mean_or_none(right_near_gaps[since == 0]),
        "accuracy_after_omitted": mean_or_none(right_near_gaps[(since == 2) | (since == 3)]),
        "accuracy_chance": float(np.mean(chance)) if len(last) else None,
        "cycles_to_90": cycles_to(learning_curve(course, n_symbols)["right"]),
        "copy_fraction": mean_or_none((decoded == np.roll(test.symbol, 1))[last]),
        "silent_fraction": mean_or_none((decoded == NO_SYMBOL)[last]),
    }


def _with_context(
    found: dict[str, Any], course: Course, last: Ints, by_last: Floats
) -> dict[str, Any]:
    """Put beside the accuracies what the best reader of the last item alone would reach in the same cycles."""
    gaps = course.omitted
    since = cycles_since_omission(gaps.omitted)
    tested = {
        "accuracy_final": (course.test, last),
        "accuracy_omitted": (gaps, np.flatnonzero(since == 0)),
        "accuracy_after_omitted": (gaps, np.flatnonzero((since == 2) | (since == 3))),
    }
    out = dict(found)
    for key, (epoch, cycles) in tested.items():
        own = mean_or_none(by_last[epoch.symbol[cycles[cycles > 0] - 1]])
        name = key.removesuffix("_final")
        out[f"{name}_context"] = own
        known = own is not None and found[key] is not None
        out[f"{name}_over_context"] = found[key] - own if known else None
    return out


def _correlations(test: Epoch) -> dict[str, Any]:
    shown, cycles = test.shown, np.arange(1, len(test.symbol))
    corr = correlation(shown.prediction[cycles], shown.outcome[cycles])
    copies = {
        "copy_baseline_minus": correlation(shown.outcome[cycles - 1], shown.prediction[cycles]),
        "copy_baseline_plus": correlation(shown.outcome[cycles - 1], shown.outcome[cycles]),
    }
    known = [c for c in copies.values() if c is not None]
    above = None if corr is None or not known else corr - max(known)
    return {"prediction_corr": corr, **copies, "prediction_corr_above": above}


def _bursts(test: Epoch) -> dict[str, Any]:
    answered = np.isfinite(test.shown.burst_ms)
    lag = (test.shown.burst_ms - test.onset_ms[:-1])[answered]
    return {
        "burst_lock": vector_strength(
            np.asarray(test.bursts.burst_on_ms, float), test.onset_ms, len(test.symbol)
        ),
        "burst_lag_ms": float(np.median(lag)) if len(lag) else None,
        "bursts_per_item": float(answered.sum() / len(test.symbol)),
        "latency_l4_ms": test.latency_ms,
    }


def _weights(course: Course) -> dict[str, Any]:
    records = course.test.records or next((e.records for e in course.training[-1:]), {})
    own = records.get(PLASTIC)
    return {
        "weight_mean": None if own is None else float(own.weight.mean()),
        "weight_spread": None if own is None else float(own.weight.std()),
    }


def _drift(course: Course) -> dict[str, Any]:
    rates = {
        name: np.array([e.rates_hz[name] for e in course.training])
        for name in course.before.rates_hz
        if name != RETINA
    }
    drift = rate_drift(rates, course.before.rates_hz) if course.training else {}
    if not drift:
        return {"rate_drift_max": None, "rate_drift_population": None, "rate_slope_max": None}
    worst = max(drift, key=lambda name: drift[name][0])
    slopes = [slope for _, slope in drift.values() if slope is not None]
    return {
        "rate_drift_max": drift[worst][0],
        "rate_drift_population": worst,
        "rate_slope_max": max(slopes, key=abs) if slopes else None,
    }


def _gathered(key: str, values: list[Any], why: str) -> dict[str, Any]:
    """Give a key's mean over seeds, why there is none, and its values seed by seed."""
    existing = [v for v in values if v is not None]
    mean: Callable[[list[Any]], Any] = max if key == "rate_drift_max" else _average
    if any(isinstance(v, str) for v in existing):
        out: dict[str, Any] = {key: existing[0]}
    else:
        out = {key: mean(existing) if existing else None}
    if not existing:
        out[f"{key}_reason"] = why
    elif len(existing) < len(values):
        out[f"{key}_note"] = f"{len(values) - len(existing)} seeds have none: {why}"
    return {**out, f"{key}_per_seed": values}


def _average(values: list[Any]) -> float:
    return float(np.mean(values))
