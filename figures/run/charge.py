"""What drove one relay cell: charge by pathway and part of the theta cycle."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from circuits.runs.run import RunData
from figures.style import palette
from figures.style.canvas import Missing, canvas
from figures.style.roles import source_of


def charge(run: RunData, ax: Axes | None = None) -> Axes:
    """Show what drove one relay cell: mean charge per cycle by pathway, in each part.

    In pC, excitation positive; pathways are sorted by their charge over the whole cycle.

    Parameters
    ----------
    run : RunData
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.

    Raises
    ------
    Missing
        If the run has no charge table.
    """
    table = run.charge
    if table is None or len(table.charge_pc) == 0:
        msg = "no relay cell was chosen for a charge table"
        raise Missing(msg)
    rows = zip(table.pathway, table.part, table.charge_pc, strict=True)
    values = {(pathway, str(part)): float(c) for pathway, part, c in rows}
    names = {pathway for pathway, _ in values}
    pathways = sorted(names, key=lambda p: sum(v for (q, _), v in values.items() if q == p))
    parts = (("prediction", 0.19, palette.PREDICTION), ("outcome", -0.19, palette.OUTCOME))
    with canvas(ax, 5.2, 0.9 + 0.42 * len(pathways)) as ax:
        for part, lift, ink in parts:
            bars = [values.get((p, part), 0.0) for p in pathways]
            y = np.arange(len(pathways)) + lift
            ax.barh(y, bars, 0.36, color=ink, label=f"{part} part")
            for value, place in zip(bars, y, strict=True):
                ax.annotate(
                    _short(value), (value, place), (3 if value >= 0 else -3, 0), fontsize=6.5,
                    textcoords="offset points", va="center", ha="left" if value >= 0 else "right",
                )  # fmt: skip
        ax.axvline(0, color=palette.INK, lw=0.7)
        ax.set_yticks(range(len(pathways)), [_source(p) for p in pathways])
        for tick, pathway in zip(ax.get_yticklabels(), pathways, strict=True):
            tick.set_color(palette.colour(source_of(pathway)))
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
        ax.margins(x=0.12)
        ax.set_xlabel("mean charge per theta cycle (pC; excitation positive)")
        ax.set_title(
            f"What drove {palette.label(table.population)} cell {table.cell}{_tuning(run)}"
        )
        ax.legend(loc="lower right")
    return ax


def _short(value: float) -> str:
    """Write a bar's value with two digits, and one that rounds to nothing as 0."""
    return "0" if abs(value) < 0.005 else f"{value:.2g}"


def _source(pathway: str) -> str:
    """Label a pathway by its source, and by its key where there are several."""
    source, _, target = pathway.partition(" -> ")
    key = target.partition(" #")[2]
    return (palette.label(source) if "." in source else source) + (f" ({key})" if key else "")


def _tuning(run: RunData) -> str:
    """Write which orientation the cell of the table prefers, if it is tuned."""
    table = run.charge
    if table is None or table.population not in run.orientation_deg:
        return ""
    return f" (prefers {run.orientation_deg[table.population][table.cell]:.0f}°)"
