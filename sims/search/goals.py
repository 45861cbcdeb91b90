"""What a search aims at: ranges of metrics, and how far a run is from them.

The distance of a value to its range is 0 inside. Outside, where `gap` is how far it is from the nearer
end, it is gap / (gap + scale), so half a scale away counts a third, a scale away a half, and nothing counts
more than 1. The scale is the width of the range; of a range with one end it is half of that end, or 1
where that end is 0. A run that failed, and a metric that it does not have, count 1.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from circuits.errors import CtloopError, UnknownName
from sims.measures.metric import MetricTable

_N = r"([-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?)"
_METRIC = r"([A-Za-z][\w.]*?)"
_FORMS = (
    (re.compile(rf"^{_METRIC}\s+in\s+{_N}\s*\.\.\s*{_N}$"), "name low high"),
    (re.compile(rf"^{_N}\s*<=?\s*{_METRIC}\s*<=?\s*{_N}$"), "low name high"),
    (re.compile(rf"^{_METRIC}\s*>=?\s*{_N}$"), "name low"),
    (re.compile(rf"^{_METRIC}\s*<=?\s*{_N}$"), "name high"),
    (re.compile(rf"^{_METRIC}$"), "name"),
)


@dataclass(frozen=True, slots=True)
class Target:
    """A range that a metric shall lie in, both ends included; an end may be infinite."""

    metric: str
    low: float
    high: float

    @property
    def scale(self) -> float:
        """What distance counts a half: the range's width, or half of its only end."""
        if math.isfinite(self.high - self.low):
            return (self.high - self.low) or abs(self.low) / 2 or 1.0
        return abs(self.low if math.isfinite(self.low) else self.high) / 2 or 1.0

    def distance(self, value: float | None) -> float:
        """Give how far a value is from the range, 0 to 1; one that does not exist is 1."""
        if value is None or not math.isfinite(value):
            return 1.0
        gap = max(self.low - value, value - self.high, 0.0)
        return gap / (gap + self.scale)

    def __str__(self) -> str:
        """Write it as it can be given: "theta_pulvinar_hz in 4.5..5.5"."""
        if math.isinf(self.high):
            return f"{self.metric}>={self.low:g}"
        if math.isinf(self.low):
            return f"{self.metric}<={self.high:g}"
        return f"{self.metric} in {self.low:g}..{self.high:g}"


def targets_of(texts: Iterable[str], table: MetricTable) -> tuple[Target, ...]:
    """Read goals; none are the primary metrics of an experiment that have a declared goal.

    Parameters
    ----------
    texts : iterable of str
        "metric>=.9", "metric<=.4", ".25<=metric<=.5", "metric in 4.5..5.5", or "metric" alone for its
        declared goal.
    table : MetricTable

    Raises
    ------
    CtloopError
        If one cannot be read, or there is none.
    UnknownName
        If the experiment has no such metric.
    """
    asked = list(texts)
    if not asked:
        asked = [key for key in table.primary if table.goal(key) is not None]
    if not asked:
        msg = 'no primary metric of this experiment has a goal; say what to aim at: --goals "METRIC>=1"'
        raise CtloopError(msg)
    targets = tuple(_target(text, table) for text in asked)
    names = [t.metric for t in targets]
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice is not None:
        msg = f"{twice} has two goals; write one range: {twice} in LOW..HIGH"
        raise CtloopError(msg)
    return targets


def _target(text: str, table: MetricTable) -> Target:
    for form, order in _FORMS:
        if (found := form.match(text.strip())) is None:
            continue
        given = dict(zip(order.split(), found.groups(), strict=True))
        name = given["name"]
        if table.find(name) is None:
            known = [m.key for m in table]
            raise UnknownName("metric", name, known)
        if order == "name":
            goal = table.goal(name)
            if goal is None:
                msg = f'{name} has no declared goal; write one: "{name}>=1" or "{name} in 1..2"'
                raise CtloopError(msg)
            return Target(name, goal.low, goal.high)
        low, high = float(given.get("low", "-inf")), float(given.get("high", "inf"))
        if low > high:
            msg = f"the goal {text!r} holds for no value: its low end is above its high one"
            raise CtloopError(msg)
        return Target(name, low, high)
    msg = (
        f'cannot read the goal {text!r}; write "METRIC>=.9", ".25<=METRIC<=.5" or "METRIC in 4..6"'
    )
    raise CtloopError(msg)
