"""One epoch of learning to predict: one simulation, and what is measured of it.

An epoch starts from a fresh state of the same cells with noise of its own (`episode`), shows a few
items that do not count while the circuit settles, and hands on nothing but the weights.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from circuits.engine.simulate import Result, simulate
from circuits.errors import CtloopError
from circuits.learning.learnt import Learnt, wiring_of, with_records
from circuits.learning.record import learning_of
from circuits.records import Spikes
from circuits.runs.run import Cycles
from circuits.spec import Circuit, populations, with_learning
from sims.measures.cycles import find_cycles
from sims.prediction.relay_vectors import Vectors, latency, vectors
from sims.stimuli.schedule import Schedule, draw_schedule, see
from sims.stimuli.sequences import Grammar

RETINA, RELAY = "Retina.GC", "Pulvinar.TRC"
#: The drivers of the relay cells, and the first cells of cortex to answer an item.
BURSTERS, FIRST_CORTICAL = "V1.L5IB", "V1.L4E"
#: Items shown while the circuit settles, before those that count.
SETTLING_ITEMS = 4
#: Latency of V1.L4E if none can be measured, ms: what retina, LGN and two synapses take.
USUAL_LATENCY_MS = 30.0
#: Bins and reach of the fold around item onsets, ms.
FOLD_MS, FOLD_FROM_MS, FOLD_TO_MS = 5.0, -100.0, 200.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is shown: a sequence at a pace.

    Attributes
    ----------
    grammar : Grammar
    item_ms : float
        Mean time of an item, 50 or more.
    jitter : float
        Its spread as a fraction, 0 to .9.
    contrast : float
        0-1.
    """

    grammar: Grammar
    item_ms: float = 200.0
    jitter: float = 0.1
    contrast: float = 1.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Epoch:
    """What an epoch measured, cycle by cycle; arrays (cycles, ...).

    Attributes
    ----------
    symbol, legal, omitted, onset_ms
        As in `sims.stimuli.schedule.Schedule`, without the items that do not count; `onset_ms` has
        the end too.
    shown : Vectors
        The relay cells.
    latency_ms : float
        Of V1.L4E, where prediction parts end after the onset.
    bursts : Cycles
    rates_hz : dict of str to float
        Whole-epoch mean rates, what does not count left out.
    fold_hz : dict of str to array (bins,)
        Mean rate around item onsets.
    records : dict of str to Learnt
        The weights at the end, by projection.
    digest : str
        Hash of all spikes: two epochs that are the same have the same.
    """

    symbol: NDArray[np.int64]
    legal: NDArray[np.bool_]
    omitted: NDArray[np.bool_]
    onset_ms: Floats
    shown: Vectors
    latency_ms: float
    bursts: Cycles
    rates_hz: dict[str, float]
    fold_hz: dict[str, Floats]
    records: dict[str, Learnt] = field(default_factory=dict)
    digest: str = ""


def run_epoch(
    circuit: Circuit,
    task: Task,
    n: int,
    seed: int,
    episode: int,
    *,
    learns: bool,
    omit: bool = False,
    latency_ms: float | None = None,
    engine: str = "numpy",
    report: Callable[[str, float], None] | None = None,
    record_weights_ms: float = 0.0,
    further: Mapping[str, Spikes] | None = None,
) -> tuple[Epoch, Result, Schedule]:
    """Simulate one epoch of n cycles.

    Parameters
    ----------
    circuit : Circuit
        With what it has learnt so far.
    task : Task
    n : int
        Cycles that count.
    seed : int
    episode : int
        Number of the epoch, 1 or more: its noise, initial state and sequence.
    learns : bool
        Whether weights change.
    omit : bool
        Whether one item in ten is left out.
    latency_ms : float, optional
        Of V1.L4E; measured on this epoch by default.
    engine : str
    report : callable, optional
        Called with the stage and the fraction of it that is done.
    record_weights_ms : float
        How often weights are sampled for the result (see `circuits.engine.simulate.simulate`).
    further : dict of str to Spikes, optional
        Of spike sources besides the retina.

    Returns
    -------
    tuple
        What was measured, the simulation's result, and when each item was shown.

    Raises
    ------
    CtloopError
        If the circuit has no retina, or cannot be simulated.
    """
    name = f"epoch {episode}"
    shown = draw_schedule(
        task.grammar, n, seed, name,
        item_ms=task.item_ms, jitter=task.jitter, before=SETTLING_ITEMS, omit=omit,
    )  # fmt: skip
    begin = float(shown.onset_ms[SETTLING_ITEMS])
    learning = learning_of(circuit)
    learning = replace(learning, rate=learning.rate if learns else 0.0)
    if learning.readout != "silence":
        learning = replace(learning, from_ms=begin)
    known = populations(circuit)
    if RETINA not in known:
        msg = f"this circuit has no {RETINA} to see with"
        raise CtloopError(msg)
    result = simulate(
        with_learning(circuit, learning),
        duration_ms=shown.duration_ms,
        seed=seed,
        inputs={
            RETINA: see(known[RETINA], task.grammar, shown, seed, name, task.contrast),
            **(further or {}),
        },
        engine=engine,
        report=report,
        record_weights_ms=record_weights_ms,
        episode=episode,
    )
    return _read(result, shown, {n: p.count for n, p in known.items()}, latency_ms), result, shown


