"""Do the synapses follow the error? What a change of the weights owes to outcome and to prediction.

    python -m sims.prediction.analyses.error_gradient [--sequence loop] [--memory] [--seed 45] [--seeds 2]
        [--cycles 160]
                            [--set learning.rule=bcm]

The gradient of the squared error at a relay cell is (outcome - prediction) times what layer 6 says. So
a synapse that follows it gains by a spike of the outcome what it loses by one of the prediction; one that
follows Hebb's rule loses nothing. Both are measured on the circuit while it learns: of every cycle the
change of the weights onto a relay cell, taken along the spikes of layer 6, is explained by the spikes of
that cell in the outcome and in the prediction part (least squares).

What that comes to depends on how strong predictions are. So the same changes are compared for relay
cells of items that came and were foretold, came and were not, and were foretold and did not come. An item
that came unforetold is 1, one that neither came nor was foretold 0; then the gradient has 0 for what came as
foretold and -1 for what was foretold in vain if predictions are as strong as outcomes, and Hebb 1 and 0.
Items beside the one that came are told apart, for its outcome reaches their cells as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from circuits.engine.choose import choose
from circuits.engine.simulate import Report
from circuits.learning.record import Weights
from circuits.records import Edges
from circuits.spec import Circuit, populations, set_parameter
from circuits.wiring import orientation_distance
from sims.prediction import readout as measures
from sims.prediction.analyses import options as probes
from sims.prediction.analyses.layer6_decoding import SAYS
from sims.prediction.epoch import RELAY, Task, run_epoch
from sims.stimuli.sequences import Grammar, named
from thalamus.memory import with_memory
from thalamus.predictive import PLASTIC, prediction_circuit

#: How often weights are sampled, ms: seldom enough to be kept, and between two bursts at least once.
SAMPLED_MS = 100.0
#: Items no farther apart than this are neighbours: they are 22.5 or 25.7 deg apart.
BESIDE_DEG = 30.0

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Followed:
    """What one spike of a relay cell does to a weight, for each spike of layer 6 in the cycle.

    Attributes
    ----------
    outcome, prediction : float
        Change of the linear weight by a spike in the outcome part and by one in the prediction part.
    explained : float
        Share of the variance over cycles and relay cells that the two explain, 0-1.
    as_foretold, in_vain, beside : float
        Change at relay cells of what came as foretold; of what was foretold and did not come, somewhere
        else than beside what came; and the same beside it (see above). NaN where there was none, or
        nothing changed.
    """

    outcome: float
    prediction: float
    explained: float
    as_foretold: float
    in_vain: float
    beside: float

    @property
    def balance(self) -> float:
        """What a spike of the prediction takes of what one of the outcome gives: 1 gradient, 0 Hebb.

        NaN if an outcome does nothing.
        """
        return -self.prediction / self.outcome if self.outcome else math.nan


def main() -> None:
    """Print for each seed what the change of the weights owes to outcome and to prediction."""
    parser = probes.parser(
        "Do the synapses follow the error?", seed=45, cycles=160, sequence="loop"
    )
    parser.add_argument("--memory", action="store_true", help="the circuit with a memory")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="settings")
    given = parser.parse_args()
    circuit = with_memory(prediction_circuit()) if given.memory else prediction_circuit()
    for text in given.settings:
        circuit = set_parameter(circuit, text)
    for seed, report in probes.each_seed(given):
        it = learns(circuit, named(given.sequence), seed, given.cycles, report)
        print(
            f"seed {seed}: a spike of the outcome adds {it.outcome:.4f}, one of the prediction "
            f"{it.prediction:+.4f}: balance {it.balance:.2f} (gradient 1, Hebb 0); "
            f"explained {it.explained:.2f}; came as foretold {it.as_foretold:.2f}, "
            f"foretold in vain {it.in_vain:+.2f}, beside what came {it.beside:+.2f}",
            flush=True,
        )


def learns(
    circuit: Circuit, grammar: Grammar, seed: int, cycles: int, report: Report | None = None
) -> Followed:
    """Let a circuit learn for some cycles and give what its weights followed (see `followed`)."""
    epoch, result, _ = run_epoch(
        circuit,
        Task(grammar=grammar),
        cycles,
        seed,
        1,
        learns=True,
        engine=choose(None).engine,
        report=report,
        record_weights_ms=SAMPLED_MS,
    )
    parts = np.stack((epoch.shown.prediction_ms[:, 0], epoch.shown.outcome_ms[:, 1]), axis=1)
    said = measures.counts(result.spikes[SAYS], populations(circuit)[SAYS].count, parts)
    change = changes(result.weights[PLASTIC], epoch.shown.outcome_ms[:, 0])
    error = along(change, result.edges[PLASTIC], said[:-1], populations(circuit)[RELAY].count)
    outcome, prediction, explained = followed(
        error, epoch.shown.outcome[:-1], epoch.shown.prediction[:-1]
    )
    known = measures.templates(
        epoch.shown.outcome, epoch.symbol, len(grammar.symbols), np.isfinite(epoch.shown.burst_ms)
    )
    foretold = measures.nearest(epoch.shown.prediction, known)
    shown_deg = np.asarray(grammar.orientations_deg)
    apart_deg = orientation_distance(shown_deg[epoch.symbol, None], shown_deg[None, :])
    seen = compared(error, known.argmax(axis=0), apart_deg[:-1], foretold[:-1])
    return Followed(outcome, prediction, explained, *seen)


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
        is flat where much was learnt, so that what is well foretold would change it less by any rule.
    """
    before = np.searchsorted(weights.times_ms, outcome_ms, side="right") - 1
    return np.diff(weights.sampled[np.maximum(before, 0)], axis=0)


