"""Vary any numbers of the spec over a grid, and see where a result lives."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.errors import CtloopError
from circuits.runs.run import RunData
from sims.experiments import Request, experiment
from sims.report.tables import table
from sims.runs.perform import written
from sims.runs.pool import failures

if TYPE_CHECKING:
    from circuits.runs.run import Metric
    from sims.runs.pool import Outcome

_VALUE = re.compile(r"^\s*([-+*]?[\d.]+(?:[eE][-+]?\d+)?)\s*([A-Za-z%]*)\s*$")


@dataclass(frozen=True, slots=True)
class Axis:
    """One number of the spec and the values it takes.

    Attributes
    ----------
    path : str
        As `circuits.spec.set_parameter` reads it: "V1.L5IB->Pulvinar.TRC.D". Numbers of one owner
        that move together are joined: "V1.L5IB->Pulvinar.TRC.fibres+modelled" is how many fibres
        there are, each simulated by itself.
    values : tuple of str
        With their unit: ("300ms", "2350ms").
    """

    path: str
    values: tuple[str, ...]

    def settings(self, value: str) -> tuple[str, ...]:
        """Give what is to be set for one of the values."""
        owner, _, names = self.path.rpartition(".")
        return tuple(f"{owner}.{name.strip()}={value}" for name in names.split("+"))


def axis(text: str) -> Axis:
    """Read "V1.L5IB->Pulvinar.TRC.D=300,500,2350ms"; the last unit holds for those without one.

    Raises
    ------
    CtloopError
        If it is no path with values.
    """
    path, equals, given = text.rpartition("=")
    parts = [_VALUE.match(part) for part in given.split(",")]
    if not equals or not path.strip() or not all(parts):
        msg = f'cannot read {text!r}; write for example "V1.L5IB->Pulvinar.TRC.D=300,500,2350ms"'
        raise CtloopError(msg)
    found = [(m[1], m[2]) for m in parts if m]
    unit = found[-1][1]
    values = tuple(f"{number}{own or unit}" for number, own in found)
    if len(set(values)) < len(values):
        msg = f"{text!r} has a value twice"
        raise CtloopError(msg)
    return Axis(path.strip(), values)


@dataclass(frozen=True)
class Sweep:
    """A grid of circuits, each run with the same seeds."""

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
        first = [a.values[0] for a in self.axes]
        for i, varied in enumerate(self.axes):
            for value in varied.values:
                self.request([*first[:i], value, *first[i + 1 :]], self.base.seed).identity()


def rows(sweep: Sweep, outcomes: Mapping[Request, Outcome]) -> list[dict[str, Any]]:
    """Give one row a run: the varied numbers, seed, error, metrics."""
    from circuits.runs.store import read_metrics

    found = []
    for point in sweep.points:
        for seed in sweep.seed_numbers:
            outcome = outcomes[sweep.request(point, seed)]
            metrics = {} if outcome.error else read_metrics(outcome.folder)
            varied = {a.path: v for a, v in zip(sweep.axes, point, strict=True)}
            found.append({**varied, "seed": seed, "error": outcome.error, **metrics})
    return found


def means(
    sweep: Sweep, found: Sequence[Mapping[str, Any]], metric: str
) -> dict[tuple[str, ...], tuple[float | None, int]]:
    """Give a metric's mean over the seeds at every point, and how many seeds have it."""
    out: dict[tuple[str, ...], tuple[float | None, int]] = {}
    for point in sweep.points:
        mine = [r for r in found if tuple(r[a.path] for a in sweep.axes) == point]
        have = [float(r[metric]) for r in mine if isinstance(r.get(metric), int | float)]
        out[point] = (sum(have) / len(have) if have else None, len(have))
    return out


def report(
    sweep: Sweep,
    outcomes: Mapping[Request, Outcome],
    out: Path,
    *,
    command: Sequence[str] = (),
    figures: bool = True,
) -> str:
    """Write runs.csv, means.csv and a figure for each primary metric; give the table.

    Raises
    ------
    CtloopError
        If the folder holds something already, or cannot be written.
    """
    from circuits.runs import store

    found = rows(sweep, outcomes)
    metrics = [m for m in experiment(sweep.base.experiment).metrics.primary
               if any(m in r for r in found)]  # fmt: skip
    averaged = {m: means(sweep, found, m) for m in metrics}
    said = _screen(sweep, averaged, list(outcomes.values()))
    flat: dict[str, Metric] = {
        f"{m} at {_place(sweep, p)}": value
        for m, by_point in averaged.items() for p, (value, _) in by_point.items()
    }  # fmt: skip
    flat |= {f"{k}_reason": "no run has it" for k, v in list(flat.items()) if v is None}
    with store.claim(out) as folder:
        _csv(folder / "runs.csv", found)
        if figures:
            _draw(sweep, averaged, folder / "figures")
        meta = {
            "experiment": {"name": f"sweep of {sweep.base.experiment}"},
            "vary": {a.path: list(a.values) for a in sweep.axes},
            "seeds": list(sweep.seed_numbers),
            "base": written(sweep.base),
            "failures": failures(list(outcomes.values())),
            "command": list(command),
        }
        store.write(RunData(meta=meta, metrics=flat), folder)
    return said


def _place(sweep: Sweep, point: Sequence[str]) -> str:
    return ", ".join(f"{a.path}={v}" for a, v in zip(sweep.axes, point, strict=True))


def _csv(path: Path, found: Sequence[Mapping[str, Any]]) -> None:
    heads = list(dict.fromkeys(key for row in found for key in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, heads)
        writer.writeheader()
        writer.writerows(found)


def _screen(
    sweep: Sweep,
    averaged: Mapping[str, Mapping[tuple[str, ...], tuple[float | None, int]]],
    outcomes: Sequence[Outcome],
) -> str:
    lines = [
        (
            *point,
            *(
                "-" if by[point][0] is None else f"{by[point][0]:.3g}"
                + ("" if by[point][1] == sweep.seeds else f" ({by[point][1]})")
                for by in averaged.values()
            ),
        )
        for point in sweep.points
    ]  # fmt: skip
    heads = [*(f">{a.path}" for a in sweep.axes), *(f">{m}" for m in averaged)]
    title = f"mean over {sweep.seeds} seeds (in brackets: how many have a value, if not all)"
    parts = [table(title, heads, lines)]
    wrong = failures(outcomes)
    if wrong:
        parts.append("\n".join([f"{len(wrong)} runs failed:", *(f"  {line}" for line in wrong)]))
    return "\n\n".join(parts)


def _draw(
    sweep: Sweep,
    averaged: Mapping[str, Mapping[tuple[str, ...], tuple[float | None, int]]],
    folder: Path,
) -> None:
    from figures.lesions.sweep import sweep_map
    from figures.style import canvas

    axes = [(a.path, a.values) for a in sweep.axes]
    for metric, by_point in averaged.items():
        values = {p: v for p, (v, _) in by_point.items()}
        try:
            drawn = sweep_map(axes, values, metric)
        except canvas.Missing:
            continue
        page = drawn.get_figure(root=True)
        if page is not None:
            canvas.write(page, folder / f"{metric}.png")
