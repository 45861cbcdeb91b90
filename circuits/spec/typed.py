"""Records as JSON and back: a value's type comes from its record's field, not from how it was written.

A circuit file may have gone through jq, JavaScript, R or MATLAB, which write 5.0 as 5 and 5 as 5.0,
a single value as a list of one, a list of one as its value, and nothing as `[]` or `{}`. All of that
is read as what the record declares; anything else is refused with the place where it stands.
"""

from __future__ import annotations

import json
import math
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Literal, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

from circuits.errors import CtloopError, UnknownName

_T = TypeVar("_T")
#: What a union of records, such as the wiring rules, is distinguished by.
KIND = "kind"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a circuit a value stands: "population V1.L5IB" and "cell.C_pf"."""

    owner: str
    field: str = ""

    def inside(self, name: object) -> Place:
        """Give the place of a part of this value."""
        return Place(self.owner, f"{self.field}.{name}" if self.field else str(name))

    def refuse(self, why: str) -> NoReturn:
        """Refuse what stands here."""
        msg = f"the circuit file is damaged: {self.owner}{self.field and f': {self.field}'} {why}"
        raise CtloopError(msg)


def types_of(record: Any) -> Mapping[str, Any]:
    """Give the declared type of every field of a record class, by its name."""
    return _types_of(record)


@cache
def _types_of(record: Any) -> Mapping[str, Any]:
    hints = get_type_hints(record)
    return {f.name: hints[f.name] for f in fields(record)}


# --- written -------------------------------------------------------------------------------------


def written(record: Any) -> dict[str, Any]:
    """Write a record as plain values that JSON holds without loss, each of its declared type."""
    return {name: _write(getattr(record, name), t) for name, t in types_of(type(record)).items()}


def _write(value: Any, kind: Any) -> Any:
    if kind is float:
        return float(value) + 0.0  # 0 and -0 are one number
    if kind in (int, bool):
        return kind(value)
    if is_dataclass(value):
        tagged = get_origin(kind) in (Union, types.UnionType) and type(None) not in get_args(kind)
        return {**({KIND: type(value).__name__} if tagged else {}), **written(value)}
    if isinstance(value, Mapping):
        return {str(k): _write(v, get_args(kind)[1]) for k, v in value.items()}
    if isinstance(value, tuple):
        return [_write(v, t) for v, t in zip(value, _types_in(kind, len(value)), strict=True)]
    return value


def _types_in(kind: Any, length: int) -> tuple[Any, ...]:
    """Give the type of each item of a tuple type, of any length if it ends in an ellipsis."""
    parts = get_args(kind)
    return (parts[0],) * length if parts[-1] is Ellipsis else parts


# --- read ----------------------------------------------------------------------------------------


def read_record(record: type[_T], data: object, place: Place) -> _T:
    """Read a record from what `written` wrote, whoever has rewritten it since.

    Parameters
    ----------
    record : dataclass
        What it is to be.
    data : object
        As a JSON reader gives it.
    place : Place
        Where it stands, for messages.

    Raises
    ------
    CtloopError, UnknownName
        Naming the field that is missing, unknown or of the wrong type.
    """
    given = as_mapping(data, place)
    known = types_of(record)
    refuse_unknown(given, known, place)
    for f in fields(record):  # type: ignore[arg-type]
        required = f.default is MISSING and f.default_factory is MISSING
        if required and f.name not in given:
            place.refuse(f"lacks the field {f.name}")
    return record(**{n: read_value(known[n], v, place.inside(n)) for n, v in given.items()})


def read_value(kind: Any, value: object, place: Place) -> Any:
    """Read a value of one type: a number, a word, a list, a mapping or a record.

    Raises
    ------
    CtloopError, UnknownName
        If it is of another type or out of the words that are allowed.
    """
    origin, parts = get_origin(kind), get_args(kind)
    if kind in _SCALARS:
        return _SCALARS[kind](_unboxed(value), place)
    if origin is Literal:
        return as_one_of(_text(_unboxed(value), place), parts, place)
    if origin in (Union, types.UnionType):
        return _read_union(parts, value, place)
    if origin is tuple:
        return _read_tuple(kind, value, place)
    if origin is not None:  # a mapping of names
        return {
            k: read_value(parts[1], v, place.inside(k)) for k, v in as_mapping(value, place).items()
        }
    return read_record(kind, value, place)


def as_mapping(value: object, place: Place) -> Mapping[str, Any]:
    """Take a JSON object, or the empty list that R and PHP write for an empty one."""
    if isinstance(value, Mapping):
        return value
    if value == []:
        return {}
    place.refuse(f"is {_shown(value)}, where named fields are needed")


def as_list(value: object, place: Place) -> list[Any]:
    """Take a JSON list, the empty object R writes for an empty one, or its one item alone."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list(value)
    if value == {}:
        return []
    if isinstance(value, str | Mapping):
        return [value]
    place.refuse(f"is {_shown(value)}, where a list is needed")


