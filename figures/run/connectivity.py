"""Who reaches whom, and how strongly: senders by receivers, excitation and inhibition told apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Literal

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm

from circuits import spec
from circuits.records import Population, Projection
from figures.style import palette
from figures.style.canvas import Missing, canvas, figure_of

Array = npt.NDArray[np.floating]
Weight = Literal["conductance", "fibres"]
#: Colours of what excites and of what inhibits, and the orders of magnitude that they tell apart.
MAPS = {"exc": "YlOrRd", "inh": "PuBu"}
DECADES = 4
DOES = {"exc": "excites", "inh": "inhibits"}
LABEL = {
    "conductance": "nS onto one receiver cell, all fibres together",
    "fibres": "fibres onto one receiver cell",
}


def connectivity(
    circuit: spec.Circuit, ax: Axes | None = None, *, weight: Weight = "conductance"
) -> Axes:
    """Show a circuit as a matrix: one row a class of cells that sends, one column a class that receives.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
        A circuit of `circuits.spec`; what a lesion cut is missing.
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.
    weight : {"conductance", "fibres"}
        What the colour is: the maximal conductance of all anatomical fibres onto one receiver cell,
        calibrated gains included, nS; or the number of these fibres. Both on a scale of four orders of
        magnitude; what is weaker has the palest colour, what does not exist is white.

    Raises
    ------
    Missing
        If the circuit has no projection of any strength.
    """
    cells = spec.populations(circuit)
    senders, receivers, strength = matrix(circuit, weight)
    if not strength.max(initial=0.0) > 0:
        msg = "the circuit has no projections"
        raise Missing(msg)
    top = 10 ** np.ceil(np.log10(strength.max()))
    least = top / 10**DECADES
    size = 0.19
    with canvas(ax, 2.6 + size * len(receivers), 1.6 + size * len(senders)) as ax:
        for number, (transmitter, name) in enumerate(MAPS.items()):
            of_kind = np.array([cells[s].transmitter == transmitter for s in senders])[:, None]
            shown = np.where(of_kind & (strength > 0), np.maximum(strength, least), np.nan)
            drawn = ax.imshow(
                shown, cmap=matplotlib.colormaps[name], norm=LogNorm(least, top), aspect="equal"
            )
            key = figure_of(ax).colorbar(
                drawn, cax=ax.inset_axes((1.03 + 0.045 * number, 0.25, 0.02, 0.5))
            )
            key.ax.set_title(DOES[transmitter], fontsize=7, loc="left", rotation=60)
            key.ax.tick_params(labelsize=6.5)
            if number:
                key.set_label(LABEL[weight], fontsize=7.5)
            else:
                key.ax.set_yticklabels([])
        _name(ax, [cells[s] for s in senders], [cells[r] for r in receivers])
        ax.set_title("Who reaches whom: rows send, columns receive", pad=8)
    return ax


def matrix(
    circuit: spec.Circuit, weight: Weight = "conductance"
) -> tuple[list[str], list[str], Array]:
    """Give senders, receivers, and what reaches one receiver cell: array (senders, receivers), nS or fibres.

    Parallel projections are summed. Populations that replay spikes receive nothing.
    """
    cells = spec.populations(circuit)
    inhibits = [name for name, one in cells.items() if one.transmitter == "inh"]
    everyone = palette.ordered(cells, inhibits)
    wired = [p for p in spec.projections(circuit).values() if _of(p, weight) > 0]
    senders = [name for name in everyone if any(p.source == name for p in wired)]
    receivers = [name for name in everyone if not cells[name].spike_source]
    strength = np.zeros((len(senders), len(receivers)))
    for p in wired:
        strength[senders.index(p.source), receivers.index(p.target)] += _of(p, weight)
    return senders, receivers, strength


def _of(projection: Projection, weight: Weight) -> float:
    """Give what a projection brings to one receiver cell."""
    left = projection.fibres * (1 - projection.cut_fraction)
    if weight == "fibres":
        return left * (projection.gain > 0)
    return left * projection.gain * sum(projection.receptors.values())


def _name(ax: Axes, senders: Sequence[Population], receivers: Sequence[Population]) -> None:
    """Name rows and columns by class, bracket the areas, and part them by lines."""
    ax.xaxis.tick_top()
    ax.tick_params(axis="x", labelrotation=90)
    sides = ((ax.yaxis, senders, ax.axhline), (ax.xaxis, receivers, ax.axvline))
    for axis, cells, line in sides:
        axis.set_ticks(range(len(cells)), [palette.label(c.name, area=not c.lamina) for c in cells])
        labels = (
            axis.get_ticklabels()
            if axis is ax.yaxis
            else [t.label2 for t in axis.get_major_ticks()]
        )
        for tick, cell in zip(labels, cells, strict=True):
            tick.set_color(palette.colour(cell.name))
            tick.set_fontsize(6.5)
        axis.set_tick_params(length=0)
        end = -0.5
        for _, members in groupby(cells, lambda c: c.area if c.lamina else ""):
            own = list(members)
            if own[0].lamina:
                _area(ax, own[0].area, end, end + len(own), upright=cells is senders)
            end += len(own)
            if end < len(cells) - 0.5:
                line(end, color=palette.INK, lw=0.8)
    for spine in ax.spines.values():
        spine.set_visible(True)


def _area(ax: Axes, name: str, begin: float, end: float, *, upright: bool) -> None:
    """Write an area's name beyond the names of its classes."""
    middle = (begin + end) / 2
    if upright:
        at, away, coordinates = (0.0, middle), (-52, 0), ("axes fraction", "data")
    else:
        at, away, coordinates = (middle, 1.0), (0, 46), ("data", "axes fraction")
    ax.annotate(
        name, at, away, xycoords=coordinates, textcoords="offset points", ha="center", va="center",
        rotation=90 if upright else 0, fontweight="bold", fontsize=9, annotation_clip=False,
    )  # fmt: skip
