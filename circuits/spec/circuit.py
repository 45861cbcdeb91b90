"""The connectivity spec: a graph of populations and projections that can be read, edited and saved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import networkx as nx

from circuits import records, units
from circuits.errors import CtloopError, UnknownName
from circuits.learning.learnt import LEARNT, from_plain, to_plain
from circuits.learning.record import LEARNING, WORDS, Learning, learning_of
from circuits.records import UNIT_OF_SUFFIX, CellType, Population, Projection

Circuit: TypeAlias = nx.MultiDiGraph
USER = "set by the user"

_RULES = {
    r.__name__: r
    for r in (
        records.Uniform,
        records.Probability,
        records.Topographic,
        records.OneToFew,
        records.Gabor,
    )
}


def assemble(
    populations: Iterable[Population],
    projections: Iterable[Projection],
    *,
    scale: float | None = None,
    roles: Mapping[str, str] | None = None,
) -> Circuit:
    """Put populations and projections together into one circuit, and check that they fit.

    Raises
    ------
    CtloopError
        For a name given twice, a projection from or to an unknown population, or a number out of
        range (see `check`).
    """
    circuit = nx.MultiDiGraph(scale=scale, roles=dict(roles or {}))
    for population in populations:
        if population.name in circuit:
            msg = f"population {population.name} is declared twice"
            raise CtloopError(msg)
        circuit.add_node(population.name, population=population)
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
    check(circuit)
    return circuit


def populations(circuit: Circuit) -> dict[str, Population]:
    """List the populations by name, in the order they were declared."""
    return {name: data["population"] for name, data in circuit.nodes(data=True)}


def projections(circuit: Circuit) -> dict[str, Projection]:
    """List the projections by name ("V1.L5IB -> Pulvinar.TRC"), in the order of their sources."""
    return {p.name: p for *_, p in circuit.edges(data="projection")}


def check(circuit: Circuit) -> None:
    """Refuse a circuit with numbers that cannot be meant.

    Raises
    ------
    CtloopError
        Naming the first population or projection that is wrong, and how.
    """
    for name, population in populations(circuit).items():
        cell = population.cell
        if population.count < 1 or population.count % 1:
            _refuse(name, f"has {population.count} cells; a whole number, at least 1, is needed")
        if not population.spike_source and min(cell.C_pf, cell.gL_ns, cell.DT_mv) <= 0:
            _refuse(name, "needs a positive capacitance, leak and slope (C_pf, gL_ns, DT_mv)")
        if (
            min(cell.tau_w_ms, cell.tau_h_plus_ms, cell.tau_h_minus_ms, cell.tau_nmda_ms) <= 0
            or cell.tref_ms < 0
        ):
            _refuse(name, "has a time constant that is not positive")
        if population.noise_pa < 0:
            _refuse(name, "has negative noise")
        if not 0 <= population.silenced_fraction <= 1:
            _refuse(name, "has a silenced fraction outside 0-1")
    for name, projection in projections(circuit).items():
        if projection.modelled < 1 or projection.modelled % 1 or projection.fibres <= 0:
            _refuse(name, "needs at least one fibre, and a whole number of modelled ones")
        if isinstance(projection.rule, records.Probability) and not 0 <= projection.rule.p <= 1:
            _refuse(name, "has a connection probability outside 0-1")
        if min(projection.receptors.values(), default=0.0) < 0 or projection.gain < 0:
            _refuse(name, "has a negative conductance; inhibition is a receptor, not a sign")
        if not projection.receptors or set(projection.receptors) - set(RECEPTORS):
            _refuse(name, f"needs receptors out of {', '.join(RECEPTORS)}")
        if not 0 <= projection.cut_fraction <= 1:
            _refuse(name, "has a cut fraction outside 0-1")
        if projection.delay_ms <= 0:
            _refuse(name, "needs a positive delay")
        stp = projection.stp
        if stp is not None and (not 0 < stp.U <= 1 or stp.D_ms < 0 or stp.F_ms < 0):
            _refuse(name, "has short-term plasticity out of range (0 < U <= 1, times >= 0)")


def _refuse(name: str, why: str) -> None:
    msg = f"{name} {why}"
    raise CtloopError(msg)


RECEPTORS = ("AMPA", "NMDA", "GABA_A", "GABA_B")
#: The circuit's attribute that lists the lesions with a window in time, as text.
WINDOWS = "windows"


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


def set_parameter(circuit: Circuit, text: str, *, source: str = USER) -> Circuit:
    """Change one number of the spec, written as a user writes it.

    Parameters
    ----------
    text : str
        "V1.L5IB.b=80pA", "V1.L5IB.tau_w=140ms", "V1.L5IB->Pulvinar.TRC.U=.5",
        "V2.L6CT -> Pulvinar.TRC.AMPA=.2nS", "V1.L4E.count=300"; "V1.L5IB.tau_w=*0.7" is a factor
        on what it was. "V2.L6CT -> Pulvinar.TRC.plastic=1" lets a projection learn,
        "learning.cycle=150ms" or "learning.rule=parallel" say how (`circuits.learning.record`).

    Raises
    ------
    CtloopError, UnknownName
        For text that is no assignment, an unknown name or parameter, or a wrong unit.
    """
    path, equals, value = text.partition("=")
    if not equals or "." not in path:
        msg = f'cannot read {text!r}; write for example "V1.L5IB.b=80pA"'
        raise CtloopError(msg)
    owner, _, parameter = path.strip().rpartition(".")
    if "->" in owner:
        projection = find_projection(circuit, owner)
        changed = with_projection(circuit, _set_projection(projection, parameter, value, source))
    elif owner == LEARNING:
        learning = _set_learning(learning_of(circuit), parameter, value, source)
        changed = with_learning(circuit, learning)
    elif owner in circuit:
        population = _set_population(populations(circuit)[owner], parameter, value, source)
        changed = with_population(circuit, population)
    else:
        raise UnknownName("population", owner, circuit.nodes)
    check(changed)
    return changed


def _numbers(record: Any) -> dict[str, str]:
    """Map the short and full names of a record's numeric fields to its field names."""
    names: dict[str, str] = {}
    for f in fields(record):
        if isinstance(getattr(record, f.name), bool | int | float):
            names[f.name] = f.name
            for suffix in UNIT_OF_SUFFIX:
                names.setdefault(f.name.removesuffix(suffix), f.name)
    return names


