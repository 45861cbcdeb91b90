"""How much each population fired: rates over time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from circuits.runs.run import RunData
from figures.run import cycle as folding
from figures.run.relay import groups
from figures.style import palette, rows
from figures.style.canvas import Missing, canvas, shade_parts, window
from figures.style.roles import roles

SMOOTH_MS = 10


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
            rows.draw_trace(
                ax,
                row,
                *folding.smoothed(np.asarray(run.rates_hz[row.population]), start, end, SMOOTH_MS),
            )
        rows.frame(ax, strips)
        ax.set_xlabel("time (s)")
        ax.set_title("Population rates", pad=5)
        rows.name_peaks(ax, "peak\n(Hz)")
    return ax


def relay_rates(
    run: RunData, ax: Axes | None = None, *, from_ms: float = 0.0, span_ms: float = 1000.0
) -> Axes:
    """Show the rates of the burst cells and of the relay cells on one axis, from their spikes.

    Spikes per second and cell in 1 ms bins, smoothed over 10 ms. Relay cells of the predicted and of
    the actual orientation are two lines, where the run has these.

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
    burster, relay = roles(run)["burster"], roles(run)["relay"]
    shown = [name for name in (burster, relay) if name in run.spikes and name in run.populations]
    if not shown:
        msg = f"no spikes of {burster or 'burst cells'} or relay cells were kept"
        raise Missing(msg)
    with canvas(ax, 6.5, 1.8) as ax:
        for name in shown:
            for label, ink, cells in _lines(run, name, relay):
                rate = folding.rate_of(run, name, cells)
                curve = folding.smoothed(rate, start, end, SMOOTH_MS)
                if name == burster and len(shown) > 1:
                    ink = palette.FAINT  # their colour is that of the outcome
                ax.plot(*curve, color=ink, label=label, lw=0.9 if name == burster else 1.6)
        ax.set_xlim(start / 1e3, end / 1e3)
        ax.set_ylim(0)
        ax.set_xlabel("time (s)")
        ax.set_ylabel("spikes/s\nper cell")
        ax.legend(loc="upper right", ncols=3, borderpad=0)
    return ax


def _lines(run: RunData, name: str, relay: str) -> Iterator[tuple[str, str, npt.NDArray[np.bool_]]]:
    """Give label, colour and cells of each line of a population: relay cells by their orientation."""
    try:
        by_group = groups(run) if name == relay else []
        near = [folding.near(run, name, one.angle_deg) for one in by_group]
    except Missing:
        by_group, near = [], []
    for one, cells in zip(by_group, near, strict=True):
        if cells.any():
            yield f"relay, {one.name} {one.angle_deg:.0f}°", one.ink, cells
    if not any(cells.any() for cells in near):
        ink = palette.colour(name)
        yield palette.label(name), ink, np.ones(run.populations[name].count, bool)
