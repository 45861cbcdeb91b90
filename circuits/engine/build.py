"""Turn a circuit into Brian2: one group of cells and one set of synapses, whatever the wiring.

All populations share one `NeuronGroup` and all projections one `Synapses`; what differs between
them is data. So a lesion, a seed, a weight or a parameter compiles nothing new.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import brian2 as b2
import numpy as np
from numpy.typing import NDArray

from circuits import equations as eq
from circuits.engine import readout as build_commit
from circuits.engine.plan import Stage
from circuits.engine.plastic import apart, given_factor, learning_synapses, start, start_scales
from circuits.learning.record import Learning, learning_of
from circuits.lesions.cells import injected_pa, silenced
from circuits.records import CellType, Edges, Population, Spikes
from circuits.seeds import stream
from circuits.spec import Circuit, populations, projections

#: Each parameter of the cell equation, from the cell type's record.
CELL_PARAMETERS: dict[str, Callable[[CellType], float]] = {
    "per_C": lambda cell: 1 / cell.C_pf,
    "gL": lambda cell: cell.gL_ns,
    "gLDT": lambda cell: cell.gL_ns * cell.DT_mv,
    "EL": lambda cell: cell.EL_mv,
    "VT": lambda cell: cell.VT_mv,
    "per_DT": lambda cell: 1 / cell.DT_mv,
    "Vr": lambda cell: cell.Vr_mv,
    "Vcut": lambda cell: cell.Vcut_mv,
    "a": lambda cell: cell.a_ns,
    "b": lambda cell: cell.b_pa,
    "rate_w": lambda cell: 1 / cell.tau_w_ms,
    "rate_NMDA": lambda cell: 1 / cell.tau_nmda_ms,
    "gT": lambda cell: cell.gT_ns,
    "ET": lambda cell: cell.ET_mv,
    "VhT": lambda cell: cell.VhT_mv,
    "rate_h_plus": lambda cell: 1 / cell.tau_h_plus_ms,
    "rate_h_minus": lambda cell: 1 / cell.tau_h_minus_ms,
}

#: A silenced cell is refractory until this time, s: its potential is held and it never fires.
HELD_S = 1e9


@dataclass(frozen=True)
class Wired:
    """Synapses with the projections they belong to, and the order in which they are kept."""

    synapses: b2.Synapses
    names: tuple[str, ...]
    order: NDArray[np.intp]
    plastic: bool = False


@dataclass(frozen=True)
class Built:
    """A Brian2 network with the index range of every population."""

    network: b2.Network
    cells: b2.NeuronGroup
    spikes: b2.SpikeMonitor
    voltages: b2.StateMonitor | None
    slices: dict[str, slice]
    recorded: dict[str, NDArray[np.int64]]
    synapses: tuple[Wired, ...] = ()


def slices_of(people: Mapping[str, Population]) -> dict[str, slice]:
    """Give each simulated population its range in the one group; sources get their own."""
    cells = [(n, p.count) for n, p in people.items() if not p.spike_source]
    ends = list(itertools.accumulate(count for _, count in cells))
    return {n: slice(end - count, end) for (n, count), end in zip(cells, ends, strict=True)}


def build(
    circuit: Circuit,
    edges: Mapping[str, Edges],
    inputs: Mapping[str, Spikes],
    currents_pa: Mapping[str, NDArray[np.float64]],
    seed: int,
    record_voltage: Mapping[str, NDArray[np.int64]],
    plastic_later: Collection[str] = (),
    episode: int = 0,
) -> Built:
    """Build the network of a circuit.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
    edges : dict of str to Edges
        What `circuits.wiring.draw` drew.
    inputs : dict of str to Spikes
        The spikes of every spike-source population.
    currents_pa : dict of str to array (count,)
        Constant extra current into cells of a population, pA.
    seed : int
        Decides the initial state and the background noise.
    record_voltage : dict of str to array
        Local indices of cells whose membrane potential is kept every ms.
    plastic_later : names of projections
        What is frozen now and learns later in the run (see `altered`).
    episode : int
        Which of several simulations of the same cells: another initial state.
    """
    people = populations(circuit)
    where = slices_of(people)
    common = build_commit.event_learning(circuit, plastic_later)
    cells = _cells(people, where, currents_pa, seed, common, episode)
    source, offsets = _source(sources_of(circuit), inputs, cells.clock)
    objects: list[Any] = [cells]
    if common is not None:
        objects += build_commit.timer(common, cells, where)
        cells.keep_kin = start_scales(circuit, edges, where, cells.N)
    if source is not None:
        objects.append(source)
    synapses = _synapses(circuit, edges, where, offsets, cells, source, plastic_later)
    objects += [wired.synapses for wired in synapses]
    spikes = b2.SpikeMonitor(cells, name="spikes")
    recorded = {n: np.asarray(ids) for n, ids in record_voltage.items() if len(ids)}
    voltages = None
    if recorded:
        index = np.concatenate([ids + where[n].start for n, ids in recorded.items()])
        voltages = b2.StateMonitor(
            cells, "v", record=index, clock=_clock("voltages", 1.0), name="voltages", when="start"
        )
        objects.append(voltages)
    network = b2.Network(*objects, spikes, name="network")
    return Built(network, cells, spikes, voltages, where, recorded, tuple(synapses))


def sources_of(circuit: Circuit) -> dict[str, int]:
    """Give every source of given spikes and its cells.

    A surrogate drives the terminals of a projection in its source's stead, as a source of its own by
    the projection's name.
    """
    people = populations(circuit)
    sources = {n: p.count for n, p in people.items() if p.spike_source}
    known = projections(circuit).items()
    return sources | {n: people[p.source].count for n, p in known if p.surrogate}


def sets_of(
    circuit: Circuit, edges: Mapping[str, Edges], plastic_later: Collection[str] = ()
) -> Iterator[tuple[list[str], str, bool, bool]]:
    """Part the projections into sets of one model and one source group, none empty.

    Yields
    ------
    tuple
        Projections, label, whether they learn at any time, whether their spikes are given.
    """
    known, given = projections(circuit), sources_of(circuit)
    driver = driver_of(circuit)
    plastic = {n for n, p in known.items() if p.plastic} | set(plastic_later)
    for from_given, prefix in ((False, ""), (True, "source_")):
        names = [n for n in known if edges[n].pre.size and (driver[n] in given) == from_given]
        for part, label, learns in apart(names, plastic, prefix):
            if part:
                yield part, label, learns, from_given


def driver_of(circuit: Circuit) -> dict[str, str]:
    """Give what drives each projection: its source, or its surrogate by the projection's name."""
    return {n: n if p.surrogate else p.source for n, p in projections(circuit).items()}


