"""A run over the mean theta cycle and over frequency, and what drove one relay cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from bokeh.models import BoxAnnotation, ColumnDataSource, FactorRange, HoverTool, Span
from bokeh.transform import dodge

from circuits.analysis.spectra import BAND_HZ
from circuits.runs.run import RunData
from figures.run import conductance as inputs
from figures.run import cycle as folding
from figures.run.relay import groups
from figures.run.spectra import GOAL_HZ, POISSON_DB, decibels, lines
from figures.style import palette
from figures.style.canvas import Missing
from figures.style.roles import burst_cells, roles
from sims.lab.plots.frame import SHADE, frame, line, note, tidy_legend

HEIGHT = 270


def folded_figures(run: RunData, **shared: Any) -> list[Any]:
    """Draw relay cells and conductances over the mean cycle, spectra, and the charge into one cell.

    Parameters
    ----------
    run : RunData
    **shared
        Ranges of a compared run: `relay_y`, `conductance_y`, `spectra_y`.
    """
    made = []
    for make in (relay, conductance, spectra, charge):
        try:
            made.append(make(run, shared.get(f"{make.__name__}_y")))
        except Missing as error:
            made.append(note(f"{make.__name__}: {error}"))
    return made


Make = Callable[[RunData, Any], Any]


def over_cycle(title: str, run: RunData, cycle: folding.Grid, y_range: Any) -> Any:
    """Make an empty figure over the mean cycle, its parts shaded; None has an axis of values of its own."""
    options = {} if y_range is None else {"y_range": y_range}
    made = frame(title, HEIGHT, min_width=250, x_range=(0, cycle.cycle_ms), **options)
    split = cycle.prediction_ms
    made.add_layout(
        BoxAnnotation(right=split, fill_color=SHADE["prediction"], fill_alpha=1, level="underlay")
    )
    made.add_layout(
        BoxAnnotation(left=split, fill_color=SHADE["outcome"], fill_alpha=1, level="underlay")
    )
    made.xaxis.axis_label = f"ms since the end of a burst of {burst_cells(run)}"
    return made


def relay(run: RunData, y_range: Any = None) -> Any:
    """Draw relay cells over the mean cycle, mean and standard error over cycles.

    Raises
    ------
    Missing
        If the run has no cycle, or neither orientation.
    """
    cycle, name = folding.grid(run), roles(run)["relay"]
    made = over_cycle(f"Relay cells, {len(cycle.edges_ms)} cycles (Hz)", run, cycle, y_range)
    for group in groups(run):
        folded = folding.fold(folding.rate_near(run, name, group.angle_deg), cycle)
        mean, error = folded.mean(axis=0), folded.std(axis=0) / np.sqrt(len(folded))
        band(
            made,
            cycle,
            mean,
            mean - error,
            mean + error,
            group.ink,
            f"{group.name} {group.angle_deg:.0f}°",
        )
    return _from_zero(made)


def conductance(run: RunData, y_range: Any = None) -> Any:
    """Draw the conductances over the mean cycle; the bands hold the middle half of the cycles.

    Raises
    ------
    Missing
        If the run has no cycle, or neither conductance was recorded.
    """
    cycle, (cells, unit) = folding.grid(run), inputs.per_cell(run)
    shown = inputs.recorded(run)
    made = over_cycle(f"Excitation ({unit})", run, cycle, y_range)
    for one in shown:
        folded = folding.fold(inputs.total_ns(run, one.projection), cycle) / cells
        low, high = np.quantile(folded, [0.25, 0.75], axis=0)
        band(made, cycle, folded.mean(axis=0), low, high, one.ink, f"from {one.source}")
    return _from_zero(made)


def band(
    made: Any, cycle: folding.Grid, mean: Any, low: Any, high: Any, ink: str, label: str
) -> None:
    """Draw a line over the mean cycle in its band; low, mean and high are arrays (n_bins,)."""
    x, below = cycle.line(low)
    made.varea(x=x, y1=below, y2=cycle.line(high)[1], color=ink, alpha=0.25)
    line(made, *cycle.line(mean), ink, label, line_width=2.2)


def _from_zero(made: Any) -> Any:
    made.y_range.start = 0
    tidy_legend(made, "top_left")
    return made


def spectra(run: RunData, y_range: Any = None) -> Any:
    """Draw power spectra of the burst cells and the relay cells, dB above the median of 1-20 Hz.

    Raises
    ------
    Missing
        If less than 4 s were simulated after the discarded start.
    """
    options = {} if y_range is None else {"y_range": y_range}
    shown = lines(run)
    made = frame("Spectra (dB above median)", HEIGHT, min_width=250,
                 x_range=(0.5, BAND_HZ[1]), **options)  # fmt: skip
    made.add_layout(
        BoxAnnotation(
            left=GOAL_HZ[0],
            right=GOAL_HZ[1],
            fill_color=palette.BAND,
            fill_alpha=1,
            level="underlay",
        )
    )
    made.add_layout(
        Span(location=POISSON_DB, dimension="width", line_color=palette.FAINT, line_dash="dotted")
    )
    tops = [0.0]
    for one in shown:
        frequency, power, top = decibels(run, one.rate_hz)
        tops.append(0.0 if top is None else top.prominence_db)
        label = f"{one.label}: " + ("silent" if top is None else f"{top.frequency_hz:.1f} Hz")
        line(made, frequency, power, one.ink, label, line_width=one.width)
    made.y_range.start, made.y_range.end = -12, max(tops) + 2 + 2.4 * len(shown)
    made.xaxis.axis_label = "frequency (Hz); dotted: what noise reaches"
    tidy_legend(made)
    return made


def charge(run: RunData, y_range: Any = None) -> Any:
    """Draw what one relay cell received: charge by pathway and part of the cycle.

    Raises
    ------
    Missing
        If that was not recorded.
    """
    if run.charge is None or not len(run.charge.pathway):
        msg = "the charge into a relay cell was not recorded"
        raise Missing(msg)
    names = list(dict.fromkeys(run.charge.pathway))[::-1]
    labels = {n: palette.label(n.partition(" -> ")[0]) for n in names}
    made = frame(
        f"Into relay cell {run.charge.cell} (pC per cycle)", HEIGHT, min_width=250,
        y_range=FactorRange(*dict.fromkeys(labels.values())),
    )  # fmt: skip
    for part, ink, lift in (
        ("prediction", palette.PREDICTION, 0.2),
        ("outcome", palette.OUTCOME, -0.2),
    ):
        found = [
            (labels[n], c)
            for n, p, c in zip(
                run.charge.pathway, run.charge.part, run.charge.charge_pc, strict=True
            )
            if p == part
        ]
        data = {"from": [n for n, _ in found], "pc": [float(c) for _, c in found]}
        made.hbar(
            y=dodge("from", lift, range=made.y_range), right="pc", height=0.35, color=ink,
            source=ColumnDataSource(data), legend_label=part,
        )  # fmt: skip
    made.add_tools(HoverTool(tooltips=[("from", "@from"), ("charge", "@pc{0.000} pC")]))
    tidy_legend(made, "top_left")
    return made
