"""The shapes of a circuit's drawing: slabs of laminae, boxes and circles of cells, arrows, legend."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.path import Path

from circuits.records import Population, Projection
from figures.run.circuit_layout import AREA_WIDTH, LAMINA_Y, Point, area_columns, lamina_key
from figures.style import palette

#: Line width, strength of colour and drawing order by role.
STROKE = {
    "driver": (4.2, 1.0, 4), "input": (4.2, 1.0, 4), "modulator": (1.5, 1.0, 5),
    "feedforward": (1.2, 0.75, 3), "feedback": (1.2, 0.75, 3), "inhibitory": (1.3, 0.9, 3),
    "local": (0.9, 0.45, 2),
}  # fmt: skip
#: How far arrows bow to their right; drivers bow the other way, clear of layer 6.
BEND = {"driver": -0.1, "local": 0.22}
DEFAULT_BEND = 0.14
CUT, OTHER_LAMINA = "#D00000", "#E9E9E6"
Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Arrow:
    """One arrow of the drawing: parallel projections of the same two populations share it."""

    projection: Projection
    cut: bool


def width_of(projection: Projection) -> float:
    """Give the line width of a projection, points."""
    return STROKE[projection.role][0]


def element_id(what: str, *names: str) -> str:
    """Give the id of a part of the drawing in an SVG: "cells-V1.L5IB", "arrow-V1.L5IB-to-Pulvinar.TRC".

    Parameters
    ----------
    what : str
        "cells" or "arrow"; "cut-cells" or "cut-arrow" for the cross on one.
    *names : str
        The population, or sender and receiver. What an id may not hold becomes its code, as "_20" for a space.
    """
    plain = (re.sub(r"[^A-Za-z0-9.]", lambda c: f"_{ord(c[0]):x}", name) for name in names)
    return f"{what}-{'-to-'.join(plain)}"


# --- arrows --------------------------------------------------------------------------------------


def draw_arrow(
    ax: Axes,
    arrow: Arrow,
    cells: Mapping[str, Population],
    at: Mapping[str, Point],
    *,
    faded: bool,
) -> None:
    """Draw one projection: pointed if it excites, with a bar if it inhibits, crossed out if cut."""
    projection = arrow.projection
    width, alpha, order = STROKE[projection.role]
    if faded and not arrow.cut:
        width, alpha, order = 0.6 * width, 0.35 * alpha, 1
    inhibits = projection.role == "inhibitory"
    ink = palette.INHIBITION if inhibits else palette.colour(projection.source)
    if arrow.cut:
        ink, alpha = palette.FAINT, 0.9
    if ends_in_tuft(projection, cells):
        _draw_tuft(ax, at[projection.target])
    start, middle, end = curve(projection, cells, at)
    pointed = f"-|>,head_length={3 + width},head_width={1.2 + width / 1.6}"
    ax.add_patch(
        FancyArrowPatch(
            path=Path(
                [tuple(start), tuple(middle), tuple(end)], [Path.MOVETO, Path.CURVE3, Path.CURVE3]
            ),
            arrowstyle="|-|,widthA=0,widthB=5" if inhibits else pointed,
            color=ink, lw=width, alpha=alpha, zorder=order, mutation_scale=1, capstyle="butt",
            joinstyle="miter", linestyle=(0, (2, 1.5)) if arrow.cut else "-",
            gid=element_id("arrow", projection.source, projection.target),
        )
    )  # fmt: skip
    if arrow.cut:
        x, y = (start + 2 * middle + end) / 4
        ax.plot(x, y, "x", color="white", ms=15, mew=6, zorder=9)
        gid = element_id("cut-arrow", projection.source, projection.target)
        ax.plot(x, y, "x", color=CUT, ms=13, mew=3, zorder=10, gid=gid)


def curve(
    projection: Projection, cells: Mapping[str, Population], at: Mapping[str, Point]
) -> tuple[Array, Array, Array]:
    """Give start, control point and end of an arrow, from the edge of one shape to that of another."""
    source, target = cells[projection.source], cells[projection.target]
    start, end = np.array(at[source.name]), np.array(at[target.name])
    around = half_size(target, short_name(target, cells.values()))
    if ends_in_tuft(projection, cells):
        end, around = np.array([end[0], LAMINA_Y["L1"]]), np.array([0.04, 0.04])
    across = end - start
    bend = BEND.get(projection.role, DEFAULT_BEND)
    middle = (start + end) / 2 + bend * np.array([across[1], -across[0]])
    start = _edge(start, middle, half_size(source, short_name(source, cells.values())))
    return start, middle, _edge(end, middle, around + 0.08)


def ends_in_tuft(projection: Projection, cells: Mapping[str, Population]) -> bool:
    """Whether a projection ends in layer 1 on the apical tuft of cells of a deeper layer."""
    return projection.lamina == "L1" and lamina_key(cells[projection.target]) not in ("", "L1")


def _draw_tuft(ax: Axes, cell: Point) -> None:
    """Draw the apical dendrite from its cells up to layer 1."""
    x, y = cell
    ax.plot([x, x], [y + 0.3, LAMINA_Y["L1"]], color=palette.FAINT, lw=1, zorder=1)


def _edge(centre: Array, towards: Array, half: Array) -> Array:
    """Find where a line from a box's centre leaves the box."""
    direction = towards - centre
    far = np.abs(direction) > 1e-9
    steps = np.divide(half, np.abs(direction), out=np.full(2, np.inf), where=far)
    edge: Array = centre + direction * float(steps.min())
    return edge


