"""Whether gamma is stronger at one phase of the theta cycle: phase-amplitude coupling."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.layout_engine import ConstrainedLayoutEngine

from circuits.analysis.phase_amplitude import GAMMA_HZ, SURROGATES, Coupling, coupling
from circuits.analysis.spectra import THETA_HZ
from circuits.runs.run import RunData
from figures.run.spectra import Rate
from figures.run.spectrogram import rows
from figures.style import palette
from figures.style.canvas import Missing, canvas, figure_of
from figures.style.roles import burst_cells, roles

Array = npt.NDArray[np.floating]


def theta_gamma(run: RunData, ax: Axes | None = None) -> Axes:
    """Show the amplitude of gamma by the phase of theta, and whether chance would give that.

    Theta (3-8 Hz) is that of the burst cells' rate, phase 0 its peak. Gamma (30-80 Hz) is that of the burst
    cells and of both groups of relay cells. Left: its amplitude relative to its mean; the band holds the
    middle 95 % of 200 surrogates, in which pieces of gamma's amplitude stand in another order. Right: the
    modulation index of each (Tort et al. 2010), a large mark, over those of its surrogates. A burst is itself
    a fast event: bursting once a cycle is enough to couple a cell's gamma to theta.

    Parameters
    ----------
    run : RunData
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.

    Raises
    ------
    Missing
        If there are fewer than 2 s after the discarded start, or the burst cells are silent or not recorded.
    """
    found = couplings(run)
    given = ax is not None
    with canvas(ax, 7.4, 3.0) as ax:
        for number, (row, one) in enumerate(found):
            x, mean = _twice(one.phase_deg, one.amplitude)
            low, high = np.quantile(one.surrogate_amplitude, [0.025, 0.975], axis=0)
            ax.fill_between(x, _twice(one.phase_deg, low)[1], _twice(one.phase_deg, high)[1],
                            color=row.ink, alpha=0.15, lw=0)  # fmt: skip
            label = row.label.replace("\n", " ")
            ax.plot(x, mean, "-" if number else "--", color=row.ink, lw=1.8, label=label)
        ax.axhline(1, color=palette.FAINT, lw=0.6)
        ax.set_xlim(-180, 540)
        ax.set_xticks([-180, 0, 180, 360, 540])
        ax.set_ylim(0, 1.3 * ax.get_ylim()[1])
        ax.set_xlabel(f"phase of theta (deg); 0: {burst_cells(run)} fires most")
        ax.set_ylabel("gamma amplitude\n(relative to its mean)")
        bands = "theta {:g}-{:g} Hz, gamma {:g}-{:g} Hz".format(*THETA_HZ, *GAMMA_HZ)
        ax.set_title(f"Gamma by phase of theta: {bands}")
        ax.legend(loc="upper left", ncols=len(found), borderpad=0.2, columnspacing=1.0)
        beside = ax.inset_axes((1.14, 0.0, 0.42, 1.0))
        _indices(beside, found)
        engine = figure_of(ax).get_layout_engine()
        if not given and isinstance(engine, ConstrainedLayoutEngine):  # leave room for it
            beside.set_in_layout(False)
            engine.set(rect=(0, 0, 0.66, 1))
    return ax


def couplings(run: RunData) -> list[tuple[Rate, Coupling]]:
    """Measure the coupling of the burst cells and of the relay cells to the theta of the burst cells.

    Raises
    ------
    Missing
        As `theta_gamma`.
    """
    burster, start = roles(run)["burster"], int(run.discard_ms)
    if burster not in run.rates_hz:
        msg = "theta is that of the burst cells, and their rate was not recorded"
        raise Missing(msg)
    slow = np.asarray(run.rates_hz[burster], float)[start:]
    each = [(row, coupling(slow, np.asarray(row.rate_hz, float)[start:])) for row in rows(run)]
    found = [(row, one) for row, one in each if one is not None]
    if not found:
        msg = "theta and gamma need 2 s after the discarded start in which the burst cells fire"
        raise Missing(msg)
    return found


def _twice(phase_deg: Array, values: Array) -> tuple[Array, Array]:
    """Repeat a cycle, so that what happens around its end is seen whole."""
    return np.r_[phase_deg, phase_deg + 360], np.r_[values, values]


def _indices(ax: Axes, found: list[tuple[Rate, Coupling]]) -> None:
    """Draw the modulation index of each row over the distribution of its surrogates."""
    for number, (row, one) in enumerate(found):
        spread = np.linspace(-0.25, 0.25, len(one.surrogate_index))
        ax.plot(number + spread, np.sort(one.surrogate_index), ".", color=palette.FAINT, ms=2)
        ax.plot(number, one.index, "D", color=row.ink, ms=6)
        least = one.p <= 1 / (1 + SURROGATES)
        ax.annotate(
            f"p {'≤' if least else '='} {one.p:.2g}",
            (number, one.index),
            (0, 6),
            textcoords="offset points",
            ha="center",
            fontsize=6.5,
        )
    ax.set_xlim(-0.6, len(found) - 0.4)
    ax.set_ylim(0, 1.2 * ax.get_ylim()[1])
    ax.set_xticks(
        range(len(found)), [row.label.replace(" ", "\n", 1) for row, _ in found], fontsize=6.5
    )
    for tick, (row, _) in zip(ax.get_xticklabels(), found, strict=True):
        tick.set_color(row.ink)
    ax.set_ylabel("modulation index (dots: surrogates)", fontsize=7)
