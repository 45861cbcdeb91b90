"""Populations as labelled rows, cortex above thalamus and pia above white matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from figures.style import palette

_GAP = 0.45
HEIGHTS = {"Pulvinar.TRC": 1.8}  # where the two parts are told apart


@dataclass(frozen=True)
class Row:
    """The strip of one population: from `bottom` up to `bottom + height`, in axis units."""

    population: str
    bottom: float
    height: float


def stack(populations: Iterable[str]) -> list[Row]:
    """Stack the populations top to bottom as an anatomist reads them; structures keep a gap."""
    rows, y, above = [], 0.0, ""
    for name in palette.ordered(populations):
        area = palette.split(name)[0]
        height = 0.55 if palette.inhibitory(name) else HEIGHTS.get(name, 1.0)
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