def as_one_of(word: str, known: Sequence[str], place: Place) -> str:
    """Take a word out of those that are known."""
    if word not in known:
        kind = f"{place.field} of {place.owner}"
        raise UnknownName(kind, word, known)
    return word


def refuse_unknown(given: Mapping[str, Any], known: Mapping[str, Any], place: Place) -> None:
    """Refuse fields that are not known, with the nearest that are."""
    for name in given:
        if name not in known:
            kind = f"field of {place.owner}{place.field and f', {place.field},'}"
            raise UnknownName(kind, str(name), known)


def is_nothing(value: object) -> bool:
    """Check whether a value stands for nothing: null, or the empty list or object R and MATLAB write."""
    return value is None or value in ([], {})


def _read_union(parts: tuple[Any, ...], value: object, place: Place) -> Any:
    """Read a value that may be missing, or one of several records, by its kind."""
    if type(None) in parts:
        if is_nothing(value):
            return None
        (kind,) = (p for p in parts if p is not type(None))
        return read_value(kind, value, place)
    given = dict(as_mapping(value, place))
    if KIND not in given:
        place.refuse(f"lacks the field {KIND}")
    named = {p.__name__: p for p in parts}
    kind = _text(_unboxed(given.pop(KIND)), place.inside(KIND))
    return read_record(named[as_one_of(kind, list(named), place)], given, place)


def _read_tuple(kind: Any, value: object, place: Place) -> tuple[Any, ...]:
    items = as_list(value, place)
    parts = get_args(kind)
    pairs = parts[-1] is Ellipsis and get_origin(parts[0]) is tuple
    if pairs and items and not any(isinstance(_unboxed(i), list) for i in items):
        items = [items]  # MATLAB writes a table of one row as the row
    wanted = _types_in(kind, len(items))
    if len(items) != len(wanted):
        place.refuse(f"has {len(items)} items, where {len(wanted)} are needed")
    return tuple(
        read_value(t, item, place.inside(k + 1))
        for k, (t, item) in enumerate(zip(wanted, items, strict=True))
    )


def _unboxed(value: object) -> object:
    """Take the one value out of the list that R writes for it."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _float(value: object, place: Place) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        place.refuse(f"is {_shown(value)}, where a number is needed")
    try:
        number = float(value) + 0.0  # 0 and -0 are one number
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        place.refuse(f"cannot be: {json.dumps(number)} is no number")
    return number


def _int(value: object, place: Place) -> int:
    number = (
        value if isinstance(value, int) and not isinstance(value, bool) else _float(value, place)
    )
    if number != int(number):
        place.refuse(f"is {number!r}, where a whole number is needed")
    return int(number)


def _bool(value: object, place: Place) -> bool:
    if not isinstance(value, bool):
        place.refuse(f"is {_shown(value)}, where true or false is needed")
    return value


def _text(value: object, place: Place) -> str:
    if not isinstance(value, str):
        place.refuse(f"is {_shown(value)}, where a word is needed")
    return value


_SCALARS: dict[Any, Callable[[object, Place], Any]] = {
    float: _float,
    int: _int,
    bool: _bool,
    str: _text,
}


def _shown(value: object) -> str:
    """Show a value as it stands in the file, in a few words."""
    text = json.dumps(value, default=repr)
    return text if len(text) <= 40 else f"{text[:37]}..."
