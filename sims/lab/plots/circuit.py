"""The circuit as anatomy, to point at and to click: the printed drawing's places, colours and widths."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from html import escape
from typing import Any

import numpy as np
from bokeh.models import ColumnDataSource, HoverTool, TapTool

from circuits import spec
from circuits.records import ASSUMED, Population, Projection
from figures.run import circuit_shapes as shapes
from figures.run.circuit import drawn_arrows
from figures.run.circuit_layout import AREA_WIDTH, LAMINA_Y, area_columns, place_populations
from figures.style import palette
from figures.style.roles import roles_of_circuit
from sims.lab.plots.frame import frame

#: Points of a bent arrow.
STEPS = 25
TIP = """<div style="max-width: 420px; font-size: 12px"><b>@name</b><br>@text{safe}</div>"""


def circuit_figure(graph: spec.Circuit, lesioned: Collection[str] = ()) -> tuple[Any, Any, Any]:
    """Draw a circuit.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
    lesioned : collection of str
        Projections and populations that are crossed out.

    Returns
    -------
    tuple
        The figure, and the sources of projections and of populations; both have the column "name", and
        what is clicked is in `selected.indices`.
    """
    cells, everything = spec.populations(graph), spec.projections(graph)
    at = place_populations(cells.values(), everything.values(), roles_of_circuit(graph))
    arrows, hidden = drawn_arrows(cells, everything, at, frozenset(lesioned))
    made = frame(
        f"Thick: drivers; bars: inhibition; {hidden} local projections are not drawn",
        620, match_aspect=True, name="circuit",
    )  # fmt: skip
    made.axis.visible, made.grid.visible = False, False
    _areas(made, cells)
    projections = _arrows(made, arrows, cells, at)
    populations = _cells(made, cells, at)
    crosses = [(x, y) for name, x, y in _middles(projections) if name in lesioned]
    crosses += [at[name] for name in cells if name in lesioned]
    made.scatter(
        [x for x, _ in crosses], [y for _, y in crosses], marker="x", size=16, line_width=4,
        color=shapes.CUT, level="overlay", name="lesioned",
    )  # fmt: skip
    return made, projections, populations


def _areas(made: Any, cells: Mapping[str, Population]) -> None:
    for area, left in area_columns(cells.values()).items():
        for number, (lamina, y) in enumerate(LAMINA_Y.items()):
            above, below = (0.45, 0.55) if number == 0 else (0.75, 0.75)
            shade = palette.BAND if number % 2 else shapes.OTHER_LAMINA
            made.quad(left - 0.2, left + AREA_WIDTH + 0.2, y + above, y - below, color=shade)
            made.text([left - 0.35], [y], [lamina.replace("L23", "L2/3")], text_align="right",
                      text_baseline="middle", text_font_size="11px", color=palette.INK)  # fmt: skip
        made.text([left + AREA_WIDTH / 2], [LAMINA_Y["L1"] + 0.55], [area], text_align="center",
                  text_font_style="bold", text_font_size="14px", color=palette.INK)  # fmt: skip


def _arrows(made: Any, arrows: list[shapes.Arrow], cells: Mapping[str, Population], at: Any) -> Any:
    columns: dict[str, list[Any]] = {
        key: [] for key in ("xs", "ys", "ink", "width", "alpha", "name", "text", "x", "y", "angle", "head",
                        "marker")
    }  # fmt: skip
    steps = np.linspace(0, 1, STEPS)[:, None]
    for arrow in sorted(arrows, key=lambda one: shapes.STROKE[one.projection.role][2]):
        p = arrow.projection
        start, middle, end = shapes.curve(p, cells, at)
        points = (1 - steps) ** 2 * start + 2 * steps * (1 - steps) * middle + steps**2 * end
        width, alpha, _ = shapes.STROKE[p.role]
        inhibits = p.role == "inhibitory"
        ink = palette.INHIBITION if inhibits else palette.colour(p.source)
        toward = end - middle
        row = {
            "xs": points[:, 0], "ys": points[:, 1], "ink": palette.FAINT if arrow.cut else ink,
            "width": 1.3 * width, "alpha": alpha, "name": p.name, "text": describe_projection(p),
            "x": end[0], "y": end[1], "head": 3.0 * width + 5,
            "marker": "dash" if inhibits else "triangle",
            # A triangle points up, a dash lies: both are turned into the arrow's direction.
            "angle": float(np.arctan2(toward[1], toward[0]) - np.pi / 2),
        }  # fmt: skip
        for key, value in row.items():
            columns[key].append(value)
    source = ColumnDataSource(columns)
    lines = made.multi_line(
        "xs", "ys", source=source, color="ink", line_width="width", alpha="alpha", name="projections",
        hover_line_color=palette.INK, nonselection_alpha="alpha", hover_alpha=1,
    )  # fmt: skip
    made.scatter(
        "x", "y", source=source, marker="marker", angle="angle", size="head", color="ink",
        alpha="alpha", line_width=1.5, nonselection_alpha="alpha",
    )  # fmt: skip
    made.add_tools(
        HoverTool(renderers=[lines], tooltips=TIP, line_policy="interp"), TapTool(renderers=[lines])
    )
    return source


def _cells(made: Any, cells: Mapping[str, Population], at: Any) -> Any:
    columns: dict[str, list[Any]] = {
        key: [] for key in ("x", "y", "w", "h", "fill", "ink", "letters", "name", "text", "label", "size")
    }  # fmt: skip
    for name, one in cells.items():
        label = shapes.short_name(one, cells.values())
        half, high = shapes.half_size(one, label)
        ink, inhibits = palette.colour(name), one.transmitter == "inh"
        row = {
            "x": at[name][0], "y": at[name][1], "w": 2 * half, "h": 2 * high, "ink": ink,
            "fill": "white" if inhibits else ink, "letters": ink if inhibits else "white",
            "name": name, "text": describe_population(one), "label": label,
            "size": "8px" if inhibits else "11px",
        }  # fmt: skip
        for key, value in row.items():
            columns[key].append(value)
    source = ColumnDataSource(columns)
    boxes = made.rect(
        "x", "y", "w", "h", source=source, fill_color="fill", line_color="ink", line_width=1.5,
        border_radius=8, name="populations", nonselection_alpha=1, hover_line_color=palette.INK,
    )  # fmt: skip
    made.text(
        "x", "y", "label", source=source, text_align="center", text_baseline="middle",
        text_color="letters", text_font_size="size", text_font_style="bold",
        nonselection_text_alpha=1,
    )  # fmt: skip
    made.add_tools(HoverTool(renderers=[boxes], tooltips=TIP), TapTool(renderers=[boxes]))
    return source


def _middles(projections: Any) -> list[tuple[str, float, float]]:
    data = projections.data
    return [
        (name, x[STEPS // 2], y[STEPS // 2])
        for name, x, y in zip(data["name"], data["xs"], data["ys"], strict=True)
    ]


def describe_projection(p: Projection) -> str:
    """Write what a projection is in a few lines of HTML: fibres, conductance, gain, sources."""
    fibre = ", ".join(f"{r} {ns:.3g} nS" for r, ns in p.receptors.items())
    total = p.fibres * p.gain * sum(p.receptors.values())
    lines = [
        f"{p.role}; {p.fibres:g} fibres onto a cell, {p.modelled} modelled",
        f"one fibre: {fibre}; all: {total:.3g} nS",
        f"gain {p.gain:g}; delay {p.delay_ms:g} ms" + ("; plastic" if p.plastic else ""),
    ]
    if p.stp is not None:
        lines.append(
            f"short-term plasticity: U {p.stp.U:g}, D {p.stp.D_ms:g} ms, F {p.stp.F_ms:g} ms"
        )
    return "<br>".join([*map(escape, lines), *_sources(p.sources)])


def describe_population(one: Population) -> str:
    """Write what a population is in a few lines of HTML: cells, background, sources."""
    lines = [
        f"{one.count} cells, {one.kind or one.cell.name}, {'inhibitory' if one.transmitter == 'inh' else 'excitatory'}",
        f"background {one.background_pa:g} ± {one.noise_pa:g} pA",
    ]
    return "<br>".join([*map(escape, lines), *_sources(one.sources)])


def _sources(sources: Mapping[str, str]) -> list[str]:
    """Write the sources, each with the numbers it is for; what is assumed is cut to a line."""
    by_source: dict[str, list[str]] = {}
    for field, source in sources.items():
        by_source.setdefault(source, []).append("all else" if field == "*" else field)
    lines = []
    for source, fields in by_source.items():
        text = source if len(source) < 110 else f"{source[:107]}..."
        kind = "" if source.startswith(ASSUMED) else "source: "
        lines.append(f"<i>{escape(', '.join(fields))}</i>: {kind}{escape(text)}")
    return lines
