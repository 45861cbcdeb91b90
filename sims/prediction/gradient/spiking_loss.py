"""Whether a step along a rule's change lowers the prediction error of the spiking circuit itself: no twin.

`ctloop measure spiking-loss` takes the changes of every rule over parts of a recording as directions in the space of
weights. It moves the weights a little way along each, forwards and backwards, and shows the same items
to the circuit again with the same random numbers. Half the difference of the losses is the slope along
the direction. Steps in directions drawn at random say what chance makes. For the synapses that learn, the slope of
the twin stands beside it, so the measure also says how far the twin can be trusted. Any other pathway can be
asked for (`--pathway`), of cortex too, however many synapses lie between it and the relay cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from circuits.learning.learnt import Learnt, wiring_of, with_records
from circuits.learning.replay.changes import zero_sum
from circuits.seeds import stream
from circuits.spec import find_projection
from sims.measures.intervals import over_columns, over_seeds
from sims.prediction.analyses.seeds import each_seed
from sims.prediction.gradient.declaration import SpikingLossRequest
from sims.prediction.gradient.error_index import some_synapses
from sims.prediction.gradient.marks import marks_of
from sims.prediction.gradient.recording import (
    Recording,
    Shown,
    learnt,
    rates_hz,
    recording_of,
    show,
)
from sims.prediction.gradient.rules import KINASE, RULES, changes
from sims.prediction.gradient.twin import autograd, descent, fit
from sims.report.result_table import Cell, ResultTable
from sims.stimuli.sequences import named
from thalamus.predictive import PLASTIC

if TYPE_CHECKING:
    from circuits.engine.simulate import Report
    from circuits.spec import Circuit
    from sims.report.progress import Progress

#: Into how many parts a recording is cut: with the marks, the rules and chance, 27 directions.
PARTS = 3
#: Directions that follow nothing.
RANDOM = "random"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Slope:
    """How the loss changes by one step along a direction, as a share of the loss.

    Attributes
    ----------
    what : str
        Of which rule the direction is.
    spiking, twin : float
        Measured in the circuit, and by the twin's gradient (NaN if it has none for the pathway); negative
        where the error falls.
    """

    what: str
    spiking: float
    twin: float


def measure(request: SpikingLossRequest, shown: Progress) -> ResultTable:
    """Measure the slopes along every rule's changes, for each seed.

    Parameters
    ----------
    request : SpikingLossRequest
    shown : Progress

    Returns
    -------
    ResultTable
        A row a rule: means over seeds.

    Raises
    ------
    CtloopError
        For a pathway the circuit has not, or without autograd.
    """
    autograd()
    _, circuit = request.circuits()
    find_projection(circuit, request.pathway)
    compared = len(RULES) + 3  # two marks, and steps that follow nothing
    many = request.simulations(1 + 2 * PARTS * compared)
    found = [
        slopes(circuit, request, seed, report)
        for seed, report in each_seed(request.seed_numbers, shown, simulations=many)
    ]
    return table_of(found, request)


def slopes(circuit: Circuit, request: SpikingLossRequest, seed: int, report: Report) -> list[Slope]:
    """Measure the slope of one circuit's loss along every direction."""
    own = learnt(circuit, named(request.sequence), seed, request.cycles, request.engine, report)

    def shown_to(which: Circuit) -> Shown:
        return show(which, named(request.then), seed, request.recorded, request.engine, report)

    before = shown_to(own)
    relay = recording_of(before)
    learns = request.pathway == PLASTIC
    moving = relay if learns else recording_of(before, request.pathway)
    some = some_synapses(moving, seed, request.senders)
    downhill = np.full(some.size, np.nan)
    if learns:
        downhill = descent(relay, fit(relay).transfer, relay.outcome_hz)[some].mean(axis=1)
    loss = loss_of(relay, relay)
    out = []
    for what, direction in directions(moving, some, seed, request.step):
        ends = [
            loss_of(
                recording_of(shown_to(with_step(own, request.pathway, seed, moving, some, step))),
                relay,
            )
            for step in (direction, -direction)
        ]
        spiking = (ends[0] - ends[1]) / 2.0 / loss
        out.append(Slope(what, spiking, -float(downhill @ direction) / loss))
    return out


