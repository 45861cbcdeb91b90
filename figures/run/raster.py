"""Who fired: spikes of every population over time, stacked by area and lamina."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from circuits.runs.run import RunData
from figures.style import palette, rows
from figures.style.canvas import Missing, canvas, shade_parts, window

CELLS_SHOWN = 40


def raster(
    run: RunData, ax: Axes | None = None, *, from_ms: float | None = None, span_ms: float = 1000.0
) -> Axes:
    """Show who fired when, by area and lamina, with up to 40 cells of each population.

    Parameters
    ----------
    run : RunData
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.
    from_ms : float, optional
        Start of the window, ms; the end of the discarded start by default.
    span_ms : float
        Length of the window, ms.

    Raises
    ------
    Missing
        If the run holds no spikes.
    """
    if not run.spikes:
        msg = "the run holds no spikes"
        raise Missing(msg)
    start, end = window(run, from_ms, span_ms)
    with canvas(ax, 6.5, 7.5) as ax:
        shade_parts(ax, run.cycles, start, end)
        strips = rows.stack(run, run.spikes)
        for row in strips:
            times_s, y = dots(run, row, start, end)
            ax.plot(
                times_s, y, "|", color=palette.colour(row.population), ms=2.4, mew=0.7,
                rasterized=True,
            )  # fmt: skip
        rows.frame(ax, strips)
        ax.set_xlim(start / 1e3, end / 1e3)
        ax.set_xlabel("time (s)")
        ax.set_title("Who fired, and when", pad=5)
        ax.annotate(
            f"at most {CELLS_SHOWN} cells per population; tuned cells sorted by preferred orientation",
            (1, 0), (0, -28), xycoords="axes fraction", textcoords="offset points", ha="right",
            va="top", fontsize=6.5, style="italic", annotation_clip=False,
        )  # fmt: skip
    return ax


def dots(
    run: RunData, row: rows.Row, start: float, end: float, most: int = CELLS_SHOWN
) -> tuple[np.ndarray, np.ndarray]:
    """Place the spikes of evenly chosen cells in their row, tuned cells by orientation.

    Parameters
    ----------
    run : RunData
    row : Row
    start, end : float
        The window, ms.
    most : int
        Cells that are shown.

    Returns
    -------
    tuple of arrays (n_spikes,)
        Times in s, and heights in the unit of the row.
    """
    train = run.spikes[row.population]
    known = run.populations.get(row.population)
    count = known.count if known else int(train.cells.max(initial=0)) + 1
    rank = np.arange(count)
    if row.population in run.orientation_deg:
        rank = np.argsort(np.argsort(run.orientation_deg[row.population], kind="stable"))
    shown = min(most, count)
    level = np.full(count, -1)
    chosen = np.argsort(rank, kind="stable")[np.linspace(0, count - 1, shown).astype(int)]
    level[chosen] = np.arange(shown)
    inside = (train.times_ms >= start) & (train.times_ms < end) & (level[train.cells] >= 0)
    lift = (level[train.cells[inside]] + 0.5) / shown
    return train.times_ms[inside] / 1e3, row.bottom + row.height * (0.06 + 0.88 * lift)
