"""What differs between two circuits: populations, projections and numbers, with the sources of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from circuits.learning.learnt import LEARNT, to_texts
from circuits.learning.record import LEARNING, learning_of
from circuits.spec.circuit import (
    ROLES,
    SCALE,
    WINDOWED_LESIONS,
    Circuit,
    populations,
    projections,
    roles_of,
    scale_of,
)

#: What stands for a population, projection or number that one circuit does not have.
ABSENT = "-"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs.

    Attributes
    ----------
    owner : str
        The population, the projection, or "the circuit".
    parameter : str
        As the record names it, with its unit ("cell.b_pa", "receptors.AMPA"); "" is the whole record.
    values : (object, object)
        In the first and in the second circuit; `ABSENT` where it is not.
    sources : (str, str)
        Where each is from; "" where it needs none.
    """

    owner: str
    parameter: str
    values: tuple[object, object]
    sources: tuple[str, str] = ("", "")


def difference(one: Circuit, other: Circuit) -> list[Change]:
    """List what differs between two circuits; nothing if they are the same.

    A number whose source alone differs is listed too.
    """
    found = list(_of_circuits(one, other))
    for records in (populations, projections):
        found += _of_records(records(one), records(other))
    return found


def _of_circuits(one: Circuit, other: Circuit) -> Iterator[Change]:
    """Compare what holds for the whole circuit."""
    values = {
        SCALE: (scale_of(one), scale_of(other)),
        WINDOWED_LESIONS: tuple(
            ", ".join(c.graph.get(WINDOWED_LESIONS, ())) or ABSENT for c in (one, other)
        ),
        LEARNT: (_learnt(one), _learnt(other)),
    }
    for name, (a, b) in values.items():
        if a != b:
            yield Change("the circuit", name, (a, b))
    roles = roles_of(one), roles_of(other)
    for role in dict.fromkeys([*roles[0], *roles[1]]):
        a, b = (r.get(role, ABSENT) for r in roles)
        if a != b:
            yield Change("the circuit", f"{ROLES}.{role}", (a, b))
    yield from _of_one(LEARNING, learning_of(one), learning_of(other))


def _learnt(circuit: Circuit) -> str:
    """Name the seeds with which a circuit has learnt, and a hash of what."""
    texts = to_texts(circuit)
    if not texts:
        return ABSENT
    content = hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()[:8]
    return f"seed {', '.join(sorted(map(str, texts)))} ({content})"


def _of_records(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys([*one, *other]):
        if name not in other:
            yield Change(name, "", ("present", ABSENT))
        elif name not in one:
            yield Change(name, "", (ABSENT, "present"))
        else:
            yield from _of_one(name, one[name], other[name])


def _of_one(owner: str, one: Any, other: Any) -> Iterator[Change]:
    flat = _flat(one), _flat(other)
    for parameter in dict.fromkeys([*flat[0], *flat[1]]):
        (a, source_a), (b, source_b) = (f.get(parameter, (ABSENT, "")) for f in flat)
        if a != b or source_a != source_b:
            yield Change(owner, parameter, (a, b), (source_a, source_b))


def _flat(record: Any) -> dict[str, tuple[object, str]]:
    """Give every number and word of a record, what it holds included, with its source."""
    found: dict[str, tuple[object, str]] = {}
    sources = getattr(record, "sources", {})
    for f in fields(record):
        value = getattr(record, f.name)
        source = sources.get(f.name, sources.get("*", ""))
        if f.name in ("sources", "name"):
            continue
        if is_dataclass(value):
            found |= {
                f"{f.name}.{inner}": (v, own or sources.get(inner, source))
                for inner, (v, own) in _flat(value).items()
            }
            found[f.name] = (type(value).__name__, source)
        elif isinstance(value, Mapping):
            found |= {f"{f.name}.{k}": (v, sources.get(k, source)) for k, v in value.items()}
        elif value is not None:
            found[f.name] = (value, source if _is_number(value) else "")
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
