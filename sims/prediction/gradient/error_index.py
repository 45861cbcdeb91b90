"""Where the rules lie between the exact rule and Hebb's by the outcome, on the same recorded spikes.

`ctloop measure error-index` lets the circuit learn one sequence, shows it another with its weights frozen, and
replays every rule on what was recorded (`rules`). Each is read between two marks (`marks`), over cycles in
which outcome and prediction differ. All rules have the traces of the circuit's kinase rule, its read-outs and
its homeostasis, so that nothing but the rule differs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError
from circuits.seeds import stream
from sims.measures.intervals import over_seeds
from sims.prediction.analyses.seeds import each_seed
from sims.prediction.gradient.declaration import ErrorIndexRequest
from sims.prediction.gradient.expectations import by_group, groups_of
from sims.prediction.gradient.marks import (
    Reading,
    arriving_activity,
    differing,
    index,
    outer,
    read_change,
)
from sims.prediction.gradient.recording import Recording, learnt, record
from sims.prediction.gradient.rules import KINASE, RULES, changes
from sims.report.result_table import Cell, ResultTable
from sims.stimuli.sequences import named

if TYPE_CHECKING:
    from sims.report.progress import Progress

Floats = NDArray[np.float64]

#: The mark at 0, as the last row of the table.
OUTCOME = "outcome"


@dataclass(frozen=True)
class Placed:
    """A rule between the marks.

    Attributes
    ----------
    index, index_spikes : float
        With rates as activity, and with counts of spikes.
    reading, reading_spikes : Reading
    in_vain, as_foretold : float
        Change of synapses that foretold in vain, and rightly: multiples of the exact rule's, see
        `sims.prediction.gradient.expectations`.
    """

    index: float
    index_spikes: float
    reading: Reading
    reading_spikes: Reading
    in_vain: float = math.nan
    as_foretold: float = math.nan


def measure(request: ErrorIndexRequest, shown: Progress) -> ResultTable:
    """Place every rule between the marks, for each seed.

    Parameters
    ----------
    request : ErrorIndexRequest
    shown : Progress

    Returns
    -------
    ResultTable
        A row a rule: means over seeds, of the index with its interval.
    """
    _, circuit = request.circuits()
    found = []
    for seed, report in each_seed(request.seed_numbers, shown, simulations=request.simulations(1)):
        own = learnt(circuit, named(request.sequence), seed, request.cycles, request.engine, report)
        recording = record(own, named(request.then), seed, request.recorded, request.engine, report)
        found.append(place_rules(recording, some_synapses(recording, seed, request.senders)))
    return table_of(found, f"{request.sequence}, then {request.then}")


def some_synapses(recording: Recording, seed: int, senders: int) -> NDArray[np.int64]:
    """Draw senders and give all of their synapses."""
    n = len(recording.sender)
    drawn = stream(seed, "replayed senders").permutation(n)[: min(senders, n)]
    return np.flatnonzero(np.isin(recording.edges.pre, drawn))


def place_rules(recording: Recording, some: NDArray[np.int64]) -> dict[str, Placed]:
    """Place every rule of `rules.RULES`, and the mark `OUTCOME`, between the marks on one recording.

    Raises
    ------
    CtloopError
        If outcome and prediction differ in fewer than two cycles.
    """
    outcome, prediction = recording.outcome_hz, recording.prediction_hz
    cycles = differing(outcome, prediction)
    if cycles.sum() < 2:
        msg = (
            "outcome and prediction hardly differ in any cycle; show other items by --then shuffled"
        )
        raise CtloopError(msg)
    edges, windows = recording.edges, recording.windows_ms
    x = arriving_activity(recording)
    lasts = np.stack((windows[:, 3] - windows[:, 2], windows[:, 2] - windows[:, 0]))[..., None]

    def marked(o: Floats, p: Floats) -> tuple[Floats, Floats]:
        return outer(o[cycles], x[cycles], edges, some), outer(p[cycles], x[cycles], edges, some)

    by_rate = marked(outcome, prediction)
    by_spike = marked(outcome * lasts[0] * 1e-3, prediction * lasts[1] * 1e-3)
    groups = groups_of(outcome, prediction, x, cycles, edges, some)
    exact = outer(outcome - prediction, x, edges, some)
    all_changes = {name: changes(name, recording, some) for name in RULES}
    all_changes[OUTCOME] = outer(outcome, x, edges, some)
    found = {}
    for name, change in all_changes.items():
        in_vain, as_foretold = by_group(change, exact, groups)
        placed = place(change[:, cycles], by_rate, by_spike)
        found[name] = replace(placed, in_vain=in_vain, as_foretold=as_foretold)
    return found


def place(
    change: Floats, by_rate: tuple[Floats, Floats], by_spike: tuple[Floats, Floats]
) -> Placed:
    """Place a change between the marks; each pair is o x and p x, of rates and of counts."""
    found = []
    for o, p in (by_rate, by_spike):
        exact, hebb = read_change(o - p, o, p), read_change(o, o, p)
        reading = read_change(change, o, p)
        found.append((index(reading, exact, hebb), reading))
    (one, reading), (other, reading_spikes) = found
    return Placed(one, other, reading, reading_spikes)


def table_of(found: list[dict[str, Placed]], what: str) -> ResultTable:
    """Lay out the means over seeds, and write them flat as metrics."""
    rows, metrics = list[tuple[Cell, ...]](), dict[str, float]()
    for name, meaning in {**RULES, OUTCOME: "the mark: Hebb's by the outcome alone"}.items():
        placed = [one[name] for one in found]
        own = over_seeds(np.array([p.index for p in placed]))
        parts = _parts(placed)
        rows.append((name, meaning, own.n, own.mean, own.low, own.high, *parts.values()))
        suffix = "" if name == KINASE else f"_{name}"
        metrics |= own.metrics(f"error_index{suffix}")
        metrics |= {f"{part}{suffix}": value for part, value in parts.items()}
    return ResultTable(
        title=f"Rules between the exact rule (1) and Hebb's by the outcome alone (0): {what}",
        heads=(
            "rule", "what it is", "seeds", "error index", "low", "high", "index by spikes",
            "taken", "taken by spikes", "in vain", "as foretold", "explained", "cosine with exact", "cosine with Hebb",
        ),
        rows=tuple(rows),
        notes=(
            "Prediction: from the start of the prediction part to the burst of V1's layer 5. Outcome: from "
            "there to the read-out. Activity is the rate in each; \"by spikes\" it is the count. Only cycles "
            "count in which the two differ.",
            "Taken: what a prediction takes away, as a share of what an outcome of the same rate (or of as "
            "many spikes) changes; 1 is the exact rule's, 0 Hebb's. Explained: the share of the change that "
            "is made of outcome and prediction at all; where it is small the index says little.",
            "In vain: what synapses of active senders lose where their receiver was foretold and did not come. "
            "As foretold: what they change by where it was and did. Both are shares of what a rule changes there "
            "and by an unforetold outcome, as multiples of the exact rule's share: it is 1. Below 0 in vain is "
            "strengthened; above 1 what came as foretold changes too much.",
        ),
        metrics=metrics,
    )  # fmt: skip


def _parts(placed: list[Placed]) -> Mapping[str, float]:
    def mean(values: list[float]) -> float:
        return over_seeds(np.array(values)).mean

    return {
        "error_index_spikes": mean([p.index_spikes for p in placed]),
        "taken": mean([p.reading.taken for p in placed]),
        "taken_spikes": mean([p.reading_spikes.taken for p in placed]),
        "in_vain": mean([p.in_vain for p in placed]),
        "as_foretold": mean([p.as_foretold for p in placed]),
        "explained": mean([p.reading.explained for p in placed]),
        "cosine_exact": mean([p.reading.cosine_exact for p in placed]),
        "cosine_outcome": mean([p.reading.cosine_hebb for p in placed]),
    }
