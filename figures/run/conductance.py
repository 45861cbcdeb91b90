"""Which input carried the relay cells: conductance from layer 6 and from the burst cells."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from circuits.runs.run import RunData
from figures.run import cycle as folding
from figures.style import palette
from figures.style.canvas import Missing, canvas, shade_parts, window
from figures.style.roles import roles, source_of

Array = npt.NDArray[np.floating]


class Input(NamedTuple):
    """One cortical input of the relay cells: its projection, colour, and source on labels."""

    projection: str
    ink: str
    source: str


def conductance(
    run: RunData, ax: Axes | None = None, *, from_ms: float | None = None, span_ms: float = 1200.0
) -> Axes:
    """Show the conductance of modulator and driver on the relay cells against time.

    AMPA plus NMDA after its magnesium block, nS per relay cell; the filled part is AMPA alone.

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
        If neither conductance was recorded.
    """
    inputs = recorded(run)
    start, end = window(run, from_ms, span_ms)
    shown, cells, unit = slice(int(start), int(end)), *per_cell(run)
    nucleus = palette.split(roles(run)["relay"])[0].lower()
    with canvas(ax, 6.5, 2.6) as ax:
        shade_parts(ax, run.cycles, start, end)
        for name, ink, source in inputs:
            trace = total_ns(run, name)[shown] / cells
            time_s = (np.arange(len(trace)) + int(start) + 0.5) / 1e3
            ax.plot(time_s, trace, color=ink, lw=1.1, label=f"{source}\nAMPA + NMDA")
            if "AMPA" in run.conductance_ns[name]:
                alone = np.asarray(run.conductance_ns[name]["AMPA"], float)[shown] / cells
                ax.fill_between(time_s, 0, alone, color=ink, alpha=0.35, lw=0, label="AMPA alone")
        ax.set_xlim(start / 1e3, end / 1e3)
        ax.set_ylim(0)
        ax.set_xlabel("time (s)")
        ax.set_ylabel(f"conductance ({unit})")
        ax.set_title(f"Input to {nucleus} relay cells", pad=5)
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1), labelspacing=0.8)
    return ax


def folded_conductance(run: RunData, ax: Axes | None = None) -> Axes:
    """Show the conductance of modulator and driver on the relay cells over the mean theta cycle.

    AMPA plus unblocked NMDA, nS per relay cell, against ms. The bands hold the middle half of the
    cycles.

    Parameters
    ----------
    run : RunData
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.

    Raises
    ------
    Missing
        If the run has no cycle, or neither conductance was recorded.
    """
    cycle, (cells, unit) = folding.grid(run), per_cell(run)
    inputs = recorded(run)
    with canvas(ax, 4.5, 2.6) as ax:
        folding.shade_cycle(ax, run, cycle, named=False)
        for name, ink, source in inputs:
            cycles = folding.fold(total_ns(run, name), cycle) / cells
            low, high = np.quantile(cycles, [0.25, 0.75], axis=0)
            x, mean = cycle.line(cycles.mean(axis=0))
            ax.fill_between(x, cycle.line(low)[1], cycle.line(high)[1], color=ink, alpha=0.25, lw=0)
            ax.plot(x, mean, color=ink, lw=2.2, label=f"from {source}")
        ax.set_xlim(0, cycle.cycle_ms)
        ax.set_ylim(0)
        ax.set_xlabel(folding.time_label(run))
        ax.set_ylabel(f"excitation of\nrelay cells ({unit})")
        ax.legend(loc="upper left", bbox_to_anchor=(0, 1.0), ncols=2, borderpad=0.2)
        ax.set_ylim(0, 1.25 * ax.get_ylim()[1])
    return ax


def total_ns(run: RunData, projection: str) -> Array:
    """Sum the excitatory conductance of a projection: AMPA plus unblocked NMDA, (n_ms,).

    Returns
    -------
    array (n_ms,)
        nS over all relay cells.

    Raises
    ------
    Missing
        If it was not recorded.
    """
    if projection not in run.conductance_ns:
        msg = f"the conductance of {projection} was not recorded"
        raise Missing(msg)
    receptors = run.conductance_ns[projection]
    traces = [np.asarray(receptors[name], float) for name in ("AMPA", "NMDA") if name in receptors]
    if not traces:
        msg = f"{projection} has neither AMPA nor NMDA conductance"
        raise Missing(msg)
    total: Array = np.sum(traces, axis=0)
    return total


def per_cell(run: RunData) -> tuple[int, str]:
    """Give the number to divide summed conductances by, and the unit that results."""
    relay = run.populations.get(roles(run)["relay"])
    return (relay.count, "nS per cell") if relay else (1, "nS, all cells")


def recorded(run: RunData) -> list[Input]:
    """Choose those of modulator and driver whose conductance the run holds."""
    both = (("modulator", palette.PREDICTION), ("driver", palette.OUTCOME))
    projections = [(roles(run)[role], ink) for role, ink in both]
    inputs = [
        Input(name, ink, palette.label(source_of(name)))
        for name, ink in projections
        if name in run.conductance_ns
    ]
    if not inputs:
        msg = "no conductance on relay cells was recorded"
        raise Missing(msg)
    return inputs
