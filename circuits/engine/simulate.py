"""Run a circuit: data in, spikes out.

Brian2 is imported only when a simulation starts, so everything that does not simulate stays quick.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from circuits.engine.aside import nothing, put_aside
from circuits.engine.choose import choose
from circuits.engine.plan import Outcome, Plan, Stage
from circuits.equations import DT_MS
from circuits.errors import CtloopError
from circuits.learning.learnt import begun_at
from circuits.learning.record import Weights
from circuits.lesions import at_time, window_times
from circuits.lesions.cells import stopped
from circuits.lesions.surrogates import surrogate, without_surrogates
from circuits.machine.memory import free_memory
from circuits.records import Edges, Projection, Spikes
from circuits.spec import Circuit, populations, projections
from circuits.wiring import draw

__all__ = ["Report", "Result", "free_memory", "memory_needed", "refuse_if_too_large", "simulate"]

Report = Callable[[str, float], None]

#: Bytes a simulation takes besides its synapses, and for each of them, by engine: the most that the
#: process and its compiled program take together (`ctloop measure memory`).
BYTES_BASE = {"standalone": 215e6, "cython": 150e6, "numpy": 145e6}
BYTES_PER_SYNAPSE = {"standalone": 35, "cython": 58, "numpy": 56}
#: What a plastic synapse takes on top: its states, the queue of postsynaptic spikes, and in NumPy what is
#: worked out for all of them at a read-out.
BYTES_PER_PLASTIC = {"standalone": 52, "cython": 110, "numpy": 215}


@dataclass(frozen=True)
class Result:
    """What a simulation gives: spikes, recorded potentials, the wiring it used, and its cost.

    Attributes
    ----------
    spikes : dict of str to Spikes
        Every population, spike sources included.
    voltages_mv : dict of str to array (n_ms, k)
        Membrane potential at each ms of the recorded cells.
    recorded : dict of str to array (k,)
        Which cells those are.
    edges : dict of str to Edges
    duration_ms : float
    wall_s : dict of str to float
        Seconds spent "building", "compiling" and "simulating".
    surrogates : dict of str to Spikes
        What drove the terminals of each projection with a surrogate, by projection name.
    weights : dict of str to Weights
        What each plastic projection learnt.
    """

    spikes: dict[str, Spikes]
    voltages_mv: dict[str, NDArray[np.float32]]
    recorded: dict[str, NDArray[np.int64]]
    edges: dict[str, Edges]
    duration_ms: float
    wall_s: dict[str, float] = field(default_factory=dict)
    surrogates: dict[str, Spikes] = field(default_factory=dict)
    weights: dict[str, Weights] = field(default_factory=dict)


def memory_needed(circuit: Circuit, engine: str | None = None) -> float:
    """Estimate the bytes a simulation of this circuit needs, before anything is built.

    While it compiles, a small circuit takes more for a moment, at most 0.4 GB.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
    engine : {"standalone", "cython", "numpy"}, optional
        The one that needs most if not given.
    """
    engine, known = engine or "standalone", populations(circuit)
    synapses = [
        (p, known[p.target].count * min(p.modelled, known[p.source].count))
        for p in projections(circuit).values()
    ]
    return BYTES_BASE[engine] + sum(
        count * (BYTES_PER_SYNAPSE[engine] + (BYTES_PER_PLASTIC[engine] if p.plastic else 0))
        for p, count in synapses
    )


def refuse_if_too_large(circuit: Circuit, engine: str | None = None) -> None:
    """Refuse a circuit the free memory cannot hold, that of a container or job included.

    Raises
    ------
    CtloopError
        With what is needed and what there is.
    """
    need = memory_needed(circuit, engine)
    free = free_memory()
    if need > free:
        msg = (
            f"this circuit needs about {need / 1e9:.1f} GB of memory and {free / 1e9:.1f} GB are "
            "free; make it smaller with --scale"
        )
        raise CtloopError(msg)


def simulate(
    circuit: Circuit,
    *,
    duration_ms: float,
    seed: int,
    inputs: Mapping[str, Spikes] | None = None,
    currents_pa: Mapping[str, NDArray[np.float64]] | None = None,
    engine: str | None = None,
    record_voltage: Mapping[str, NDArray[np.int64]] | None = None,
    first_ms: float = 0.0,
    on_first: Callable[[Result], None] | None = None,
    report: Report | None = None,
    record_weights_ms: float = 0.0,
    first_weights: Mapping[str, NDArray[np.float64]] | None = None,
    episode: int = 0,
    dt_ms: float = DT_MS,
) -> Result:
    """Simulate a circuit.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
        The spec, lesioned or not. With surrogates in it, the circuit without them is simulated
        first, with the same seed, to have the spikes they are made of.
    duration_ms : float
        Circuit time, more than 0.
    seed : int
        Decides wiring, initial state and noise; the same seed gives the same spikes on one machine
        and engine.
    inputs : dict of str to Spikes
        Spikes of the spike-source populations (the retina); by a projection's name those of its
        surrogate, if they are known.
    currents_pa : dict of str to array (count,)
        Constant extra currents into cells, pA.
    engine : {"standalone", "cython", "numpy"}, optional
        See `circuits.engine.choose`; the fastest that works here if not given.
    record_voltage : dict of str to array of int
        Cells whose potential is kept every ms.
    first_ms, on_first
        After this much circuit time, hand over what there is, while the rest goes on.
    report : callable (stage, fraction)
        Called with "building", "compiling", "simulating" and the fraction done.
    record_weights_ms : float
        How often the weights of plastic projections are sampled, ms (traces of the first 50 synapses
        of each too); 0 keeps the final ones alone.
    first_weights : dict of str to array (synapses,)
        Linear weights, 0-1, with which plastic projections begin, such as an earlier run's
        `weights[name].final`; otherwise what the circuit has learnt (`circuits.learning.learnt`), or 0.5.
    episode : int
        Which of several simulations of the same circuit and seed this is: the wiring and the cells
        are the same, the initial state and the noise are others.
    dt_ms : float
        Step of integration; another one than the usual only where nothing learns.

    Raises
    ------
    CtloopError
        If the duration is not positive, the memory does not suffice, a state variable becomes NaN
        or a population runs away (named, with the time).
    """
    if duration_ms <= 0:
        msg = f"the duration must be more than 0, not {duration_ms:g} ms"
        raise CtloopError(msg)
    engine = choose(engine).engine
    refuse_if_too_large(circuit, engine)
    report = report or (lambda stage, done: None)
    clock = _Clock()
    report("building", 0.0)
    stages = [(t, at_time(circuit, t)) for t in (0.0, *window_times(circuit, duration_ms))]
    given = stopped(stages, dict(inputs or {}), seed)
    first = stages[0][1]
    replaced = [p for p in projections(first).values() if p.surrogate]
    if any(p.name not in given for p in replaced):
        intact = simulate(
            without_surrogates(first),
            duration_ms=duration_ms,
            seed=seed,
            inputs=given,
            currents_pa=currents_pa,
            engine=engine,
            report=report,
            first_weights=first_weights,
            episode=episode,
            dt_ms=dt_ms,
        )
        given |= _surrogates(replaced, first, intact.spikes, duration_ms, seed)
    plastic = {n for _, c in stages for n, p in projections(c).items() if p.plastic}
    if plastic and dt_ms != DT_MS:
        msg = (
            f"plastic projections learn in steps of {DT_MS:g} ms, not of {dt_ms:g} ms; freeze them"
        )
        raise CtloopError(msg)
    edges = begun_at(draw(first, seed), first_weights or {}, plastic)
    let_go = nothing
    if engine == "standalone":  # another program simulates, and has synapses of its own
        edges, let_go = put_aside(edges)
    clock.lap("wiring")
    shown = {n: s for n, s in given.items() if n in populations(first)}
    plan = Plan(
        circuit=first,
        edges=edges,
        inputs=given,
        currents_pa=currents_pa or {},
        seed=seed,
        record_voltage=record_voltage or {},
        duration_ms=duration_ms,
        engine=engine,
        report=report,
        lap=clock.lap,
        let_go=let_go,
        stages=tuple(Stage(t, later, draw(later, seed)) for t, later in stages[1:]),
        first_ms=first_ms,
        on_first=None
        if on_first is None
        else lambda s: on_first(Result({**s, **shown}, {}, {}, edges, first_ms)),
        weights_every_ms=record_weights_ms,
        episode=episode,
        dt_ms=dt_ms,
    )
    done = _run(plan)
    return Result(
        {**done.spikes, **shown},
        done.voltages_mv,
        done.recorded,
        edges,
        duration_ms,
        clock.laps,
        {p.name: given[p.name] for p in replaced},
        done.weights,
    )


def _run(plan: Plan) -> Outcome:
    """Run a plan on its engine; Brian2 is imported here and not before."""
    if plan.engine == "standalone":
        from circuits.engine.standalone import run_standalone

        return run_standalone(plan)
    from circuits.engine.runtime import run_runtime

    return run_runtime(plan)


def _surrogates(
    replaced: Sequence[Projection],
    circuit: Circuit,
    intact: Mapping[str, Spikes],
    duration_ms: float,
    seed: int,
) -> dict[str, Spikes]:
    """Make the spikes of every surrogate from those of the intact run."""
    counts = {n: p.count for n, p in populations(circuit).items()}
    return {
        p.name: surrogate(
            p.surrogate, intact[p.source], counts[p.source], duration_ms, seed, p.name
        )
        for p in replaced
    }


class _Clock:
    """Seconds by stage; wall time never enters the metrics."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        """Book the time since the last lap on this stage."""
        now = time.perf_counter()
        self.laps[stage] = self.laps.get(stage, 0.0) + now - self._last
        self._last = now
