"""The view of two runs on the same axes, or of a battery of lesions."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

from bokeh.layouts import column, row

from circuits.errors import CtloopError
from circuits.runs.run import RunData
from figures.style.canvas import Missing
from sims.lab.folders import EFFECTS
from sims.lab.look import WRAP, about, metrics_of, number
from sims.lab.page import html, paragraph, table
from sims.lab.plots import cycle
from sims.lab.plots.compare import claim, effects_of, equivalences, forest, rate_differences
from sims.lab.plots.differences import difference_figures, or_why, rates, traces
from sims.lab.plots.frame import note, time_range
from sims.lab.plots.over_time import raster, relay
from sims.lesions.statistics import Effect, equivalence

CLAIMS = (
    "Vermilion, change: corrected p below .05, and the 95 % interval leaves out 0. Blue, no change: the 90 % interval "
    "lies within the metric's bound (two one-sided tests, p below .05). Grey, open: neither."
)
ONE_PAIR = (
    "Two runs are one pair: differences, but no intervals. Whether a difference is more than chance "
    "needs paired seeds: ctloop lesion ... --seeds 12."
)


def compare(
    a: RunData, b: RunData, names: tuple[str, str], from_s: float | None = None, span_s: float = 0.0
) -> Any:
    """Lay out what differs between two runs, then both on the same axes: over time, the mean cycle, spectra, rates.

    Parameters
    ----------
    a, b : RunData
    names : (str, str)
        Their addresses.
    from_s, span_s : float
        The stretch of time shown at first, s.
    """
    times = time_range(a if a.duration_ms <= b.duration_ms else b, from_s, span_s)
    times.name = "time_both"
    parts: list[Any] = [paragraph(ONE_PAIR, "note")]
    seeds = a.meta.get("seed"), b.meta.get("seed")
    if seeds[0] != seeds[1]:
        parts.append(
            paragraph(
                f"The seeds differ ({seeds[0]} and {seeds[1]}): so do wiring, first state and noise.",
                "note",
            )
        )
    folded = row(
        *difference_figures(a, b), html(_metrics(a, b), min_width=440), sizing_mode="stretch_width",
        styles=WRAP,
    )  # fmt: skip
    parts += [folded, or_why(traces, a, b, times)]
    shared: dict[str, Any] = {}
    for run, name in zip((a, b), names, strict=True):
        parts.append(html(f"<p><b>{escape(name)}</b></p>{about(run)}"))
        for make in (relay, raster):
            parts.append(_on_shared(make, run, times, shared))
        parts.append(_folded(run, shared))
    parts.append(
        row(rate_differences(a, b), or_why(rates, a, b), sizing_mode="stretch_width", styles=WRAP)
    )
    return column(*parts, sizing_mode="stretch_width")


def _on_shared(make: Any, run: RunData, times: Any, shared: dict[str, Any]) -> Any:
    """Draw over time; the second run gets the first one's axis of values."""
    try:
        if make is raster:
            made = raster(run, times, height=380)
            made.yaxis.major_label_text_font_size = "8px"
            return made
        made = make(run, times)
    except Missing as error:
        return note(str(error))
    values = shared.setdefault(make.__name__, made.y_range)
    values.end = max(values.end, made.y_range.end)
    made.y_range = values
    return made


def _folded(run: RunData, shared: dict[str, Any]) -> Any:
    made = []
    for make in (cycle.relay, cycle.conductance, cycle.spectra):
        key = f"cycle {make.__name__}"
        try:
            one = make(run, shared.get(key))
        except Missing as error:
            one = note(str(error))
        else:
            shared.setdefault(key, one.y_range)
            shared[key].renderers = [
                *(shared[key].renderers if isinstance(shared[key].renderers, list) else []),
                *one.renderers,
            ]
        made.append(one)
    return row(*made, sizing_mode="stretch_width", styles=WRAP)


def _metrics(a: RunData, b: RunData) -> str:
    """Write the metrics of both runs with difference and bound, those judged by first."""
    known = metrics_of(a)
    keys = [k for k in a.metrics if k in b.metrics and not k.endswith("_reason")]
    keys.sort(key=lambda k: k not in known.primary)
    rows = []
    for key in keys:
        x, y = _value(a.metrics[key]), _value(b.metrics[key])
        if x is None and y is None:
            continue
        difference = None if x is None or y is None else y - x
        bound = known.bound(key, x)
        within = ""
        if bound is not None and difference is not None:
            within = "within" if abs(difference) <= bound else "beyond"
        numbers = number(x), number(y), number(difference, "+"), number(bound) if bound else ""
        rows.append((key, *numbers, within, known.describe(key)[0]))
    heads = ["metric", ">first", ">second", ">difference", ">bound", "of the bound", "unit"]
    few = [r for r in rows if r[0] in known.primary] or rows[:8]
    more = f"<details><summary>all {len(rows)} metrics</summary>{table(heads, rows)}</details>"
    return table(heads, few) + more


def _value(metric: object) -> float | None:
    """Give a metric that is a number."""
    plain = isinstance(metric, int | float) and not isinstance(metric, bool)
    return float(metric) if plain else None  # type: ignore[arg-type]


def battery(folder: Path) -> Any:
    """Lay out a battery of lesions: every primary effect with its interval, and what may be claimed.

    Raises
    ------
    CtloopError
        If its effects cannot be read.
    """
    try:
        found = json.loads((folder / EFFECTS).read_bytes())
        effects = [e for e in effects_of(found["effects"]) if e.primary]
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"the effects in {folder.name} cannot be read: {error}"
        raise CtloopError(msg) from error
    if not effects:
        return paragraph("This battery has no primary effects.", "note")
    heads = [
        "lesion",
        "metric",
        ">intact",
        ">lesioned",
        ">difference",
        ">95 % interval",
        ">d",
        ">p (corrected)",
        ">pairs",
        ">bound",
        ">90 % interval",
        ">p (equivalence)",
        "claim",
    ]
    drawn = row(forest(effects), equivalences(effects), sizing_mode="stretch_width", styles=WRAP)
    return column(
        drawn, paragraph(CLAIMS, "note"), html(table(heads, [_row(e) for e in effects])),
        sizing_mode="stretch_width",
    )  # fmt: skip


def _row(e: Effect) -> tuple[str, ...]:
    test = equivalence(e)
    return (
        e.lesion, e.metric, number(e.intact), number(e.lesioned), number(e.difference, "+"),
        "" if e.low is None else _interval(e.low, e.high), number(e.effect, "+"),
        number(e.p_corrected), str(e.n), number(e.bound),
        "" if test is None else _interval(test.low, test.high),
        "" if test is None else number(test.p), claim(e),
    )  # fmt: skip


def _interval(low: float | None, high: float | None) -> str:
    return f"{number(low, '+')} to {number(high, '+')}"
