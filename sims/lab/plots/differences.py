"""Two runs, the second minus the first: over the mean theta cycle and over time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from bokeh.models import ColorBar, ColumnDataSource, FactorRange, HoverTool, LinearColorMapper, Span
from bokeh.palettes import RdBu11

from circuits.runs.run import RunData
from figures.run import conductance as inputs
from figures.run import cycle as folding
from figures.run.relay import SMOOTH_MS, groups
from figures.style import palette
from figures.style.canvas import Missing
from figures.style.roles import inhibitory, roles
from sims.lab.plots.cycle import band, over_cycle
from sims.lab.plots.frame import Array, frame, note, over_time, tidy_legend
from sims.lab.plots.window import cut_lines

MINUS = "second minus first"
#: Pixels of a row, and of what is around the rows.
ROW_PX, AROUND_PX = 14, 90


def difference_figures(a: RunData, b: RunData) -> list[Any]:
    """Draw what differs over the mean cycle: relay cells, conductances.

    Each part of the second run's cycle is stretched to the length that it has in the first. The bands are standard
    errors over cycles; they say nothing of other seeds.
    """
    return [or_why(make, a, b) for make in (relay, conductance)]


def or_why(make: Callable[..., Any], *given: Any) -> Any:
    """Draw, or write the reason why that cannot be."""
    try:
        return make(*given)
    except Missing as error:
        return note(f"{make.__name__}, {MINUS}: {error}")


def relay(a: RunData, b: RunData) -> Any:
    """Draw the difference of relay cells' rates over the mean cycle.

    Raises
    ------
    Missing
        If either run has no cycle, or they share no orientation.
    """
    cycles = folding.grid(a), folding.grid(b)
    made = over_cycle(f"Relay cells, {MINUS} (Hz)", a, cycles[0], None)
    for name, ink, rates in _relay_rates(a, b):
        folded = [folding.fold(rate, c) for rate, c in zip(rates, cycles, strict=True)]
        _draw(made, cycles, (folded[0], folded[1]), ink, name)
    return _finished(made)


def conductance(a: RunData, b: RunData) -> Any:
    """Draw the difference of modulator and driver in a relay cell; what one run lacks counts as 0.

    A lesion that cuts a pathway leaves nothing to record.

    Raises
    ------
    Missing
        If either run has no cycle or recorded no conductance.
    """
    cycles = folding.grid(a), folding.grid(b)
    known = [{one.projection: one for one in inputs.recorded(run)} for run in (a, b)]
    per_cell = [inputs.per_cell(run) for run in (a, b)]
    if per_cell[0][1] != per_cell[1][1]:
        msg = f"the first is in {per_cell[0][1]}, the second in {per_cell[1][1]}"
        raise Missing(msg)
    made = over_cycle(f"Excitation, {MINUS} ({per_cell[0][1]})", a, cycles[0], None)
    for name, one in (known[0] | known[1]).items():
        folded = []
        for run, shown, (cells, _), cycle in zip((a, b), known, per_cell, cycles, strict=True):
            bins = cycle.edges_ms.shape[1] - 1
            folded.append(
                folding.fold(inputs.total_ns(run, name), cycle) / cells
                if name in shown else np.zeros((len(cycle.edges_ms), bins))
            )  # fmt: skip
        lacks = "" if all(name in shown for shown in known) else " (in one run alone)"
        _draw(made, cycles, (folded[0], folded[1]), one.ink, f"from {one.source}{lacks}")
    return _finished(made)


def traces(a: RunData, b: RunData, times: Any) -> Any:
    """Draw the difference of relay cells' rates over time.

    Raises
    ------
    Missing
        If they share no orientation.
    """
    made = over_time(f"Relay cells, {MINUS} (spikes/s per cell)", 150, times, a, y_range=(-1, 1))
    top = 1.0
    for name, ink, rates in _relay_rates(a, b):
        end = min(a.duration_ms, b.duration_ms)
        (x, first), (_, second) = (folding.smoothed(r, 0.0, end, SMOOTH_MS) for r in rates)
        cut_lines(made, [(x, second - first)], [ink], legend_label=name, line_width=2)
        late = np.abs(second - first)[int(a.discard_ms) :]
        top = max(top, 1.1 * float(late.max(initial=0.0)))
    made.y_range.start, made.y_range.end = -top, top
    made.add_layout(_zero())
    tidy_legend(made)
    return made


def rates(a: RunData, b: RunData) -> Any:
    """Draw the difference of every population's rate over the mean cycle as colours.

    In units of the larger of both peaks: -1 where a peak is gone, 1 where one is new.

    Raises
    ------
    Missing
        If either run has no cycle, or they share no population.
    """
    cycles = folding.grid(a), folding.grid(b)
    names = palette.ordered({*a.rates_hz} & {*b.rates_hz}, inhibitory(a))[::-1]
    if not names:
        msg = "they share no population"
        raise Missing(msg)
    at = np.arange(folding.BIN_MS / 2, cycles[0].cycle_ms, folding.BIN_MS)
    hz = np.empty((len(names), len(at)))
    share = np.empty_like(hz)
    for row, name in enumerate(names):
        first, second = (
            folding.fold(run.rates_hz[name], cycle).mean(axis=0)
            for run, cycle in zip((a, b), cycles, strict=True)
        )
        difference = _on_first(second, cycles) - first
        hz[row] = np.interp(at, cycles[0].centres_ms, difference)
        share[row] = hz[row] / max(float(first.max()), float(second.max()), 1e-9)
    labels = [palette.label(name) for name in names]
    made = frame(
        f"Rates, {MINUS} (1: the larger peak)", AROUND_PX + ROW_PX * len(names),
        x_range=(0, cycles[0].cycle_ms), y_range=FactorRange(*labels), min_width=380, name="cycle_difference",
    )  # fmt: skip
    made.min_border_left = 118
    colours = LinearColorMapper(palette=RdBu11, low=-1, high=1)
    source = ColumnDataSource(
        {"image": [share.astype(np.float32)], "hz": [hz.astype(np.float32)], "x": [0], "y": [0],
         "dw": [cycles[0].cycle_ms], "dh": [len(names)]}
    )  # fmt: skip
    made.image("image", source=source, x="x", y="y", dw="dw", dh="dh", color_mapper=colours)
    made.add_layout(ColorBar(color_mapper=colours, width=8, bar_line_color=None), "right")
    made.add_layout(
        Span(location=cycles[0].prediction_ms, dimension="height", line_color=palette.INK,
             line_dash="dotted")
    )  # fmt: skip
    tips = [("difference", "@hz{+0.00} Hz"), ("of the larger peak", "@image{+0.00}")]
    made.add_tools(HoverTool(tooltips=tips))
    made.yaxis.major_label_text_font_size = "10px"
    made.xaxis.axis_label = "ms since the end of a burst; dotted: the outcome begins"
    return made


def _relay_rates(a: RunData, b: RunData) -> list[tuple[str, str, tuple[Any, Any]]]:
    """Give name, colour and both runs' rates (Hz, 1 ms bins) of the groups of relay cells that both have."""
    known = [{one.name: one for one in groups(run)} for run in (a, b)]
    found = []
    for name, one in known[0].items():
        if name in known[1]:
            pair = [
                folding.rate_near(run, roles(run)["relay"], own[name].angle_deg)
                for run, own in zip((a, b), known, strict=True)
            ]
            found.append((name, one.ink, (pair[0], pair[1])))
    if not found:
        msg = "the runs share no group of relay cells"
        raise Missing(msg)
    return found


