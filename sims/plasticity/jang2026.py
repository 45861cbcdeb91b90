"""What Jang, Flores, O'Reilly & Zito 2026 measured: normalised EPSPs of CA1 cells after induction.

Means and SEM at 30-35 min are printed in the paper (bioRxiv 10.64898/2026.06.05.730489); the minute
by minute courses were read off its figure, about +-0.02.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Published:
    """One condition: EPSP over baseline at 30-35 min, and its course at 0, 1, ... 35 min."""

    mean: float
    sem: float
    cells: int
    course: tuple[float, ...]

    @property
    def sd(self) -> float:
        """The standard deviation between cells."""
        return self.sem * math.sqrt(self.cells)

    def holds(self, value: float) -> bool:
        """Return whether a value lies within mean +- SEM."""
        return abs(value - self.mean) <= self.sem


def _course(text: str) -> tuple[float, ...]:
    return tuple(float(x) for x in text.split())


PUBLISHED: dict[str, Published] = {
    "25_50": Published(
        1.42,
        0.15,
        12,
        _course(
            "1.54 1.30 1.23 1.14 1.15 1.25 1.28 1.27 1.33 1.35 1.29 1.41 1.34 1.35 1.34 1.42 1.37 1.47"
            " 1.49 1.50 1.48 1.51 1.38 1.56 1.42 1.49 1.44 1.46 1.40 1.38 1.55 1.36 1.41 1.42 1.38 1.50"
        ),
    ),
    "50_25": Published(
        0.73,
        0.10,
        18,
        _course(
            "1.38 1.08 .95 .96 1.05 .90 .89 .88 .89 .86 .90 .89 .92 1.01 .87 .89 .84 .77 .83 .75 .73"
            " .76 .79 .76 .74 .77 .70 .70 .69 .76 .68 .71 .74 .79 .77 .68"
        ),
    ),
    "25_25": Published(
        1.12,
        0.15,
        12,
        _course(
            "1.58 1.12 1.03 .98 1.01 1.04 1.11 1.08 1.05 1.03 1.05 1.05 1.09 1.16 1.01 1.12 1.15 1.13"
            " 1.10 1.04 1.17 1.20 1.19 1.14 1.16 1.20 1.14 1.11 1.14 1.17 1.12 1.14 1.17 1.15 1.14 1.14"
        ),
    ),
    "50_50": Published(
        1.09,
        0.08,
        11,
        _course(
            "1.27 1.04 .98 1.02 1.08 1.09 1.18 1.21 1.24 1.14 1.25 1.19 1.14 1.08 1.15 1.07 1.07 1.06"
            " 1.12 1.17 1.11 1.13 1.04 1.03 1.09 1.08 1.12 1.16 1.20 1.09 1.07 1.17 1.15 .99 1.08 1.07"
        ),
    ),
}

#: Minutes of the courses.
MINUTES = tuple(float(minute) for minute in range(36))
