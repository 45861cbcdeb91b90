"""Two sides measured in one run: one after the other, again and again, and the median of their ratios."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

#: What a side is called by.
Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True)
class Found:
    """What was found for one metric.

    Attributes
    ----------
    key : str
        As `sims.benchmarks.metrics` declares it.
    value : float or None
        The median; None if it could not be measured.
    low, high : float or None
        Range of the repetitions, where there are several.
    note : str
        What has to be known to read it, or why there is none.
    """

    key: str
    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is measured.

    Attributes
    ----------
    repetitions : int
        Of each side.
    quick : bool
        Small circuits and short times: it shows that all works, not how fast it is.
    """

    repetitions: int
    quick: bool


FULL, QUICK = Size(repetitions=5, quick=False), Size(repetitions=1, quick=True)

#: Given one line that says what a part does now.
Notify = Callable[[str], None]


def alternate(
    sides: Mapping[Name, Callable[[], float]], repetitions: int
) -> dict[Name, list[float]]:
    """Measure all sides in turn, so that what else the machine does meets them alike.

    Parameters
    ----------
    sides : mapping of name to callable
        Each measures its side once and gives what it found, s.
    repetitions : int

    Returns
    -------
    dict of name to list of float
        By side, in the order of the repetitions.
    """
    found: dict[Name, list[float]] = {name: [] for name in sides}
    for _ in range(repetitions):
        for name, measure in sides.items():
            found[name].append(measure())
    return found


def ratio(key: str, over: list[float], under: list[float], note: str = "") -> Found:
    """Give the median and the range of the ratios of two sides that were measured in turn."""
    return spread(key, [a / b for a, b in zip(over, under, strict=True)], note)


def spread(key: str, values: list[float], note: str = "") -> Found:
    """Give the median and the range of repetitions."""
    return Found(key, statistics.median(values), min(values), max(values), note)