def _phase(cycle: folding.Grid) -> Array:
    """Give the middle of every bin as a phase: 0 to 1 in the prediction part, 1 to 2 in the outcome part."""
    x, split = cycle.centres_ms, cycle.prediction_ms
    return np.where(x < split, x / split, 1 + (x - split) / cycle.outcome_ms)


def _on_first(values: Array, cycles: tuple[folding.Grid, folding.Grid]) -> Array:
    """Give a folded trace of the second run at the bins of the first."""
    found: Array = np.interp(_phase(cycles[0]), _phase(cycles[1]), values)
    return found


def _draw(
    made: Any, cycles: tuple[folding.Grid, folding.Grid], folded: tuple[Array, Array], ink: str, label: str
) -> None:  # fmt: skip
    """Draw the difference of two folded traces with its standard error over cycles."""
    errors = [one.std(axis=0) / np.sqrt(len(one)) for one in folded]
    mean = _on_first(folded[1].mean(axis=0), cycles) - folded[0].mean(axis=0)
    error = np.hypot(errors[0], _on_first(errors[1], cycles))
    band(made, cycles[0], mean, mean - error, mean + error, ink, label)


def _finished(made: Any) -> Any:
    made.add_layout(_zero())
    tidy_legend(made, "bottom_left")
    return made


def _zero() -> Any:
    return Span(location=0, dimension="width", line_color=palette.INK, line_width=1)
