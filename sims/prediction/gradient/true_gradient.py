"""Whether changes of weights follow the gradient of the prediction error, taken through a twin of the cells.

`ctloop measure true-gradient` lets the circuit learn one sequence, records another with frozen weights, fits
the twin (`twin`) to the recorded relay cells, and compares minus the gradient of its loss with the changes of
every rule replayed on the same spikes. Changes and gradient are summed over the same 1, 4, 16 and 64 cycles, so
that what is noise in the rule averages out. The mean of each receiver's synapses is taken from both: the
circuit's homeostasis lets no rule move it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from circuits.learning.replay.changes import zero_sum
from circuits.lesions import lesion
from sims.measures.intervals import Mean, over_seeds
from sims.prediction.analyses.seeds import each_seed
from sims.prediction.gradient.declaration import TrueGradientRequest
from sims.prediction.gradient.error_index import some_synapses
from sims.prediction.gradient.marks import cosine, marks_of
from sims.prediction.gradient.recording import Recording, learnt, record
from sims.prediction.gradient.rules import KINASE, RULES, changes
from sims.prediction.gradient.twin import Fit, Transfer, descent, fit
from sims.report.result_table import Cell, ResultTable
from sims.stimuli.sequences import named
from thalamus.names import DRIVER_PATHWAY

if TYPE_CHECKING:
    from circuits.engine.simulate import Report
    from sims.report.progress import Progress

#: Over how many cycles changes and gradient are summed.
REPETITIONS = (1, 4, 16, 64)
#: What is compared with the gradient, and what it is; marks first, then rules, then a control.
COMPARED: Mapping[str, str] = {
    "exact": "mark: (outcome - prediction) x sender",
    "outcome": "mark: outcome x sender, Hebb's by the outcome alone",
    **RULES,
    "no_drivers": "the kinase rule where drivers are cut; gradient of the intact outcome",
}
#: Names of metrics: the circuit's own rule stands for the pathway that learns.
METRIC = {KINASE: "cosine_pulvinar"}

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Compared:
    """What one circuit gave.

    Attributes
    ----------
    cosines : dict of str to array (repetitions,)
        By what is compared, for each of `REPETITIONS`; NaN where too few cycles were recorded.
    fit : Fit
        Of the twin.
    """

    cosines: dict[str, Floats]
    fit: Fit


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
    found = [
        compare(request, seed, report) for seed, report in each_seed(request.seed_numbers, shown)
    ]
    return table_of(found, f"{request.sequence}, then {request.then}")


def compare(request: TrueGradientRequest, seed: int, report: Report) -> Compared:
    """Simulate one circuit and compare the rules with the gradient on it."""
    _, circuit = request.circuits()
    own = learnt(circuit, named(request.sequence), seed, request.cycles, request.engine, report)

    def recorded(which: Any) -> Recording:
        return record(which, named(request.then), seed, request.recorded, request.engine, report)

    recording = recorded(own)
    some, twin = some_synapses(recording, seed, request.senders), fit(recording)
    cosines = cosines_of(recording, twin.transfer, some)
    if request.drivers_control:
        cut = recorded(lesion(own, DRIVER_PATHWAY))
        intended = intended_outcome(recording, cut.symbol)
        cosines["no_drivers"] = along_gradient(
            changes(KINASE, cut, some), _descent(cut, twin.transfer, intended, some)
        )
    return Compared(cosines, twin)


def cosines_of(
    recording: Recording, transfer: Transfer, some: NDArray[np.int64]
) -> dict[str, Floats]:
    """Compare marks and rules with the gradient on one recording."""
    downhill = _descent(recording, transfer, recording.outcome_hz, some)
    made = marks_of(recording, some) | {name: changes(name, recording, some) for name in RULES}
    return {name: along_gradient(change, downhill) for name, change in made.items()}


def _descent(
    recording: Recording, transfer: Transfer, outcome_hz: Floats, some: NDArray[np.int64]
) -> Floats:
    return zero_sum(descent(recording, transfer, outcome_hz)[some], recording.edges.post[some])


def along_gradient(change: Floats, downhill: Floats) -> Floats:
    """Give the mean cosine of both, summed over the same cycles, for each of `REPETITIONS`.

    Parameters
    ----------
    change, downhill : array (synapses, cycles)
        Of a rule, and minus the gradient.
    """
    out, cycles = np.full(len(REPETITIONS), np.nan), change.shape[1]
    for k, n in enumerate(REPETITIONS):
        blocks = [slice(begin, begin + n) for begin in range(0, cycles - n + 1, n)]
        found = [cosine(change[:, b].sum(axis=1), downhill[:, b].sum(axis=1)) for b in blocks]
        found = [value for value in found if np.isfinite(value)]
        if found:
            out[k] = np.mean(found)
    return out


def intended_outcome(intact: Recording, symbol: NDArray[np.int64]) -> Floats:
    """Give the mean outcome of the intact circuit for each of some items; of all items for a new one."""
    outcome = intact.outcome_hz
    means = {s: outcome[intact.symbol == s].mean(axis=0) for s in np.unique(intact.symbol).tolist()}
    return np.stack([means.get(s, outcome.mean(axis=0)) for s in symbol.tolist()])


def table_of(found: list[Compared], what: str) -> ResultTable:
    """Lay out the cosines over seeds, and write them flat as metrics."""
    rows, metrics = list[tuple[Cell, ...]](), dict[str, float]()
    curves: dict[str, dict[str, list[float]]] = {}
    for name, meaning in COMPARED.items():
        values = np.array([one.cosines[name] for one in found if name in one.cosines])
        if not values.size:
            continue
        means = [over_seeds(column) for column in values.T]
        last = means[-1]
        rows.append((name, meaning, last.n, *(m.mean for m in means), last.low, last.high))
        metric = METRIC.get(name, f"cosine_{name}")
        metrics |= last.metrics(metric)
        metrics |= {f"{metric}_{n}": m.mean for n, m in zip(REPETITIONS, means, strict=True)}
        curves[name] = _curve(means)
    fits = [one.fit for one in found]
    for name in ("explained", "explained_mean"):
        metrics |= over_seeds(np.array([getattr(f, name) for f in fits])).metrics(f"twin_{name}")
    return ResultTable(
        title=f"Changes of weights along minus the gradient of the prediction error: {what}",
        heads=("what", "what it is", "seeds", *map(str, REPETITIONS), "low", "high"),
        rows=tuple(rows),
        notes=(
            f"Cosines, with changes and gradient summed over {', '.join(map(str, REPETITIONS))} cycles; the "
            f"interval is that over seeds at {REPETITIONS[-1]}. The gradient is that of a twin fitted to the "
            f"relay cells: on cycles it was not fitted to it explains {metrics['twin_explained']:.2f} of the "
            f"variance of their rates, and {metrics['twin_explained_mean']:.2f} of that of means of equal drive.",
            "A rule that has the error comes near the mark exact; one that does not reach the mark outcome is "
            "no nearer to the gradient than Hebb's rule. Backwards it has to be negative, without drivers 0.",
        ),
        metrics=metrics,
        results={
            "repetitions": REPETITIONS,
            "cosines": curves,
            "twin": [{"predicted_hz": f.predicted_hz, "observed_hz": f.observed_hz} for f in fits],
        },
    )  # fmt: skip


def _curve(means: list[Mean]) -> dict[str, list[float]]:
    return {part: [getattr(m, part) for m in means] for part in ("mean", "low", "high")}
