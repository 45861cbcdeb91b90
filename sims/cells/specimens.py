"""Which cells are simulated: the cell types of the named populations, each once, and what was published of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from areas.firing import PUBLISHED as CORTEX
from areas.firing import Published
from circuits.errors import CtloopError
from circuits.lesions.transform import matching_populations
from circuits.records import CellType, Population
from circuits.spec import Circuit
from thalamus.firing import PUBLISHED as THALAMUS

#: (lamina, kind of cell): what was published of it.
PUBLISHED = {**CORTEX, **THALAMUS}


@dataclass(frozen=True)
class Specimen:
    """A cell to simulate, and whose it is.

    Attributes
    ----------
    label : str
        The name of its cell type, with that of a population where two types share it.
    cell : CellType
    owners : dict of str to tuple of Published
        The populations that have such cells, and the points published of each.
    """

    label: str
    cell: CellType
    owners: dict[str, tuple[Published, ...]]

    def points(self) -> dict[Published, list[str]]:
        """Give every published point with the populations that it is about."""
        found: dict[Published, list[str]] = {}
        for name, points in self.owners.items():
            for point in points:
                found.setdefault(point, []).append(name)
        return found


def published_of(population: Population) -> tuple[Published, ...]:
    """Give what was published of a population's cells: of their kind in their lamina, and in any."""
    kind = population.kind
    own = PUBLISHED.get((population.lamina, kind), ()) if population.lamina else ()
    return own + PUBLISHED.get(("", kind), ())


def specimens(circuit: Circuit, names: Sequence[str]) -> list[Specimen]:
    """Choose the cells to simulate.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
    names : sequence of str
        Populations, areas, or patterns with "*" and "?".

    Returns
    -------
    list of Specimen
        One for each set of numbers, in the circuit's order. Sources of spikes are left out.

    Raises
    ------
    UnknownName
        If a name matches nothing.
    CtloopError
        If it matches nothing but sources of spikes, which have no cells.
    """
    chosen: dict[str, Population] = {}
    for name in names:
        found = [p for p in matching_populations(circuit, name) if not p.spike_source]
        if not found:
            msg = f"{name} only replays spikes: it has no cells to inject a current into"
            raise CtloopError(msg)
        chosen |= {p.name: p for p in found}
    alike: dict[tuple[float, ...], list[Population]] = {}
    for name in [n for n in circuit.nodes if n in chosen]:
        alike.setdefault(_numbers(chosen[name].cell), []).append(chosen[name])
    labels = [members[0].cell.name for members in alike.values()]
    return [
        Specimen(
            label if labels.count(label) == 1 else f"{label} of {members[0].name}",
            members[0].cell,
            {one.name: published_of(one) for one in members},
        )
        for label, members in zip(labels, alike.values(), strict=True)
    ]


def _numbers(cell: CellType) -> tuple[float, ...]:
    return tuple(
        value for f in fields(cell) if isinstance(value := getattr(cell, f.name), int | float)
    )
