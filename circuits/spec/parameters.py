"""One number of the spec changed by name, as a user writes it: "V1.L5IB.b=80pA"."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from circuits import units
from circuits.errors import CtloopError, UnknownName
from circuits.learning.record import LEARNING, WORDS, Learning, learning_of
from circuits.records import UNIT_OF_SUFFIX, USER, Population, Projection
from circuits.spec.circuit import (
    Circuit,
    check,
    find_projection,
    populations,
    with_learning,
    with_population,
    with_projection,
)
from circuits.spec.typed import types_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Record = TypeVar("Record", bound="DataclassInstance")


def set_parameter(circuit: Circuit, text: str, *, source: str = USER) -> Circuit:
    """Change one number of the spec, written as a user writes it.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
        It stays as it is.
    text : str
        "V1.L5IB.b=80pA", "V1.L5IB.tau_w=140ms", "V1.L5IB->Pulvinar.TRC.U=.5",
        "V2.L6CT -> Pulvinar.TRC.AMPA=.2nS", "V1.L4E.count=300"; "V1.L5IB.tau_w=*0.7" is a factor
        on what it was. "Pulvinar.IN->Pulvinar.TRC.orientation=90deg" is the width of a wiring rule.
        "V2.L6CT -> Pulvinar.TRC.plastic=1" lets a projection learn,
        "learning.cycle=150ms" or "learning.rule=parallel" say how (`circuits.learning.record`).
    source : str
        Where the new number is from: a citation key, "assumed: <reason>", or the user by default.

    Returns
    -------
    networkx.MultiDiGraph
        A copy with the number, and its source beside it.

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


def unit_of(field_name: str) -> str:
    """Give the unit a field is kept in, from the ending of its name; "" for a pure number."""
    ends = (u for s, u in UNIT_OF_SUFFIX.items() if field_name.endswith(s))
    return next(ends, "")


def _names(record: DataclassInstance) -> dict[str, str]:
    """Map the short and full names of a record's numeric fields to its field names."""
    names: dict[str, str] = {}
    for f in fields(record):
        if types_of(type(record))[f.name] in (bool, int, float):
            names[f.name] = f.name
            for suffix in UNIT_OF_SUFFIX:
                names.setdefault(f.name.removesuffix(suffix), f.name)
    return names


def _read(value: str, unit: str, old: float) -> float:
    """Read a value in its unit, or "*0.7" as a factor on the old one."""
    text = value.strip()
    if not text.startswith("*"):
        return units.parse(text, unit)
    number = old * units.parse(text[1:], "")
    if not math.isfinite(number):
        msg = f"{old:g} times {text[1:]} is not finite; give a smaller factor"
        raise CtloopError(msg)
    return number


def _assign(record: Record, parameter: str, value: str, source: str) -> Record:
    """Change one numeric field of a record, and say where its number is from."""
    name = _names(record)[parameter]
    number: float | int | bool = _read(value, unit_of(name), getattr(record, name))
    kind = types_of(type(record))[name]
    if kind is bool and number not in (0, 1):
        msg = f"{parameter} is 0 (no) or 1 (yes), not {value}"
        raise CtloopError(msg)
    if kind is not float:
        if number != int(number):
            msg = f"{parameter} is a whole number, not {value}"
            raise CtloopError(msg)
        number = bool(number) if kind is bool else int(number)
    changed: dict[str, Any] = {name: number}
    if hasattr(record, "sources"):
        changed["sources"] = {**record.sources, name: source}
    return replace(record, **changed)


def _set_population(population: Population, parameter: str, value: str, source: str) -> Population:
    if parameter in _names(population):
        return _assign(population, parameter, value, source)
    if parameter in _names(population.cell):
        return replace(population, cell=_assign(population.cell, parameter, value, source))
    known = [*_names(population), *_names(population.cell)]
    kind = f"parameter of {population.name}"
    raise UnknownName(kind, parameter, known)


def _set_learning(learning: Learning, parameter: str, value: str, source: str) -> Learning:
    if parameter in _names(learning):
        return _assign(learning, parameter, value, source)
    if parameter not in WORDS:
        kind = f"parameter of {LEARNING}"
        raise UnknownName(kind, parameter, [*WORDS, *_names(learning)])
    word: dict[str, Any] = {parameter: value.strip()}
    return replace(learning, sources={**learning.sources, parameter: source}, **word)


def _set_projection(projection: Projection, parameter: str, value: str, source: str) -> Projection:
    if parameter in _names(projection):
        return _assign(projection, parameter, value, source)
    strengths, stp = projection.receptors, projection.stp
    if parameter in strengths:
        strength = _read(value, "nS", strengths[parameter])
        return replace(
            projection,
            receptors={**strengths, parameter: strength},
            sources=_sourced(projection, parameter, source),
        )
    if stp is not None and parameter in _names(stp):
        return replace(
            projection,
            stp=_assign(stp, parameter, value, source),
            sources=_sourced(projection, _names(stp)[parameter], source),
        )
    rule = _names(projection.rule)
    if parameter in rule:
        name = rule[parameter]
        changed: Any = {name: _read(value, unit_of(name), getattr(projection.rule, name))}
        return replace(
            projection,
            rule=replace(projection.rule, **changed),
            sources=_sourced(projection, "rule", source),
        )
    known = [*_names(projection), *strengths, *rule, *(() if stp is None else _names(stp))]
    kind = f"parameter of {projection.name}"
    raise UnknownName(kind, parameter, known)


def _sourced(projection: Projection, field: str, source: str) -> Mapping[str, str]:
    return {**projection.sources, field: source}
