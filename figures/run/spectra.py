"""At which frequencies the rates of the populations vary: their power spectra."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from circuits.analysis.spectra import BAND_HZ, WINDOW_MS, Peak, peak, spectrum
from circuits.runs.run import RunData
from figures.run import cycle as folding
from figures.run.relay import groups
from figures.style import palette
from figures.style.canvas import Missing, canvas
from figures.style.roles import roles

#: The highest peak in 1-20 Hz of a Poisson population over 10 s with this estimator.
POISSON_DB = 4.5
GOAL_HZ = (4.5, 5.5)
SHOWN = ("burster", "relay", "modulator_source", "lgn_relay")


Array = npt.NDArray[np.floating]


class Rate(NamedTuple):
    """One line: what it is called, its colour, its rate in 1 ms bins, Hz, and its width, points."""

    label: str
    ink: str
    rate_hz: Array
    width: float


def spectra(
    run: RunData, ax: Axes | None = None, *, populations: Sequence[str] | None = None
) -> Axes:
    """Show the power spectra of population rates and mark their peak between 1 and 20 Hz.

    Welch's method: Hann windows of 4 s, half overlapping, on rates in 1 ms bins after the
    discarded start. Decibels above each population's own median power in 1-20 Hz. Relay cells of the
    predicted and of the actual orientation are two thick lines: where one group takes the other's
    place, their mean rate hardly varies.

    Parameters
    ----------
    run : RunData
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.
    populations : sequence of str, optional
        By default the burst cells and the relay cells; where the relay cells are no two groups,
        also the layer-6 cells that modulate them and the relay cells of the LGN.

    Raises
    ------
    Missing
        If less than 4 s were simulated after the discarded start.
    """
    shown = lines(run, populations)
    with canvas(ax, 4.5, 3.0) as ax:
        ax.axvspan(*GOAL_HZ, color=palette.BAND, lw=0, zorder=0)
        ax.axhline(0, color=palette.FAINT, lw=0.6)
        ax.axhline(POISSON_DB, color=palette.FAINT, lw=0.8, ls=":")
        ax.text(0.7, POISSON_DB, "noise peaks here", ha="left", va="bottom", fontsize=6.5)
        tops = [_line(ax, run, line) for line in shown]
        ax.set_xlim(0.5, BAND_HZ[1])
        ax.set_ylim(-12, max(tops) + 2 + 2.4 * len(shown))
        ax.set_xticks([1, 5, 10, 15, 20])
        ax.set_xlabel(f"frequency (Hz); grey: {GOAL_HZ[0]}-{GOAL_HZ[1]} Hz")
        ax.set_ylabel("power (dB above\nmedian of 1-20 Hz)")
        ax.set_title("Spectra of population rates")
        ax.legend(loc="upper right", borderpad=0, labelspacing=0.3)
    return ax


def lines(run: RunData, populations: Sequence[str] | None = None) -> list[Rate]:
    """Choose the rates whose spectra are shown, see `spectra`.

    Raises
    ------
    Missing
        If less than 4 s were simulated after the discarded start.
    """
    split = group_rates(run) if populations is None else []
    if populations is None:
        populations = [roles(run)[role] for role in SHOWN[: 2 if split else None]]
    names = [name for name in populations if name in run.rates_hz] or list(run.rates_hz)[:4]
    if run.duration_ms - run.discard_ms < WINDOW_MS or not names:
        msg = f"a spectrum needs {WINDOW_MS / 1e3:.0f} s after the discarded start"
        raise Missing(msg)
    thin = 1 if split else 2
    return split + [
        Rate(palette.label(name), palette.FAINT if split and not number else palette.colour(name),
              run.rates_hz[name], 1.8 if not split and number < thin else 0.9)
        for number, name in enumerate(names)
    ]  # fmt: skip


def group_rates(run: RunData) -> list[Rate]:
    """Give the rates of the two groups of relay cells; [] where the run has no two."""
    relay = roles(run)["relay"]
    try:
        both = groups(run)
        rates = [folding.rate_near(run, relay, one.angle_deg) for one in both]
    except Missing:
        return []
    if len(both) < 2:
        return []
    return [
        Rate(f"{one.name} cells", one.ink, rate, 2.0) for one, rate in zip(both, rates, strict=True)
    ]


def decibels(run: RunData, rate_hz: Array) -> tuple[Array, Array, Peak | None]:
    """Give frequencies (Hz), power in dB above the median of 1-20 Hz, and the peak in that band.

    Parameters
    ----------
    run : RunData
        Its discarded start is left out.
    rate_hz : array (n_ms,)

    Returns
    -------
    tuple
        Two arrays (n_frequencies,), and the peak; None, and no power, for a silent population.
    """
    frequency, power = spectrum(np.asarray(rate_hz, float)[int(run.discard_ms) :])
    top = peak(frequency, power)
    if top is None:
        return frequency, np.full(len(frequency), np.nan), None
    band = (frequency >= BAND_HZ[0]) & (frequency <= BAND_HZ[1])
    return frequency, 10 * np.log10(np.maximum(power, 1e-12) / np.median(power[band])), top


def _line(ax: Axes, run: RunData, line: Rate) -> float:
    """Draw one spectrum and give the height of its peak, dB."""
    frequency, decibel, top = decibels(run, line.rate_hz)
    if top is None:
        ax.plot([], [], color=line.ink, label=f"{line.label}: silent")
        return 0.0
    text = f"{line.label}: {top.prominence_db:.0f} dB at {top.frequency_hz:.1f} Hz"
    above = 3 + line.width
    ax.plot(frequency, decibel, color=line.ink, lw=line.width, label=text, zorder=above)
    size = 3 + 1.5 * line.width
    ax.plot(top.frequency_hz, top.prominence_db, "v", color=line.ink, ms=size, zorder=above)
    return top.prominence_db
