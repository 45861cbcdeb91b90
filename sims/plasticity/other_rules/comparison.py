"""Compare the kinase rule with other rules: same protocol, cells, optimiser, budget and read-out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from circuits.learning.kinase.rule import Floats
from sims.plasticity.induction import FITTED, VARIANTS
from sims.plasticity.other_rules.fitting import (
    Changes,
    Experiments,
    chi2,
    experiments,
    fit,
    share_inside,
)
from sims.plasticity.other_rules.rules import OTHER_RULES, OtherRule, Ranges, metric_name
from sims.plasticity.preparation import Preparation
from sims.plasticity.protocol import JANG, pairing

#: Pairs of rates nobody fitted: the sign each rule gives is compared with that of second - first.
UNSEEN_HZ = ((10, 30), (10, 50), (20, 40), (20, 50), (30, 50))
UNSEEN_BOTH_ORDERS = tuple((a, b) for pair in UNSEEN_HZ for a, b in (pair, pair[::-1]))
#: The rule that is also fitted to one phase alone, to show what that is worth.
ONE_PHASE = "triplet STDP"


@dataclass(frozen=True)
class Sets:
    """The experiments of a comparison, on two halves of the cells.

    Attributes
    ----------
    fitted, one_phase : Experiments
        The published conditions in the variants that are fitted, and in the first of them alone.
    unseen, poisson, pairs : Experiments
        On other cells: the published conditions in the other variants; with random stimuli; and the
        pairs of rates nobody fitted.
    """

    fitted: Experiments
    one_phase: Experiments
    unseen: Experiments
    poisson: Experiments
    pairs: Experiments


@dataclass(frozen=True)
class Entry:
    """One line of the comparison: a rule, what is searched, and what it is fitted on."""

    name: str
    key: str
    searched: Ranges
    changes: Changes
    fitted_on: Experiments


def compare(
    prepared: Preparation,
    budget: int = 2500,
    others: tuple[OtherRule, ...] = OTHER_RULES,
    progress: Callable[[float], None] | None = None,
) -> list[dict[str, float | str]]:
    """Fit every rule on the same variants and score it on variants, trains and pairs it was not fitted on.

    Parameters
    ----------
    prepared : Preparation
        Virtual cells, the first half for fitting, the second for scoring. Its kinase rule is entered
        with two parameters (learning rate, CaP scale); time constants are Axon's and are not fitted.
    budget : int
        Evaluations allowed to each rule.
    others : tuple of OtherRule
    progress : callable, optional
        Is given the fraction of the rules that are done.

    Returns
    -------
    list of dict
        One row per rule: `rule`, `key` (in metrics), `parameters` (how many fitted), `chi2_fitted`,
        `chi2_unseen` (other phases, drives and cells), `boxes_unseen` (share inside mean +- SEM),
        `chi2_poisson`, `signs_unseen` (share of ten unseen pairs with the sign of second - first),
        `order` (25 to 50 minus 50 to 25 on the fitted variants; an order-blind rule has 0), the four
        means, and what was fitted.
    """
    sets = _sets(prepared)
    entries = _entries(prepared, others, sets)
    table = []
    for k, entry in enumerate(entries):
        best, rate = fit(entry.searched, entry.changes, entry.fitted_on, budget, prepared.seed)
        table.append(_row(entry, best, rate, sets))
        if progress is not None:
            progress((k + 1) / len(entries))
    return table


def _sets(prepared: Preparation) -> Sets:
    """Simulate all experiments of the comparison."""
    half = prepared.cells.count // 2
    first, second = (prepared.take(np.arange(k * half, (k + 1) * half)) for k in range(2))
    published = tuple(pairing(*p.rates_hz, windows=1) for p in JANG)
    noisy = tuple(pairing(*p.rates_hz, windows=1, poisson=True) for p in JANG)
    pairs = tuple(pairing(a, b, windows=1) for a, b in UNSEEN_BOTH_ORDERS)
    known = tuple(v for v in VARIANTS if v.name in FITTED)
    other = tuple(v for v in VARIANTS if v.name not in FITTED)
    return Sets(
        fitted=experiments(first, published, known, "rivals fit"),
        one_phase=experiments(first, published, known[:1], "rivals fit"),
        unseen=experiments(second, published, other, "rivals test 0"),
        poisson=experiments(second, noisy, other[1:2], "rivals test 1"),
        pairs=experiments(second, pairs, other[1:2], "rivals test 2"),
    )


def _entries(prepared: Preparation, others: tuple[OtherRule, ...], sets: Sets) -> list[Entry]:
    """List the kinase rule, the others, and one of them fitted to one phase alone."""
    kinase = {"cap_scale": (0.9, 1.0)}
    entries = [Entry("kinase", "kinase", kinase, _kinase(prepared), sets.fitted)]
    entries += [Entry(r.name, r.key, r.searched, _changes_of(r), sets.fitted) for r in others]
    # Fitted to one regular protocol, a triplet rule can balance what it cannot balance in general.
    for rule in others:
        if rule.name == ONE_PHASE:
            name = f"{rule.name}, one phase"
            changes = _changes_of(rule)
            entries.append(Entry(name, metric_name(name), rule.searched, changes, sets.one_phase))
    return entries


def _row(entry: Entry, best: Floats, rate: float, sets: Sets) -> dict[str, float | str]:
    """Score a fitted rule."""

    def means(on: Experiments) -> Floats:
        return on.means(on.epsp(entry.changes(on, best), rate))

    fitted, unseen = means(entry.fitted_on), means(sets.unseen)
    wanted = [np.sign(b - a) for a, b in UNSEEN_BOTH_ORDERS]
    row: dict[str, float | str] = {
        "rule": entry.name,
        "key": entry.key,
        "parameters": float(len(entry.searched) + 1),
        "chi2_fitted": chi2(fitted),
        "chi2_unseen": chi2(unseen),
        "boxes_unseen": share_inside(unseen),
        "chi2_poisson": chi2(means(sets.poisson)),
        "signs_unseen": float(np.mean(np.sign(means(sets.pairs)[:, 0] - 1.0) == wanted)),
        "order": float(fitted[0].mean() - fitted[1].mean()),
    }
    row |= {f"epsp_{p.key}": float(m.mean()) for p, m in zip(JANG, unseen, strict=True)}
    row["fitted_rate"] = rate
    return row | {
        f"fitted_{n}": float(np.exp(x)) for n, x in zip(entry.searched, best, strict=True)
    }


def _kinase(prepared: Preparation) -> Changes:
    """Give the changes of the kinase rule; its integrals are worked out once for each experiments."""
    known: dict[int, tuple[Floats, Floats]] = {}

    def changes(on: Experiments, x: Floats) -> Floats:
        if id(on) not in known:
            reading = prepared.read(on.trains)
            known[id(on)] = (np.nan_to_num(reading.fast), np.nan_to_num(reading.slow))
        fast, slow = known[id(on)]
        return np.asarray(float(np.exp(x[0])) * fast - slow)[:, 0]

    return changes


def _changes_of(rule: OtherRule) -> Changes:
    def changes(on: Experiments, x: Floats) -> Floats:
        p = {n: float(v) for n, v in zip(rule.searched, np.exp(x), strict=True)}
        return rule.per_window(on.spikes, p)

    return changes
