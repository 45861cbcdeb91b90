"""A run over time: raster, relay cells, conductances, current source density, on one linked axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from bokeh.models import (
    ColorBar,
    CustomJSTickFormatter,
    FixedTicker,
    LinearColorMapper,
    Range1d,
    RangeTool,
)
from bokeh.palettes import RdBu11

from circuits.runs.run import RunData
from figures.run import conductance as inputs
from figures.run import cycle as folding
from figures.run.raster import dots
from figures.run.relay import SMOOTH_MS, groups
from figures.style import palette, rows
from figures.style.canvas import Missing
from figures.style.roles import burst_cells, roles
from sims.lab.plots.frame import LEFT_PX, RIGHT_PX, frame, line, note, over_time, tidy_legend
from sims.lab.plots.window import cut_lines, cut_spikes

#: Spikes that a page holds, and columns of an image of current source density.
MOST_SPIKES, MOST_COLUMNS = 100_000, 12_000
#: Half the height of a spike, and what of a figure's height its title and axis take, pixels.
HALF_PX, AROUND_PX = 2.0, 60
#: Points of the overview: one value for each of so many stretches.
OVERVIEW = 2000


def figures_over_time(run: RunData, times: Any) -> list[Any]:
    """Draw a run over time, from top to bottom; in place of what it lacks stands a sentence.

    Parameters
    ----------
    run : RunData
    times : bokeh Range1d
        The range that all share, from `sims.lab.plots.frame.time_range`.
    """
    return [
        _or_why(make, run, times) for make in (overview, raster, relay, conductance, density, rates)
    ]


def _or_why(make: Callable[[RunData, Any], Any], run: RunData, times: Any) -> Any:
    try:
        return make(run, times)
    except Missing as error:
        return note(f"{make.__name__}: {error}")


def overview(run: RunData, times: Any) -> Any:
    """Draw the whole run with a window to drag: the rates of the burst cells and the relay cells."""
    made = frame(
        "The whole run: drag the window, or use the arrow keys", 90,
        x_range=Range1d(0, max(run.duration_ms / 1e3, 0.05)), name="overview",
    )  # fmt: skip
    made.min_border_left, made.min_border_right = LEFT_PX, RIGHT_PX
    made.yaxis.visible = False
    for label, ink, rate in [*_relay_rates(run), *_burster(run)]:
        step = max(1, len(rate) // OVERVIEW)
        smooth = np.convolve(rate, np.ones(SMOOTH_MS) / SMOOTH_MS, "same")
        coarse = smooth[: len(smooth) // step * step].reshape(-1, step).max(axis=1)
        line(made, (np.arange(len(coarse)) + 0.5) * step / 1e3, coarse, ink, "", name=label)
    made.add_tools(RangeTool(x_range=times, start_gesture="pan"))
    return made


def raster(run: RunData, times: Any, height: int = 640) -> Any:
    """Draw the spikes of every population, by area and lamina.

    Parameters
    ----------
    run : RunData
    times : bokeh Range1d
    height : int
        Pixels.

    Raises
    ------
    Missing
        If the run holds no spikes.
    """
    if not run.spikes:
        msg = "the run holds no spikes"
        raise Missing(msg)
    strips = rows.stack(run, run.spikes)
    share = min(1.0, MOST_SPIKES / max(sum(len(s.cells) for s in run.spikes.values()), 1))
    made = over_time("Who fired, and when", height, times, run)
    _name_rows(made, strips, [palette.label(row.population) for row in strips])
    half = HALF_PX * (made.y_range.end - made.y_range.start) / (height - AROUND_PX)
    trains = []
    for row in strips:
        known = run.populations.get(row.population)
        count = known.count if known else int(run.spikes[row.population].cells.max(initial=0)) + 1
        trains.append(dots(run, row, 0.0, run.duration_ms, max(1, round(count * share))))
    cut_spikes(made, trains, half, [palette.colour(row.population) for row in strips])
    if share < 1:
        shown = sum(len(x) for x, _ in trains)
        made.title.text += f" ({shown:,} spikes, of {share:.0%} of the cells)"
    return made


def relay(run: RunData, times: Any) -> Any:
    """Draw the rates of relay cells of the predicted and of the actual orientation.

    Raises
    ------
    Missing
        If the run has no spikes of relay cells.
    """
    shown = _relay_rates(run)
    if not shown:
        msg = "the run has no spikes of relay cells"
        raise Missing(msg)
    made = over_time("Relay cells (spikes/s per cell)", 170, times, run, y_range=(0, 1))
    for label, ink, rate in [*shown, *_burster(run)]:
        x, y = folding.smoothed(rate, 0.0, run.duration_ms, SMOOTH_MS)
        faint = ink == palette.FAINT
        cut_lines(made, [(x, y)], [ink], legend_label=label, line_width=1 if faint else 2)
        _reach(made, run, y)
    tidy_legend(made)
    return made


def conductance(run: RunData, times: Any) -> Any:
    """Draw what modulator and driver conduct in a relay cell, AMPA plus unblocked NMDA.

    Raises
    ------
    Missing
        If neither was recorded.
    """
    cells, unit = inputs.per_cell(run)
    shown = inputs.recorded(run)
    made = over_time(f"Excitation of relay cells ({unit})", 170, times, run, y_range=(0, 0.1))
    for one in shown:
        trace = inputs.total_ns(run, one.projection) / cells
        x = (np.arange(len(trace)) + 0.5) / 1e3
        label = f"from {one.source}"
        cut_lines(made, [(x, trace)], [one.ink], legend_label=label, line_width=2)
        _reach(made, run, trace)
    tidy_legend(made)
    return made


def density(run: RunData, times: Any) -> Any:
    """Draw the current source density over cortical depth: sinks blue, sources red.

    Raises
    ------
    Missing
        If the run holds no field potential.
    """
    if run.lfp is None:
        msg = "the run holds no field potential"
        raise Missing(msg)
    depth, values = np.asarray(run.lfp.depth_um, float), np.asarray(run.lfp.csd_ua_mm3, np.float32)
    step = -(-values.shape[1] // MOST_COLUMNS)
    whole = values[:, : values.shape[1] // step * step]
    coarse = whole.reshape(len(depth), -1, step).mean(axis=2)
    half = float(np.diff(depth).mean()) / 2 if len(depth) > 1 else 50.0
    # Rare extremes would leave the rest pale.
    limit = float(np.quantile(np.abs(coarse), 0.995)) or 1.0
    made = over_time(
        f"Current source density in {run.lfp.area} (µA/mm³)", 210, times, run,
        y_range=Range1d(-depth[-1] - half, -depth[0] + half),
    )  # fmt: skip
    colours = LinearColorMapper(palette=RdBu11, low=-limit, high=limit)
    made.image(
        image=[coarse[::-1]], x=0, dw=whole.shape[1] / 1e3, y=-depth[-1] - half,
        dh=depth[-1] - depth[0] + 2 * half, color_mapper=colours,
    )  # fmt: skip
    made.yaxis.formatter = CustomJSTickFormatter(code="return Math.abs(tick)")
    made.yaxis.axis_label = "depth below pia (µm)"
    made.add_layout(
        ColorBar(color_mapper=colours, width=8, height=110, padding=2, title="", bar_line_color=None),
        "right",
    )  # fmt: skip
    made.xaxis.axis_label = "time (s)"
    return made


def rates(run: RunData, times: Any) -> Any:
    """Draw the rate of every population in a row of its own, each scaled to its peak.

    Raises
    ------
    Missing
        If the run holds no rates.
    """
    if not run.rates_hz:
        msg = "the run holds no population rates"
        raise Missing(msg)
    strips = rows.stack(run, run.rates_hz)
    made = over_time("Population rates; beside each its peak (Hz)", 640, times, run)
    labels, traces = [], []
    for row in strips:
        rate = np.asarray(run.rates_hz[row.population], float)
        x, y = folding.smoothed(rate, 0.0, run.duration_ms, SMOOTH_MS)
        step = max(1, len(x) * len(strips) // 200_000)
        peak = float(y.max(initial=0.0))
        lifted = row.bottom + 0.9 * row.height * y / (peak or 1.0)
        traces.append((x[::step], lifted[::step]))
        labels.append(f"{palette.label(row.population)}  {peak:.3g}")
    cut_lines(made, traces, [palette.colour(row.population) for row in strips], line_width=1)
    _name_rows(made, strips, labels)
    return made


def _reach(made: Any, run: RunData, values: Any) -> None:
    """Let the axis, which begins at 0, reach to the largest value (1 ms bins) after the discarded start."""
    top = float(np.max(values[int(run.discard_ms) :], initial=0.0))
    made.y_range.end = max(made.y_range.end, 1.1 * top)


def _name_rows(made: Any, strips: Sequence[rows.Row], labels: Sequence[str]) -> None:
    """Write the label of each row beside it, in the place of an axis."""
    middles = [row.bottom + row.height / 2 for row in strips]
    made.yaxis.ticker = FixedTicker(ticks=middles)
    made.yaxis.major_label_overrides = dict(zip(middles, labels, strict=True))
    made.yaxis.major_label_text_font_size = "10px"
    made.ygrid.visible = False
    made.y_range = Range1d(strips[-1].bottom - 0.1, strips[0].bottom + strips[0].height + 0.1)


def _relay_rates(run: RunData) -> list[tuple[str, str, Any]]:
    """Give label, colour and rate (Hz, 1 ms bins) of the groups of relay cells, else of all of them."""
    name = roles(run)["relay"]
    try:
        return [
            (f"{one.name} {one.angle_deg:.0f}°", one.ink, folding.rate_near(run, name, one.angle_deg))
            for one in groups(run)
        ]  # fmt: skip
    except Missing:
        known = run.rates_hz.get(name)
        return [] if known is None else [(palette.label(name), palette.colour(name), known)]


def _burster(run: RunData) -> list[tuple[str, str, Any]]:
    """Give the same of the cells whose bursts bound the cycle; grey, for their colour is the outcome's."""
    rate = run.rates_hz.get(roles(run)["burster"])
    return [] if rate is None else [(burst_cells(run), palette.FAINT, rate)]
