"""The synapses of a circuit in Brian2: one set for each model and source group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits import equations as eq
from circuits.engine import compact, kinds
from circuits.engine.aside import array_aside, nothing
from circuits.engine.built import Wired
from circuits.engine.constants import utilisation
from circuits.engine.plan import Plan
from circuits.engine.plastic import PLASTIC_TYPES, given_factor, learning_synapses, start
from circuits.engine.sets import SynapseSet, driver_of, sets_of
from circuits.learning.record import learning_of
from circuits.machine.brian import b2
from circuits.records import Edges
from circuits.spec import Circuit, projections

Values = Callable[[str], NDArray[Any]]


def synapse_sets(
    plan: Plan,
    slices: Mapping[str, slice],
    offsets: Mapping[str, int],
    groups: tuple[b2.NeuronGroup, b2.SpikeGeneratorGroup | None, b2.NeuronGroup],
    place: Path | None,
) -> list[Wired]:
    """Make all synapses, connected and set to what they begin with.

    Parameters
    ----------
    plan : Plan
    slices : dict of str to slice
        The range of every simulated population in the cells.
    offsets : dict of str to int
        Where each source of given spikes begins in the source.
    groups : tuple of groups
        The cells, the source of given spikes, and the table of what projections share.
    place : Path or None
        See `circuits.engine.compact.fill`.
    """
    first = {n: part.start for n, part in slices.items()} | dict(offsets)
    known, driver = projections(plan.circuit), driver_of(plan.circuit)
    begins = {n: (first[driver[n]], slices[p.target].start) for n, p in known.items()
              if plan.edges[n].pre.size}  # fmt: skip
    return [
        connected(plan, one, begins, groups, place)
        for one in sets_of(plan.circuit, plan.edges, plan.plastic_later)
    ]


def connected(
    plan: Plan,
    one: SynapseSet,
    begins: Mapping[str, tuple[int, int]],
    groups: tuple[b2.NeuronGroup, b2.SpikeGeneratorGroup | None, b2.NeuronGroup],
    place: Path | None,
) -> Wired:
    """Make one set; `begins` is where a projection's senders and receivers begin in their groups."""
    learning, (cells, source, table) = learning_of(plan.circuit), groups
    source = source if one.from_given else cells
    with compact.short_delays():
        if one.learns:
            types = compact.types(plan.engine, PLASTIC_TYPES)
            synapses = learning_synapses(
                source, cells, learning, one.label, types, looked_at=plan.weights_every_ms > 0
            )
        else:
            synapses = b2.Synapses(
                source, cells, eq.SYNAPSE, on_pre=eq.ON_SPIKE, clock=cells.clock, name=one.label,
                dtype=compact.types(plan.engine, {}),
            )  # fmt: skip
    kinds.link(synapses, table)
    edges = {n: plan.edges[n] for n in one.names}
    order, let_go = _order(edges, begins), nothing
    if place is not None:  # another program simulates
        order, let_go = array_aside(order)
    wired = Wired(synapses, tuple(one.names), order, one.learns, let_go)
    known, row = projections(plan.circuit), kinds.rows(plan.circuit)

    def column(values: Values) -> compact.Column:
        return lambda: in_order(wired, values)

    columns = {
        "i": column(lambda n: edges[n].pre.astype(np.int32) + np.int32(begins[n][0])),
        "j": column(lambda n: edges[n].post.astype(np.int32) + np.int32(begins[n][1])),
        "delay": column(lambda n: (edges[n].delay_ms * 1e-3).astype(np.float32)),
        "kind": column(lambda n: np.full(edges[n].pre.size, row[n], dtype=np.int16)),
        "u": column(lambda n: np.full(edges[n].pre.size, utilisation(known[n]), np.float32)),
        **{
            name: column(values)
            for name, values in numbers_of(wired, plan.circuit, plan.edges).items()
        },
    }
    if one.learns:
        columns |= {n: column(v) for n, v in start(edges).items()}
    plan.let_go()
    compact.fill(synapses, wired.order.size, columns, place, plan.let_go)
    if one.learns:
        synapses.learning = 1.0
    return wired


def _order(edges: Mapping[str, Edges], begins: Mapping[str, tuple[int, int]]) -> NDArray[np.int32]:
    """Sort synapses so that what one spike moves lies together, in the order in which it arrives.

    The senders of projections that begin in one place are others than those of the rest, so it is done
    place by place, which takes less memory.
    """
    starts = dict(zip(edges, _starts(edges), strict=True))
    together: dict[int, list[str]] = {}
    for name in edges:
        together.setdefault(begins[name][0], []).append(name)
    out = np.empty(sum(e.pre.size for e in edges.values()), dtype=np.int32)
    end = 0
    for begin in sorted(together):
        names = together[begin]
        steps = np.concatenate([np.rint(edges[n].delay_ms / eq.DT_MS) for n in names])
        longest = int(steps.max()) + 1
        key = np.concatenate([edges[n].pre for n in names]) * np.int64(longest)
        key += steps.astype(np.int64)
        which = np.concatenate(
            [np.arange(starts[n], starts[n] + edges[n].pre.size, dtype=np.int32) for n in names]
        )
        out[end : end + key.size] = which[np.argsort(key, kind="stable")]
        end += key.size
    return out


def _starts(edges: Mapping[str, Edges]) -> Iterator[int]:
    """Give where the edges of each projection begin among those of all."""
    start = 0
    for e in edges.values():
        yield start
        start += e.pre.size


def in_order(wired: Wired, values: Values) -> NDArray[Any]:
    """Put together what each projection has for its synapses, in the order of the set's synapses."""
    together, begin = np.empty(0), 0
    for name in wired.names:
        part = values(name)
        if not begin:
            together = np.empty(wired.order.size, part.dtype)
        together[begin : begin + part.size] = part
        begin += part.size
    return np.asarray(together[wired.order])


def numbers_of(wired: Wired, circuit: Circuit, edges: Mapping[str, Edges]) -> dict[str, Values]:
    """Give what of each synapse a lesion may change, by variable: a function of the projection's name."""
    known = projections(circuit)

    def weight(n: str) -> NDArray[np.float32]:
        factor = given_factor(edges[n], wired.plastic, circuit)
        return (edges[n].conductances.factor * factor).astype(np.float32)

    out: dict[str, Values] = {"weight": weight}
    if wired.plastic:
        pace = learning_of(circuit).rate

        def rate(n: str) -> NDArray[np.float32]:
            return np.full(edges[n].pre.size, pace if known[n].plastic else 0.0, np.float32)

        out["rate_kin"] = rate
    return out
