"""A metric, declared once: key, unit, meaning, goal, and which difference counts as no change."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from circuits.runs.run import Metric as Value

#: How the ending of a key reads as a unit, for metrics that no table describes.
UNITS = {"hz": "Hz", "ms": "ms", "db": "dB", "mv": "mV", "ns": "nS", "pa": "pA", "pc": "pC"}
_ANY = math.inf
_PLACEHOLDER = re.compile(r"(<\w+>)")


@dataclass(frozen=True, slots=True)
class Goal:
    """A range that a metric should lie in (both ends included), and the reason."""

    low: float
    high: float
    why: str

    def held(self, value: float | None) -> bool:
        """Return whether a value reaches the goal; one that does not exist does not."""
        return value is not None and self.low <= value <= self.high

    def __str__(self) -> str:
        """Write the range: "4.5 to 5.5", "above 10", "at most 2"."""
        if self.low == -_ANY:
            return f"at most {self.high:g}"
        if self.high == _ANY:
            return f"above {self.low:g}"
        return f"{self.low:g} to {self.high:g}"


def above(low: float, why: str) -> Goal:
    """Give a goal without an upper end."""
    return Goal(low, _ANY, why)


def no_value(key: str, reason: str) -> dict[str, Value]:
    """Give a metric that does not exist, and why: it is never NaN and never 0."""
    return {key: None, f"{key}_reason": reason}


def at_most(high: float, why: str) -> Goal:
    """Give a goal without a lower end."""
    return Goal(-_ANY, high, why)


@dataclass(frozen=True, slots=True)
class Bound:
    """A difference of a metric that counts as none, and why.

    Attributes
    ----------
    size : float
        In the metric's unit; with `of_mean` a fraction of the intact circuit's mean.
    why : str
    of_mean : bool
    """

    size: float
    why: str
    of_mean: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One number of `metrics.json`.

    Attributes
    ----------
    key : str
        Its name; a placeholder such as `<population>` stands for any name.
    unit : str
        "" for a pure number.
    meaning : str
        What it is, readable without the rest of the table.
    goal : Goal, optional
        The range it should lie in for the intact circuit in the experiment's standard condition.
    bound : Bound, optional
        What difference between two circuits counts as none.
    primary : bool
        Whether the experiment is judged by it; declared before any lesion is run.
    headline : bool
        Whether the short table of `ctloop show` has it although it has no goal.
    """

    key: str
    unit: str
    meaning: str
    goal: Goal | None = None
    bound: Bound | None = None
    primary: bool = False
    headline: bool = False

    def fits(self, key: str) -> bool:
        """Return whether a key of `metrics.json` is this metric."""
        pieces = _PLACEHOLDER.split(self.key)
        known = {"<band>": r"[a-z]+", "<c>": r"\d+(?:_\d+)*"}
        text = "".join(
            known.get(p, r"[\w.]+") if _PLACEHOLDER.fullmatch(p) else re.escape(p) for p in pieces
        )
        return re.fullmatch(text, key) is not None

    @property
    def spelt(self) -> int:
        """How much of the key is spelt out, placeholders left out."""
        return len(_PLACEHOLDER.sub("", self.key))


class MetricTable:
    """The metrics of one experiment, in the order of its short table.

    Parameters
    ----------
    metrics : iterable of Metric
        No key twice, at most six of them primary.
    """

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self.metrics = tuple(metrics)

    def __iter__(self) -> Iterator[Metric]:
        """Go through the metrics in their order."""
        return iter(self.metrics)

    def find(self, key: str) -> Metric | None:
        """Find the metric of a key; of several patterns that fit, the one that spells most of it out."""
        fits = [m for m in self.metrics if m.fits(key)]
        return max(fits, key=lambda m: m.spelt) if fits else None

    def describe(self, key: str) -> tuple[str, str]:
        """Give unit and meaning of a key; the unit of an unknown one is read from its ending."""
        found = self.find(key)
        if found is not None:
            return found.unit, found.meaning
        one = key.removesuffix("_per_seed")
        if one != key and (found := self.find(one)) is not None:
            return found.unit, f"{found.meaning}; by seed"
        return UNITS.get(key.rpartition("_")[2], ""), ""

    def goal(self, key: str) -> Goal | None:
        """Give the goal of a key, or None."""
        found = self.find(key)
        return None if found is None else found.goal

    def goals(self) -> dict[str, Goal]:
        """Give the goals of all keys that are spelt out."""
        return {m.key: m.goal for m in self.metrics if m.goal is not None and "<" not in m.key}

    @property
    def primary(self) -> tuple[str, ...]:
        """The keys the experiment is judged by."""
        return tuple(m.key for m in self.metrics if m.primary)

    def bound(self, key: str, intact_mean: float | None) -> float | None:
        """Give the difference of a key that counts as none, in its unit; None if none is declared."""
        found = self.find(key)
        if found is None or found.bound is None:
            return None
        if not found.bound.of_mean:
            return found.bound.size
        return None if intact_mean is None else found.bound.size * abs(intact_mean)

    def headlines(self, metrics: Mapping[str, object]) -> list[str]:
        """Choose the keys of the short table, in the table's order; all where none is a headline."""
        chosen = [
            key
            for m in self.metrics
            if m.headline or m.goal is not None
            for key in ([m.key] if "<" not in m.key else [k for k in metrics if self.find(k) is m])
            if key in metrics and (m.headline or "<" not in m.key)
        ]
        return chosen or [k for k in metrics if not k.endswith(("_reason", "_per_seed", "_note"))]


#: The goal of a key in one run, read from the run's meta data.
Goals = Callable[[str], Goal | None]


def none_hoped(key: str) -> Goal | None:
    """Give no goal: a lesioned or otherwise changed circuit has none."""
    return None


def missed(metrics: Mapping[str, object], goals: Goals) -> list[str]:
    """List the keys whose goal was not reached, in the order of the metrics."""
    values = {k: v if isinstance(v, int | float) else None for k, v in metrics.items()}
    hoped = {k: goals(k) for k in values}
    return [k for k, goal in hoped.items() if goal is not None and not goal.held(values[k])]
