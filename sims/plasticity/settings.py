"""Change constants of the kinase rule by name: "rule.slow=60ms", "rule.fast_scale=*.9"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from circuits import units
from circuits.errors import CtloopError, UnknownName
from circuits.learning.kinase.rule import KinaseRule
from circuits.spec import unit_of

OWNER = "rule"
#: The one constant that is a word.
FORM = "form"


def changed_rule(rule: KinaseRule, settings: Iterable[str]) -> KinaseRule:
    """Give a rule with some constants changed.

    Parameters
    ----------
    rule : KinaseRule
    settings : iterable of str
        "rule.<constant>=<value>" with a field of `circuits.learning.kinase.rule.KinaseRule`, in full
        ("rule.tau_slow_ms=60") or short ("rule.slow=60ms"). A value "*.9" is a factor on what the
        constant is: of `rate` and `fast_scale`, which are fitted, on what was fitted. The last of
        several values counts.

    Raises
    ------
    CtloopError
        For text that is no assignment, a wrong unit, or a rule that cannot be.
    UnknownName
        For a constant that the rule has not, with the nearest ones.
    """
    changes: dict[str, Any] = {}
    for text in settings:
        name, value = _read(text)
        changes[name] = _value(name, value, changes.get(name, getattr(rule, name)))
    return replace(rule, **changes)


def canonical(settings: Iterable[str]) -> list[str]:
    """Write settings in one spelling, so that equal ones are equal texts."""
    found = []
    for text in settings:
        name, value = _read(text)
        factor = "*" if value.startswith("*") else ""
        plain = value if name == FORM else repr(_value(name, value, 1.0))
        found.append(f"{OWNER}.{name}={factor}{plain}")
    return found


def _read(text: str) -> tuple[str, str]:
    """Read "rule.slow=60ms" as the field it changes and the text of the value."""
    path, equals, value = text.partition("=")
    owner, dot, given = path.strip().partition(".")
    if not equals or not dot:
        msg = f'cannot read {text!r}; write for example "{OWNER}.slow=60ms"'
        raise CtloopError(msg)
    if owner != OWNER:
        raise UnknownName("owner of a constant", owner, (OWNER,))
    names = _names()
    if given not in names:
        kind = "constant of the kinase rule"
        raise UnknownName(kind, given, names)
    return names[given], value.strip()


def _names() -> dict[str, str]:
    """Map the full and the short name of every constant to its field."""
    full = [f.name for f in fields(KinaseRule)]
    short = {n.removesuffix("_ms").removeprefix("tau_"): n for n in full}
    return {n.removesuffix("_ms"): n for n in full} | short | {n: n for n in full}


def _value(name: str, value: str, old: Any) -> Any:
    if name == FORM:
        return value
    if not value.startswith("*"):
        return units.parse(value, unit_of(name))
    if old is None:
        msg = f"{OWNER}.{name} has no value that {value} could be a factor on; give a number"
        raise CtloopError(msg)
    return float(old) * units.parse(value[1:], "")
