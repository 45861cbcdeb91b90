"""The view of one run: over time, over the mean cycle, and what it measured."""

from __future__ import annotations

from html import escape
from typing import Any

from bokeh.layouts import column, row

from circuits.errors import CtloopError
from circuits.runs.run import RunData
from sims.experiments import experiment
from sims.experiments.experiment import facts_of
from sims.lab.page import html, table
from sims.lab.plots.cycle import folded_figures
from sims.lab.plots.frame import time_range
from sims.lab.plots.over_time import figures_over_time
from sims.measures.metric import MetricTable

WRAP = {"flex-wrap": "wrap"}


def look(run: RunData, from_s: float | None = None, span_s: float = 0.0) -> Any:
    """Lay out the view of a run.

    Parameters
    ----------
    run : RunData
    from_s, span_s : float
        The stretch of time shown at first, s.
    """
    times = time_range(run, from_s, span_s)
    over_time = figures_over_time(run, times)
    folded = row(*folded_figures(run), sizing_mode="stretch_width", styles=WRAP)
    shown = metrics_table(run)
    return column(
        html(about(run)), *over_time[:4], folded, *over_time[4:], html(shown),
        sizing_mode="stretch_width",
    )  # fmt: skip


def about(run: RunData) -> str:
    """Say in HTML what was run."""
    facts, meta = run.experiment, run.meta
    parts = [f"<b>{escape(str(facts.get('name', 'run')))}</b>"]
    for key in ("condition", "seed", "engine", "scale"):
        value = facts.get(key, meta.get(key))
        if value is not None:
            parts.append(f"{key} {escape(str(value))}")
    parts.append(f"{run.duration_ms / 1e3:g} s")
    for word, given in (("lesion", meta.get("lesions")), ("set", meta.get("settings"))):
        parts += [f"{word} <code>{escape(str(one))}</code>" for one in given or []]
    return f"<p>{', '.join(parts)}</p>"


def metrics_table(run: RunData) -> str:
    """Write the metrics of a run as a table, folded away until it is clicked."""
    known = metrics_of(run)
    rows = [
        (key, number(value), *known.describe(key))
        for key, value in run.metrics.items()
        if not key.endswith("_reason")
    ]
    inner = table(["metric", ">value", "unit", "meaning"], rows)
    return f"<details><summary>{len(rows)} metrics</summary>{inner}</details>"


def metrics_of(run: RunData) -> MetricTable:
    """Give the metrics of a run's experiment; an empty table for one there is not."""
    try:
        return experiment(str(facts_of(run.meta).get("name"))).metrics
    except CtloopError:
        return MetricTable(())


def number(value: object, sign: str = "") -> str:
    """Write a number as tables do; "-" where there is none."""
    if value is None:
        return "-"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:{sign if value else ''}.3g}"
