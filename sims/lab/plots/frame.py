"""What every figure of the lab shares: size, colours, the linked axis of time, the parts of the cycle."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
from bokeh.models import (
    ColumnDataSource,
    CrosshairTool,
    Div,
    LayoutDOM,
    PanTool,
    Range1d,
    ResetTool,
    VStrip,
    WheelZoomTool,
)
from bokeh.plotting import figure

from circuits.runs.run import Part, RunData
from figures.style import palette

Array = npt.NDArray[np.floating] | npt.NDArray[np.integer]
#: Pixels left and right of an axis of time, so that axes below each other share their times.
LEFT_PX, RIGHT_PX = 118, 48
SHADE: dict[Part, str] = {
    "prediction": palette.PREDICTION_SHADE,
    "outcome": palette.OUTCOME_SHADE,
}
#: Milliseconds that are shown at first.
WINDOW_MS = 1500.0


def frame(title: str, height: int, **options: Any) -> Any:
    """Make an empty figure as wide as the page, in the colours of the printed ones.

    Parameters
    ----------
    title : str
    height : int
        Pixels.
    **options
        As `bokeh.plotting.figure` takes them.
    """
    usual: dict[str, Any] = {"sizing_mode": "stretch_width", "toolbar_location": None, "tools": []}
    made = figure(title=title, height=height, **{**usual, **options})
    made.title.text_font_size, made.title.text_color = "13px", palette.INK
    made.axis.axis_line_color = made.axis.major_tick_line_color = palette.FAINT
    made.axis.minor_tick_line_color = None
    made.axis.axis_label_text_font_style = "normal"
    made.axis.axis_label_text_font_size = "12px"
    made.axis.major_label_text_color = palette.INK
    made.xgrid.visible = False
    made.ygrid.grid_line_alpha = 0.5
    made.outline_line_color = None
    return made


def time_range(run: RunData, from_s: float | None = None, span_s: float = 0.0) -> Any:
    """Make the range of time that all figures of a run share; the page finds it by its name.

    Parameters
    ----------
    run : RunData
    from_s : float, optional
        Where it begins; the end of the discarded start by default.
    span_s : float
        Its length, s; 0 is the usual one.
    """
    whole = max(run.duration_ms / 1e3, 0.05)
    span = min(span_s or WINDOW_MS / 1e3, whole)
    start = run.discard_ms / 1e3 if from_s is None else from_s
    start = min(max(start, 0.0), whole - span)
    return Range1d(start, start + span, bounds=(0, whole), min_interval=0.02, name="time")


def over_time(title: str, height: int, times: Any, run: RunData, **options: Any) -> Any:
    """Make an empty figure over time, with the measured parts of the theta cycle behind it."""
    made = frame(
        title,
        height,
        x_range=times,
        tools=[
            PanTool(dimensions="width"),
            WheelZoomTool(dimensions="width", modifiers="ctrl"),
            ResetTool(),
            CrosshairTool(dimensions="height", line_alpha=0.4),
        ],
        **options,
    )
    made.min_border_left, made.min_border_right = LEFT_PX, RIGHT_PX
    shade_cycles(made, run)
    return made


def shade_cycles(made: Any, run: RunData) -> None:
    """Shade the prediction and the outcome part of every measured cycle, on an axis in s."""
    if run.cycles is None or not len(run.cycles):
        return
    for part, shade in SHADE.items():
        bounds = run.cycles.parts(part) / 1e3
        source = ColumnDataSource({"x0": bounds[:, 0], "x1": bounds[:, 1]})
        made.add_glyph(
            source, VStrip(x0="x0", x1="x1", fill_color=shade, line_color=None), level="underlay"
        )


def line(made: Any, x: Array, y: Array, ink: str, label: str, **options: Any) -> Any:
    """Draw a line in single precision, which halves what the page has to load."""
    data = {"x": np.asarray(x, np.float32), "y": np.asarray(y, np.float32)}
    named = {"legend_label": label} if label else {}
    return made.line("x", "y", source=ColumnDataSource(data), color=ink, **named, **options)


def tidy_legend(made: Any, place: str = "top_right") -> None:
    """Make the legend small and let a click hide its line."""
    for legend in made.legend:
        legend.location, legend.click_policy = place, "hide"
        legend.label_text_font_size, legend.background_fill_alpha = "11px", 0.7
        legend.border_line_color, legend.padding, legend.margin = None, 3, 4
        legend.spacing = 0
        legend.orientation = "horizontal" if len(legend.items) < 4 else "vertical"


def note(text: str, kind: str = "note") -> LayoutDOM:
    """Write a line of text; what it quotes is no HTML."""
    return Div(text=f'<p class="{kind}">{escape(text)}</p>', sizing_mode="stretch_width")
