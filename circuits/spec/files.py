"""A circuit as a JSON file: saved and loaded without loss, and known by its fingerprint.

Besides populations and projections a file holds what the whole circuit has: `scale`, `roles`,
`learning`, `learnt` and `windows`, each where there is any.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from circuits.errors import CtloopError
from circuits.files import read_bytes
from circuits.learning.learnt import LEARNT, from_texts, to_texts
from circuits.learning.record import LEARNING, Learning, learning_of
from circuits.records import Population, Projection
from circuits.runs.whole_file import write_whole
from circuits.spec.circuit import (
    ROLES,
    SCALE,
    WINDOWED_LESIONS,
    Circuit,
    assemble,
    populations,
    projections,
    roles_of,
    scale_of,
)
from circuits.spec.typed import (
    Place,
    as_list,
    as_mapping,
    is_nothing,
    read_record,
    read_value,
    refuse_unknown,
    written,
)

FORMAT = "ctloop circuit 1"
_FIELDS = dict.fromkeys(
    ("format", SCALE, ROLES, LEARNING, LEARNT, WINDOWED_LESIONS, "populations", "projections")
)


def to_dict(circuit: Circuit) -> dict[str, Any]:
    """Write the circuit as plain lists and numbers that JSON holds without loss."""
    learning = learning_of(circuit)
    learns = any(p.plastic for p in projections(circuit).values())
    attributes = {
        SCALE: scale_of(circuit),
        ROLES: roles_of(circuit),
        LEARNING: written(learning) if learns or learning != Learning() else None,
        LEARNT: to_texts(circuit),
        WINDOWED_LESIONS: list(circuit.graph.get(WINDOWED_LESIONS, ())),
    }
    return {
        "format": FORMAT,
        **{name: value for name, value in attributes.items() if not is_nothing(value)},
        "populations": [written(p) for p in populations(circuit).values()],
        "projections": [written(p) for p in projections(circuit).values()],
    }


def from_dict(data: dict[str, Any]) -> Circuit:
    """Read a circuit back from what `to_dict` wrote.

    Parameters
    ----------
    data : dict
        As a JSON reader gives it, also of a file that another program has rewritten
        (`circuits.spec.typed`).

    Raises
    ------
    CtloopError
        If it is not a circuit, or a field is missing or of the wrong type; the population or
        projection and the field are named.
    UnknownName
        If a field is unknown.
    """
    if not isinstance(data, dict) or data.get("format") not in (FORMAT, [FORMAT]):
        msg = f'not a circuit file (it must say "format": "{FORMAT}")'
        raise CtloopError(msg)
    whole = Place("the circuit")
    refuse_unknown(data, _FIELDS, whole)
    circuit = assemble(
        _records(Population, data, "populations"),
        _records(Projection, data, "projections"),
        scale=read_value(float | None, data.get(SCALE), whole.inside(SCALE)),
        roles=read_value(Mapping[str, str], data.get(ROLES) or {}, whole.inside(ROLES)),
    )
    if data.get(LEARNING):
        circuit.graph[LEARNING] = read_record(Learning, data[LEARNING], Place(LEARNING))
    if data.get(LEARNT):
        circuit.graph[LEARNT] = from_texts(_learnt(data[LEARNT]))
    if data.get(WINDOWED_LESIONS):
        place = whole.inside(WINDOWED_LESIONS)
        texts = read_value(tuple[str, ...], data[WINDOWED_LESIONS], place)
        circuit.graph[WINDOWED_LESIONS] = texts
    return circuit


def _records(record: type[Any], data: Mapping[str, Any], field: str) -> list[Any]:
    """Read the list of populations or of projections, each named in what may be wrong with it."""
    place = Place("the circuit", field)
    if field not in data:
        place.refuse("are missing")
    return [
        read_record(record, item, Place(_owner(record, item, number)))
        for number, item in enumerate(as_list(data[field], place), 1)
    ]


def _owner(record: type[Any], item: object, number: int) -> str:
    """Name a population or projection before it is read; by its number if it has no name."""
    kind = record.__name__.lower()
    given = item if isinstance(item, Mapping) else {}
    names = [given.get(n) for n in (("name",) if record is Population else ("source", "target"))]
    words = [n[0] if isinstance(n, list) and len(n) == 1 else n for n in names]
    if not all(isinstance(w, str) for w in words):
        return f"{kind} {number}"
    key = given.get("key") or ""
    return f"{kind} {' -> '.join(map(str, words))}" + (
        f" #{key}" if isinstance(key, str) and key else ""
    )


def _learnt(data: object) -> dict[str, Any]:
    """Read what was learnt as texts by seed, projection and field."""
    place = Place(LEARNT)
    return {
        seed: read_value(Mapping[str, Mapping[str, str | None]], records, place.inside(seed))
        for seed, records in as_mapping(data, place).items()
    }


def save(circuit: Circuit, path: Path) -> None:
    """Save the circuit as JSON; `load` gives back exactly the same numbers."""
    write_whole(path, (json.dumps(to_dict(circuit), indent=1) + "\n").encode())


def load(path: Path) -> Circuit:
    """Load a circuit that `save` or `ctloop circuit --save` wrote.

    Parameters
    ----------
    path : Path
        JSON in UTF-8, or in UTF-16 or UTF-32, with or without a byte order mark.

    Raises
    ------
    CtloopError
        If the file is missing or is no circuit.
    """
    content = read_bytes(path, "the circuit file")
    try:
        data = json.loads(content, object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError) as error:
        msg = f"{path} is not JSON: {error}"
        raise CtloopError(msg) from error
    return from_dict(data)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a JSON object; of two fields of one name Python would silently take the last."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        msg = f"the circuit file is damaged: the field {double!r} stands twice in one object"
        raise CtloopError(msg)
    return fields


def fingerprint(circuit: Circuit) -> str:
    """Give the circuit's hash: 16 hex digits that change when any number or source does."""
    text = json.dumps(to_dict(circuit), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def same(one: Circuit, other: Circuit) -> bool:
    """Check whether two circuits are equal in every population, projection, number and source."""
    return to_dict(one) == to_dict(other)
