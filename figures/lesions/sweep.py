"""A metric over a grid of parameters: a line for one, a map for two, a row of maps for three."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from figures.style import palette
from figures.style.canvas import Missing, canvas, new_figure, style

GridAxis = tuple[str, tuple[str, ...]]


def sweep_map(
    axes: Sequence[GridAxis],
    values: Mapping[tuple[str, ...], float | None],
    metric: str,
) -> Axes:
    """Show a metric's mean at every point of a sweep.

    Parameters
    ----------
    axes : sequence of (path, values)
        The varied numbers and their values with units; at most three are laid out, the first
        upwards, the second to the right, the third a panel each.
    values : dict of point to float or None
        A value of each axis -> the metric; None is where there is none.
    metric : str

    Returns
    -------
    Axes
        The first panel; the page is its `figure`.

    Raises
    ------
    Missing
        If no point has a value, or there are more than three axes.
    """
    known = [v for v in values.values() if v is not None]
    if not known or len(axes) > 3:
        msg = f"no point has {metric}" if not known else "more than three numbers are varied"
        raise Missing(msg)
    if len(axes) == 1:
        return _line(axes[0], values, metric)
    panels = axes[2][1] if len(axes) == 3 else ("",)
    (up, rows), (right, columns) = axes[0], axes[1]
    with style():
        width_in = 1.6 + (0.75 * len(columns) + 0.4) * len(panels)
        figure = new_figure(max(width_in, 4.2), 1.9 + 0.5 * len(rows))
        row = np.atleast_1d(figure.subplots(1, len(panels), sharey=True))
        for ax, panel in zip(row, panels, strict=True):
            last = (panel,) if panel else ()
            table = [[values[(r, c, *last)] for c in columns] for r in rows]
            image = _panel(ax, np.array(table, dtype=float), min(known), max(known))
            ax.set_xticks(range(len(columns)), columns)
            ax.set_yticks(range(len(rows)), rows)
            ax.tick_params(length=0)
            if panel:
                ax.set_title(f"{axes[2][0]} = {panel}", fontsize=8)
        first: Axes = row[0]
        first.set_ylabel(up)
        figure.supxlabel(right, fontsize=first.xaxis.label.get_fontsize())
        figure.colorbar(image, ax=list(row), pad=0.02).set_label(metric)
    return first


def _panel(ax: Axes, table: npt.NDArray[np.float64], low: float, high: float) -> AxesImage:
    """Draw one map with its values written in; NaN is n/a."""
    image = ax.imshow(
        table, vmin=low, vmax=high if high > low else low + 1, cmap="viridis", origin="lower",
        aspect="auto",
    )  # fmt: skip
    for (y, x), value in np.ndenumerate(table):
        if np.isfinite(value):
            text, ink = f"{value:.3g}", "white" if value < (low + high) / 2 else palette.INK
        else:
            text, ink = "n/a", palette.FAINT
        ax.text(x, y, text, ha="center", va="center", fontsize=7, color=ink)
    return image


def _line(varied: GridAxis, values: Mapping[tuple[str, ...], float | None], metric: str) -> Axes:
    """Draw the metric over one number, or over words in their order; dotted lines where it has no value."""
    path, levels = varied
    worded = _number(levels[0]) == ""
    places = range(len(levels)) if worded else [float(_number(v).lstrip("*")) for v in levels]
    points = [(x, values[(v,)]) for x, v in zip(places, levels, strict=True)]
    known = sorted((x, y) for x, y in points if y is not None)
    with canvas(None, 4.6, 3.2) as ax:
        ax.plot(*zip(*known, strict=True), "o" if worded else "o-", color=palette.INK, lw=1.8, ms=5)
        for x, y in points:
            if y is None:
                ax.axvline(x, color=palette.FAINT, ls=":", lw=1)
        unit = "" if worded else levels[0].removeprefix(_number(levels[0]))
        if worded:
            ax.set_xticks(places, levels)
        ax.set_xlabel(f"{path} ({unit})" if unit else path)
        ax.set_ylabel(metric)
    return ax


def _number(text: str) -> str:
    """Cut the unit off a value: "60pA" -> "60"; nothing is left of a word."""
    found = re.match(r"[-+*]?[\d.]+(?:[eE][-+]?\d+)?", text)
    return found[0] if found else ""


def runs_against(
    rows: Sequence[Mapping[str, str]], by: str, across: str, metrics: Sequence[tuple[str, str]]
) -> Figure:
    """Show metrics of single runs against another metric of theirs, one colour for each value of a number.

    Parameters
    ----------
    rows : sequence of dict
        A run each: column -> text, as `csv.DictReader` reads the table of a sweep.
    by : str
        The column that gives the colour.
    across : str
        The column of the horizontal axis.
    metrics : sequence of (column, label)
        What is shown, a panel each.

    Raises
    ------
    Missing
        If there is no run.
    """
    if not rows:
        msg = "the table has no run"
        raise Missing(msg)
    values = list(dict.fromkeys(row[by] for row in rows))
    with style():
        figure = new_figure(3.4 * len(metrics), 3.0)
        panels = np.atleast_1d(figure.subplots(1, len(metrics)))
        for ax, (column, label) in zip(panels, metrics, strict=True):
            for value, shade in zip(values, np.linspace(0.75, 0.0, len(values)), strict=True):
                some = [row for row in rows if row[by] == value and row[across] and row[column]]
                xy = np.array([[float(row[across]), float(row[column])] for row in some])
                ax.plot(
                    *xy.reshape(-1, 2).T, "o", color=str(shade), mec=palette.INK, ms=5, label=value
                )
            ax.set_xlabel(across)
            ax.set_ylabel(label)
        panels[0].legend(fontsize=7)
    return figure
