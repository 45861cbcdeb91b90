"""Whether synapses onto the cells of layer 6 follow the error of the relay cells, one synapse away from it.

`ctloop measure hidden-gradient` lets the circuit learn, records it with frozen weights, and replays every rule at the
synapses of a pathway onto the cells of layer 6 that predict (`--pathway`). They are compared with the gradient of the
same prediction error as in `true_gradient`, sent back through the synapses that learn (`backpropagation`).

In the theory the error reaches the hidden layers as activity, by the way from the pulvinar to cortex. So one control
has this way without order: each cortical cell hears the same number of relay cells, of any orientation. The other
has nothing to follow: the error of each relay cell is sent back through the synapses of another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from circuits.errors import CtloopError
from circuits.learning.replay.changes import zero_sum
from circuits.records import Uniform
from circuits.seeds import stream
from circuits.spec import find_projection, populations, projections, with_projection
from sims.measures.intervals import Mean, over_columns, over_seeds
from sims.prediction.analyses.seeds import each_seed
from sims.prediction.epoch import RELAY
from sims.prediction.gradient.backpropagation import (
    hidden_downhill,
    hidden_marks,
    relay_error,
    sent_back,
)
from sims.prediction.gradient.decomposition import REPETITIONS, along_gradient
from sims.prediction.gradient.error_index import some_synapses
from sims.prediction.gradient.factors import slope
from sims.prediction.gradient.marks import cosine
from sims.prediction.gradient.recording import Shown, learnt, recording_of, show
from sims.prediction.gradient.rules import KINASE, RULES, replayed
from sims.prediction.gradient.twin import Fit, autograd, drives_of, fit
from sims.report.result_table import Cell, ResultTable
from sims.stimuli.sequences import named
from thalamus.predictive import PLASTIC

if TYPE_CHECKING:
    from circuits.engine.simulate import Report
    from circuits.spec import Circuit
    from sims.prediction.gradient.declaration import HiddenGradientRequest
    from sims.prediction.gradient.recording import Floats
    from sims.report.progress import Progress

#: What is compared with the gradient, and what it is; marks first, then rules, then the control.
COMPARED: Mapping[str, str] = {
    "exact": "mark: (outcome - prediction) of relay cells, sent back, x sender",
    "outcome": "mark: outcome of relay cells, sent back, x sender",
    "misplaced": "mark: the exact one with the sender of another cycle; useless",
    **RULES,
    "random_feedback": "the kinase rule where the way from pulvinar to cortex has no order",
    "shuffled_error": "the kinase rule; the error of each relay cell sent back through another",
}
#: Names of metrics: the circuit's own rule stands for the layer.
METRIC = {KINASE: "hidden1"}


@dataclass(frozen=True)
class Compared:
    """What one circuit gave.

    Attributes
    ----------
    cosines : dict of str to array (repetitions,)
        By what is compared, for each of `decomposition.REPETITIONS`; NaN where too few cycles were recorded.
    hidden : Fit
        Of the twin of the layer-6 cells.
    alike : float
        Cosine of the error with the outcome, both sent back to layer 6, over cells and cycles.
    """

    cosines: dict[str, Floats]
    hidden: Fit
    alike: float

    @property
    def span(self) -> float:
        """By how much the exact mark lies above that of the outcome."""
        return float(self.cosines["exact"][-1] - self.cosines["outcome"][-1])


def measure(request: HiddenGradientRequest, shown: Progress) -> ResultTable:
    """Compare every rule with the gradient at synapses onto layer 6, for each seed.

    Parameters
    ----------
    request : HiddenGradientRequest
    shown : Progress

    Returns
    -------
    ResultTable
        A row a rule: means over seeds of the cosines.

    Raises
    ------
    CtloopError
        For a pathway that does not excite the cells of layer 6 that predict, or without autograd.
    """
    autograd()
    found = [
        compare(request, seed, report)
        for seed, report in each_seed(
            request.seed_numbers, shown, simulations=request.simulations(2)
        )
    ]
    return table_of(found, f"{request.pathway}: {request.sequence}, then {request.then}")


def compare(request: HiddenGradientRequest, seed: int, report: Report) -> Compared:
    """Simulate one circuit, intact and with feedback without order, and compare the rules with the gradient."""
    _, circuit = request.circuits()
    held = held_ms(circuit, request.pathway)
    own = learnt(circuit, named(request.sequence), seed, request.cycles, request.engine, report)

    def compared(which: Circuit) -> Compared:
        one = show(which, named(request.then), seed, request.recorded, request.engine, report)
        return compared_in(one, request.pathway, held, seed, request.senders)

    intact, control = compared(own), compared(without_order(own))
    cosines = intact.cosines | {"random_feedback": control.cosines[KINASE]}
    return replace(intact, cosines=cosines)


def compared_in(shown: Shown, pathway: str, held_ms: float, seed: int, senders: int) -> Compared:
    """Compare marks and rules with the gradient on what was recorded.

    Parameters
    ----------
    shown : Shown
    pathway : str
    held_ms : float
        How long layer-6 cells hold what the pathway brings, ms.
    seed, senders : int
        Whose synapses, see `error_index.some_synapses`.
    """
    relay, below = recording_of(shown), recording_of(shown, pathway, held_ms)
    some = some_synapses(below, seed, senders)
    hidden, error = fit(below), relay_error(relay, fit(relay).transfer)
    post, steep = below.edges.post[some], slope(hidden.transfer, drives_of(below))

    def gradient(of: Floats) -> Floats:
        return zero_sum(hidden_downhill(below, sent_back(of, relay) * steep, some), post)

    made = hidden_marks(below, relay, some)
    made |= {name: replayed(name, below, some) for name in RULES}
    made = {name: zero_sum(change, post) for name, change in made.items()}
    downhill = gradient(error)
    cosines = {name: along_gradient(change, downhill) for name, change in made.items()}
    others = stream(seed, "relay cells that send back another's error").permutation(error.shape[1])
    cosines["shuffled_error"] = along_gradient(made[KINASE], gradient(error[:, others]))
    alike = cosine(sent_back(error, relay), sent_back(relay.outcome_hz, relay))
    return Compared(cosines, hidden, alike)


def without_order(circuit: Circuit) -> Circuit:
    """Give the circuit whose cortical cells hear relay cells of any orientation, as many as before."""
    known = populations(circuit)
    feedback = [
        replace(one, rule=Uniform())
        for one in projections(circuit).values()
        if one.source == RELAY and known[one.target].lamina
    ]
    return with_projection(circuit, *feedback)


def held_ms(circuit: Circuit, pathway: str) -> float:
    """Give how long the receivers of a pathway hold what it brings: their NMDA decay, or not at all.

    Raises
    ------
    CtloopError
        If it does not end on the senders of the pathway that learns, or inhibits them.
    """
    fibres, hidden = find_projection(circuit, pathway), find_projection(circuit, PLASTIC).source
    if fibres.target != hidden:
        msg = f"--pathway has to end on {hidden}, the cells that predict; {pathway!r} ends on {fibres.target}"
        raise CtloopError(msg)
    if populations(circuit)[fibres.source].transmitter != "exc":
        msg = f"--pathway has to excite {hidden}; {fibres.source} inhibits"
        raise CtloopError(msg)
    slow = fibres.receptors.get("NMDA", 0.0) > fibres.receptors.get("AMPA", 0.0)
    return populations(circuit)[hidden].cell.tau_nmda_ms if slow else 0.0


def table_of(found: list[Compared], what: str) -> ResultTable:
    """Lay out the cosines over seeds, and write them flat as metrics."""
    rows, metrics = list[tuple[Cell, ...]](), dict[str, float]()
    for name, meaning in COMPARED.items():
        means = _over_repetitions(found, name)
        last = means[-1]
        rows.append((name, meaning, last.n, *(m.mean for m in means), last.low, last.high))
        metric = f"cosine_{METRIC.get(name, name)}"
        metrics |= last.metrics(metric)
        metrics |= {f"{metric}_{n}": m.mean for n, m in zip(REPETITIONS, means, strict=True)}
    metrics |= over_seeds(np.array([one.span for one in found])).metrics("mark_span")
    metrics |= over_seeds(np.array([one.alike for one in found])).metrics("sent_back_alike")
    for part in ("explained", "explained_mean"):
        values = np.array([getattr(one.hidden, part) for one in found])
        metrics |= over_seeds(values).metrics(f"twin_{part}")
    return ResultTable(
        title=f"Changes of weights onto layer 6 along minus the gradient of the prediction error, {what}",
        heads=("what", "what it is", "seeds", *map(str, REPETITIONS), "low", "high"),
        rows=tuple(rows),
        notes=(
            f"Cosines, with changes and gradient summed over {', '.join(map(str, REPETITIONS))} cycles; the "
            f"interval is that over seeds at {REPETITIONS[-1]}. All are before the soft bound, and the mean of each "
            "receiver's synapses is taken from all.",
            "The exact mark knows the weights from layer 6 to the relay cells, which no synapse does. It lies "
            f"{metrics['mark_span']:.2f} above that of the outcome alone: error and outcome, sent back, have a cosine "
            f"of {metrics['sent_back_alike']:.2f}. Where that is near 1, no rule can be told here to follow the one or "
            "the other, only whether it follows either. What misplaced reaches is what senders alone make.",
            f"The twin explains {metrics['twin_explained']:.2f} of the variance of the layer-6 cells' rates on "
            f"cycles it was not fitted to, and {metrics['twin_explained_mean']:.2f} of that of means of equal drive.",
        ),
        metrics=metrics,
    )  # fmt: skip


def _over_repetitions(found: list[Compared], name: str) -> list[Mean]:
    values = [one.cosines[name] for one in found]
    return over_columns(np.array(values))