def along(change: Floats, edges: Edges, said: Floats, n_receivers: int) -> Floats:
    """Project each receiver's changes on what its senders said: sum(change x) / sum(x x).

    Parameters
    ----------
    change : array (cycles, synapses)
    edges : Edges
        The synapses in the same order.
    said : array (cycles, senders)
        Spikes of the cycle.

    Returns
    -------
    array (cycles, receivers)
        Change for a spike of layer 6; 0 where the senders of a receiver were silent.
    """
    out = np.zeros((len(change), n_receivers))
    for row, changed, spikes in zip(out, change, said, strict=True):
        x = spikes[edges.pre]
        size = np.bincount(edges.post, x * x, minlength=n_receivers)
        moved = np.bincount(edges.post, changed * x, minlength=n_receivers)
        np.divide(moved, size, out=row, where=size > 0)
    return out


def followed(error: Floats, outcome: Floats, prediction: Floats) -> tuple[float, float, float]:
    """Explain changes by spikes; arrays (cycles, receivers). Gives the first three of `Followed`."""
    known = np.stack((outcome.ravel(), prediction.ravel(), np.ones(error.size)), axis=1)
    found, *_ = np.linalg.lstsq(known, error.ravel(), rcond=None)
    left = error.ravel() - known @ found
    total = float(np.var(error))
    explained = 1.0 - float(np.var(left)) / total if total > 0 else 0.0
    return float(found[0]), float(found[1]), explained


def compared(
    error: Floats,
    stands_for: NDArray[np.int64],
    apart_deg: Floats,
    foretold: NDArray[np.int64],
) -> tuple[float, float, float]:
    """Compare the changes by what came and what was foretold.

    Parameters
    ----------
    error : array (cycles, receivers)
    stands_for : array (receivers,)
        The symbol each receiver answers most.
    apart_deg : array (cycles, symbols)
        How far each symbol is from what came, which is 0 deg from itself.
    foretold : array (cycles,)
        The symbol the prediction was nearest to; -1 for none.

    Returns
    -------
    as_foretold, in_vain, beside : float
        See `Followed`.
    """
    symbols = np.arange(apart_deg.shape[1])
    own = stands_for == symbols[:, None]
    of_symbol = error @ (own / np.maximum(own.sum(axis=1, keepdims=True), 1)).T
    said, came, far = foretold[:, None] == symbols, apart_deg == 0, apart_deg > BESIDE_DEG
    zero, one = _mean(of_symbol[far & ~said]), _mean(of_symbol[came & ~said])

    def between(which: NDArray[np.bool_]) -> float:
        moved = _mean(of_symbol[which & said]) - zero
        return moved / (one - zero) if one != zero else math.nan

    return between(came), between(far), between(~came & ~far)


def _mean(values: Floats) -> float:
    return float(values.mean()) if values.size else math.nan


if __name__ == "__main__":
    probes.run(main)
