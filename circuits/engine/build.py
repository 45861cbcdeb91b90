"""Turn a circuit into Brian2: one group of cells and one set of synapses, whatever the wiring.

All populations share one `NeuronGroup` and all projections one `Synapses`; what differs between
them is data. So a lesion, a seed, a weight or a parameter compiles nothing new.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.engine import readout
from circuits.engine.built import UNCHANGED, Built
from circuits.engine.cells import cell_group, clock
from circuits.engine.kinds import kind_group, table
from circuits.engine.plan import Plan, Stage
from circuits.engine.plastic import start_scales
from circuits.engine.sets import slices_of, sources_of
from circuits.engine.state import HELD_S, VOLTAGE_EVERY_MS
from circuits.engine.synapses import in_order, numbers_of, synapse_sets
from circuits.lesions.cells import injected_pa, silenced
from circuits.machine.brian import b2
from circuits.spec import populations


def build(plan: Plan, place: Path | None = None) -> Built:
    """Build the network of a simulation as it is at time 0.

    Parameters
    ----------
    plan : Plan
        Seed and episode decide the initial state; what learns in a later stage is built so that it
        can (see `altered`).
    place : Path, optional
        Where the synapses of a C++ program go (see `circuits.engine.compact.fill`).
    """
    slices = slices_of(populations(plan.circuit))
    common = readout.event_learning(plan.circuit, plan.plastic_later)
    cells = cell_group(plan, slices, common)
    source, offsets = _source(sources_of(plan.circuit), plan, cells.clock)
    objects: list[Any] = [cells]
    if common is not None:
        objects += readout.timer(common, cells, slices)
        cells.keep_kin = start_scales(plan.circuit, plan.edges, slices, cells.N)
    if source is not None:
        objects.append(source)
    kinds = kind_group(plan.circuit, cells.clock, plan.dt_ms)
    synapses = synapse_sets(plan, slices, offsets, (cells, source, kinds), place)
    objects += [kinds, *(wired.synapses for wired in synapses)]
    spikes = b2.SpikeMonitor(cells, name="spikes")
    recorded = {n: np.asarray(ids) for n, ids in plan.record_voltage.items() if len(ids)}
    voltages = _voltages(cells, slices, recorded)
    if voltages is not None:
        objects.append(voltages)
    network = b2.Network(*objects, spikes, name="network")
    return Built(network, cells, kinds, spikes, voltages, slices, recorded, tuple(synapses))


def altered(
    built: Built,
    before: Stage,
    after: Stage,
    currents_pa: Mapping[str, NDArray[np.float64]],
    seed: int,
) -> dict[str, dict[str, NDArray[Any]]]:
    """List what changes when another circuit with the same wiring takes over.

    Returns
    -------
    dict of str to dict of str to array
        By the name of the Brian2 object and of the variable, whole arrays: conductances, short-term
        plasticity, learning rates, injected currents and "free", in s, where `UNCHANGED` leaves a
        cell as it is. What a windowed lesion can change is among them; learnt weights are not.
    """
    out: dict[str, dict[str, NDArray[Any]]] = {}
    for wired in built.synapses:
        old, new = (numbers_of(wired, s.circuit, s.edges) for s in (before, after))
        changed = {
            variable: in_order(wired, values)
            for variable, values in new.items()
            if any(not np.array_equal(values(n), old[variable](n)) for n in wired.names)
        }
        out[wired.synapses.name] = changed
    dt_ms = float(built.cells.clock.dt / b2.ms)
    was, now = table(before.circuit, dt_ms), table(after.circuit, dt_ms)
    out["kinds"] = {c: v for c, v in now.items() if not np.array_equal(v, was[c])}
    current, free = np.empty(built.cells.N), np.full(built.cells.N, UNCHANGED)
    for name, part in built.slices.items():
        first, second = (populations(s.circuit)[name] for s in (before, after))
        current[part] = currents_pa.get(name, 0.0) + injected_pa(second, seed)
        held = silenced(second, seed)
        released = silenced(first, seed) & ~held
        free[part] = np.where(held, HELD_S, np.where(released, after.start_ms * 1e-3, UNCHANGED))
    out["cells"] = {"I_ext": current, "free": free}
    return out


def _source(
    sources: Mapping[str, int], plan: Plan, clock: b2.Clock
) -> tuple[b2.SpikeGeneratorGroup | None, dict[str, int]]:
    """All spike sources (name: cells) as one generator, and where each begins in it."""
    if not sources:
        return None, {}
    offsets, times, ids, total = {}, [], [], 0
    for name, count in sources.items():
        offsets[name] = total
        given = plan.inputs.get(name)
        if given is not None:
            times.append(np.round(given.times_ms / plan.dt_ms) * plan.dt_ms)
            ids.append(given.cells + total)
        total += count
    t = np.concatenate(times) if times else np.empty(0)
    i = np.concatenate(ids) if ids else np.empty(0, dtype=int)
    # A cell fires once a step at most; the generator refuses doubles.
    step = np.round(t / plan.dt_ms).astype(np.int64)
    _, first = np.unique(step * total + i, return_index=True)
    group = b2.SpikeGeneratorGroup(total, i[first], t[first] * b2.ms, clock=clock, name="source")
    return group, offsets


def _voltages(
    cells: b2.NeuronGroup, slices: Mapping[str, slice], recorded: Mapping[str, NDArray[np.int64]]
) -> b2.StateMonitor | None:
    """Make the monitor of the recorded cells' potentials, if there are any."""
    if not recorded:
        return None
    index = np.concatenate([ids + slices[n].start for n, ids in recorded.items()])
    every = clock("voltages", VOLTAGE_EVERY_MS)
    return b2.StateMonitor(cells, "v", record=index, clock=every, name="voltages", when="start")
