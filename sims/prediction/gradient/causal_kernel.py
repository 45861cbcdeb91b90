"""The kernel by which spikes change a weight as it acts on recorded cycles.

`ctloop measure causal-kernel` puts a relay spike, and a layer-6 spike, into recorded cycles at every time before
the read-out, takes recorded ones away, and works every rule out again (`kernel`). The parts of the cycle are
drawn under the result: a difference in time that follows the error has to be negative all over the
prediction, up to the burst, and positive from there to the read-out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from circuits.learning.replay.synapse_trains import arrivals, between
from circuits.seeds import stream
from sims.measures.intervals import over_columns, over_seeds
from sims.prediction.analyses.seeds import each_seed
from sims.prediction.gradient import kernel
from sims.prediction.gradient.declaration import CausalKernelRequest
from sims.prediction.gradient.kernel import Cell
from sims.prediction.gradient.recording import Recording, learnt, record
from sims.prediction.gradient.rules import KINASE, RULES, rules_of
from sims.report import result_table
from sims.report.result_table import ResultTable
from sims.stimuli.sequences import named

if TYPE_CHECKING:
    from sims.report.progress import Progress

Floats = NDArray[np.float64]

#: Times of a spike that is put in, ms before the read-out, and bins of those that are taken away.
BEFORE_MS: Floats = np.arange(0.5, 221.0, 5.0, dtype=np.float64)
BIN_EDGES_MS: Floats = np.arange(0.0, 221.0, 10.0, dtype=np.float64)
#: How far back a rule is replayed, ms: ten times the slowest trace of the kinase rule. The threshold of BCM
#: begins there at that of the mean rate.
HISTORY_MS = 1000.0
#: Synapses drawn in every cycle, and the most cycles.
SYNAPSES, CYCLES = 48, 24
#: Rules that are drawn. The plain delta rule has windows instead of a kernel; backwards is no time of its own.
DRAWN = tuple(name for name in RULES if name not in ("reversed", "delta"))
CELLS: tuple[Cell, ...] = ("receiver", "sender")
CALLED = {"receiver": "relay", "sender": "layer 6"}
PARTS = ("prediction", "between", "outcome")

#: (rule, cell)
Key = tuple[str, Cell]


@dataclass(frozen=True, eq=False)
class Kernels:
    """What spikes do in one circuit.

    Attributes
    ----------
    inserted : dict of (rule, cell) to array (times,)
        Mean change by a spike at `BEFORE_MS`, in the rule's own unit.
    deleted : dict of (rule, cell) to array (bins,)
        Mean change by the spikes that were recorded, by `BIN_EDGES_MS`.
    parts_ms : array (cycles, 4)
        start, known, burst of each cycle and its read-out (0), ms before the read-out.
    """

    inserted: dict[Key, Floats]
    deleted: dict[Key, Floats]
    parts_ms: Floats

    def relative(self, key: Key) -> Floats:
        """Give the kernel as a share of its mean over the outcome."""
        return self.inserted[key] / abs(self.over(key, "outcome"))

    def over(self, key: Key, part: str) -> float:
        """Mean of the kernel over a part of the cycle."""
        first = PARTS.index(part)
        begin, end = self.parts_ms[:, first], self.parts_ms[:, first + 1]
        return kernel.mean_over(BEFORE_MS, self.inserted[key], begin, end)

    def earlier_share(self, key: Key, part: str) -> float:
        """Share of a part that lies where the kernel is negative."""
        first, limit = PARTS.index(part), kernel.sign_change(BEFORE_MS, self.inserted[key])
        return kernel.share_earlier(self.parts_ms[:, first], self.parts_ms[:, first + 1], limit)


def measure(request: CausalKernelRequest, shown: Progress) -> ResultTable:
    """Work out the kernels of each seed.

    Parameters
    ----------
    request : CausalKernelRequest
    shown : Progress

    Returns
    -------
    ResultTable
        A row a rule and kind of spike; `results` is what `figures.prediction.kernel` draws.
    """
    _, circuit = request.circuits()
    found = []
    for seed, report in each_seed(request.seed_numbers, shown, simulations=request.simulations(1)):
        own = learnt(circuit, named(request.sequence), seed, request.cycles, request.engine, report)
        recording = record(own, named(request.then), seed, request.recorded, request.engine, report)
        found.append(kernels_of(recording, seed))
    return table_of(found)


def kernels_of(recording: Recording, seed: int) -> Kernels:
    """Put spikes into the cycles of a recording, and take recorded ones away."""
    rng = stream(seed, "spikes put in and taken away")
    cycles = np.flatnonzero(recording.read > 0)
    cycles = np.sort(rng.permutation(cycles)[:CYCLES])
    rules, edges = rules_of(recording), recording.edges
    put = {(name, cell): list[Floats]() for name in DRAWN for cell in CELLS}
    taken = {key: list[tuple[Floats, Floats]]() for key in put}
    for k in cycles:
        reads = recording.all_reads_ms[recording.read[k] - 1 : recording.read[k] + 1]
        some = rng.permutation(edges.pre.size)[:SYNAPSES]
        pre, post = (
            between(trains, reads[-1] - HISTORY_MS, reads[-1] + 0.05)
            for trains in arrivals(edges, recording.sender, recording.receiver, some)
        )
        for name, cell in put:
            one = (rules[name], pre, post, reads)
            put[name, cell].append(kernel.inserted(*one, BEFORE_MS, cell).mean(axis=0))
            taken[name, cell].append(kernel.deleted(*one, BIN_EDGES_MS[-1], cell))
    return Kernels(
        inserted={key: np.mean(curves, axis=0) for key, curves in put.items()},
        deleted={key: _mean_of(pairs) for key, pairs in taken.items()},
        parts_ms=recording.windows_ms[:, 3:] - recording.windows_ms,
    )


def _mean_of(pairs: list[tuple[Floats, Floats]]) -> Floats:
    before, effect = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    return kernel.binned(before, effect, BIN_EDGES_MS)


def table_of(found: list[Kernels]) -> ResultTable:
    """Lay out where kernels change sign and what they are in each part, over seeds."""
    rows, metrics = list[tuple[result_table.Cell, ...]](), dict[str, float]()
    for name, cell in found[0].inserted:
        key: Key = (name, cell)
        change = over_seeds(
            np.array([kernel.sign_change(BEFORE_MS, k.inserted[key]) for k in found])
        )
        parts = [
            over_seeds(np.array([k.over(key, part) / abs(k.over(key, "outcome")) for k in found]))
            for part in PARTS
        ]
        negative = [
            over_seeds(np.array([k.earlier_share(key, part) for k in found])).mean
            for part in ("prediction", "between")
        ]
        rows.append(
            (name, CALLED[cell], len(found), change.mean, change.low, change.high,
             *(p.mean for p in parts), *negative)
        )  # fmt: skip
        suffix = ("" if name == KINASE else f"_{name}") + ("" if cell == "receiver" else "_layer6")
        metrics |= change.metrics(f"sign_change_ms{suffix}")
        metrics |= {f"kernel_{p}{suffix}": m.mean for p, m in zip(PARTS, parts, strict=True)}
        metrics |= {
            f"prediction_negative{suffix}": negative[0],
            f"between_negative{suffix}": negative[1],
        }
    return ResultTable(
        title="What one spike does to the weight, by its time before the read-out",
        heads=(
            "rule", "spike of", "seeds", "changes sign (ms before)", "low", "high", "in the prediction",
            "between", "in the outcome", "prediction that weakens", "between that weakens",
        ),
        rows=tuple(rows),
        notes=(
            "Prediction: up to when V1's layer 4 may have seen the item; between: from there to the burst of "
            "V1's layer 5, when relay cells still predict; outcome: from there to the read-out. Effects are "
            "shares of the mean effect in the outcome, without its sign.",
            "The last two: the share of that part of the cycle that lies earlier than the change of sign. By "
            "the exact rule it is 1 in both, and the kernel changes sign at the burst.",
        ),
        metrics=metrics,
        results=_results(found),
    )  # fmt: skip


def _results(found: list[Kernels]) -> dict[str, Any]:
    curves = {}
    for name, cell in found[0].inserted:
        each = np.array([k.relative((name, cell)) for k in found])
        means = over_columns(each)
        scale = np.array([[abs(k.over((name, cell), "outcome"))] for k in found])
        taken = np.array([k.deleted[name, cell] for k in found]) / scale
        curves[f"{name}/{CALLED[cell]}"] = {
            "mean": [m.mean for m in means],
            "low": [m.low for m in means],
            "high": [m.high for m in means],
            "taken_away": [m.mean for m in over_columns(taken)],
        }
    return {
        "before_ms": BEFORE_MS,
        "bins_ms": (BIN_EDGES_MS[:-1] + BIN_EDGES_MS[1:]) / 2,
        "curves": curves,
        "parts_ms": np.mean([k.parts_ms.mean(axis=0) for k in found], axis=0),
        "seeds": len(found),
    }