def altered(
    built: Built,
    before: Stage,
    after: Stage,
    currents_pa: Mapping[str, NDArray[np.float64]],
    seed: int,
) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Tell what changes when another circuit with the same wiring takes over.

    Returns
    -------
    dict of str to dict of str to array
        By the name of the Brian2 object and of the variable, whole arrays: conductances, short-term
        plasticity, learning rates, injected currents and "free", in s, where below 0 means as it is.
        What a windowed lesion can change is among them; learnt weights are not.
    """
    out: dict[str, dict[str, NDArray[np.float64]]] = {}
    for wired in built.synapses:
        old, new = (numbers_of(wired, s.circuit, s.edges) for s in (before, after))
        changed = {k: v for k, v in new.items() if not np.array_equal(v, old[k])}
        out[wired.synapses.name] = changed
    current, free = np.empty(built.cells.N), np.full(built.cells.N, -1.0)
    for name, part in built.slices.items():
        was, now = (populations(s.circuit)[name] for s in (before, after))
        current[part] = currents_pa.get(name, 0.0) + injected_pa(now, seed)
        held = silenced(now, seed)
        released = silenced(was, seed) & ~held
        free[part] = np.where(held, HELD_S, np.where(released, after.start_ms * 1e-3, -1.0))
    out["cells"] = {"I_ext": current, "free": free}
    return out


def _clock(name: str, dt_ms: float) -> b2.Clock:
    """Make a clock with this very name, which enters the generated code.

    Brian2 would number its own after whatever of an earlier simulation is still in memory, so the
    second simulation of a process would compile everything again.
    """
    return b2.Clock(dt_ms * b2.ms, name=f"{name}_clock")


def _cells(
    people: Mapping[str, Population],
    where: Mapping[str, slice],
    currents_pa: Mapping[str, NDArray[np.float64]],
    seed: int,
    common: Learning | None,
    episode: int,
) -> b2.NeuronGroup:
    keep = float(np.exp(-eq.SLOW_DT_MS / eq.NOISE_TAU_MS))
    namespace: dict[str, Any] = {
        "keep_noise": keep,
        "fresh_noise": float(np.sqrt(1 - keep**2)),
        "per_ms": 1 / b2.ms,
    }
    for name, receptor in eq.RECEPTORS.items():
        if name != "NMDA":  # a property of the cell
            namespace[f"rate_{name}"] = 1 / receptor.tau_ms
        namespace[f"E_{name}"] = receptor.reversal_mv
    more, events = build_commit.cell_options(common)
    group = b2.NeuronGroup(
        max(s.stop for s in where.values()),
        eq.CELL + more,
        events=events,
        threshold=eq.THRESHOLD,
        reset=eq.RESET,
        method="euler",
        namespace=namespace,
        clock=_clock("cells", eq.DT_MS),
        name="cells",
    )
    columns = {name: np.empty(group.N) for name in CELL_PARAMETERS}
    names = ("v", "h", "I_mean", "I_sd", "I_ext", "tref", "free")
    state = {name: np.empty(group.N) for name in names}
    for name, part in where.items():
        population, rng = people[name], stream(seed, f"state {name}")
        cell = population.cell
        for variable, value in CELL_PARAMETERS.items():
            columns[variable][part] = value(cell)
        # Start spread between rest and threshold, so that no volley marks time zero.
        state["v"][part] = rng.uniform(cell.EL_mv, cell.VT_mv, population.count)
        state["h"][part] = rng.uniform(0.0, 0.2, population.count)
        state["I_mean"][part] = rng.normal(
            population.background_pa, population.spread_pa, population.count
        )
        if episode:  # the same cells, in another state
            again = stream(seed, f"state {name}, episode {episode}")
            state["v"][part] = again.uniform(cell.EL_mv, cell.VT_mv, population.count)
            state["h"][part] = again.uniform(0.0, 0.2, population.count)
        state["I_sd"][part] = population.noise_pa
        state["I_ext"][part] = currents_pa.get(name, 0.0) + injected_pa(population, seed)
        state["tref"][part] = cell.tref_ms * 1e-3
        state["free"][part] = np.where(silenced(population, seed), HELD_S, 0.0)
    seconds = ("tref", "free")
    for variable, values in {**columns, **state}.items():
        group.__setattr__(variable, values * b2.second if variable in seconds else values)
    group.I_noise = state["I_mean"]
    group.run_regularly(eq.SLOW, clock=_clock("cells_slow", eq.SLOW_DT_MS), name="cells_slow")
    return group


def _source(
    sources: Mapping[str, int], inputs: Mapping[str, Spikes], clock: b2.Clock
) -> tuple[b2.SpikeGeneratorGroup | None, dict[str, int]]:
    """All spike sources (name: cells) as one generator, and where each begins in it."""
    if not sources:
        return None, {}
    offsets, times, ids, total = {}, [], [], 0
    for name, count in sources.items():
        offsets[name] = total
        given = inputs.get(name)
        if given is not None:
            times.append(np.round(given.times_ms / eq.DT_MS) * eq.DT_MS)
            ids.append(given.cells + total)
        total += count
    t = np.concatenate(times) if times else np.empty(0)
    i = np.concatenate(ids) if ids else np.empty(0, dtype=int)
    # A cell fires once a step at most; the generator refuses doubles.
    step = np.round(t / eq.DT_MS).astype(np.int64)
    _, first = np.unique(step * total + i, return_index=True)
    group = b2.SpikeGeneratorGroup(total, i[first], t[first] * b2.ms, clock=clock, name="source")
    return group, offsets


def _synapses(
    circuit: Circuit,
    edges: Mapping[str, Edges],
    where: Mapping[str, slice],
    offsets: Mapping[str, int],
    cells: b2.NeuronGroup,
    source: b2.SpikeGeneratorGroup | None,
    plastic_later: Collection[str],
) -> list[Wired]:
    """One set of synapses among the cells, one from the sources: the same model, two groups.

    Those that learn at any time are sets of their own.
    """
    known, driver, made = projections(circuit), driver_of(circuit), []
    for names, label, learns, from_given in sets_of(circuit, edges, plastic_later):
        first = offsets if from_given else {n: part.start for n, part in where.items()}
        start = {n: first[driver[n]] for n in names}
        pre = np.concatenate([edges[n].pre + start[n] for n in names])
        post = np.concatenate([edges[n].post + where[known[n].target].start for n in names])
        group = source if from_given else cells
        made.append(_one_set(circuit, edges, names, group, cells, pre, post, label, learns))
    return made


def _one_set(
    circuit: Circuit,
    edges: Mapping[str, Edges],
    names: list[str],
    source: Any,
    cells: b2.NeuronGroup,
    pre: NDArray[np.int64],
    post: NDArray[np.int64],
    label: str,
    learns: bool,
) -> Wired:
    learning = learning_of(circuit)
    if learns:
        synapses = learning_synapses(source, cells, learning, label)
    else:
        synapses = b2.Synapses(
            source, cells, eq.SYNAPSE, on_pre=eq.ON_SPIKE, clock=cells.clock, name=label
        )
    delay_ms = np.concatenate([edges[n].delay_ms for n in names])
    # What one spike moves lies together in memory, in the order in which it arrives.
    order = np.lexsort((delay_ms, pre))
    synapses.connect(i=pre[order], j=post[order])
    synapses.delay = delay_ms[order] * b2.ms
    if learns:
        start(synapses, learning, [edges[n] for n in names], order)
    wired = Wired(synapses, tuple(names), order, learns)
    numbers = numbers_of(wired, circuit, edges)
    for variable, values in numbers.items():
        setattr(synapses, variable, values)
    synapses.u = numbers["U"]  # what is released at rest
    synapses.x = 1.0
    synapses.last = -1e4
    return wired


def numbers_of(
    wired: Wired, circuit: Circuit, edges: Mapping[str, Edges]
) -> dict[str, NDArray[np.float64]]:
    """Give the weights and the short-term plasticity of synapses, by variable, in their order."""
    known = projections(circuit)
    per_synapse = {n: edges[n].pre.size for n in wired.names}

    def spread(value: Callable[[str], float]) -> NDArray[np.float64]:
        values = np.repeat([value(n) for n in wired.names], list(per_synapse.values()))
        return np.asarray(values[wired.order])

    learnt = np.concatenate([given_factor(edges[n], wired.plastic, circuit) for n in wired.names])
    out = {}
    for receptor in eq.RECEPTORS:
        zero = {n: np.zeros(size) for n, size in per_synapse.items()}
        weight = [edges[n].weight_ns.get(receptor, zero[n]) for n in wired.names]
        out[f"w_{receptor}"] = (np.concatenate(weight) * learnt)[wired.order]

    def rate(n: str, field: str) -> float:
        plasticity = known[n].stp
        time_ms = 0.0 if plasticity is None else float(getattr(plasticity, field))
        return 1 / max(time_ms, eq.INSTANT_MS)

    out["U"] = spread(lambda n: 1.0 if (s := known[n].stp) is None else s.U)
    out["rate_D"] = spread(lambda n: rate(n, "D_ms"))
    out["rate_F"] = spread(lambda n: rate(n, "F_ms"))
    if wired.plastic:
        pace = learning_of(circuit).rate
        out["rate_kin"] = spread(lambda n: pace if known[n].plastic else 0.0)
    return out
