"""The connectivity spec: a graph of populations and projections, and the verbs that read and change it.

Besides its nodes and edges the graph has attributes that hold for the whole circuit: how its plastic
projections learn (`circuits.learning.record`), what they have learnt (`circuits.learning.learnt`), the
lesions with a window in time (`WINDOWED_LESIONS`), the fraction of the tissue that is simulated
(`SCALE`) and which populations and projections play which part (`ROLES`). Every verb that changes a
circuit gives a copy and keeps the attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import networkx as nx

from circuits.errors import CtloopError, UnknownName
from circuits.learning.record import LEARNING, Learning
from circuits.records import Population, Projection
from circuits.spec.limits import check_population, check_projection

Circuit: TypeAlias = nx.MultiDiGraph

#: The circuit's attribute that lists the lesions with a window in time, as text.
WINDOWED_LESIONS = "windows"
#: The circuit's attribute that holds the fraction of the tissue simulated.
SCALE = "scale"
#: The circuit's attribute that says which population or projection plays which part.
ROLES = "roles"
_NO_ROLES: Mapping[str, str] = MappingProxyType({})


# --- made ----------------------------------------------------------------------------------------


def assemble(
    populations: Iterable[Population],
    projections: Iterable[Projection],
    scale: float | None = None,
    roles: Mapping[str, str] = _NO_ROLES,
) -> Circuit:
    """Put populations and projections together into one circuit, and check that they fit.

    Parameters
    ----------
    populations : iterable of Population
    projections : iterable of Projection
    scale : float, optional
        Fraction of the tissue's cells that is simulated, more than 0, at most 1; None is unknown.
    roles : mapping of str to str
        Which population or projection plays which part for an experiment or a figure:
        {"relay": "Pulvinar.TRC", "driver": "V1.L5IB -> Pulvinar.TRC"}.

    Raises
    ------
    CtloopError
        For a name given twice, a projection from or to an unknown population, a number out of
        range (see `check`), or a role of something that is not in the circuit.
    """
    circuit = nx.MultiDiGraph()
    for population in populations:
        if population.name in circuit:
            msg = f"population {population.name} is declared twice"
            raise CtloopError(msg)
        circuit.add_node(population.name, population=population)
    _connect(circuit, projections)
    _set_attributes(circuit, scale, roles)
    check(circuit)
    return circuit


def added(circuit: Circuit, *further: Projection) -> Circuit:
    """Give a copy of the circuit that has these projections besides its own.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
        It stays as it is.
    *further : Projection
        Between populations of the circuit, each under a name that is not taken.

    Returns
    -------
    networkx.MultiDiGraph
        With the attributes of the circuit: learning, lesions in time, scale and roles.

    Raises
    ------
    CtloopError, UnknownName
        As `assemble` does.
    """
    more = circuit.copy()
    _connect(more, further)
    check(more)
    return more


def _connect(circuit: Circuit, projections: Iterable[Projection]) -> None:
    """Add projections as edges; both ends have to be there."""
    for projection in projections:
        for end in (projection.source, projection.target):
            if end not in circuit:
                raise UnknownName("population", end, circuit.nodes)
        if circuit.has_edge(projection.source, projection.target, projection.key):
            msg = f"projection {projection.name} is declared twice"
            raise CtloopError(msg)
        circuit.add_edge(
            projection.source, projection.target, key=projection.key, projection=projection
        )


def _set_attributes(circuit: Circuit, scale: float | None, roles: Mapping[str, str]) -> None:
    if scale is not None:
        circuit.graph[SCALE] = scale
    if roles:
        circuit.graph[ROLES] = {
            role: find_projection(circuit, name).name if "->" in name else name
            for role, name in roles.items()
        }


# --- read ----------------------------------------------------------------------------------------


def populations(circuit: Circuit) -> dict[str, Population]:
    """List the populations by name, in the order they were declared."""
    return {name: data["population"] for name, data in circuit.nodes(data=True)}


def projections(circuit: Circuit) -> dict[str, Projection]:
    """List the projections by name ("V1.L5IB -> Pulvinar.TRC"), in the order of their sources."""
    return {p.name: p for *_, p in circuit.edges(data="projection")}


def scale_of(circuit: Circuit) -> float | None:
    """Give the fraction of the tissue's cells that is simulated; None if the circuit does not say."""
    scale: float | None = circuit.graph.get(SCALE)
    return scale


def roles_of(circuit: Circuit) -> dict[str, str]:
    """Give the population or projection that plays each part, by role; {} if none is named."""
    return dict(circuit.graph.get(ROLES) or {})


def find_projection(circuit: Circuit, name: str) -> Projection:
    """Find a projection by its name; spaces around the arrow are optional.

    Raises
    ------
    UnknownName
        With the nearest names.
    """
    key = " -> ".join(part.strip() for part in name.split("->"))
    known = projections(circuit)
    if key not in known:
        raise UnknownName("projection", key, known)
    return known[key]


# --- changed -------------------------------------------------------------------------------------


def with_population(circuit: Circuit, population: Population) -> Circuit:
    """Give a copy of the circuit in which this population replaces the one of its name."""
    changed = circuit.copy()
    changed.nodes[population.name]["population"] = population
    return changed


def with_projection(circuit: Circuit, *changes: Projection) -> Circuit:
    """Give a copy of the circuit in which these projections replace those of their names."""
    changed = circuit.copy()
    for projection in changes:
        edge = changed.edges[projection.source, projection.target, projection.key]
        edge["projection"] = projection
    return changed


def with_learning(circuit: Circuit, learning: Learning) -> Circuit:
    """Give a copy of the circuit whose plastic projections learn this way."""
    changed = circuit.copy()
    changed.graph[LEARNING] = learning
    return changed


# --- checked -------------------------------------------------------------------------------------


def check(circuit: Circuit) -> None:
    """Refuse a circuit with numbers that cannot be meant (`circuits.spec.limits`) or unknown roles.

    Raises
    ------
    CtloopError
        Naming the first population or projection that is wrong, and how.
    """
    for population in populations(circuit).values():
        check_population(population)
    for projection in projections(circuit).values():
        check_projection(projection)
    _check_scale(scale_of(circuit))
    _check_roles(circuit)


def _check_scale(scale: float | None) -> None:
    if scale is not None and not 0 < scale <= 1:
        msg = f"the scale is a fraction of the tissue, more than 0 and at most 1, not {scale:g}"
        raise CtloopError(msg)


def _check_roles(circuit: Circuit) -> None:
    for role, name in roles_of(circuit).items():
        kind = "projection" if "->" in name else "population"
        known = projections(circuit) if "->" in name else populations(circuit)
        if name not in known:
            what = f"{kind} in the role {role}"
            raise UnknownName(what, name, known)
