"""One epoch of learning to predict: one simulation, what it showed, and how it is kept.

An epoch starts from a fresh state of the same cells with noise of its own (`episode`), shows a few
items that do not count while the circuit settles, and hands on nothing but the weights. So the
learner sleeps between epochs, and a run that was stopped goes on exactly where it was: the file of
an epoch is the checkpoint.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.engine.simulate import Result, simulate
from circuits.errors import CtloopError
from circuits.learning.learnt import Learnt, wiring_of, with_records
from circuits.learning.record import learning_of
from circuits.records import Spikes
from circuits.runs.resume import write_whole
from circuits.runs.run import Cycles
from circuits.spec import Circuit, populations, with_learning
from sims.measures.cycles import cycles
from sims.prediction import readout as measures
from sims.stimuli.schedule import Schedule, draw_schedule, see
from sims.stimuli.sequences import Grammar

RETINA, RELAY, BURSTERS, FIRST = "Retina.GC", "Pulvinar.TRC", "V1.L5IB", "V1.L4E"
#: Items shown before those that count.
BEFORE = 4
#: Latency of V1.L4E if none can be measured, ms: what retina, LGN and two synapses take.
USUAL_LATENCY_MS = 30.0
#: Bins and reach of the fold around item onsets, ms.
FOLD_MS, FOLD_FROM_MS, FOLD_TO_MS = 5.0, -100.0, 200.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is shown: a sequence at a pace."""

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
        As in `sims.stimuli.schedule.Schedule`, without the items that do not count; `onset_ms` has the end too.
    shown : measures.Vectors
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
    shown: measures.Vectors
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
) -> tuple[Epoch, Result, Schedule]:
    """Simulate one epoch of n cycles.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
        With what it has learnt so far.
    episode : int
        Number of the epoch, 1 or more: its noise, initial state and sequence.
    learns : bool
        Whether weights change.
    omit : bool
        Whether one item in ten is left out.
    latency_ms : float, optional
        Of V1.L4E; measured on this epoch by default.
    record_weights_ms : float
        How often weights are sampled for the result (see `circuits.engine.simulate.simulate`).
    """
    name = f"epoch {episode}"
    shown = draw_schedule(
        task.grammar, n, seed, name,
        item_ms=task.item_ms, jitter=task.jitter, before=BEFORE, omit=omit,
    )  # fmt: skip
    begin = float(shown.onset_ms[BEFORE])
    learning = learning_of(circuit)
    learning = replace(learning, rate=learning.rate if learns else 0.0)
    if learning.readout != "silence":
        learning = replace(learning, from_ms=begin)
    people = populations(circuit)
    if RETINA not in people:
        msg = f"this circuit has no {RETINA} to see with"
        raise CtloopError(msg)
    result = simulate(
        with_learning(circuit, learning),
        duration_ms=shown.duration_ms,
        seed=seed,
        inputs={RETINA: see(people[RETINA], task.grammar, shown, seed, name, task.contrast)},
        engine=engine,
        report=report,
        record_weights_ms=record_weights_ms,
        episode=episode,
    )
    return _read(result, shown, {n: p.count for n, p in people.items()}, latency_ms), result, shown


def _read(
    result: Result, shown: Schedule, sizes: Mapping[str, int], latency_ms: float | None
) -> Epoch:
    spikes, onset = result.spikes, shown.onset_ms
    if latency_ms is None:
        latency_ms = USUAL_LATENCY_MS
        if FIRST in spikes:
            seen = measures.latency(spikes[FIRST], onset[BEFORE:-1][~shown.omitted[BEFORE:]])
            latency_ms = seen if np.isfinite(seen) else USUAL_LATENCY_MS
    bursts = Cycles(np.empty(0), np.empty(0))
    if BURSTERS in spikes:
        bursts = cycles(spikes[BURSTERS], sizes[BURSTERS], 0.0, shown.duration_ms)
    counted = slice(BEFORE, None)
    begin = float(onset[BEFORE])
    seconds = (shown.duration_ms - begin) / 1e3
    return Epoch(
        symbol=shown.items.symbol[counted],
        legal=shown.items.legal[counted],
        omitted=shown.omitted[counted],
        onset_ms=onset[counted],
        shown=measures.vectors(spikes[RELAY], sizes[RELAY], onset, bursts, latency_ms, counted),
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


def hand_on(circuit: Circuit, seed: int, epoch: Epoch) -> Circuit:
    """Give the circuit with what it had learnt at the end of an epoch."""
    return with_records(circuit, seed, epoch.records) if epoch.records else circuit


# --- files ---------------------------------------------------------------------------------------

_VECTORS = (
    "prediction", "outcome", "prediction_ms", "outcome_ms", "burst_ms", "moments",
)  # fmt: skip
_ARRAYS = ("symbol", "legal", "omitted", "onset_ms")


def save(epoch: Epoch, path: Path) -> None:
    """Keep an epoch as one compressed file of arrays, written whole; `load` gives it back."""
    arrays: dict[str, Any] = {name: getattr(epoch, name) for name in _ARRAYS}
    arrays |= {f"shown/{name}": getattr(epoch.shown, name) for name in _VECTORS}
    arrays |= {"latency_ms": epoch.latency_ms, "digest": np.array(epoch.digest)}
    arrays |= {"burst_on_ms": epoch.bursts.burst_on_ms, "burst_off_ms": epoch.bursts.burst_off_ms}
    arrays |= {f"rate/{n}": hz for n, hz in epoch.rates_hz.items()}
    arrays |= {f"fold/{n}": hz for n, hz in epoch.fold_hz.items()}
    for name, learnt in epoch.records.items():
        arrays[f"weight/{name}"], arrays[f"wiring/{name}"] = learnt.weight, np.array(learnt.wiring)
        if learnt.scale is not None:
            arrays[f"scale/{name}"] = learnt.scale
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    write_whole(path, buffer.getvalue())


def load(path: Path) -> Epoch:
    """Read an epoch back.

    Raises
    ------
    CtloopError
        If the file is damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as found:
            data = {name: found[name] for name in found.files}
        return _epoch(data)
    except (OSError, ValueError, KeyError) as error:
        msg = f"the epoch {path} cannot be read: {error}"
        raise CtloopError(msg) from error


def _epoch(data: Mapping[str, Any]) -> Epoch:
    def under(kind: str) -> dict[str, Any]:
        return {k.removeprefix(f"{kind}/"): v for k, v in data.items() if k.startswith(f"{kind}/")}

    wiring, scale = under("wiring"), under("scale")
    return Epoch(
        **{name: data[name] for name in _ARRAYS},
        shown=measures.Vectors(**{name: data[f"shown/{name}"] for name in _VECTORS}),
        latency_ms=float(data["latency_ms"]),
        bursts=Cycles(data["burst_on_ms"], data["burst_off_ms"]),
        rates_hz={n: float(hz) for n, hz in under("rate").items()},
        fold_hz=under("fold"),
        records={n: Learnt(w, str(wiring[n]), scale.get(n)) for n, w in under("weight").items()},
        digest=str(data["digest"]),
    )
