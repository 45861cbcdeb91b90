"""What a search varies: one number of the circuit or several that move together, and from where to where.

"V1.L5IB.b=40..120pA" is a range, "... log" spaces it by factors, "... whole" takes whole numbers,
"*.5..2" multiplies what the circuit has, "learning.rule=parallel|cascade" is a choice. Numbers are
joined as in `ctloop sweep`; an owner with a * stands for all that match it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from circuits.errors import CtloopError
from sims.lesions.sweep import settings_of

if TYPE_CHECKING:
    from circuits.spec import Circuit

_NUMBER = r"([-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?)"
_RANGE = re.compile(
    rf"^\s*(\*?)\s*{_NUMBER}\s*([A-Za-z%]*)\s*\.\.\s*\*?\s*{_NUMBER}\s*(?!log|whole)([A-Za-z%]*)"
    r"((?:\s+(?:log|whole))*)\s*$"
)
#: How a value is written: so many digits, that it can be read and copied.
DIGITS = 4
#: More whole numbers than these are searched as if they were continuous, and rounded.
MOST_LEVELS = 50


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers of the circuit that take one value together, and the values they may take.

    Attributes
    ----------
    label : str
        As the user wrote it; what tables call it.
    path : str
        The same with every * of an owner's name replaced, see `sims.lesions.sweep.settings_of`.
    low, high : float
        Ends of the range, both included, in `unit`.
    unit : str
    log, whole, factor : bool
        Spaced by factors; whole numbers only; a factor on what the circuit has.
    choices : tuple of str
        The values of a choice; a range has none.
    """

    label: str
    path: str
    low: float = 0.0
    high: float = 1.0
    unit: str = ""
    log: bool = False
    whole: bool = False
    factor: bool = False
    choices: tuple[str, ...] = ()

    def value(self, place: float) -> str:
        """Give the value at a place of the range, as `--set` takes it.

        Parameters
        ----------
        place : float
            From 0, the low end, to 1, the high end; of a choice each value has an equal part.
        """
        if self.choices:
            return self.choices[min(int(place * len(self.choices)), len(self.choices) - 1)]
        ratio, width = (self.high / self.low if self.log else 1.0), self.high - self.low
        number = self.low * ratio**place if self.log else self.low + place * width
        number = min(max(number, self.low), self.high)
        text = f"{round(number)}" if self.whole else f"{number:.{DIGITS}g}"
        return f"{'*' if self.factor else ''}{text}{self.unit}"

    def places(self) -> list[float]:
        """List the places of a range of few whole numbers, of a choice the middle of each part; else none."""
        if self.choices:
            return [(k + 0.5) / len(self.choices) for k in range(len(self.choices))]
        if not self.whole or self.high - self.low >= MOST_LEVELS:
            return []
        return [self._place(number) for number in range(round(self.low), round(self.high) + 1)]

    def _place(self, number: float) -> float:
        if self.log:
            return math.log(number / self.low) / math.log(self.high / self.low)
        return (number - self.low) / (self.high - self.low)

    def place_of(self, value: str) -> float | None:
        """Give the place of a value that `value` wrote; None if it is none of this range."""
        if self.choices:
            known = dict(zip(self.choices, self.places(), strict=True))
            return known.get(value)
        try:
            return self._place(float(value.removeprefix("*").removesuffix(self.unit)))
        except ValueError:
            return None

    def settings(self, value: str) -> tuple[str, ...]:
        """Give what is to be set for a value."""
        return settings_of(self.path, value)

    def __str__(self) -> str:
        """Write the range: "40..120pA log", "parallel|cascade"."""
        if self.choices:
            return "|".join(self.choices)
        star = "*" if self.factor else ""
        words = " log" * self.log + " whole" * self.whole
        return f"{star}{self.low:g}..{self.high:g}{self.unit}{words}"


def read_range(text: str) -> Range:
    """Read what is to be varied, see the top of this module.

    Raises
    ------
    CtloopError
        If it cannot be read, or is no range.
    """
    path, equals, given = text.partition("=")
    path = path.strip()
    if not equals or not path:
        msg = f'cannot read {text!r}; write for example "V1.L5IB.b=40..120pA"'
        raise CtloopError(msg)
    if "|" in given:
        choices = tuple(part.strip() for part in given.split("|"))
        if not all(choices) or len(set(choices)) < len(choices):
            msg = f"{text!r} has an empty choice, or one twice"
            raise CtloopError(msg)
        return Range(path, path, choices=choices)
    found = _RANGE.match(given)
    if found is None:
        msg = f'cannot read {text!r}; write a range "{path}=1..8", "{path}=1..8 log" or a choice "{path}=1|2|4"'
        raise CtloopError(msg)
    star, low, first_unit, high, unit, words = found.groups()
    if first_unit and first_unit != unit:
        msg = f"{text!r} has two units; write both ends in one"
        raise CtloopError(msg)
    read = Range(
        path, path, float(low), float(high), unit,
        log="log" in words.split(), whole="whole" in words.split(), factor=bool(star),
    )  # fmt: skip
    _check(read, text)
    return read


def _check(read: Range, text: str) -> None:
    if not read.low < read.high or not math.isfinite(read.high):
        msg = f"{text!r} is no range: the second end has to be above the first"
    elif read.log and read.low <= 0:
        msg = f"{text!r}: a logarithmic range lies above 0"
    elif read.whole and (read.low % 1 or read.high % 1 or read.factor):
        msg = f"{text!r}: whole numbers have whole ends and are no factor"
    else:
        return
    raise CtloopError(msg)


def expanded(read: Range, circuit: Callable[[], Circuit]) -> Range:
    """Give a range whose owners are spelt out: "V1.*->Pulvinar.TRC.gain" names every such projection.

    Parameters
    ----------
    read : Range
    circuit : callable
        Gives the circuit; asked only where an owner has a *.

    Raises
    ------
    UnknownName
        If nothing matches.
    """
    from circuits.lesions.transform import matching_populations, matching_projections

    parts = []
    for part in read.path.split("&"):
        owner, _, names = part.strip().rpartition(".")
        if "*" not in owner and "?" not in owner:
            parts.append(part.strip())
            continue
        find = matching_projections if "->" in owner else matching_populations
        parts += [f"{one.name}.{names}" for one in find(circuit(), owner)]
    return replace(read, path=" & ".join(parts))
