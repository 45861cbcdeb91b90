"""At which frequencies the rates of the populations vary: their power spectra."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from circuits.analysis.spectra import BAND_HZ, WINDOW_MS, peak, spectrum
from circuits.runs.run import RunData
from figures.style import palette
from figures.style.canvas import Missing, canvas
from figures.style.roles import roles

#: The highest peak in 1-20 Hz of a Poisson population over 10 s with this estimator.
POISSON_DB = 4.5
GOAL_HZ = (4.5, 5.5)
SHOWN = ("burster", "relay", "modulator_source", "lgn_relay")


def spectra(
    run: RunData, ax: Axes | None = None, *, populations: Sequence[str] | None = None
) -> Axes:
    """Show the power spectra of population rates and mark their peak between 1 and 20 Hz.

    Welch's method: Hann windows of 4 s, half overlapping, on rates in 1 ms bins after the
    discarded start. Decibels above each population's own median power in 1-20 Hz; the first two
    populations are drawn thick.

    Parameters
    ----------
    run : RunData
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.
    populations : sequence of str, optional
        By default the burst cells, the relay cells, the layer-6 cells that modulate them, and the
        relay cells of the LGN.

    Raises
    ------
    Missing
        If less than 4 s were simulated after the discarded start.
    """
    if populations is None:
        populations = [roles(run)[role] for role in SHOWN]
    shown = [name for name in populations if name in run.rates_hz] or list(run.rates_hz)[:4]
    if run.duration_ms - run.discard_ms < WINDOW_MS or not shown:
        msg = f"a spectrum needs {WINDOW_MS / 1e3:.0f} s after the discarded start"
        raise Missing(msg)
    with canvas(ax, 4.5, 3.0) as ax:
        ax.axvspan(*GOAL_HZ, color=palette.BAND, lw=0, zorder=0)
        ax.axhline(0, color=palette.FAINT, lw=0.6)
        ax.axhline(POISSON_DB, color=palette.FAINT, lw=0.8, ls=":")
        ax.text(19.8, POISSON_DB, "where noise peaks", ha="right", va="bottom", fontsize=6.5)
        tops = [_line(ax, run, name, thick=name in shown[:2]) for name in shown]
        ax.set_xlim(0.5, BAND_HZ[1])
        ax.set_ylim(-12, max(tops) + 2 + 2.4 * len(shown))
        ax.set_xticks([1, 5, 10, 15, 20])
        ax.set_xlabel(f"frequency (Hz); grey: {GOAL_HZ[0]}-{GOAL_HZ[1]} Hz")
        ax.set_ylabel("power (dB above\nmedian of 1-20 Hz)")
        ax.set_title("Spectra of population rates")
        ax.legend(loc="upper right", borderpad=0, labelspacing=0.3)
    return ax


def _line(ax: Axes, run: RunData, name: str, *, thick: bool) -> float:
    """Draw one population's spectrum and give the height of its peak, dB."""
    frequency, power = spectrum(np.asarray(run.rates_hz[name], float)[int(run.discard_ms) :])
    top = peak(frequency, power)
    if top is None:
        ax.plot([], [], color=palette.colour(name), label=f"{palette.label(name)}: silent")
        return 0.0
    band = (frequency >= BAND_HZ[0]) & (frequency <= BAND_HZ[1])
    decibel = 10 * np.log10(np.maximum(power, 1e-12) / np.median(power[band]))
    ink = palette.colour(name)
    text = f"{palette.label(name)}: {top.prominence_db:.0f} dB at {top.frequency_hz:.1f} Hz"
    ax.plot(frequency, decibel, color=ink, lw=1.8 if thick else 0.9, label=text, zorder=3 + thick)
    ax.plot(top.frequency_hz, top.prominence_db, "v", color=ink, ms=6 if thick else 4, zorder=5)
    return top.prominence_db
