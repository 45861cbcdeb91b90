"""Run a circuit in NEST: the same wiring, the same first state and the same given spikes as in `circuits.engine`."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.engine.sets import sources_of
from circuits.engine.state import VOLTAGE_EVERY_MS, first_state
from circuits.equations import DT_MS
from circuits.errors import CtloopError
from circuits.lesions.cells import silenced, stopped
from circuits.machine import compiler
from circuits.nest import translate
from circuits.nest.counterparts import receptors_onto, replaced
from circuits.records import Population, Spikes
from circuits.seeds import episode_seed, stream
from circuits.spec import Circuit, populations, projections
from circuits.wiring import drawn_as_learnt

_INSTALL = (
    "NEST is not installed; pip install 'nest-simulator>=3.10' brings it (the extra ctloop[nest])"
)


@dataclass(frozen=True)
class InNest:
    """What a simulation in NEST gives.

    Attributes
    ----------
    spikes : dict of str to Spikes
        Every population, in the times of `circuits.engine`. Of several MPI processes each has those of
        the cells it simulated.
    voltages_mv : dict of str to array (n_ms, k)
        Membrane potential at each ms of the recorded cells.
    build_s, simulation_s : float
        Wall seconds; the wiring is drawn before and counts for neither.
    replaced : tuple of str
        What stands in for what, one line each.
    """

    spikes: dict[str, Spikes]
    voltages_mv: dict[str, NDArray[np.float32]]
    build_s: float
    simulation_s: float
    replaced: tuple[str, ...] = ()


def imported() -> Any:
    """Give NEST, quiet.

    Raises
    ------
    CtloopError
        Saying how to install it.
    """
    os.environ.setdefault("PYNEST_QUIET", "1")
    try:
        import nest
    except ImportError as error:
        raise CtloopError(_INSTALL) from error
    nest.verbosity = nest.VerbosityLevel.ERROR
    return nest


def simulate_in_nest(
    circuit: Circuit,
    duration_s: float,
    seed: int,
    threads: int = 1 + compiler.THREADS,
    dt_ms: float = DT_MS,
) -> tuple[dict[str, Spikes], float, float]:
    """Give the spikes of a circuit without given input, and the seconds its building and simulating took."""
    done = run(circuit, duration_ms=1e3 * duration_s, seed=seed, threads=threads, dt_ms=dt_ms)
    return done.spikes, done.build_s, done.simulation_s


def run(
    circuit: Circuit,
    *,
    duration_ms: float,
    seed: int,
    inputs: Mapping[str, Spikes] | None = None,
    currents_pa: Mapping[str, NDArray[np.float64]] | None = None,
    record_voltage: Mapping[str, NDArray[np.int64]] | None = None,
    episode: int = 0,
    threads: int = 1 + compiler.THREADS,
    dt_ms: float = DT_MS,
    counterparts: bool = False,
) -> InNest:
    """Simulate a circuit in NEST.

    Parameters
    ----------
    circuit, duration_ms, seed, inputs, currents_pa, record_voltage, episode, dt_ms
        As `circuits.engine.simulate.simulate` takes them.
    threads : int
        Of this process; by default as many as there.
    counterparts : bool
        Whether something else may stand in for what NEST has no exact counterpart of.

    Raises
    ------
    CtloopError
        If NEST is not installed, or naming all that has no counterpart (`circuits.nest.counterparts`).
    """
    changes = replaced(circuit, counterparts)
    nest = imported()
    given = stopped([(0.0, circuit)], dict(inputs or {}), seed)
    edges = drawn_as_learnt(circuit, seed)
    begun = time.perf_counter()
    nest.ResetKernel()
    nest.set(resolution=dt_ms, local_num_threads=threads, print_time=False)
    nest.verbosity = nest.VerbosityLevel.ERROR
    onto = receptors_onto(circuit)
    nodes, first_mv = {}, {}
    for name, population in populations(circuit).items():
        if population.spike_source:
            continue
        state = first_state(population, seed, episode, currents_pa or {})
        nodes[name] = _cells(nest, population, onto[name], state, dt_ms)
        first_mv[name] = np.asarray(state["v"])
        _hold(nest, nodes[name], silenced(population, seed))
        _noise(nest, nodes[name], population, (seed, episode, duration_ms, dt_ms))
    for name, count in sources_of(circuit).items():
        nodes[name] = _source(nest, given.get(name), count, dt_ms)
    first_id = {name: int(cells[0].global_id) for name, cells in nodes.items()}
    for name, projection in projections(circuit).items():
        target = populations(circuit)[projection.target]
        receptors = onto[projection.target]
        for one in translate.synapses(projection, edges[name], target, receptors, dt_ms):
            _connect(nest, one, first_id[projection.source], first_id[projection.target])
    recorder = nest.Create("spike_recorder")
    for name in onto:
        nest.Connect(nodes[name], recorder)
    meters = {n: _meter(nest, nodes[n], ids) for n, ids in (record_voltage or {}).items()}
    nest.Prepare()
    built = time.perf_counter()
    nest.Run(duration_ms)
    done = time.perf_counter()
    nest.Cleanup()
    spikes = _spikes(recorder, {n: (first_id[n], len(nodes[n])) for n in onto}, dt_ms)
    shown = {n: s for n, s in given.items() if n in populations(circuit)}
    voltages = {
        n: _voltages(meters[n], first_mv[n][ids], first_id[n] + np.asarray(ids))
        for n, ids in (record_voltage or {}).items()
    }
    return InNest({**spikes, **shown}, voltages, built - begun, done - built, tuple(changes))


def _cells(
    nest: Any,
    population: Population,
    receptors: tuple[str, ...],
    state: Mapping[str, Any],
    dt_ms: float,
) -> Any:
    cells = nest.Create(translate.model_of(receptors), population.count)
    # Cell by cell: NEST spreads an array over cells only where one process has them all.
    cells.set(translate.cell_parameters(population, receptors, state, dt_ms))
    return cells


def _hold(nest: Any, cells: Any, held: NDArray[np.bool_]) -> None:
    """Freeze the cells a lesion holds: NEST never updates them."""
    if held.any():
        cells[np.flatnonzero(held).tolist()].set({"frozen": True})


def _noise(
    nest: Any, cells: Any, population: Population, how: tuple[int, int, float, float]
) -> None:
    """Give each cell its background noise as a current in steps."""
    seed, episode, duration_ms, dt_ms = how
    if population.noise_pa <= 0:
        return
    rng = stream(episode_seed(seed, episode), f"noise {population.name}")
    times, current = translate.noise_steps(
        population.noise_pa, population.count, duration_ms, dt_ms, rng
    )
    currents = nest.Create("step_current_generator", population.count)
    currents.set([{"amplitude_times": times, "amplitude_values": one} for one in current])
    nest.Connect(currents, cells, "one_to_one", {"delay": dt_ms})


def _source(nest: Any, spikes: Spikes | None, count: int, dt_ms: float) -> Any:
    """Make the cells that replay given spikes."""
    cells = nest.Create("spike_train_injector", count)
    if spikes is not None:
        times = translate.given_times(spikes, count, dt_ms)
        cells.set([{"spike_times": one} for one in times])
    return cells


def _connect(nest: Any, synapses: translate.Synapses, source: int, target: int) -> None:
    nest.Connect(
        synapses.pre + source,
        synapses.post + target,
        "one_to_one",
        {"synapse_model": synapses.model, **synapses.parameters},
    )


def _meter(nest: Any, cells: Any, ids: NDArray[np.int64]) -> Any:
    meter = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": VOLTAGE_EVERY_MS})
    nest.Connect(meter, cells[np.asarray(ids).tolist()])
    return meter


def _spikes(
    recorder: Any, ranges: Mapping[str, tuple[int, int]], dt_ms: float
) -> dict[str, Spikes]:
    """Sort the recorded spikes into populations, in the times of `circuits.engine`."""
    events = recorder.events
    steps = np.round(np.asarray(events["times"]) / dt_ms).astype(np.int64) - 1
    senders = np.asarray(events["senders"], dtype=np.int64)
    order = np.lexsort((senders, steps))
    steps, senders = steps[order], senders[order]
    out = {}
    for name, (first, count) in ranges.items():
        own = (senders >= first) & (senders < first + count)
        out[name] = Spikes(steps[own] * dt_ms, senders[own] - first)
    return out


def _voltages(
    meter: Any, first_mv: NDArray[np.float64], ids: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Give the potentials at each ms, (n_ms, k); the first are those the cells began with."""
    events = meter.events
    senders, v = np.asarray(events["senders"]), np.asarray(events["V_m"])
    order = np.argsort(events["times"], kind="stable")
    columns = [v[order][senders[order] == one] for one in ids]
    return np.vstack([first_mv, np.stack(columns, axis=1)]).astype(np.float32)
