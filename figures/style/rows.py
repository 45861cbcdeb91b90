"""Populations as labelled rows, cortex above thalamus and pia above white matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from circuits.runs.run import RunData
from figures.style import palette
from figures.style.roles import inhibitory, roles

_GAP = 0.45
_INHIBITORY_HEIGHT, _RELAY_HEIGHT = 0.55, 1.8  # relay cells: room for two curves
Array = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Row:
    """The strip of one population: from `bottom` up to `bottom + height`, in axis units."""

    population: str
    bottom: float
    height: float


def stack(run: RunData, populations: Iterable[str]) -> list[Row]:
    """Stack populations of a run as an anatomist reads them, with a gap between structures.

    Returns
    -------
    list of Row
        From top to bottom. Inhibitory populations have low rows, relay cells a high one.
    """
    low, relay = inhibitory(run), roles(run)["relay"]
    rows: list[Row] = []
    y, above = 0.0, ""
    for name in palette.ordered(populations, low):
        area = palette.split(name)[0]
        height = _INHIBITORY_HEIGHT if name in low else _RELAY_HEIGHT if name == relay else 1.0
        y -= height + (_GAP if above and area != above else 0.0)
        rows.append(Row(name, y, height))
        above = area
    return rows


def frame(ax: Axes, rows: list[Row]) -> None:
    """Name the rows beside the axis, and bracket laminae and cortical areas."""
    across = ax.get_yaxis_transform()
    cortical = {row.population for row in rows if palette.split(row.population)[1]}
    ax.set_yticks(
        [row.bottom + row.height / 2 for row in rows],
        [palette.label(row.population, area=row.population not in cortical) for row in rows],
    )
    for tick, row in zip(ax.get_yticklabels(), rows, strict=True):
        tick.set_color(palette.colour(row.population))
        tick.set_fontsize(6 if row.height < 1 else 7.5)
    ax.tick_params(axis="y", length=0, pad=6)
    for area, members in groupby(rows, lambda row: palette.split(row.population)[0]):
        own = list(members)
        for _, strip in groupby(own, lambda row: palette.split(row.population)[1]):
            inside = list(strip)
            low, high = inside[-1].bottom + 0.08, inside[0].bottom + inside[0].height - 0.08
            moved = across + ScaledTranslation(-3 / 72, 0, ax.figure.dpi_scale_trans)
            ax.plot([0, 0], [low, high], transform=moved, color=palette.INK, lw=1.2, clip_on=False)
        if own[0].population in cortical:
            _bracket(ax, area, own[-1].bottom, own[0].bottom + own[0].height)
    ax.set_ylim(rows[-1].bottom - 0.1, rows[0].bottom + rows[0].height + 0.1)
    ax.spines["left"].set_visible(False)


def _bracket(ax: Axes, area: str, bottom: float, top: float) -> None:
    """Write the area's name upright beside its rows, clear of the row names."""
    across = ax.get_yaxis_transform()
    line = across + ScaledTranslation(-45 / 72, 0, ax.figure.dpi_scale_trans)
    ax.plot([0, 0], [bottom, top], transform=line, color=palette.INK, lw=0.8, clip_on=False)
    name = across + ScaledTranslation(-53 / 72, 0, ax.figure.dpi_scale_trans)
    ax.text(
        0, (top + bottom) / 2, area, transform=name, va="center", ha="center", rotation=90,
        fontweight="bold", fontsize=9,
    )  # fmt: skip


def draw_trace(
    ax: Axes, row: Row, x: Array, trace: Array, *, ink: str = "", top: float = 0.0, filled: bool = True
) -> None:  # fmt: skip
    """Draw one trace into its row, from 0 to its peak, and write the peak beside it.

    Parameters
    ----------
    ax : matplotlib Axes
    row : Row
    x, trace : array (n,)
        Times in the unit of the axis, and the values, for instance rates in spikes/s.
    ink : str
        Colour; that of the population by default.
    top : float
        The value that fills the row; the peak of the trace by default.
    filled : bool
        Fill the area below the trace.
    """
    ink = ink or palette.colour(row.population)
    peak = top or float(trace.max(initial=0.0))
    y = row.bottom + 0.9 * row.height * trace / (peak or 1.0)
    if filled:
        ax.fill_between(x, row.bottom, y, color=ink, alpha=0.35, lw=0)
    ax.plot(x, y, color=ink, lw=0.9 if filled else 1.6)
    ax.plot(x[[0, -1]], [row.bottom] * 2, color=palette.FAINT, lw=0.4)
    ax.text(
        1.01, row.bottom + row.height * 0.45, f"{peak:.3g}", transform=ax.get_yaxis_transform(),
        fontsize=6.5 if row.height >= 1 else 6, va="center", color=palette.INK,
    )  # fmt: skip


def name_peaks(ax: Axes, text: str) -> None:
    """Write below the column of peaks what they are."""
    ax.annotate(
        text, (1.0, 0.0), (3, -2), xycoords="axes fraction", textcoords="offset points", fontsize=6.5,
        va="top", annotation_clip=False,
    )  # fmt: skip
