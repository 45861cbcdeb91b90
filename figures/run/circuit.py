"""The circuit as anatomy: laminae as rows, areas and nuclei as columns, thick drivers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.path import Path

from circuits import spec
from circuits.errors import CtloopError
from circuits.lesions import parse, touched
from circuits.records import Population, Projection
from circuits.runs.run import RunData
from figures.style import palette
from figures.style.canvas import Missing, canvas

LAMINA_Y = {"L1": 6.6, "L23": 5.3, "L4": 3.8, "L5": 2.3, "L6": 0.8}
AREA_STEP, AREA_WIDTH = 8.2, 4.6
TRN_Y, NUCLEUS_Y, RETINA_Y = -1.3, -3.0, -5.0
#: Line width, strength of colour and drawing order by role.
STROKE = {
    "driver": (4.2, 1.0, 4), "input": (4.2, 1.0, 4), "modulator": (1.5, 1.0, 5),
    "feedforward": (1.2, 0.75, 3), "feedback": (1.2, 0.75, 3), "inhibitory": (1.3, 0.9, 3),
    "local": (0.9, 0.45, 2),
}  # fmt: skip
#: How far arrows bow to their right; drivers bow the other way, clear of layer 6.
BEND = {"driver": -0.1, "local": 0.22}
INHIBITION, CUT = palette.COLOURS["TRN"], "#D00000"
Point = tuple[float, float]
Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Arrow:
    """One arrow of the drawing: parallel projections of the same two populations share it."""

    projection: Projection
    cut: bool


def circuit(run: RunData, ax: Axes | None = None, *, highlight: Collection[str] = ()) -> Axes:
    """Show the circuit that was run as anatomy, with what the run lesioned crossed out.

    Raises
    ------
    Missing
        If the run does not hold its spec.
    """
    if not run.meta.get("spec"):
        msg = "the run does not hold its circuit"
        raise Missing(msg)
    graph = spec.from_dict(run.meta["spec"])
    lesioned = lesioned_names(run, graph)
    return circuit_drawing(graph, ax, lesioned=lesioned, highlight=highlight)


def circuit_drawing(
    graph: spec.Circuit,
    ax: Axes | None = None,
    *,
    lesioned: Collection[str] = (),
    highlight: Collection[str] = (),
) -> Axes:
    """Draw a circuit as anatomy.

    Long-range and thalamic projections, and excitation between the laminae of an area; local
    inhibition and recurrence within a lamina are only counted.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        A circuit of `circuits.spec`.
    ax : matplotlib Axes, optional
    lesioned : collection of str
        Names of projections ("V1.L5IB -> Pulvinar.TRC") or populations to cross out.
    highlight : collection of str
        Names of projections to bring out; all others fade, and the legend goes.
    """
    cells = spec.populations(graph)
    at = _layout(cells.values())
    arrows, hidden = _arrows(graph, at, frozenset(lesioned))
    with canvas(ax, 8.2, 6.6) as ax:
        _areas(ax, cells.values())
        for arrow in arrows:
            faded = bool(highlight) and arrow.projection.name not in highlight
            _draw_arrow(ax, arrow, cells, at, faded=faded)
        for name, population in cells.items():
            _draw_cells(ax, population, at[name], cut=name in lesioned)
        if not highlight:
            _legend(ax, hidden, any_cut=bool(lesioned))
        ax.set_aspect("equal")
        ax.autoscale_view()
        ax.margins(0.02)
        ax.axis("off")
    return ax


def lesioned_names(run: RunData, graph: spec.Circuit) -> set[str]:
    """Find which projections and populations the run's lesions touch; a sham touches none."""
    names: set[str] = set()
    for text in run.meta.get("lesions") or ():
        try:
            meant = [one for one in parse(str(text)) if one.verb != "sham"]
            for one in meant:
                found = touched(graph, one)
                names |= {*found.projections, *found.populations}
        except CtloopError:  # a circuit that was edited since may lack the name
            continue
    return names


# --- where everything is -------------------------------------------------------------------------


def _columns(populations: Iterable[Population]) -> dict[str, float]:
    """Left edge of every cortical area."""
    areas = dict.fromkeys(p.area for p in populations if p.lamina)
    order = sorted(areas, key=lambda area: palette.place(f"{area}."))
    return {area: i * AREA_STEP for i, area in enumerate(order)}


def _layout(populations: Iterable[Population]) -> dict[str, Point]:
    """Place every population: its lamina's row, its area's column; nuclei below cortex."""
    everyone = list(populations)
    left = _columns(everyone)
    last = max(left.values(), default=0.0)
    gap = (AREA_STEP + AREA_WIDTH) / 2 if len(left) > 1 else AREA_WIDTH
    nuclei: dict[str, Point] = {
        "LGN.TC": (1.7, NUCLEUS_Y), "TRN.LGN": (3.2, TRN_Y), "Retina.GC": (1.7, RETINA_Y),
        "Pulvinar.TRC": (gap, NUCLEUS_Y), "Pulvinar.IN": (gap - 2.2, NUCLEUS_Y - 0.7),
        "TRN.PUL": (gap + 3.4, TRN_Y), "TRN.RE": (gap + 3.4, TRN_Y),
    }  # fmt: skip
    at: dict[str, Point] = {}
    spare = 0
    for population in everyone:
        name, lamina = population.name, population.lamina
        if lamina:
            at[name] = _in_area(population, everyone, left[population.area], last)
        elif name in nuclei:
            at[name] = nuclei[name]
        else:
            spare += 1
            at[name] = (last + AREA_WIDTH + 1.6 * spare, NUCLEUS_Y)
    return at


