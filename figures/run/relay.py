"""What the relay cells showed: over time, over the mean theta cycle, and spike by spike."""

from __future__ import annotations

import contextlib
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from circuits.runs.run import RunData
from figures.run import cycle as folding
from figures.style import palette
from figures.style.canvas import INK, PARTS, Missing, canvas, shade_parts, window
from figures.style.roles import roles

SPAN_MS = 1200.0
SMOOTH_MS = 20


class Group(NamedTuple):
    """Relay cells of one orientation: what it is to the run, the orientation in deg, their colour."""

    name: str
    angle_deg: float
    ink: str


def groups(run: RunData) -> list[Group]:
    """List the relay cells that should differ: of the predicted and of the actual orientation.

    Returns
    -------
    list of Group
        One where both are the same orientation, or the run has only one.

    Raises
    ------
    Missing
        If the run has neither a predicted nor an actual orientation.
    """
    predicted, actual = folding.angles(run)
    both = [("predicted", predicted, INK["prediction"]), ("actual", actual, INK["outcome"])]
    if predicted == actual:
        both = [("predicted and actual", actual, palette.colour(roles(run)["relay"]))]
    shown = [Group(name, angle, ink) for name, angle, ink in both if angle is not None]
    if not shown:
        msg = "the run has neither a predicted nor an actual orientation"
        raise Missing(msg)
    return shown


def relay_groups(run: RunData, ax: Axes | None = None, *, from_ms: float | None = None) -> Axes:
    """Show the rates of relay cells of the predicted and of the actual orientation over 1.2 s.

    Spikes per second and cell, smoothed over 20 ms; behind them the measured parts of the cycle.

    Parameters
    ----------
    run : RunData
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.
    from_ms : float, optional
        Start of the window, ms; where the first whole cycle starts by default.

    Raises
    ------
    Missing
        If the run has neither orientation, or no tuned relay cells.
    """
    relay, shown = roles(run)["relay"], groups(run)
    start, end = _window(run, from_ms)
    rates = [folding.rate_near(run, relay, one.angle_deg) for one in shown]
    with canvas(ax, 6.5, 2.2) as ax:
        shade_parts(ax, run.cycles, start, end)
        for one, rate in zip(shown, rates, strict=True):
            time_s, smooth = folding.smoothed(rate, start, end, SMOOTH_MS)
            ax.fill_between(time_s, 0, smooth, color=one.ink, alpha=0.2, lw=0)
            label = f"prefer the {one.name} {one.angle_deg:.0f}°"
            ax.plot(time_s, smooth, color=one.ink, lw=1.8, label=label)
        ax.set_xlim(start / 1e3, end / 1e3)
        ax.set_ylim(0, 1.25 * max(ax.get_ylim()[1], 1.0))
        ax.set_xlabel("time (s)")
        ax.set_ylabel("relay cells\n(spikes/s per cell)")
        ax.legend(loc="upper left", ncols=2, borderpad=0.2)
    return ax


def _window(run: RunData, from_ms: float | None) -> tuple[float, float]:
    """Choose the stretch shown over time: from the first whole cycle on, if the run has one."""
    if from_ms is None and run.cycles is not None and len(run.cycles):
        starts = run.cycles.parts("prediction")[:, 0]
        measured = starts[(starts >= run.discard_ms) & (starts <= run.duration_ms - SPAN_MS)]
        from_ms = float(measured[0]) if len(measured) else None
    return window(run, from_ms, SPAN_MS)


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
    cycle, relay, shown = folding.grid(run), roles(run)["relay"], groups(run)
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

    Behind them the measured parts of the cycle; beside them the predicted and the actual orientation,
    whose cells have the colours of `relay_groups`.

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
    start, end = _window(run, None)
    train, angle = run.spikes[relay], np.asarray(run.orientation_deg[relay], float)
    inside = (train.times_ms >= start) & (train.times_ms < end)
    ink = np.full(len(angle), palette.colour(relay), dtype=object)
    with contextlib.suppress(Missing):
        for one in groups(run):
            ink[folding.near(run, relay, one.angle_deg)] = one.ink
    with canvas(ax, 5.0, 2.4) as ax:
        shade_parts(ax, run.cycles, start, end)
        cells = train.cells[inside]
        ax.scatter(
            train.times_ms[inside] / 1e3, angle[cells] % 180, marker="|", s=9, linewidths=0.8,
            c=list(ink[cells]), rasterized=True,
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
