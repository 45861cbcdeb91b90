"""The report of a sweep: one row a run, means over the seeds, a figure for each primary metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.runs.run import RunData
from sims.experiments import Request, experiment
from sims.lesions.sweep import Sweep
from sims.report.csv_files import write_rows
from sims.report.pictures import drawn_into_report
from sims.report.tables import table
from sims.runs.perform import written
from sims.runs.pool import failures

if TYPE_CHECKING:
    from circuits.runs.run import Metric
    from sims.runs.pool import Outcome

#: Point of the grid -> mean over the seeds (None if none has a value), and how many seeds have one.
Means = dict[tuple[str, ...], tuple[float | None, int]]


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


def means(sweep: Sweep, found: Sequence[Mapping[str, Any]], metric: str) -> Means:
    """Give a metric's mean over the seeds at every point, and how many seeds have it."""
    out: Means = {}
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
    """Write runs.csv and a figure for each primary metric; give the table.

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
    text = _screen(sweep, averaged, list(outcomes.values()))
    flat: dict[str, Metric] = {
        f"{m} at {_point_name(sweep, p)}": value
        for m, by_point in averaged.items() for p, (value, _) in by_point.items()
    }  # fmt: skip
    flat |= {f"{k}_reason": "no run has it" for k, v in list(flat.items()) if v is None}
    with store.claim(out) as folder:
        write_rows(folder / "runs.csv", found)
        pictures = folder / "figures"
        meta: dict[str, Any] = {
            "experiment": {"name": f"sweep of {sweep.base.experiment}"},
            "vary": {a.path: list(a.values) for a in sweep.axes},
            "seeds": list(sweep.seed_numbers),
            "base": written(sweep.base),
            "failures": failures(list(outcomes.values())),
            "command": list(command),
        }
        if figures:
            text += drawn_into_report(lambda: _draw(sweep, averaged, pictures), pictures, meta)
        store.write(RunData(meta=meta, metrics=flat), folder)
    return text


def _point_name(sweep: Sweep, point: Sequence[str]) -> str:
    return ", ".join(f"{a.path}={v}" for a, v in zip(sweep.axes, point, strict=True))


def _screen(
    sweep: Sweep,
    averaged: Mapping[str, Means],
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
    averaged: Mapping[str, Means],
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
