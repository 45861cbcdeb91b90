"""Fill plastic synapses and input spikes up to round numbers, which C++ standalone writes into its source.

So another seed, lesion or stimulus, whose numbers differ a little, gives the same source.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from circuits.engine.sets import driver_of, sets_of, sources_of
from circuits.records import Conductances, Edges, Spikes
from circuits.spec import Circuit

#: What synapses of one set and input spikes are filled up to a multiple of.
SYNAPSES_MULTIPLE = 4096
INPUTS_MULTIPLE = 2**19


def padded_edges(
    circuit: Circuit, edges: Mapping[str, Edges], plastic_later: Collection[str]
) -> dict[str, Edges]:
    """Fill every set of plastic synapses up with ones of weight 0, at the end of one projection.

    How many others there are is read by the program.
    """
    padded, driver = dict(edges), driver_of(circuit)
    for one in sets_of(circuit, edges, plastic_later):
        if not one.learns:
            continue
        missing = -sum(edges[n].pre.size for n in one.names) % SYNAPSES_MULTIPLE
        # They share the spikes of the projection's cells: the more of these, the more evenly.
        name = max(one.names, key=lambda n: (np.unique(edges[n].pre).size, driver[n]))
        padded[name] = _with_silent(edges[name], missing)
    return padded


def _with_silent(edges: Edges, more: int) -> Edges:
    """Repeat synapses of a projection with weight 0."""
    again, given = np.arange(more) % edges.pre.size, edges.conductances
    return replace(
        edges,
        pre=np.concatenate([edges.pre, edges.pre[again]]),
        post=np.concatenate([edges.post, edges.post[again]]),
        weight_ns=Conductances(given.mix_ns, np.append(given.factor, np.zeros(more, np.float32))),
        delay_ms=np.concatenate([edges.delay_ms, edges.delay_ms[again]]),
    )


def padded_inputs(
    circuit: Circuit, inputs: Mapping[str, Spikes], duration_ms: float, dt_ms: float
) -> dict[str, Spikes]:
    """Fill the input spikes up with ones after the end; doubles go, as the builder would do."""
    sources = sources_of(circuit)
    if not sources:
        return dict(inputs)
    padded = {n: _once_a_step(inputs[n], dt_ms) for n in sources if n in inputs}
    last = list(sources)[-1]
    missing = -sum(s.times_ms.size for s in padded.values()) % INPUTS_MULTIPLE
    count = sources[last]
    times = duration_ms + (10 + np.arange(missing) // count) * dt_ms
    own = padded.get(last, Spikes(np.empty(0), np.empty(0, dtype=np.int64)))
    padded[last] = Spikes(
        np.concatenate([own.times_ms, times]),
        np.concatenate([own.cells, np.arange(missing) % count]),
    )
    return padded


def _once_a_step(spikes: Spikes, dt_ms: float) -> Spikes:
    step = np.round(spikes.times_ms / dt_ms).astype(np.int64)
    _, first = np.unique(np.stack([step, spikes.cells]), axis=1, return_index=True)
    return Spikes(spikes.times_ms[first], spikes.cells[first])