def unit_of(field_name: str) -> str:
    """Tell the unit a field is kept in, from the ending of its name."""
    ends = (u for s, u in UNIT_OF_SUFFIX.items() if field_name.endswith(s))
    return next(ends, "")


def _read(value: str, unit: str, old: float) -> float:
    """Read a value in its unit, or "*0.7" as a factor on the old one."""
    text = value.strip()
    return old * units.parse(text[1:], "") if text.startswith("*") else units.parse(text, unit)


def _assign(record: Any, parameter: str, value: str, source: str) -> Any:
    name = _numbers(record)[parameter]
    old = getattr(record, name)
    number: float | int | bool = _read(value, unit_of(name), old)
    if isinstance(old, int):
        if number != int(number):
            msg = f"{parameter} is a whole number, not {value}"
            raise CtloopError(msg)
        number = bool(number) if isinstance(old, bool) else int(number)
    changed: dict[str, Any] = {name: number}
    if hasattr(record, "sources"):
        changed["sources"] = {**record.sources, name: source}
    return replace(record, **changed)


def _set_population(population: Population, parameter: str, value: str, source: str) -> Population:
    if parameter in _numbers(population):
        changed: Population = _assign(population, parameter, value, source)
        return changed
    if parameter in _numbers(population.cell):
        return replace(population, cell=_assign(population.cell, parameter, value, source))
    known = [*_numbers(population), *_numbers(population.cell)]
    kind = f"parameter of {population.name}"
    raise UnknownName(kind, parameter, known)


def _set_learning(learning: Learning, parameter: str, value: str, source: str) -> Learning:
    if parameter in _numbers(learning):
        changed: Learning = _assign(learning, parameter, value, source)
        return changed
    if parameter not in WORDS:
        known = [*WORDS, *_numbers(learning)]
        kind = f"parameter of {LEARNING}"
        raise UnknownName(kind, parameter, known)
    sources = {**learning.sources, parameter: source}
    named: Any = {parameter: value.strip()}
    return replace(learning, sources=sources, **named)