def directions(
    recording: Recording, some: NDArray[np.int64], seed: int, step: float
) -> list[tuple[str, Floats]]:
    """Give steps along what marks and rules change in each part of a recording, and along nothing.

    Parameters
    ----------
    recording : Recording
        Of the pathway whose weights move; the marks are made of its receivers' rates.
    some : array (synapses,)
    seed : int
        Of the directions drawn at random.
    step : float
        Root mean square of each.

    Returns
    -------
    list of (name, array (synapses,))
        Directions along which nothing would change are left out.
    """
    made = marks_of(recording, some) | {name: changes(name, recording, some) for name in RULES}
    drawn = stream(seed, "directions without a rule").standard_normal(
        (some.size, len(recording.read))
    )
    made[RANDOM] = zero_sum(drawn, recording.edges.post[some])
    out = []
    for name, change in made.items():
        for part in np.array_split(change, PARTS, axis=1):
            total = part.sum(axis=1)
            size = float(np.sqrt(np.mean(total**2)))
            if size:
                out.append((name, total * (step / size)))
    return out


def with_step(
    circuit: Circuit,
    pathway: str,
    seed: int,
    recording: Recording,
    some: NDArray[np.int64],
    step: Floats,
) -> Circuit:
    """Give the circuit with some weights of a pathway moved, within 0 and 1."""
    weight = recording.weight.copy()
    weight[some] = np.clip(weight[some] + step, 0.0, 1.0)
    return with_records(circuit, seed, {pathway: Learnt(weight, wiring_of(recording.edges))})


def loss_of(after: Recording, before: Recording) -> float:
    """Give half the mean squared distance of predictions from the outcomes before the step.

    Parameters
    ----------
    after : Recording
        Whose relay cells predict.
    before : Recording
        Whose outcomes are to be predicted, in its windows.
    """
    predicted = rates_hz(after.receiver, before.predicts_ms)
    return float(0.5 * np.sum((predicted - before.outcome_hz) ** 2, axis=1).mean())


def table_of(found: list[list[Slope]], request: SpikingLossRequest) -> ResultTable:
    """Lay out the slopes over seeds, and write them flat as metrics."""
    rows, metrics = list[tuple[Cell, ...]](), dict[str, float]()
    for name in dict.fromkeys(one.what for seed in found for one in seed):
        pairs = [[(s.spiking, s.twin) for s in seed if s.what == name] for seed in found]
        per_seed = np.array([np.mean(p, axis=0) for p in pairs if p])
        spiking, twin = over_columns(per_seed)
        rows.append((name, spiking.n, spiking.mean, spiking.low, spiking.high, twin.mean))
        suffix = "" if name == KINASE else f"_{name}"
        metrics |= spiking.metrics(f"loss_change{suffix}")
    alike = over_seeds(np.array([_correlation(seed) for seed in found]))
    metrics |= alike.metrics("twin_slope_correlation")
    return ResultTable(
        title=(
            f"Change of the prediction error by a step along each rule's change at {request.pathway}: "
            f"{request.sequence}, then {request.then}"
        ),
        heads=("along", "seeds", "change of the loss", "low", "high", "by the twin"),
        rows=tuple(rows),
        notes=(
            f"Shares of the loss, for a step of {request.step:g} (root mean square of the linear weights that move). "
            "Negative: the error falls. Forwards and backwards with the same random numbers; half the difference.",
            "random: directions that follow nothing; a rule whose interval is no further from 0 shows nothing.",
            *(
                [
                    f"Over a seed's directions the slopes of circuit and twin correlate with {alike.mean:.2f}."
                ]
                if alike.n
                else []
            ),
        ),
        metrics=metrics,
    )


def _correlation(seed: list[Slope]) -> float:
    values = np.array([(s.spiking, s.twin) for s in seed]).T
    if len(seed) < 3 or not np.isfinite(values).all() or not values.std(axis=1).all():
        return float("nan")
    return float(np.corrcoef(values)[0, 1])
