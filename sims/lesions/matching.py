"""Matching a perturbation to a paper by its effect on the perturbed cells, not by picoampere.

How much current light makes in a cell is not known, and a cell of the model needs another current
anyway. So an arm may name a series of currents and what the paper did to the cells it perturbed: by what
factor their rate changed. The series runs first, on few seeds. The current whose factor is nearest is
used for all seeds. What the perturbation does to other cells plays no part in the choice.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from circuits.errors import CtloopError
from sims.lesions.battery import INTACT, Arm, Battery

#: Seeds on which a series is run.
SERIES_SEEDS = 2
#: A factor further than this from the wanted one is no match, and the report says so.
NEAR = 1.25
DOSE = "{dose}"
Metrics = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Series:
    """One arm at several doses, of which one is to be chosen.

    Attributes
    ----------
    name : str
        What tables call the arm, whichever dose is chosen.
    lesion : str
        In the language of lesions, with `DOSE` where the dose stands.
    doses : tuple of float
        In the unit the lesion is written with.
    metric : str
        What is matched, a rate of the perturbed cells.
    times : float
        The factor by which it is to change against the intact circuit.
    why : str
        Where the factor is from.
    """

    name: str
    lesion: str
    doses: tuple[float, ...]
    metric: str
    times: float
    why: str

    def arm(self, dose: float, name: str = "") -> Arm:
        """Give the arm at one dose."""
        return Arm(name or self.name, self.lesion.replace(DOSE, f"{dose:g}"), self.name)

    def arms(self) -> tuple[Arm, ...]:
        """Give the arms of the whole series, each named by its dose."""
        return tuple(self.arm(dose, self.label(dose)) for dose in self.doses)

    def label(self, dose: float) -> str:
        """Name the arm at one dose."""
        return f"{self.name} at {dose:g}"


@dataclass(frozen=True, slots=True)
class Point:
    """One dose of a series: the factor it makes (None without a value), and whether it was chosen."""

    series: Series
    dose: float
    factor: float | None
    chosen: bool = False


def read_series(name: str, given: Mapping[str, Any]) -> Series:
    """Read an arm that is a table: its lesion, its doses and what is matched.

    Raises
    ------
    CtloopError
        If it lacks one of them, or its lesion has no place for the dose.
    """
    try:
        match = given["match"]
        found = Series(
            name, given["lesion"], tuple(given["dose"]), match["metric"], float(match["times"]),
            match["why"],
        )  # fmt: skip
    except KeyError as error:
        msg = f"the arm {name} needs lesion, dose and match = {{ metric, times, why }}: no {error}"
        raise CtloopError(msg) from None
    if DOSE not in found.lesion or not found.doses or found.times <= 0:
        msg = f"the arm {name} needs {DOSE} in its lesion, a list of doses and a factor above 0"
        raise CtloopError(msg)
    return found


def series_battery(series: Sequence[Series], base: Any) -> Battery:
    """Give the battery of all series, which runs first."""
    return Battery(tuple(arm for one in series for arm in one.arms()), SERIES_SEEDS, base)


def match(series: Series, metrics: Metrics) -> tuple[Point, ...]:
    """Choose the dose of a series whose factor is nearest to the wanted one, on a log scale.

    Parameters
    ----------
    series : Series
    metrics : mapping of arm to the metrics of its seeds
        Of `series_battery`; "intact" among them.

    Returns
    -------
    tuple of Point
        One a dose; one of them is chosen.

    Raises
    ------
    CtloopError
        If no dose has a factor, for instance because the intact cells are silent.
    """
    before = _mean(metrics[INTACT], series.metric)
    points = []
    for dose in series.doses:
        after = _mean(metrics[series.label(dose)], series.metric)
        points.append(Point(series, dose, None if not before or after is None else after / before))
    known = [p for p in points if p.factor]
    if not known:
        msg = f"no current of {series.name} can be matched: {series.metric} has no value above 0"
        raise CtloopError(msg)
    nearest = min(known, key=_distance)
    return tuple(replace(p, chosen=p is nearest) for p in points)


def chosen(points: Sequence[Point]) -> Arm:
    """Give the arm at the dose that was chosen."""
    one = next(p for p in points if p.chosen)
    return one.series.arm(one.dose)


def sentences(points: Sequence[Point]) -> str:
    """Write which dose was chosen, what it does to the perturbed cells, and whether that is near."""
    one = next(p for p in points if p.chosen)
    assert one.factor is not None
    wanted = f"{one.series.metric} x {one.factor:.3g}, wanted x {one.series.times:.3g}"
    text = f"{one.series.name}: {one.series.arm(one.dose).lesion} ({wanted}; {one.series.why})"
    if _distance(one) > math.log(NEAR):
        text += "\n  no dose of the series comes within a quarter of it: its rows say little"
    return text


def table(points: Sequence[Point]) -> list[dict[str, Any]]:
    """Give one row a dose, for a CSV file."""
    return [
        {"arm": p.series.name, "dose": p.dose, "metric": p.series.metric, "factor": p.factor,
         "wanted": p.series.times, "chosen": p.chosen}
        for p in points
    ]  # fmt: skip


def _distance(point: Point) -> float:
    return abs(math.log((point.factor or 0.0) / point.series.times))


def _mean(runs: Sequence[Mapping[str, Any]], metric: str) -> float | None:
    values = [one[metric] for one in runs if isinstance(one.get(metric), int | float)]
    return float(np.mean(values)) if values else None