def _set_projection(projection: Projection, parameter: str, value: str, source: str) -> Projection:
    if parameter in _numbers(projection):
        changed: Projection = _assign(projection, parameter, value, source)
        return changed
    if parameter in projection.receptors:
        sources = {**projection.sources, parameter: source}
        strengths = {
            **projection.receptors,
            parameter: _read(value, "nS", projection.receptors[parameter]),
        }
        return replace(projection, receptors=strengths, sources=sources)
    if projection.stp is not None and parameter in _numbers(projection.stp):
        stp = _assign(projection.stp, parameter, value, source)
        sources = {**projection.sources, _numbers(projection.stp)[parameter]: source}
        return replace(projection, stp=stp, sources=sources)
    known = [*_numbers(projection), *projection.receptors]
    if projection.stp is not None:
        known += list(_numbers(projection.stp))
    kind = f"parameter of {projection.name}"
    raise UnknownName(kind, parameter, known)


def to_dict(circuit: Circuit) -> dict[str, Any]:
    """Write the circuit as plain lists and numbers that JSON holds without loss."""
    windows = circuit.graph.get(WINDOWS, ())
    learning = learning_of(circuit)
    said = learning != Learning() or any(p.plastic for p in projections(circuit).values())
    return {
        "format": "ctloop circuit 1",
        **({LEARNING: _plain(learning)} if said else {}),
        **({LEARNT: said_learnt} if (said_learnt := to_plain(circuit)) else {}),
        **({WINDOWS: list(windows)} if windows else {}),
        "populations": [_plain(p) for p in populations(circuit).values()],
        "projections": [
            {**_plain(p), "rule": {"kind": type(p.rule).__name__, **_plain(p.rule)}}
            for p in projections(circuit).values()
        ],
    }


def _plain(record: Any) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for f in fields(record):
        value = getattr(record, f.name)
        if is_dataclass(value):
            value = _plain(value)
        elif hasattr(value, "items"):
            value = dict(value)
        out[f.name] = value
    return out


def from_dict(data: dict[str, Any]) -> Circuit:
    """Read a circuit back from what `to_dict` wrote.

    Raises
    ------
    CtloopError
        If it is not a circuit, or a field is missing or unknown.
    """
    if not isinstance(data, dict) or data.get("format") != "ctloop circuit 1":
        msg = 'not a circuit file (it must say "format": "ctloop circuit 1")'
        raise CtloopError(msg)
    try:
        circuit = assemble(
            [_population(d) for d in data["populations"]],
            [_projection(d) for d in data["projections"]],
        )
        if data.get(LEARNING):
            circuit.graph[LEARNING] = Learning(**data[LEARNING])
    except (KeyError, TypeError, AttributeError) as error:
        msg = f"the circuit file is damaged: {error}"
        raise CtloopError(msg) from error
    if data.get(LEARNT):
        circuit.graph[LEARNT] = from_plain(data[LEARNT])
    if data.get(WINDOWS):
        circuit.graph[WINDOWS] = tuple(str(text) for text in data[WINDOWS])
    return circuit


def _population(data: dict[str, Any]) -> Population:
    currents = tuple((float(pa), float(part)) for pa, part in data.get("currents", ()))
    return Population(**{**data, "cell": CellType(**data["cell"]), "currents": currents})


def _projection(data: dict[str, Any]) -> Projection:
    rule = dict(data["rule"])
    kind = rule.pop("kind")
    if kind not in _RULES:
        raise UnknownName("wiring rule", kind, _RULES)
    stp = None if data["stp"] is None else records.STP(**data["stp"])
    return Projection(**{**data, "rule": _RULES[kind](**rule), "stp": stp})


def save(circuit: Circuit, path: Path) -> None:
    """Save the circuit as JSON; `load` gives back exactly the same numbers."""
    path.write_text(json.dumps(to_dict(circuit), indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> Circuit:
    """Load a circuit that `save` or `ctloop circuit --save` wrote.

    Raises
    ------
    CtloopError
        If the file is missing or is no circuit.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return from_dict(json.loads(text, parse_constant=_refuse_constant))
    except OSError as error:
        msg = f"cannot read the circuit file {path}: {error.strerror}"
        raise CtloopError(msg) from error
    except ValueError as error:
        msg = f"{path} is not JSON: {error}"
        raise CtloopError(msg) from error


def _refuse_constant(name: str) -> None:
    """Refuse NaN and infinities, which Python reads and JSON does not have."""
    msg = f"{name} is no number"
    raise ValueError(msg)


def fingerprint(circuit: Circuit) -> str:
    """Give the circuit's hash: 16 hex digits that change when any number or source does."""
    text = json.dumps(to_dict(circuit), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def same(one: Circuit, other: Circuit) -> bool:
    """Tell whether two circuits are equal in every population, projection, number and source."""
    return to_dict(one) == to_dict(other)
