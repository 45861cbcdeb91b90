"""What the measures of this folder see of a circuit: spikes, wiring, windows, read-outs.

The circuit first learns one sequence, then its weights stay and it is shown the same or another. What a rule
would do is worked out afterwards, from the spikes. A sequence that is switched has what a measure of error
needs: predictions that are sure and wrong.

The windows of a cycle, on one axis of time::

    start ......... known ............ burst ............ read
    |- prediction -|--- between ------|---- outcome -----|

From `start` to `known` is the prediction part (`sims.prediction.relay_vectors`), which ends before V1's layer 4
can have seen the item. `burst` is the onset of the burst of V1.L5IB, the drivers: until then nothing
of the item has come to the relay cells, so that they still predict. `read` is the first read-out after it.
So the prediction of this folder reaches from `start` to `burst`, and the outcome from `burst` to `read`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from circuits.engine.simulate import Report, Result
from circuits.errors import CtloopError
from circuits.learning.learnt import start_weights
from circuits.learning.record import Learning, learning_of
from circuits.learning.replay.read_times import read_times
from circuits.learning.replay.synapse_trains import trains_of
from circuits.records import Edges, Spikes
from circuits.spec import Circuit, find_projection, populations, projections
from sims.prediction.epoch import Epoch, Task, run_epoch, with_weights_of
from sims.prediction.relay_vectors import counts
from sims.stimuli.sequences import Grammar
from thalamus.predictive import PLASTIC

#: Numbers of the epochs: the one that is learnt is the first of a run, the recorded one is none of a run's.
LEARNT_EPISODE, RECORDED_EPISODE = 1, 5_000_000

#: Names of what reaches relay cells besides the pathway that learns.
EXCITES, INHIBITS = "excites", "inhibits"

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Recording:
    """What was recorded of one circuit, and the cycles that were read out.

    Attributes
    ----------
    learning : Learning
        The rule, the read-out and the pace of what is recorded.
    edges : Edges
        The synapses that learn.
    weight : array (synapses,)
        Their linear weights, which stay.
    sender, receiver : array (cells, spikes)
        Spike times, ms, padded with inf.
    all_reads_ms : array (reads,)
        Every read-out.
    read : array (cycles,)
        Which of them closes each cycle.
    windows_ms : array (cycles, 4)
        start, known, burst and read of each cycle, ms.
    symbol : array (cycles,)
        The item of each cycle.
    duration_ms : float
    drives : dict of str to array (cycles, receivers)
        What else reaches the receivers while they predict, by `EXCITES` or `INHIBITS`: peak conductance times
        the senders' rates, nS spikes/s.
    held_ms : float
        How long a receiver holds what a sender sent, ms: the decay of a slow receptor; 0 for not at all.
    """

    learning: Learning
    edges: Edges
    weight: Floats
    sender: Floats
    receiver: Floats
    all_reads_ms: Floats
    read: NDArray[np.int64]
    windows_ms: Floats
    symbol: NDArray[np.int64]
    duration_ms: float
    drives: Mapping[str, Floats] = field(default_factory=dict)
    held_ms: float = 0.0

    @property
    def predicts_ms(self) -> Floats:
        """When receivers predict: from the start to the burst, (cycles, 2)."""
        return self.windows_ms[:, [0, 2]]

    @property
    def sender_hz(self) -> Floats:
        """Rates of the senders while the receivers predict, as these hold them, (cycles, senders)."""
        arriving = self.sender + float(np.median(self.edges.delay_ms))
        if self.held_ms:
            return held_hz(arriving, self.predicts_ms, self.held_ms)
        return rates_hz(arriving, self.predicts_ms)

    @property
    def outcome_hz(self) -> Floats:
        """Rates of the receivers from burst to read-out, (cycles, receivers)."""
        return rates_hz(self.receiver, self.windows_ms[:, 2:4])

    @property
    def prediction_hz(self) -> Floats:
        """Rates of the receivers from the start of the prediction to the burst, (cycles, receivers)."""
        return rates_hz(self.receiver, self.predicts_ms)

    def mean_hz(self, trains: Floats) -> float:
        """Mean rate of cells over the recording."""
        return float(np.isfinite(trains).sum()) / len(trains) / self.duration_ms * 1e3


def learnt(
    circuit: Circuit, grammar: Grammar, seed: int, cycles: int, engine: str, report: Report | None
) -> Circuit:
    """Let a circuit learn a sequence for some cycles; 0 leave it as it is."""
    if not cycles:
        return circuit
    epoch, _, _ = run_epoch(
        circuit, Task(grammar=grammar), cycles, seed, LEARNT_EPISODE,
        learns=True, engine=engine, report=report,
    )  # fmt: skip
    return with_weights_of(epoch, circuit, seed)


@dataclass(frozen=True, eq=False, kw_only=True)
class Shown:
    """A sequence shown to a circuit whose weights stay, and the cycles that were read out.

    Attributes
    ----------
    circuit : Circuit
    result : Result
    learning : Learning
        Read out from the first item on.
    all_reads_ms, read, windows_ms, symbol
        As in `Recording`.
    """

    circuit: Circuit
    result: Result
    learning: Learning
    all_reads_ms: Floats
    read: NDArray[np.int64]
    windows_ms: Floats
    symbol: NDArray[np.int64]


def show(
    circuit: Circuit,
    grammar: Grammar,
    seed: int,
    cycles: int,
    engine: str,
    report: Report | None,
    further: Mapping[str, Spikes] | None = None,
) -> Shown:
    """Show a sequence to a circuit whose weights stay.

    Parameters
    ----------
    circuit : Circuit
        Read out by bursts, with what it has learnt.
    grammar : Grammar
    seed, cycles : int
    engine : str
    report : callable or None
    further : dict of str to Spikes, optional
        Of spike sources besides the retina.

    Raises
    ------
    CtloopError
        If no cycle was read out.
    """
    epoch, result, _ = run_epoch(
        circuit, Task(grammar=grammar), cycles, seed, RECORDED_EPISODE,
        learns=False, engine=engine, report=report, further=further,
    )  # fmt: skip
    learning = replace(learning_of(circuit), from_ms=float(epoch.onset_ms[0]))
    source = learning.burst_source
    count = populations(circuit)[source].count
    reads = read_times(learning, result.spikes[source], count, result.duration_ms)
    read, windows, cycle = closed_cycles(epoch, reads)
    if not read.size:
        msg = "no item was followed by a burst and a read-out, so there is nothing to measure"
        raise CtloopError(msg)
    return Shown(
        circuit=circuit, result=result, learning=learning, all_reads_ms=reads, read=read,
        windows_ms=windows, symbol=epoch.symbol[cycle],
    )  # fmt: skip


def record(
    circuit: Circuit, grammar: Grammar, seed: int, cycles: int, engine: str, report: Report | None
) -> Recording:
    """Show a sequence, and keep what the synapses see that learn to predict.

    Parameters and errors as of `show`.
    """
    return recording_of(show(circuit, grammar, seed, cycles, engine, report))


def recording_of(shown: Shown, pathway: str = PLASTIC, held_ms: float = 0.0) -> Recording:
    """Keep what the synapses of a pathway see.

    Parameters
    ----------
    shown : Shown
    pathway : str
        Whose synapses; their receivers are the cells that predict, see `Recording`.
    held_ms : float
        See `Recording`.
    """
    known, result = populations(shown.circuit), shown.result
    fibres, edges = find_projection(shown.circuit, pathway), result.edges[pathway]
    return Recording(
        learning=shown.learning,
        edges=edges,
        weight=start_weights(edges),
        sender=trains_of(result.spikes[fibres.source], known[fibres.source].count),
        receiver=trains_of(result.spikes[fibres.target], known[fibres.target].count),
        all_reads_ms=shown.all_reads_ms,
        read=shown.read,
        windows_ms=shown.windows_ms,
        symbol=shown.symbol,
        duration_ms=result.duration_ms,
        drives=_drives(shown, pathway),
        held_ms=held_ms,
    )


def _drives(shown: Shown, pathway: str) -> dict[str, Floats]:
    """Sum what reaches the receivers of a pathway besides it, by whether it excites."""
    known, windows_ms = populations(shown.circuit), shown.windows_ms[:, [0, 2]]
    receivers = find_projection(shown.circuit, pathway).target
    out = {
        name: np.zeros((len(windows_ms), known[receivers].count)) for name in (EXCITES, INHIBITS)
    }
    for name, fibres in projections(shown.circuit).items():
        if fibres.target != receivers or name == pathway:
            continue
        edges, source = shown.result.edges[name], known[fibres.source]
        hz = rates_hz(trains_of(shown.result.spikes[fibres.source], source.count), windows_ms)
        peak = peak_ns(edges)
        which = EXCITES if source.transmitter == "exc" else INHIBITS
        for row, rate in zip(out[which], hz, strict=True):
            row += np.bincount(edges.post, peak * rate[edges.pre], minlength=row.size)
    return out


def peak_ns(edges: Edges) -> Floats:
    """Give the peak conductance of each synapse, over all receptors, before learning, nS."""
    total: Floats = np.sum([np.asarray(edges.weight_ns[r], float) for r in edges.weight_ns], axis=0)
    return total


def closed_cycles(
    epoch: Epoch, reads_ms: Floats
) -> tuple[NDArray[np.int64], Floats, NDArray[np.int64]]:
    """Find the cycles that a burst and a read-out closed before the next item could be answered.

    Of two read-outs in one cycle the first counts.

    Returns
    -------
    read : array (closed,)
        Index of the read-out.
    windows_ms : array (closed, 4)
        start, known, burst, read.
    cycle : array (closed,)
        Index of the cycle.
    """
    shown = epoch.shown
    first = np.searchsorted(reads_ms, shown.burst_ms, side="right")
    at = np.append(reads_ms, np.inf)[np.minimum(first, reads_ms.size)]
    closed = np.isfinite(shown.burst_ms) & (at < epoch.onset_ms[1:] + epoch.latency_ms)
    cycle = np.flatnonzero(closed)
    windows = np.column_stack((shown.prediction_ms, shown.burst_ms, at))[cycle]
    return first[cycle], windows, cycle


def rates_hz(trains: Floats, windows_ms: Floats) -> Floats:
    """Give the rates of cells in windows, (windows, cells), spikes per s."""
    cells, column = np.nonzero(np.isfinite(trains))
    found = counts(Spikes(trains[cells, column], cells), len(trains), windows_ms)
    return found / np.diff(windows_ms, axis=1) * 1e3


def held_hz(trains: Floats, windows_ms: Floats, held_ms: float) -> Floats:
    """Give rates in windows as one sees them who holds each spike for a while, (windows, cells), spikes per s.

    Spikes before a window count in it by what is left of them.

    Parameters
    ----------
    trains : array (cells, spikes)
        ms, padded with inf.
    windows_ms : array (windows, 2)
    held_ms : float
        Time constant, ms, above 0.
    """

    def given(until_ms: float) -> Floats:
        """Sum what the spikes before a time have given by then, (cells,)."""
        since = np.maximum(until_ms - trains, 0.0)
        summed: Floats = np.sum(-np.expm1(-since / held_ms), axis=1)
        return summed

    return np.stack(
        [(given(end) - given(start)) / (end - start) * 1e3 for start, end in windows_ms]
    )
