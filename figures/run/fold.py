"""How much each population fired in each part of the theta cycle."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from circuits.runs.run import RunData
from figures.run import cycle as folding
from figures.style import palette, rows
from figures.style.canvas import canvas
from figures.style.roles import roles

Array = npt.NDArray[np.floating]


def fold(run: RunData, ax: Axes | None = None) -> Axes:
    """Show every population over the mean theta cycle, from the end of one burst to the next.

    Spikes per second and cell against ms, each row scaled to its own peak. Relay cells are split
    where the run predicts one orientation and shows another: blue, cells of the predicted,
    vermilion, cells of the actual orientation.

    Parameters
    ----------
    run : RunData
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.

    Raises
    ------
    Missing
        If the run has no whole cycle.
    """
    cycle, relay = folding.grid(run), roles(run)["relay"]
    with canvas(ax, 4.6, 7.5) as ax:
        ax.set_xlim(0, cycle.cycle_ms)
        folding.shade_cycle(ax, run, cycle)
        strips = rows.stack(run, run.rates_hz)
        for row in strips:
            lines = _relay_lines(run, cycle) if row.population == relay else {}
            if lines:
                top = max(float(line.max()) for line in lines.values())
                for ink, line in lines.items():
                    rows.draw_trace(ax, row, *cycle.line(line), ink=ink, top=top, filled=False)
                _name_lines(ax, row, run, cycle)
            else:
                mean = folding.fold(run.rates_hz[row.population], cycle).mean(axis=0)
                rows.draw_trace(ax, row, *cycle.line(mean))
        rows.frame(ax, strips)
        ax.set_xlabel(folding.time_label(run))
        ax.set_title(f"Mean of {len(cycle.edges_ms)} theta cycles", pad=22)
        rows.name_peaks(ax, "peak\n(Hz)")
    return ax


def _relay_lines(run: RunData, cycle: folding.Grid) -> dict[str, Array]:
    """Fold relay cells of the predicted and of the actual orientation; {} if these do not differ."""
    predicted, actual = folding.angles(run)
    relay = roles(run)["relay"]
    if predicted is None or actual is None or predicted == actual:
        return {}
    if relay not in run.orientation_deg:
        return {}
    inks = ((palette.PREDICTION, predicted), (palette.OUTCOME, actual))
    return {
        ink: folding.fold(folding.rate_near(run, relay, angle), cycle).mean(axis=0)
        for ink, angle in inks
    }


def _name_lines(ax: Axes, row: rows.Row, run: RunData, cycle: folding.Grid) -> None:
    """Write into the relay row which line is which orientation."""
    predicted, actual = folding.angles(run)
    lines = (
        ("predicted", predicted, 0.86, palette.PREDICTION),
        ("actual", actual, 0.6, palette.OUTCOME),
    )
    for name, angle, lift, ink in lines:
        ax.text(
            0.03 * cycle.cycle_ms, row.bottom + lift * row.height, f"cells of {name} {angle:.0f}°",
            color=ink, fontsize=6.5, va="center",
        )  # fmt: skip
