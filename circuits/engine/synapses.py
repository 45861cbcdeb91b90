"""The synapses of a circuit in Brian2: one set for each model and source group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits import equations as eq
from circuits.engine.built import Wired
from circuits.engine.plan import Plan
from circuits.engine.plastic import given_factor, learning_synapses, start
from circuits.engine.sets import SynapseSet, driver_of, sets_of
from circuits.learning.record import learning_of
from circuits.machine.brian import b2
from circuits.records import Edges
from circuits.spec import Circuit, projections

Floats = NDArray[np.float64]

#: When a synapse that has not been used yet was used last, ms: so long ago that it has recovered.
NEVER_MS = -1e4
#: The share of its transmitter that a recovered synapse holds.
RECOVERED = 1.0


def synapse_sets(
    plan: Plan,
    slices: Mapping[str, slice],
    offsets: Mapping[str, int],
    cells: b2.NeuronGroup,
    source: b2.SpikeGeneratorGroup | None,
) -> list[Wired]:
    """Make all synapses, connected and set to what they begin with.

    Parameters
    ----------
    plan : Plan
    slices : dict of str to slice
        The range of every simulated population in `cells`.
    offsets : dict of str to int
        Where each source of given spikes begins in `source`.
    """
    first = {n: part.start for n, part in slices.items()} | dict(offsets)
    known, driver = projections(plan.circuit), driver_of(plan.circuit)
    made = []
    for one in sets_of(plan.circuit, plan.edges, plan.plastic_later):
        edges = {n: plan.edges[n] for n in one.names}
        pre = np.concatenate([e.pre + first[driver[n]] for n, e in edges.items()])
        post = np.concatenate([e.post + slices[known[n].target].start for n, e in edges.items()])
        made.append(connected(plan, one, (pre, post), source if one.from_given else cells, cells))
    return made


def connected(
    plan: Plan,
    one: SynapseSet,
    ends: tuple[NDArray[np.int64], NDArray[np.int64]],
    source: Any,
    cells: b2.NeuronGroup,
) -> Wired:
    """Make one set of synapses between two groups; `ends` are its cells in each."""
    learning, (pre, post) = learning_of(plan.circuit), ends
    if one.learns:
        synapses = learning_synapses(source, cells, learning, one.label)
    else:
        synapses = b2.Synapses(
            source, cells, eq.SYNAPSE, on_pre=eq.ON_SPIKE, clock=cells.clock, name=one.label
        )
    edges = [plan.edges[n] for n in one.names]
    delay_ms = np.concatenate([e.delay_ms for e in edges])
    # What one spike moves lies together in memory, in the order in which it arrives.
    order = np.lexsort((delay_ms, pre))
    synapses.connect(i=pre[order], j=post[order])
    synapses.delay = delay_ms[order] * b2.ms
    if one.learns:
        start(synapses, learning, edges, order)
    wired = Wired(synapses, tuple(one.names), order, one.learns)
    numbers = numbers_of(wired, plan.circuit, plan.edges)
    for variable, values in numbers.items():
        setattr(synapses, variable, values)
    synapses.u = numbers["U"]  # what is released at rest
    synapses.x = RECOVERED
    synapses.last = NEVER_MS
    return wired


def numbers_of(wired: Wired, circuit: Circuit, edges: Mapping[str, Edges]) -> dict[str, Floats]:
    """Give the weights and the short-term plasticity of synapses, by variable, in their order."""
    known = projections(circuit)
    per_synapse = {n: edges[n].pre.size for n in wired.names}

    def spread(value: Callable[[str], float]) -> Floats:
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
