"""Whether changes of weights follow the gradient of the prediction error, taken through a twin of the cells.

`ctloop measure true-gradient` lets the circuit learn one sequence, records another with frozen weights, fits
the twin (`twin`) to the recorded relay cells, and compares minus the gradient of the error (`factors`) with the
changes of every rule replayed on the same spikes. Changes and gradient are summed over the same 1, 4, 16 and 64
cycles, so that what is noise in the rule averages out. The mean of each receiver's synapses is taken from both:
the circuit's homeostasis lets no rule move it.

The gradient is that of the matched loss by the conductance, and rules are read before their soft bound: so error
times activity is compared with error times activity. `decomposition` adds what is left out, one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from circuits.lesions import lesion
from sims.measures.intervals import Mean, over_columns, over_seeds
from sims.prediction.analyses.seeds import each_seed
from sims.prediction.gradient.declaration import TrueGradientRequest
from sims.prediction.gradient.decomposition import (
    ALONE,
    MARKS,
    REPETITIONS,
    STEPS,
    compare_with,
    unbounded,
)
from sims.prediction.gradient.error_index import some_synapses
from sims.prediction.gradient.recording import Recording, learnt, record
from sims.prediction.gradient.rules import KINASE, RULES, replayed
from sims.prediction.gradient.twin import Fit, autograd, fit
from sims.report.result_table import Cell, ResultTable
from sims.stimuli.sequences import named
from thalamus.names import DRIVER_PATHWAY

if TYPE_CHECKING:
    from circuits.engine.simulate import Report
    from sims.report.progress import Progress

#: What is compared with the gradient, and what it is; marks first, then rules, then a control.
COMPARED: Mapping[str, str] = {
    **MARKS,
    **RULES,
    "no_drivers": "the kinase rule where drivers are cut; gradient of the intact outcome",
}
#: Names of metrics: the circuit's own rule stands for the pathway that learns.
METRIC = {KINASE: "pulvinar"}
#: Columns of the table beside the reading: head -> the comparison, and the end of the metric's name.
OTHER_READINGS: Mapping[str, tuple[str, str]] = {
    "with bound": ("bound_alone", "bounded"),
    "loss of counts": ("counts_alone", "counts"),
    "squared distance": ("squared_alone", "squared"),
    "as before": ("before", "before"),
}
#: Marks that lie closer than this leave no room to read a rule between them.
LEAST_SPAN = 0.05

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Compared:
    """What one circuit gave.

    Attributes
    ----------
    cosines : dict of str to dict of str to array (repetitions,)
        By the comparison (`decomposition.STEPS` and `ALONE`), then by what is compared, for each of `REPETITIONS`;
        NaN where too few cycles were recorded.
    fit : Fit
        Of the twin.
    """

    cosines: dict[str, dict[str, Floats]]
    fit: Fit

    def last(self, name: str, comparison: str = "reported") -> float:
        """Give the cosine over the most cycles; NaN for what was not compared."""
        found = self.cosines[comparison].get(name)
        return float("nan") if found is None else float(found[-1])

    def between(self, name: str) -> float:
        """Place the cosine between the marks: 0 is outcome alone, 1 the exact rule; NaN where they hardly differ."""
        low, high = self.last("outcome"), self.last("exact")
        wide = high - low >= LEAST_SPAN
        return (self.last(name) - low) / (high - low) if wide else float("nan")


def measure(request: TrueGradientRequest, shown: Progress) -> ResultTable:
    """Compare every rule with the gradient, for each seed.

    Parameters
    ----------
    request : TrueGradientRequest
    shown : Progress

    Returns
    -------
    ResultTable
        A row a rule: means over seeds of the cosines; `results` is what `figures.prediction.twin` draws.
    """
    autograd()
    many = request.simulations(1 + request.drivers_control)
    found = [
        compare(request, seed, report)
        for seed, report in each_seed(request.seed_numbers, shown, simulations=many)
    ]
    return table_of(found, f"{request.sequence}, then {request.then}")


def compare(request: TrueGradientRequest, seed: int, report: Report) -> Compared:
    """Simulate one circuit and compare the rules with the gradient on it."""
    _, circuit = request.circuits()
    own = learnt(circuit, named(request.sequence), seed, request.cycles, request.engine, report)

    def recorded(which: Any) -> Recording:
        return record(which, named(request.then), seed, request.recorded, request.engine, report)

    recording = recorded(own)
    cut = recorded(lesion(own, DRIVER_PATHWAY)) if request.drivers_control else None
    return compared(recording, some_synapses(recording, seed, request.senders), cut)


def compared(recording: Recording, some: NDArray[np.int64], cut: Recording | None) -> Compared:
    """Compare marks and rules with the gradient on what was recorded.

    Parameters
    ----------
    recording : Recording
    some : array (synapses,)
        Which synapses.
    cut : Recording, optional
        Of the same circuit without its drivers.
    """
    twin, every = fit(recording), {**STEPS, **ALONE}
    made, outcome = unbounded(recording, some), recording.outcome_hz
    cosines = {
        name: compare_with(one, made, recording, twin.transfer, outcome, some)
        for name, one in every.items()
    }
    if cut is not None:
        intended = intended_outcome(recording, cut.symbol)
        own = {KINASE: replayed(KINASE, cut, some)}
        for name, one in every.items():
            found = compare_with(one, own, cut, twin.transfer, intended, some)
            cosines[name]["no_drivers"] = found[KINASE]
    return Compared(cosines, twin)


def intended_outcome(intact: Recording, symbol: NDArray[np.int64]) -> Floats:
    """Give the mean outcome of the intact circuit for each of some items; of all items for a new one."""
    outcome = intact.outcome_hz
    means = {s: outcome[intact.symbol == s].mean(axis=0) for s in np.unique(intact.symbol).tolist()}
    return np.stack([means.get(s, outcome.mean(axis=0)) for s in symbol.tolist()])


def table_of(found: list[Compared], what: str) -> ResultTable:
    """Lay out the cosines over seeds, and write them flat as metrics."""
    present = [name for name in COMPARED if any(name in one.cosines["reported"] for one in found)]
    rows, metrics = list[tuple[Cell, ...]](), dict[str, float]()
    curves = {name: _over_repetitions(found, name) for name in present}
    for name in present:
        row, flat = _row(found, name, curves[name])
        rows.append(row)
        metrics |= flat
    span = over_seeds(np.array([one.last("exact") - one.last("outcome") for one in found]))
    metrics |= span.metrics("cosine_span")
    fits = [one.fit for one in found]
    for name in ("explained", "explained_mean"):
        metrics |= over_seeds(np.array([getattr(f, name) for f in fits])).metrics(f"twin_{name}")
    steps = steps_table(found)
    return ResultTable(
        title=f"Changes of weights along minus the gradient of the prediction error: {what}",
        heads=(
            "what", "what it is", "seeds", *map(str, REPETITIONS), "low", "high",
            "between marks", "low between", "high between", *OTHER_READINGS,
        ),
        rows=tuple(rows),
        notes=_notes(metrics),
        metrics=metrics,
        results={
            "repetitions": REPETITIONS,
            "cosines": {name: _curve(means) for name, means in curves.items()},
            "twin": [{"predicted_hz": f.predicted_hz, "observed_hz": f.observed_hz} for f in fits],
            "steps": [dict(zip(steps.heads, row, strict=True)) for row in steps.rows],
        },
        further={"steps": steps},
    )  # fmt: skip


def _row(
    found: list[Compared], name: str, means: list[Mean]
) -> tuple[tuple[Cell, ...], dict[str, float]]:
    """Give the row of what is compared, and its metrics."""
    last, between = means[-1], over_seeds(np.array([one.between(name) for one in found]))
    key = METRIC.get(name, name)
    metric = f"cosine_{key}"
    flat = last.metrics(metric) | between.metrics(f"between_{key}")
    flat |= {f"{metric}_{n}": m.mean for n, m in zip(REPETITIONS, means, strict=True)}
    others = list[Cell]()
    for comparison, end in OTHER_READINGS.values():
        other = over_seeds(np.array([one.last(name, comparison) for one in found]))
        others.append(other.mean)
        flat |= other.metrics(f"{metric}_{end}")
    row: tuple[Cell, ...] = (
        name, COMPARED[name], last.n, *(m.mean for m in means), last.low, last.high,
        between.mean, between.low, between.high, *others,
    )  # fmt: skip
    return row, flat


def steps_table(found: list[Compared]) -> ResultTable:
    """Lay out what each factor takes off the cosine of the exact mark, over the most cycles."""
    names, rows, exact = (*MARKS, *RULES), list[tuple[Cell, ...]](), dict[str, float]()
    before = next(iter(STEPS))
    for name, comparison in {**STEPS, **ALONE}.items():
        means = [over_seeds(np.array([one.last(n, name) for one in found])).mean for n in names]
        exact[name] = means[0]
        against = "reported" if name in ALONE else before
        before = name
        rows.append((name, comparison.meaning, exact[against] - exact[name], *means))
    return ResultTable(
        title=f"What each factor takes off the cosine of the exact mark, over {REPETITIONS[-1]} cycles",
        heads=("factor", "what changes", "taken off", *names),
        rows=tuple(rows),
        notes=(
            f"The first {len(STEPS)} rows come one on top of the other, and each is held against the row before; the "
            "rest stand alone and are held against `reported`.",
        ),
    )


def _notes(metrics: Mapping[str, float]) -> tuple[str, ...]:
    return (
        f"Cosines, with changes and gradient summed over {', '.join(map(str, REPETITIONS))} cycles; the "
        f"interval is that over seeds at {REPETITIONS[-1]}, and what follows is of as many. The gradient is that by "
        "the conductance, and rules are read before their bound; the last columns have it otherwise.",
        "Between marks: 0 is the mark outcome, 1 the mark exact; nothing where a seed's marks lie closer than "
        f"{LEAST_SPAN:g}. Here they are {metrics['cosine_span']:.2f} apart. Backwards a rule that knows the error has "
        "to be negative, without drivers about 0.",
        f"The twin explains {metrics['twin_explained']:.2f} of the variance of rates on cycles it was not fitted to, "
        f"and {metrics['twin_explained_mean']:.2f} of that of means of equal drive.",
    )


def _over_repetitions(found: list[Compared], name: str) -> list[Mean]:
    values = [
        one.cosines["reported"][name] for one in found if name in one.cosines["reported"]
    ]  # fmt: skip
    return over_columns(np.array(values))


def _curve(means: list[Mean]) -> dict[str, list[float]]:
    return {part: [getattr(m, part) for m in means] for part in ("mean", "low", "high")}
