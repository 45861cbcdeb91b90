"""Figures over time draw what is near the window alone, so that a long run scrubs as fluently as a short one.

A source of data that is named `CUT` holds that part. Its tags are what it is cut from, the range of time, where
each line ends in what it is cut from, and half the height of a spike (0: a line). `page.js` cuts again
when the window leaves what is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from bokeh.models import ColumnDataSource

from sims.lab.plots.frame import Array

Floats = npt.NDArray[np.floating]
CUT = "cut"
#: What is held on each side of the window, in windows.
MARGIN = 0.5


def cut_lines(
    made: Any, lines: Sequence[tuple[Array, Array]], inks: Sequence[str], **options: Any
) -> Any:
    """Draw lines over time of which only what is near the window is held.

    Parameters
    ----------
    made : bokeh figure
        Its horizontal range is the time.
    lines : sequence of (x, y), arrays (n,)
        Times in s, ascending, and values.
    inks : sequence of str
        A colour for each.
    **options
        As `figure.multi_line` takes them.
    """
    return _draw(made, lines, inks, 0.0, options)


def cut_spikes(
    made: Any, trains: Sequence[tuple[Array, Array]], half: float, inks: Sequence[str], **options: Any
) -> Any:  # fmt: skip
    """Draw spikes as upright strokes, those near the window.

    One path for all spikes of a population: a glyph for each takes a browser many times as long, and
    WebGL does too where a machine has no graphics processor.

    Parameters
    ----------
    made : bokeh figure
    trains : sequence of (x, y), arrays (n,)
        Times in s and heights of each population's spikes, in any order.
    half : float
        Half the height of a stroke, in the unit of y.
    inks : sequence of str
        A colour for each population.
    **options
        As `figure.multi_line` takes them.
    """
    orders = [np.argsort(x, kind="stable") for x, _ in trains]
    lines = [(x[order], y[order]) for (x, y), order in zip(trains, orders, strict=True)]
    return _draw(made, lines, inks, half, options)


def _draw(
    made: Any, lines: Sequence[tuple[Array, Array]], inks: Sequence[str], half: float, options: Any
) -> Any:
    times = made.x_range
    margin = MARGIN * (times.end - times.start)
    plain = [(np.asarray(x, np.float32), np.asarray(y, np.float32)) for x, y in lines]
    held = []
    for x, y in plain:
        first, last = np.searchsorted(x, [times.start - margin, times.end + margin])
        near = x[first:last], y[first:last]
        held.append(strokes(*near, half) if half else near)
    none = np.empty(0, np.float32)
    whole = ColumnDataSource(
        {"x": np.concatenate([none, *(x for x, _ in plain)]),
         "y": np.concatenate([none, *(y for _, y in plain)])}
    )  # fmt: skip
    ends = np.cumsum([len(x) for x, _ in plain]).tolist()
    source = ColumnDataSource(
        {"xs": [x for x, _ in held], "ys": [y for _, y in held], "ink": list(inks)},
        name=CUT, tags=[whole, times, ends, half],
    )  # fmt: skip
    return made.multi_line("xs", "ys", source=source, color="ink", **options)


def strokes(x: Floats, y: Floats, half: float) -> tuple[Floats, Floats]:
    """Write upright strokes as one line with gaps: below, above, nothing.

    Parameters
    ----------
    x, y : array (n,)
    half : float
        Half the height of a stroke.

    Returns
    -------
    (xs, ys) : arrays (3 n,)
    """
    xs, ys = np.repeat(x, 3), np.repeat(y, 3)
    ys[0::3] -= half
    ys[1::3] += half
    ys[2::3] = np.nan
    return xs, ys
