"""Where every number is from: each record names a source for each of its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields

from circuits.errors import CtloopError
from circuits.learning.record import LEARNING, WORDS, Learning, learning_of
from circuits.records import ASSUMED, USER, CellType, Population, Projection
from circuits.spec import Circuit, populations, projections
from circuits.spec.bibliography import BIBLIOGRAPHY

__all__ = ["ASSUMED", "BIBLIOGRAPHY", "USER", "check_sources", "cited"]

#: Numbers of the model itself or of its calibration. No paper's table holds them, so "*", which
#: covers a record's other numbers, does not cover these.
POPULATION_OWN = frozenset(
    {"count", "background_pa", "noise_pa", "spread_pa", "field_deg", "scatter_deg"}
)
PROJECTION_OWN = frozenset({"rule", "modelled", "pooling", "weight_cv", "delay_cv", "gain"})
#: What a lesion did has the lesion as its source.
LESIONED = frozenset({"silenced_fraction", "cut_fraction"})
#: Numbers of which 0 stands for unknown, which needs no source.
UNKNOWN_AT_ZERO = frozenset({"tissue_cells"})

_KEY = re.compile(r"\b[A-Za-z][A-Za-z-]+(?:19|20)\d\d\b")


def check_sources(circuit: Circuit) -> None:
    """Refuse a circuit in which a number has no source.

    Every record names a source for each numeric field, by the field's name or by "*". A source is
    a key of `BIBLIOGRAPHY`, "assumed: <reason>", or "set by the user" (`USER`). The model's own numbers
    (`POPULATION_OWN`, `PROJECTION_OWN`) must be named one by one.

    Raises
    ------
    CtloopError
        Naming the first record and field without one, a source that is not in the bibliography, or
        a source of something the record does not have.
    """
    for name, population in populations(circuit).items():
        _check(name, _numbers(population), POPULATION_OWN, population)
        _check(f"{name} ({population.cell.name})", _numbers(population.cell), (), population.cell)
    for name, projection in projections(circuit).items():
        stp = {} if projection.stp is None else dict.fromkeys(_numbers(projection.stp), "stp")
        receptors = dict.fromkeys(projection.receptors, "receptors")
        numbers = {**_numbers(projection), **stp, **receptors}
        _check(name, numbers, PROJECTION_OWN, projection)
    learning = learning_of(circuit)
    _check(LEARNING, _numbers(learning), WORDS, learning)


def cited(source: str) -> set[str]:
    """List the citation keys in a source, also those an assumption leans on."""
    return set(_KEY.findall(source)) if source.startswith(ASSUMED) else {source} - {USER}


def _numbers(record: object) -> dict[str, str]:
    """Map every numeric field to the name that may cover it in its place."""
    values = {f.name: getattr(record, f.name) for f in fields(record)}  # type: ignore[arg-type]
    return {
        name: "*"
        for name, value in values.items()
        if isinstance(value, int | float)
        and not isinstance(value, bool)
        and name not in LESIONED
        and not (name in UNKNOWN_AT_ZERO and value == 0)
    }


def _check(
    owner: str,
    numbers: Mapping[str, str],
    own: Iterable[str],
    record: CellType | Population | Projection | Learning,
) -> None:
    sources = record.sources
    missing = [f for f in own if f not in sources]
    missing += [f for f, by in numbers.items() if f not in own and not {f, by, "*"} & set(sources)]
    if missing:
        msg = f"{owner} has no source for {', '.join(sorted(missing))}"
        raise CtloopError(msg)
    known = {"*", *numbers, *numbers.values(), *(f.name for f in fields(record))}
    for parameter, source in sources.items():
        if parameter not in known:
            msg = f"{owner} gives a source for {parameter!r}, which it does not have"
            raise CtloopError(msg)
        unknown = cited(source) - set(BIBLIOGRAPHY)
        if unknown or source == ASSUMED.rstrip() or not source.removeprefix(ASSUMED).strip():
            msg = f"{owner}: the source {source!r} of {parameter} is not in the bibliography"
            raise CtloopError(msg)
