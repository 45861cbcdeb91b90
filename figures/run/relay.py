"""What the relay cells showed: over the mean theta cycle, and spike by spike."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from circuits.runs.run import RunData
from figures.run import cycle as folding
from figures.style import palette
from figures.style.canvas import INK, PARTS, Missing, canvas, shade_parts, window
from figures.style.roles import roles

SPAN_MS = 1200.0


def folded_relay(run: RunData, ax: Axes | None = None) -> Axes:
    """Show the relay cells over the mean theta cycle, by the orientation they prefer.

    Spikes per second and cell against ms. The bands are the mean ± its standard error over cycles.

    Parameters
    ----------
    run : RunData
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.

    Raises
    ------
    Missing
        If the run has no cycle, or neither a predicted nor an actual orientation.
    """
    cycle, relay = folding.grid(run), roles(run)["relay"]
    predicted, actual = folding.angles(run)
    both = [("predicted", predicted, INK["prediction"]), ("actual", actual, INK["outcome"])]
    if predicted == actual:
        both = [("predicted and actual", actual, palette.colour(relay))]
    shown = [(name, angle, ink) for name, angle, ink in both if angle is not None]
    if not shown:
        msg = "the run has neither a predicted nor an actual orientation"
        raise Missing(msg)
    with canvas(ax, 4.5, 3.0) as ax:
        folding.shade_cycle(ax, run, cycle)
        for name, angle, ink in shown:
            cycles = folding.fold(folding.rate_near(run, relay, angle), cycle)
            mean, error = cycles.mean(axis=0), cycles.std(axis=0) / np.sqrt(len(cycles))
            x, low = cycle.line(mean - error)
            ax.fill_between(x, low, cycle.line(mean + error)[1], color=ink, alpha=0.25, lw=0)
            ax.plot(*cycle.line(mean), color=ink, lw=2.2, label=f"prefer the {name} {angle:.0f}°")
        ax.set_xlim(0, cycle.cycle_ms)
        ax.set_ylim(0)
        ax.set_ylabel("relay cells\n(spikes/s per cell)")
        ax.legend(loc="upper left", borderpad=0.2)
    return ax


def relay_spikes(run: RunData, ax: Axes | None = None) -> Axes:
    """Show the spikes of all relay cells over 1.2 s, by the orientation they prefer.

    Behind them the measured parts of the cycle; beside them the predicted and the actual
    orientation.

    Parameters
    ----------
    run : RunData
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.

    Raises
    ------
    Missing
        If there are no relay cells with preferred orientations.
    """
    relay = roles(run)["relay"]
    if relay not in run.spikes or relay not in run.orientation_deg:
        msg = "no tuned relay cells in this run"
        raise Missing(msg)
    start, end = window(run, None, SPAN_MS)
    train, angle = run.spikes[relay], np.asarray(run.orientation_deg[relay], float)
    inside = (train.times_ms >= start) & (train.times_ms < end)
    with canvas(ax, 5.0, 2.4) as ax:
        shade_parts(ax, run.cycles, start, end)
        ax.plot(
            train.times_ms[inside] / 1e3, angle[train.cells[inside]] % 180, "|", ms=3, mew=0.8,
            color=palette.colour(relay), rasterized=True,
        )  # fmt: skip
        for name, at, part in zip(("predicted", "actual"), folding.angles(run), PARTS, strict=True):
            if at is not None:
                ax.annotate(
                    f"◂ {name}", (1, at), (2, 0), xycoords=("axes fraction", "data"), va="center",
                    textcoords="offset points", color=INK[part], annotation_clip=False, fontsize=8,
                )  # fmt: skip
        ax.set_xlim(start / 1e3, end / 1e3)
        ax.set_ylim(0, 180)
        ax.set_yticks([0, 45, 90, 135, 180])
        ax.set_xlabel("time (s)")
        ax.set_ylabel("preferred orientation\nof relay cell (deg)")
    return ax
