"""What the figures of a prediction run show, as plain numbers in one file of its folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.layout import coordinates
from circuits.learning.learnt import Learnt
from circuits.runs.plain import plain
from circuits.runs.whole_file import write_whole
from circuits.spec import Circuit, populations, projections
from circuits.wiring import draw
from sims.prediction.decoding import learning_curve, prediction_time_course
from sims.prediction.epoch import FOLD_FROM_MS, FOLD_MS, RELAY, Epoch
from sims.prediction.metrics import goals_of
from sims.prediction.training import Course
from sims.stimuli.sequences import Grammar, floors

FILE = "prediction.json"
#: Populations whose rates are folded around item onsets, and the orientation bins of the weights, deg.
FOLDED = ("V1.L4E", "V1.L5IB", "V2.L23E", "V2.L5IB", "V2.L6CT", "Pulvinar.TRC")
BIN_DEG = 22.5

Floats = NDArray[np.float64]


def write(courses: Sequence[Course], grammar: Grammar, circuit: Circuit, folder: Path) -> None:
    """Write what the figures draw into the run's folder."""
    text = json.dumps(plain(results(courses, grammar, circuit)), allow_nan=False)
    write_whole(folder / FILE, text.encode())


def results(courses: Sequence[Course], grammar: Grammar, circuit: Circuit) -> dict[str, Any]:
    """Gather curves of every seed; cells, weights and fold of the first one.

    Returns
    -------
    dict
        `curves`: seed to `right` and `copied` per training cycle. `rise`: seed to the course of the
        test's predictions (`sims.prediction.decoding.prediction_time_course`). `floors`. `goal`:
        accuracy hoped for, or None. `symbols`, `orientations_deg`. `cells`: for "before" and "after"
        the mean relay vectors of prediction and outcome part by symbol (symbols, cells), cells sorted
        by `preferred_deg`, spikes per s. `weights`: by projection the mean linear weight by bins of
        sender's and receiver's orientation. `fold`: rates around item onsets.
    """
    first, n = courses[0], len(grammar.symbols)
    preferred = coordinates(populations(circuit)[RELAY], first.seed).orientation_deg
    order = np.argsort(preferred, kind="stable")
    floor = floors(grammar)
    return {
        "symbols": list(grammar.symbols),
        "orientations_deg": list(grammar.orientations_deg),
        "curves": {str(c.seed): learning_curve(c, n) for c in courses},
        "rise": {str(c.seed): prediction_time_course(c, n) for c in courses},
        "floors": {
            "accuracy": 1 / n,
            "first_order_accuracy": floor.first_order_accuracy,
        },
        "goal": _goal(grammar),
        "cells": {
            "preferred_deg": preferred[order],
            "before": _cells(first.before, n, order),
            "after": _cells(first.test, n, order),
        },
        "weights": _weights(first, circuit),
        "fold": {
            "time_ms": FOLD_FROM_MS + FOLD_MS * (np.arange(len(_any(first.test.fold_hz))) + 0.5),
            "before": {k: first.before.fold_hz[k] for k in FOLDED if k in first.before.fold_hz},
            "after": {k: first.test.fold_hz[k] for k in FOLDED if k in first.test.fold_hz},
        },
    }


def _goal(grammar: Grammar) -> float | None:
    """Accuracy that is hoped for of this sequence; None where none is, or only that it stays at chance."""
    found = goals_of(grammar.name).get("accuracy_final")
    return found.low if found is not None and found.high >= 1 else None


def _any(folded: dict[str, Floats]) -> Floats:
    return next(iter(folded.values()))


def _cells(epoch: Epoch, n: int, order: NDArray[np.intp]) -> dict[str, Floats]:
    """Mean rates of the relay cells by the symbol that came, in each part, Hz."""
    out = {}
    for part in ("prediction", "outcome"):
        counts = getattr(epoch.shown, part)
        lasts = np.diff(getattr(epoch.shown, f"{part}_ms"), axis=1)[:, 0] * 1e-3
        rows = np.full((n, counts.shape[1]), np.nan)
        for s in range(n):
            mine = (epoch.symbol == s) & ~epoch.omitted
            if mine.any():
                rows[s] = counts[mine].sum(axis=0) / lasts[mine].sum()
        out[part] = rows[:, order]
    return out


def _weights(course: Course, circuit: Circuit) -> dict[str, Any]:
    """Mean linear weight by orientation of sender and receiver, before and after."""
    records: dict[str, Learnt] = course.training[-1].records if course.training else {}
    if not records:
        return {}
    wired = draw(circuit, course.seed)
    known = projections(circuit)
    cells = populations(circuit)
    out = {}
    for name, learnt in records.items():
        ends = (known[name].source, known[name].target)
        if any(cells[end].map != "orientation" for end in ends):
            continue
        pre, post = (coordinates(cells[end], course.seed).orientation_deg for end in ends)
        edges = wired[name]
        rows, columns = (
            (pre[edges.pre] // BIN_DEG).astype(int),
            (post[edges.post] // BIN_DEG).astype(int),
        )
        bins = round(180 / BIN_DEG)
        cell = rows * bins + columns
        many = np.bincount(cell, minlength=bins * bins)
        start = edges.learnt if edges.learnt is not None else np.full(cell.size, 0.5)
        means = [
            (np.bincount(cell, w, bins * bins) / np.where(many, many, np.nan)).reshape(bins, bins)
            for w in (start, learnt.weight)
        ]
        out[name] = {
            "bin_deg": BIN_DEG, "before": means[0], "after": means[1],
            "deciles": np.quantile(learnt.weight, np.linspace(0, 1, 11)),
        }  # fmt: skip
    return out
