"""How much each population fired: rates over time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from circuits.runs.run import Floats, RunData
from figures.run import cycle as folding
from figures.style import palette, rows
from figures.style.canvas import Missing, canvas, shade_parts, window
from figures.style.roles import roles

SMOOTH_MS = 10
Array = npt.NDArray[np.floating]


def rates(
    run: RunData, ax: Axes | None = None, *, from_ms: float | None = None, span_ms: float = 1500.0
) -> Axes:
    """Show the rate of every population over time, each row scaled to its own peak.

    Rates are spikes per second and cell in 1 ms bins, smoothed over 10 ms.

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
        If the run holds no rates.
    """
    if not run.rates_hz:
        msg = "the run holds no population rates"
        raise Missing(msg)
    start, end = window(run, from_ms, span_ms)
    with canvas(ax, 6.5, 7.5) as ax:
        ax.set_xlim(start / 1e3, end / 1e3)
        shade_parts(ax, run.cycles, start, end)
        strips = rows.stack(run, run.rates_hz)
        for row in strips:
            rows.draw_trace(ax, row, *_smoothed(run.rates_hz[row.population], start, end))
        rows.frame(ax, strips)
        ax.set_xlabel("time (s)")
        ax.set_title("Population rates", pad=5)
        rows.name_peaks(ax, "peak\n(Hz)")
    return ax


def relay_rates(
    run: RunData, ax: Axes | None = None, *, from_ms: float = 0.0, span_ms: float = 1000.0
) -> Axes:
    """Show the rates of the burst cells and of the relay cells on one axis, from their spikes.

    Spikes per second and cell in 1 ms bins, smoothed over 10 ms.

    Parameters
    ----------
    run : RunData
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.
    from_ms, span_ms : float
        Start and length of the window, ms.

    Raises
    ------
    Missing
        If neither population is in the run.
    """
    start, end = window(run, from_ms, span_ms)
    both = (roles(run)["burster"], roles(run)["relay"])
    shown = [name for name in both if name in run.spikes and name in run.populations]
    if not shown:
        msg = f"no spikes of {both[0] or 'burst cells'} or relay cells were kept"
        raise Missing(msg)
    with canvas(ax, 6.5, 1.8) as ax:
        for name in shown:
            every_cell = np.ones(run.populations[name].count, bool)
            curve = _smoothed(folding.rate_of(run, name, every_cell), start, end)
            ax.plot(*curve, color=palette.colour(name), label=palette.label(name))
        ax.set_xlim(start / 1e3, end / 1e3)
        ax.set_ylim(0)
        ax.set_xlabel("time (s)")
        ax.set_ylabel("spikes/s\nper cell")
        ax.legend(loc="upper right", ncols=2, borderpad=0)
    return ax


def _smoothed(rate_hz: Floats | Array, start: float, end: float) -> tuple[Array, Array]:
    """Smooth a rate over 10 ms and cut out a window: times in s, spikes per second and cell."""
    smooth = np.convolve(rate_hz, np.ones(SMOOTH_MS) / SMOOTH_MS, "same")[int(start) : int(end)]
    return (np.arange(len(smooth)) + int(start) + 0.5) / 1e3, smooth
