"""What a change of the weights owes to spikes of the outcome and of the prediction.

By the gradient of the squared error a weight onto a relay cell changes with (outcome - prediction) times
the sender's activity. `ctloop measure gradient` lets the circuit learn and explains, by least squares, the
change of the weights onto each relay cell in each cycle, projected on the spikes of layer 6, by that
cell's spikes in the outcome part and in the prediction part. It also compares relay cells by what came and
what was predicted.

What it cannot show:

- It cannot distinguish learning by error from Hebbian learning by the outcome alone. A right prediction is
  a weaker copy of the outcome, so error and outcome point nearly the same way.
- The two parts are not the whole cycle: between the end of the prediction part (the latency of V1.L4E) and
  the burst of V1.L5IB lie some 50 ms whose spikes count for neither.
- The parts differ in length (75 ms at most, and a burst), and an outcome reaches the cells of neighbouring
  items. So no value of the table is what an exact rule would give. It compares rules on one circuit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from circuits.engine.choose import choose
from circuits.engine.simulate import Report
from circuits.errors import CtloopError
from circuits.learning.record import Weights
from circuits.records import Edges
from circuits.spec import Circuit, populations
from circuits.wiring import orientation_distance
from sims.prediction.analyses.declaration import GradientRequest
from sims.prediction.analyses.layer6_decoding import CONTEXT_SOURCE
from sims.prediction.analyses.seeds import each_seed
from sims.prediction.epoch import RELAY, Task, run_epoch
from sims.prediction.nearest_template import nearest, templates
from sims.prediction.relay_vectors import counts
from sims.report.result_table import ResultTable
from sims.stimuli.sequences import Grammar, named
from thalamus.predictive import PLASTIC

if TYPE_CHECKING:
    from sims.report.progress import Progress

#: How often weights are sampled, ms: seldom enough to be stored, and between two bursts at least once.
SAMPLED_MS = 100.0
#: Items no farther apart than this are neighbours: they are 22.5 or 25.7 deg apart.
NEIGHBOUR_DEG = 30.0

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WeightChangeFit:
    """What one spike of a relay cell does to a weight, for each spike of layer 6 in the cycle.

    Attributes
    ----------
    outcome, prediction : float
        Change of the linear weight by a spike in the outcome part and by one in the prediction part.
    explained : float
        Share of the variance over cycles and relay cells that the two explain, 0-1.
    correct, false_alarm, neighbour : float
        Change at relay cells of an item that was predicted and came; that was predicted and did not
        come, leaving out neighbours of what came; that was predicted and is a neighbour of what came.
        In units in which an item that came without being predicted has 1, and one that neither came nor
        was predicted 0. NaN where there was none, or nothing changed.
    """

    outcome: float
    prediction: float
    explained: float
    correct: float
    false_alarm: float
    neighbour: float

    @property
    def weakening_ratio(self) -> float:
        """What a spike of the prediction takes away, as a share of what one of the outcome adds.

        Negative if it adds; NaN if an outcome does nothing.
        """
        return -self.prediction / self.outcome if self.outcome else math.nan


def measure(request: GradientRequest, shown: Progress) -> ResultTable:
    """Fit the weight changes of each seed.

    Parameters
    ----------
    request : GradientRequest
    shown : Progress

    Returns
    -------
    ResultTable
        One row a seed.
    """
    _, circuit = request.circuits()
    grammar = named(request.sequence)
    rows = []
    for seed, report in each_seed(request.seed_numbers, shown):
        fit = measure_error_gradient(circuit, grammar, seed, request.cycles, request.engine, report)
        rows.append(
            (seed, fit.outcome, fit.prediction, fit.weakening_ratio, fit.explained,
             fit.correct, fit.false_alarm, fit.neighbour)
        )  # fmt: skip
    return ResultTable(
        title=f"What changes of the weights owe to outcome and prediction: {grammar.name}",
        heads=(
            "seed", "outcome spike", "prediction spike", "weakening / strengthening", "explained",
            "predicted and came", "predicted, did not come", "neighbour of what came",
        ),
        rows=tuple(rows),
        notes=(
            "Change of the linear weight (.5 at the start) by one spike of a relay cell, for each spike of "
            "layer 6 in the cycle; the second as a share of the first, with its sign reversed; and the share "
            "of the variance that the two explain.",
            "The last three: change at relay cells of items that were predicted, in units in which an item "
            "that came without being predicted has 1 and one that neither came nor was predicted 0.",
            "This regression cannot distinguish learning by error from Hebbian learning by the outcome alone. "
            "The 50 ms or so between the prediction part and the burst are left out, and the two parts differ "
            "in length: compare rules on one circuit, not a rule with an ideal.",
        ),
    )  # fmt: skip


def measure_error_gradient(
    circuit: Circuit,
    grammar: Grammar,
    seed: int,
    cycles: int,
    engine: str | None = None,
    report: Report | None = None,
) -> WeightChangeFit:
    """Let a circuit learn for some cycles and fit the changes of its weights.

    Parameters
    ----------
    circuit : Circuit
        Whose pathway `thalamus.predictive.PLASTIC` learns.
    grammar : Grammar
    seed : int
    cycles : int
    engine : str, optional
    report : callable, optional
        Called with the simulation's stage and the fraction of it that is done.

    Raises
    ------
    CtloopError
        If V1's bursters never burst.
    """
    epoch, result, _ = run_epoch(
        circuit, Task(grammar=grammar), cycles, seed, 1,
        learns=True, engine=choose(engine).engine, report=report, record_weights_ms=SAMPLED_MS,
    )  # fmt: skip
    shown, cells = epoch.shown, populations(circuit)
    answered = np.isfinite(shown.burst_ms)
    if not answered.any():
        msg = "no burst of V1.L5IB followed an item, so there are no outcomes to compare with"
        raise CtloopError(msg)
    window = np.stack((shown.prediction_ms[:, 0], shown.outcome_ms[:, 1]), axis=1)
    layer6 = counts(result.spikes[CONTEXT_SOURCE], cells[CONTEXT_SOURCE].count, window)
    change = changes(result.weights[PLASTIC], shown.outcome_ms[:, 0])
    projected = project_on_input(change, result.edges[PLASTIC], layer6[:-1], cells[RELAY].count)
    fit = regress_on_spikes(projected, shown.outcome[:-1], shown.prediction[:-1])
    known = templates(shown.outcome, epoch.symbol, len(grammar.symbols), answered)
    predicted = nearest(shown.prediction, known)
    deg = np.asarray(grammar.orientations_deg)
    distance_deg = orientation_distance(deg[epoch.symbol, None], deg[None, :])
    by_item = change_by_item(projected, known.argmax(axis=0), distance_deg[:-1], predicted[:-1])
    return WeightChangeFit(*fit, *by_item)


def changes(weights: Weights, outcome_ms: Floats) -> Floats:
    """Give what each synapse changed by between one cycle's outcome and the next's.

    Parameters
    ----------
    weights : Weights
        With samples.
    outcome_ms : array (cycles,)
        When outcomes begin; the read-out comes after.

    Returns
    -------
    array (cycles - 1, synapses)
        Change of the linear weight, which is 0.5 at the start. Not of the effective one, whose sigmoid
        is flat where much was learnt, so that what is well predicted would change it less by any rule.
    """
    before = np.searchsorted(weights.times_ms, outcome_ms, side="right") - 1
    return np.diff(weights.sampled[np.maximum(before, 0)], axis=0)


def project_on_input(change: Floats, edges: Edges, sender: Floats, n_receivers: int) -> Floats:
    """Project each receiver's changes on its senders' spikes x: sum(change x) / sum(x x).

    Parameters
    ----------
    change : array (cycles, synapses)
    edges : Edges
        The synapses in the same order.
    sender : array (cycles, senders)
        Spikes of the cycle.
    n_receivers : int

    Returns
    -------
    array (cycles, receivers)
        Change for a spike of the sender; 0 where the senders of a receiver were silent.
    """
    out = np.zeros((len(change), n_receivers))
    for row, changed, spikes in zip(out, change, sender, strict=True):
        x = spikes[edges.pre]
        size = np.bincount(edges.post, x * x, minlength=n_receivers)
        moved = np.bincount(edges.post, changed * x, minlength=n_receivers)
        np.divide(moved, size, out=row, where=size > 0)
    return out


def regress_on_spikes(
    change: Floats, outcome: Floats, prediction: Floats
) -> tuple[float, float, float]:
    """Explain changes by a receiver's spikes in the two parts, by least squares with a constant.

    Parameters
    ----------
    change, outcome, prediction : array (cycles, receivers)

    Returns
    -------
    outcome, prediction, explained : float
        See `WeightChangeFit`.
    """
    regressors = np.stack((outcome.ravel(), prediction.ravel(), np.ones(change.size)), axis=1)
    found, *_ = np.linalg.lstsq(regressors, change.ravel(), rcond=None)
    left = change.ravel() - regressors @ found
    total = float(np.var(change))
    explained = 1.0 - float(np.var(left)) / total if total > 0 else 0.0
    return float(found[0]), float(found[1]), explained


def change_by_item(
    change: Floats,
    symbol_of: NDArray[np.int64],
    distance_deg: Floats,
    predicted: NDArray[np.int64],
) -> tuple[float, float, float]:
    """Compare the changes by what came and what was predicted.

    Parameters
    ----------
    change : array (cycles, receivers)
    symbol_of : array (receivers,)
        The symbol each receiver answers most.
    distance_deg : array (cycles, symbols)
        How far each symbol is from what came, which is 0 deg from itself.
    predicted : array (cycles,)
        The symbol the prediction was nearest to; -1 for none.

    Returns
    -------
    correct, false_alarm, neighbour : float
        See `WeightChangeFit`.
    """
    symbols = np.arange(distance_deg.shape[1])
    own = symbol_of == symbols[:, None]
    of_symbol = change @ (own / np.maximum(own.sum(axis=1, keepdims=True), 1)).T
    was_predicted = predicted[:, None] == symbols
    came, far = distance_deg == 0, distance_deg > NEIGHBOUR_DEG
    zero, one = _mean(of_symbol[far & ~was_predicted]), _mean(of_symbol[came & ~was_predicted])

    def scaled(which: NDArray[np.bool_]) -> float:
        moved = _mean(of_symbol[which & was_predicted]) - zero
        return moved / (one - zero) if one != zero else math.nan

    return scaled(came), scaled(far), scaled(~came & ~far)


def _mean(values: Floats) -> float:
    return float(values.mean()) if values.size else math.nan