def _in_area(one: Population, everyone: list[Population], left: float, last: float) -> Point:
    """Place cortical cells in their lamina: what leaves the area inside, inhibition outside.

    Areas mirror each other, so that L5IB and L6CT face the pulvinar between them. Layer 4 stands
    where its input comes up: from the LGN in the first area, from the pulvinar in the last.
    """
    row = [p for p in everyone if (p.area, p.lamina) == (one.area, one.lamina)]
    same = palette.ordered(p.name for p in row if p.transmitter == one.transmitter)
    if one.transmitter == "exc":
        leaving = ("IB", "CT")
        same.sort(key=lambda name: palette.split(name)[2] not in leaving)
        first = {"L5": 4.1, "L6": 3.6}.get(_lamina(one), 3.95)
        offset = first - 1.2 * same.index(one.name)
        if len(same) == 1:
            offset = {"L4": 2.25 if left == 0 else 3.95}.get(_lamina(one), 3.1)
    else:
        offset = 0.3 + 0.68 * same.index(one.name)
    mirrored = last > 0 and left == last
    return (left + (AREA_WIDTH - offset if mirrored else offset), LAMINA_Y.get(_lamina(one), 3.0))


def _lamina(population: Population) -> str:
    """Name a lamina as in the populations' names, "L23"."""
    return population.lamina.replace("/", "")


# --- what is drawn -------------------------------------------------------------------------------


def _arrows(
    graph: spec.Circuit, at: dict[str, Point], lesioned: frozenset[str]
) -> tuple[list[_Arrow], int]:
    """Choose the projections worth an arrow; count the others."""
    cells = spec.populations(graph)
    everything = spec.projections(graph)
    strong = _strongest_within(cells, everything.values())
    shown: dict[tuple[str, str], _Arrow] = {}
    hidden = 0
    for name, projection in everything.items():
        source, target = cells[projection.source], cells[projection.target]
        within = source.area == target.area and bool(source.lamina)
        onto_inhibition = target.transmitter == "inh" and bool(target.lamina)
        minor = (within and name not in strong) or onto_inhibition
        if (minor or at[source.name] == at[target.name]) and name not in lesioned:
            hidden += 1
            continue
        cut = bool({name, projection.source, projection.target} & lesioned)
        pair = (projection.source, projection.target)
        rival = shown.get(pair)
        if rival is None or STROKE[projection.role][0] > STROKE[rival.projection.role][0]:
            shown[pair] = _Arrow(projection, cut or (rival is not None and rival.cut))
    return list(shown.values()), hidden


def _strongest_within(cells: dict[str, Population], everything: Iterable[Projection]) -> set[str]:
    """Find the two strongest excitatory inputs of every population from other laminae of its area."""
    inputs: dict[str, list[Projection]] = {}
    for projection in everything:
        source, target = cells[projection.source], cells[projection.target]
        excites = "inh" not in (source.transmitter, target.transmitter)
        within = source.area == target.area and bool(source.lamina)
        if excites and within and source.lamina != target.lamina:
            inputs.setdefault(target.name, []).append(projection)
    found = (sorted(some, key=_strength, reverse=True)[:2] for some in inputs.values())
    return {projection.name for some in found for projection in some}


def _strength(projection: Projection) -> float:
    return projection.fibres * projection.gain * sum(projection.receptors.values())


