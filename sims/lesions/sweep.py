"""A sweep: a grid of circuits that differ in some numbers of the spec, each run with the same seeds."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from circuits.errors import CtloopError
from sims.experiments import Request

_VALUE = re.compile(r"^\s*([-+*]?[\d.]+(?:[eE][-+]?\d+)?)\s*([A-Za-z%]*)\s*$")
_WORD = re.compile(r"^\s*([A-Za-z][\w-]*)\s*$")


@dataclass(frozen=True, slots=True)
class Axis:
    """One number (or word) of the spec and the values it takes.

    Attributes
    ----------
    path : str
        As `circuits.spec.set_parameter` reads it: "V1.L5IB->Pulvinar.TRC.D". Numbers of one owner
        that move together are joined: "V1.L5IB->Pulvinar.TRC.fibres+modelled" is how many fibres
        there are, each simulated by itself. Numbers of several owners are joined by "&".
    values : tuple of str
        With their unit: ("300ms", "2350ms"); or words: ("cascade", "hebb").
    """

    path: str
    values: tuple[str, ...]

    def settings(self, value: str) -> tuple[str, ...]:
        """Give what is to be set for one of the values."""
        return settings_of(self.path, value)


def settings_of(path: str, value: str) -> tuple[str, ...]:
    """Give what is to be set where numbers that move together take a value.

    Parameters
    ----------
    path : str
        "A.x", "A.x+y" (two numbers of one owner) or "A.x & B.x" (of two owners).
    value : str
        With its unit.
    """
    found = []
    for part in path.split("&"):
        owner, _, names = part.strip().rpartition(".")
        found += [f"{owner}.{name.strip()}={value}" for name in names.split("+")]
    return tuple(found)


def axis(text: str) -> Axis:
    """Read "V1.L5IB->Pulvinar.TRC.D=300,500,2350ms"; the last unit holds for those without one.

    What takes a word takes several in the same way: "learning.rule=cascade,hebb".

    Raises
    ------
    CtloopError
        If it is no path with values.
    """
    path, equals, given = text.rpartition("=")
    numbers = [_VALUE.match(part) for part in given.split(",")]
    words = [_WORD.match(part) for part in given.split(",")]
    if not equals or not path.strip() or not (all(numbers) or all(words)):
        msg = f'cannot read {text!r}; write for example "V1.L5IB->Pulvinar.TRC.D=300,500,2350ms"'
        raise CtloopError(msg)
    values = tuple(m[1] for m in words if m) if all(words) else _with_units(numbers)
    if len(set(values)) < len(values):
        msg = f"{text!r} has a value twice"
        raise CtloopError(msg)
    return Axis(path.strip(), values)


def _with_units(numbers: Sequence[re.Match[str] | None]) -> tuple[str, ...]:
    """Join numbers and units; the last unit holds for those without one."""
    found = [(m[1], m[2]) for m in numbers if m]
    return tuple(f"{number}{own or found[-1][1]}" for number, own in found)


@dataclass(frozen=True)
class Sweep:
    """A grid of circuits, each run with the same seeds.

    Attributes
    ----------
    axes : tuple of Axis
    seeds : int
        Their numbers count up from the seed of `base`.
    base : Request
        What all runs have in common.
    """

    axes: tuple[Axis, ...]
    seeds: int
    base: Request

    @property
    def seed_numbers(self) -> range:
        """The seeds; they count up from the seed of `base`."""
        return range(self.base.seed, self.base.seed + self.seeds)

    @property
    def points(self) -> list[tuple[str, ...]]:
        """The grid, the last axis fastest; a value of each axis."""
        return list(itertools.product(*(a.values for a in self.axes)))

    def request(self, point: Sequence[str], seed: int) -> Request:
        """Give the run of one point of the grid and one seed."""
        changes = (text for a, v in zip(self.axes, point, strict=True) for text in a.settings(v))
        return replace(self.base, seed=seed).with_changes((), tuple(changes))

    def requests(self) -> list[Request]:
        """List every run, seed by seed, so that the whole grid is seen early."""
        return [self.request(p, seed) for seed in self.seed_numbers for p in self.points]

    def check(self) -> None:
        """Refuse a path or a value that cannot be, before anything runs.

        Raises
        ------
        CtloopError
            From `circuits.spec.set_parameter`.
        """
        if not self.axes:
            msg = 'nothing to vary; write for example --vary "V1.L5IB.b=60,80,100pA"'
            raise CtloopError(msg)
        paths = [a.path.replace(" ", "") for a in self.axes]
        if len(set(paths)) < len(paths):
            msg = "the same number is varied twice; give all its values in one --vary"
            raise CtloopError(msg)
        self.base.check_inputs()
        first = [a.values[0] for a in self.axes]
        for i, varied in enumerate(self.axes):
            for value in varied.values:
                self.request([*first[:i], value, *first[i + 1 :]], self.base.seed).identity()
