"""How a circuit is laid out in the engine: ranges of cells, sources of spikes, sets of synapses.

Nothing here is Brian2: it is what the builder, the padding and the learning agree on.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from circuits.records import Edges, Population
from circuits.spec import Circuit, populations, projections


@dataclass(frozen=True, slots=True)
class SynapseSet:
    """Projections whose synapses share one model and one source group.

    Attributes
    ----------
    names : list of str
        The projections, never none.
    label : str
        The name of the Brian2 object.
    learns : bool
        Whether they learn at any time.
    from_given : bool
        Whether the spikes that drive them are given, and not those of simulated cells.
    """

    names: list[str]
    label: str
    learns: bool
    from_given: bool


def slices_of(cells: Mapping[str, Population]) -> dict[str, slice]:
    """Give each simulated population its range in the one group; spike sources have none."""
    counts = [(n, p.count) for n, p in cells.items() if not p.spike_source]
    ends = list(itertools.accumulate(count for _, count in counts))
    return {n: slice(end - count, end) for (n, count), end in zip(counts, ends, strict=True)}


def sources_of(circuit: Circuit) -> dict[str, int]:
    """Give every source of given spikes and its number of cells.

    A surrogate drives the terminals of a projection in its source's stead, as a source of its own by
    the projection's name.
    """
    known = populations(circuit)
    sources = {n: p.count for n, p in known.items() if p.spike_source}
    replaced = {n: p for n, p in projections(circuit).items() if p.surrogate}
    return sources | {n: known[p.source].count for n, p in replaced.items()}


def driver_of(circuit: Circuit) -> dict[str, str]:
    """Give what drives each projection: its source, or its surrogate by the projection's name."""
    return {n: n if p.surrogate else p.source for n, p in projections(circuit).items()}


def sets_of(
    circuit: Circuit, edges: Mapping[str, Edges], plastic_later: Collection[str] = ()
) -> Iterator[SynapseSet]:
    """Partition the projections that have synapses into sets of one model and one source group.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
    edges : dict of str to Edges
    plastic_later : names of projections
        What is frozen now and learns later in the run.
    """
    known, given = projections(circuit), sources_of(circuit)
    driver = driver_of(circuit)
    plastic = {n for n, p in known.items() if p.plastic} | set(plastic_later)
    for from_given, prefix in ((False, ""), (True, "source_")):
        names = [n for n in known if edges[n].pre.size and (driver[n] in given) == from_given]
        fixed, learning = partition_by_plasticity(names, plastic)
        if fixed:
            yield SynapseSet(fixed, f"{prefix}synapses", False, from_given)
        if learning:
            yield SynapseSet(learning, f"{prefix}plastic", True, from_given)


def partition_by_plasticity(
    names: list[str], plastic: Collection[str]
) -> tuple[list[str], list[str]]:
    """Partition projections into those that stay as they are and those that learn."""
    return [n for n in names if n not in plastic], [n for n in names if n in plastic]