def _draw_arrow(
    ax: Axes, arrow: _Arrow, cells: dict[str, Population], at: dict[str, Point], *, faded: bool
) -> None:
    projection = arrow.projection
    width, alpha, order = STROKE[projection.role]
    if faded and not arrow.cut:
        width, alpha, order = 0.6 * width, 0.35 * alpha, 1
    start, end = np.array(at[projection.source]), np.array(at[projection.target])
    around = _half_size(cells[projection.target])
    if projection.lamina == "L1" and palette.split(projection.target)[1] not in ("", "L1"):
        tuft = np.array([end[0], LAMINA_Y["L1"]])
        ax.plot(
            *zip((end[0], end[1] + 0.3), tuft, strict=True), color=palette.FAINT, lw=1, zorder=1
        )
        end, around = tuft, np.array([0.04, 0.04])
    across = end - start
    bend = BEND.get(projection.role, 0.14)
    middle = (start + end) / 2 + bend * np.array([across[1], -across[0]])
    start = _edge(start, middle, _half_size(cells[projection.source]))
    end = _edge(end, middle, around + 0.08)
    inhibits = projection.role == "inhibitory"
    ink = INHIBITION if inhibits else palette.colour(projection.source)
    if arrow.cut:
        ink, alpha = palette.FAINT, 0.9
    pointed = f"-|>,head_length={3 + width},head_width={1.2 + width / 1.6}"
    curve = Path([tuple(start), tuple(middle), tuple(end)], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    ax.add_patch(
        FancyArrowPatch(
            path=curve,
            arrowstyle="|-|,widthA=0,widthB=5" if inhibits else pointed,
            color=ink,
            lw=width,
            alpha=alpha,
            zorder=order,
            mutation_scale=1,
            capstyle="butt",
            joinstyle="miter",
            linestyle=(0, (2, 1.5)) if arrow.cut else "-",
        )
    )
    if arrow.cut:
        x, y = (start + 2 * middle + end) / 4
        ax.plot(x, y, "x", color="white", ms=15, mew=6, zorder=9)
        ax.plot(x, y, "x", color=CUT, ms=13, mew=3, zorder=10)


def _half_size(population: Population) -> Array:
    """Half the width and height of a population's box or circle."""
    if population.transmitter == "inh":
        radius = 0.3 if population.lamina else 0.5
        return np.array([radius, radius])
    return np.array([max(0.46, 0.115 * len(_text(population)) + 0.16), 0.32])


def _edge(centre: Array, towards: Array, half: Array) -> Array:
    """Find where a line from a box's centre leaves the box."""
    way = towards - centre
    steps = np.divide(half, np.abs(way), out=np.full(2, np.inf), where=np.abs(way) > 1e-9)
    edge: Array = centre + way * float(steps.min())
    return edge


def _text(population: Population) -> str:
    area, lamina, kind = palette.split(population.name)
    return kind if lamina or kind == "IN" else area


def _draw_cells(ax: Axes, population: Population, at: Point, *, cut: bool) -> None:
    """Draw a population: a box if it excites, a circle if it inhibits."""
    (x, y), (half, high) = at, _half_size(population)
    ink = palette.colour(population.name)
    if population.transmitter == "inh":
        size = 5.5 if population.lamina else 7.5
        ax.add_patch(Circle(at, half, fc="white", ec=ink, lw=1.3, zorder=6))
        ax.text(
            x, y, _text(population), ha="center", va="center", fontsize=size, color=ink, zorder=7
        )
    else:
        box = FancyBboxPatch(
            (x - half, y - high), 2 * half, 2 * high, boxstyle="round,pad=0,rounding_size=0.15",
            fc=ink, ec="white", lw=0.8, zorder=6,
        )  # fmt: skip
        ax.add_patch(box)
        ax.text(
            x, y, _text(population), ha="center", va="center", fontsize=8, color="white",
            fontweight="bold", zorder=7,
        )  # fmt: skip
    if cut:
        ax.plot(x, y, "x", color=CUT, ms=20, mew=3.5, zorder=10)


def _areas(ax: Axes, populations: Iterable[Population]) -> None:
    """Draw each area as a slab of laminae, with the pia on top."""
    everyone = list(populations)
    pad, edges = 0.75, list(LAMINA_Y.values())
    for area, left in _columns(everyone).items():
        x, wide = left - 0.2, AREA_WIDTH + 0.4
        for number, y in enumerate(edges):
            top = y + (0.45 if number == 0 else pad)
            bottom = y - (0.55 if number == 0 else pad)
            shade = palette.BAND if number % 2 else "#E9E9E6"
            ax.add_patch(Rectangle((x, bottom), wide, top - bottom, fc=shade, ec="none", zorder=0))
        ax.text(
            left + AREA_WIDTH / 2,
            edges[0] + 0.6,
            area,
            ha="center",
            va="bottom",
            fontsize=11,
            fontweight="bold",
        )
    for lamina, y in LAMINA_Y.items():
        ax.text(
            -0.45, y, lamina.replace("L23", "L2/3"), ha="right", va="center", fontsize=8.5,
            fontweight="bold", color=palette.INK,
        )  # fmt: skip


def _legend(ax: Axes, hidden: int, *, any_cut: bool) -> None:
    keys = [
        Line2D([], [], color=palette.INK, lw=STROKE["driver"][0], label="driver"),
        Line2D(
            [], [], color=palette.INK, lw=STROKE["modulator"][0], label="modulator, between areas"
        ),
        Line2D([], [], color=palette.FAINT, lw=STROKE["local"][0], label="within an area"),
        Line2D([], [], color=INHIBITION, lw=1.3, marker="|", ms=7, mew=1.3, label="inhibition"),
        Line2D([], [], color=palette.FAINT, lw=0.8, label="apical tuft in L1 (upright)"),
    ]
    if any_cut:
        keys.append(Line2D([], [], color=CUT, lw=0, marker="x", ms=9, mew=3, label="lesioned"))
    note = f"{hidden} local projections not drawn:\nall inhibitory and weaker ones"
    ax.legend(
        handles=keys, loc="lower right", title=note, title_fontsize=6.5, alignment="left",
        bbox_to_anchor=(1.0, 0.0), handlelength=2.2,
    )  # fmt: skip