# --- cells ---------------------------------------------------------------------------------------


def short_name(population: Population, everyone: Iterable[Population]) -> str:
    """Choose what is written into a population's shape: the kind of cortical cells, else the nucleus.

    Interneurons of a nucleus bear their kind, for the relay cells have the nucleus's name.
    """
    area, _, kind = palette.split(population.name)
    interneurons = population.transmitter == "inh" and any(
        other.area == population.area and other.transmitter == "exc" for other in everyone
    )
    return kind if population.lamina or interneurons else area


def draw_cells(ax: Axes, population: Population, text: str, at: Point, *, cut: bool) -> None:
    """Draw a population: a box if it excites, a circle if it inhibits."""
    (x, y), (half, high) = at, half_size(population, text)
    ink, gid = palette.colour(population.name), element_id("cells", population.name)
    if population.transmitter == "inh":
        size = 5.5 if population.lamina else 7.5
        ax.add_patch(Circle(at, half, fc="white", ec=ink, lw=1.3, zorder=6, gid=gid))
        ax.text(x, y, text, ha="center", va="center", fontsize=size, color=ink, zorder=7)
    else:
        box = FancyBboxPatch(
            (x - half, y - high), 2 * half, 2 * high, boxstyle="round,pad=0,rounding_size=0.15",
            fc=ink, ec="white", lw=0.8, zorder=6, gid=gid,
        )  # fmt: skip
        ax.add_patch(box)
        ax.text(
            x, y, text, ha="center", va="center", fontsize=8, color="white", fontweight="bold",
            zorder=7,
        )  # fmt: skip
    if cut:
        gid = element_id("cut-cells", population.name)
        ax.plot(x, y, "x", color=CUT, ms=20, mew=3.5, zorder=10, gid=gid)


def half_size(population: Population, text: str) -> Array:
    """Give half the width and height of a population's box or circle."""
    if population.transmitter == "inh":
        radius = 0.3 if population.lamina else 0.5
        return np.array([radius, radius])
    return np.array([max(0.46, 0.115 * len(text) + 0.16), 0.32])


# --- areas and legend ----------------------------------------------------------------------------


def draw_areas(ax: Axes, populations: Iterable[Population]) -> None:
    """Draw each area as a slab of laminae, with the pia on top."""
    for area, left in area_columns(populations).items():
        x, wide = left - 0.2, AREA_WIDTH + 0.4
        for number, y in enumerate(LAMINA_Y.values()):
            above, below = (0.45, 0.55) if number == 0 else (0.75, 0.75)
            top, bottom = y + above, y - below
            shade = palette.BAND if number % 2 else OTHER_LAMINA
            ax.add_patch(Rectangle((x, bottom), wide, top - bottom, fc=shade, ec="none", zorder=0))
        ax.text(
            left + AREA_WIDTH / 2, LAMINA_Y["L1"] + 0.6, area, ha="center", va="bottom",
            fontsize=11, fontweight="bold",
        )  # fmt: skip
    for lamina, y in LAMINA_Y.items():
        ax.text(
            -0.45, y, lamina.replace("L23", "L2/3"), ha="right", va="center", fontsize=8.5,
            fontweight="bold", color=palette.INK,
        )  # fmt: skip


def draw_legend(ax: Axes, hidden: int, *, any_cut: bool) -> None:
    """Explain the strokes, and write how many projections have no arrow."""
    keys = [
        _key(palette.INK, STROKE["driver"][0], "driver"),
        _key(palette.INK, STROKE["modulator"][0], "modulator, between areas"),
        _key(palette.FAINT, STROKE["local"][0], "within an area"),
        Line2D(
            [], [], color=palette.INHIBITION, lw=1.3, marker="|", ms=7, mew=1.3, label="inhibition"
        ),
        _key(palette.FAINT, 0.8, "apical tuft in L1 (upright)"),
    ]
    if any_cut:
        keys.append(Line2D([], [], color=CUT, lw=0, marker="x", ms=9, mew=3, label="lesioned"))
    note = f"{hidden} local projections not drawn:\nall inhibitory and weaker ones"
    ax.legend(
        handles=keys, loc="lower right", title=note, title_fontsize=6.5, alignment="left",
        bbox_to_anchor=(1.0, 0.0), handlelength=2.2,
    )  # fmt: skip


def _key(ink: str, width: float, label: str) -> Line2D:
    return Line2D([], [], color=ink, lw=width, label=label)
