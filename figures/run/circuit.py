"""The circuit as anatomy: laminae as rows, areas and nuclei as columns, thick drivers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from matplotlib.axes import Axes

from circuits import spec
from circuits.errors import CtloopError
from circuits.lesions import parse, touched
from circuits.records import Population, Projection
from circuits.runs.run import RunData
from figures.run import circuit_shapes as shapes
from figures.run.circuit_layout import Point, place_populations
from figures.style.canvas import Missing, canvas
from figures.style.roles import roles, roles_of_circuit


def circuit(run: RunData, ax: Axes | None = None, *, highlight: Collection[str] = ()) -> Axes:
    """Show the circuit that was run as anatomy, with what the run lesioned crossed out.

    Parameters
    ----------
    run : RunData
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.
    highlight : collection of str
        Names of projections to bring out, see `circuit_drawing`.

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
    return _draw(graph, roles(run), ax, lesioned, highlight)


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
        Where to draw; a new figure otherwise.
    lesioned : collection of str
        Names of projections ("V1.L5IB -> Pulvinar.TRC") or populations to cross out.
    highlight : collection of str
        Names of projections to bring out; all others fade, and the legend goes.
    """
    return _draw(graph, roles_of_circuit(graph), ax, lesioned, highlight)


def lesioned_names(run: RunData, graph: spec.Circuit) -> set[str]:
    """Find which projections and populations the run's lesions touch; a sham touches none."""
    return touched_names(graph, [str(text) for text in run.meta.get("lesions") or ()])


def touched_names(graph: spec.Circuit, lesions: Iterable[str]) -> set[str]:
    """Find which projections and populations lesions touch; a sham touches none.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        The intact circuit.
    lesions : iterable of str
        Sentences of `circuits.lesions.language`.
    """
    names: set[str] = set()
    for text in lesions:
        try:
            for lesion in parse(text):
                if lesion.verb != "sham":
                    found = touched(graph, lesion)
                    names |= {*found.projections, *found.populations}
        except CtloopError:  # a circuit that was edited since may lack the name
            continue
    return names


def _draw(
    graph: spec.Circuit,
    role: Mapping[str, str],
    ax: Axes | None,
    lesioned: Collection[str],
    highlight: Collection[str],
) -> Axes:
    """Draw areas, arrows, populations and legend of a circuit whose roles are known."""
    cells, everything = spec.populations(graph), spec.projections(graph)
    at = place_populations(cells.values(), everything.values(), role)
    arrows, hidden = drawn_arrows(cells, everything, at, frozenset(lesioned))
    with canvas(ax, 8.2, 6.6) as ax:
        shapes.draw_areas(ax, cells.values())
        for arrow in arrows:
            faded = bool(highlight) and arrow.projection.name not in highlight
            shapes.draw_arrow(ax, arrow, cells, at, faded=faded)
        for name, population in cells.items():
            text = shapes.short_name(population, cells.values())
            shapes.draw_cells(ax, population, text, at[name], cut=name in lesioned)
        if not highlight:
            shapes.draw_legend(ax, hidden, any_cut=bool(lesioned))
        ax.set_aspect("equal")
        ax.autoscale_view()
        ax.margins(0.02)
        ax.axis("off")
    return ax


# --- which projections get an arrow --------------------------------------------------------------


def drawn_arrows(
    cells: Mapping[str, Population],
    everything: Mapping[str, Projection],
    at: Mapping[str, Point],
    lesioned: frozenset[str],
) -> tuple[list[shapes.Arrow], int]:
    """Choose the projections worth an arrow, one for each pair of populations; count the others."""
    strong = _strongest_within(cells, everything.values())
    shown: dict[tuple[str, str], shapes.Arrow] = {}
    hidden = 0
    for name, projection in everything.items():
        if projection.gain == 0 and name not in lesioned:
            continue  # an alternative that this circuit does without
        source, target = cells[projection.source], cells[projection.target]
        within = source.area == target.area and bool(source.lamina)
        onto_inhibition = target.transmitter == "inh" and bool(target.lamina)
        minor = (within and name not in strong) or onto_inhibition
        if (minor or at[source.name] == at[target.name]) and name not in lesioned:
            hidden += 1
            continue
        cut = bool({name, projection.source, projection.target} & lesioned)
        pair = (projection.source, projection.target)
        parallel = shown.get(pair)
        if parallel is None or shapes.width_of(projection) > shapes.width_of(parallel.projection):
            shown[pair] = shapes.Arrow(projection, cut or (parallel is not None and parallel.cut))
    return list(shown.values()), hidden


def _strongest_within(
    cells: Mapping[str, Population], everything: Iterable[Projection]
) -> set[str]:
    """Find the two strongest excitatory inputs of every population from other laminae of its area."""
    inputs: dict[str, list[Projection]] = {}
    for projection in everything:
        source, target = cells[projection.source], cells[projection.target]
        excites = "inh" not in (source.transmitter, target.transmitter)
        within = source.area == target.area and bool(source.lamina)
        if excites and within and source.lamina != target.lamina:
            inputs.setdefault(target.name, []).append(projection)
    strongest = (sorted(some, key=_strength, reverse=True)[:2] for some in inputs.values())
    return {projection.name for some in strongest for projection in some}


def _strength(projection: Projection) -> float:
    """Give the conductance of all fibres onto one cell, nS."""
    return projection.fibres * projection.gain * sum(projection.receptors.values())