def _read(
    result: Result, shown: Schedule, sizes: Mapping[str, int], latency_ms: float | None
) -> Epoch:
    spikes, onset = result.spikes, shown.onset_ms
    if latency_ms is None:
        latency_ms = USUAL_LATENCY_MS
        if FIRST_CORTICAL in spikes:
            shown_ms = onset[SETTLING_ITEMS:-1][~shown.omitted[SETTLING_ITEMS:]]
            measured = latency(spikes[FIRST_CORTICAL], shown_ms)
            latency_ms = measured if np.isfinite(measured) else USUAL_LATENCY_MS
    bursts = Cycles(np.empty(0), np.empty(0))
    if BURSTERS in spikes:
        bursts = find_cycles(spikes[BURSTERS], sizes[BURSTERS], 0.0, shown.duration_ms)
    counted = slice(SETTLING_ITEMS, None)
    begin = float(onset[SETTLING_ITEMS])
    seconds = (shown.duration_ms - begin) / 1e3
    return Epoch(
        symbol=shown.items.symbol[counted],
        legal=shown.items.legal[counted],
        omitted=shown.omitted[counted],
        onset_ms=onset[counted],
        shown=vectors(spikes[RELAY], sizes[RELAY], onset, bursts, latency_ms, counted),
        latency_ms=latency_ms,
        bursts=bursts,
        rates_hz={
            n: float((s.times_ms >= begin).sum()) / sizes[n] / seconds for n, s in spikes.items()
        },
        fold_hz={n: _fold(s, onset[counted][:-1], sizes[n]) for n, s in spikes.items()},
        records={
            n: Learnt(w.final, wiring_of(result.edges[n]), w.scale)
            for n, w in result.weights.items()
        },
        digest=digest(spikes),
    )


def _fold(spikes: Spikes, onset_ms: Floats, n_cells: int) -> Floats:
    edges = np.arange(FOLD_FROM_MS, FOLD_TO_MS + FOLD_MS / 2, FOLD_MS)
    times, total = np.sort(spikes.times_ms), np.zeros(len(edges) - 1)
    for onset in onset_ms:
        first, last = np.searchsorted(times, (onset + edges[0], onset + edges[-1]))
        total += np.histogram(times[first:last] - onset, edges)[0]
    folded: Floats = total / (len(onset_ms) * n_cells * FOLD_MS * 1e-3)
    return folded


def digest(spikes: Mapping[str, Spikes]) -> str:
    """Give the hash of all spikes: 16 hex digits."""
    total = hashlib.sha256()
    for name in sorted(spikes):
        times = np.round(spikes[name].times_ms, 4)
        total.update(name.encode() + times.tobytes() + spikes[name].cells.tobytes())
    return total.hexdigest()[:16]


def with_weights_of(epoch: Epoch, circuit: Circuit, seed: int) -> Circuit:
    """Give the circuit with the weights it had at the end of an epoch of this seed."""
    return with_records(circuit, seed, epoch.records) if epoch.records else circuit
