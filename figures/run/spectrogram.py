"""How the rhythm of the populations holds over time: power over time and frequency."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh

from circuits.analysis import spectra as analysis
from circuits.runs.run import RunData
from figures.run.spectra import Rate, group_rates
from figures.style import palette
from figures.style.canvas import Missing, canvas, figure_of
from figures.style.roles import roles

#: Frequencies shown, Hz, and the colours: dB above the median power of each row.
LOW_HZ, HIGH_HZ = 1.0, 20.0
RANGE_DB = (0.0, 15.0)
LONGEST_MS = 10_000


def spectrogram(run: RunData, ax: Axes | None = None) -> Axes:
    """Show the power of population rates over time and frequency, with the onsets of bursts.

    Rows from above: the burst cells, and the relay cells of the predicted and of the actual orientation (all
    relay cells where the run has no two groups). Hann windows of 1 s, up to 10 s after the discarded start;
    decibels above the median power of the row in 1-20 Hz. Ticks above mark where the burst cells begin to
    burst: a cycle ends with each burst.

    Parameters
    ----------
    run : RunData
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.

    Raises
    ------
    Missing
        If less than 2 s were simulated after the discarded start, or neither kind of cells was recorded.
    """
    shown = rows(run)
    start = int(run.discard_ms)
    stop = min(int(run.duration_ms), start + LONGEST_MS)
    if stop - start < 2 * analysis.BAND_WINDOW_MS or not shown:
        msg = "a spectrogram needs 2 s after the discarded start, of burst cells or relay cells"
        raise Missing(msg)
    with canvas(ax, 7.0, 0.9 + 1.15 * len(shown)) as ax:
        ticks: list[tuple[float, str]] = []
        mesh = None
        for number, row in enumerate(reversed(shown)):
            bottom = number * (HIGH_HZ + 1)
            mesh = _row(ax, np.asarray(row.rate_hz, np.float64)[start:stop], start, bottom) or mesh
            ticks += [(bottom + f, f"{f:g}") for f in (5, 10, 15, 20)]
            ax.annotate(
                row.label, (1, bottom + HIGH_HZ / 2), (4, 0), xycoords=("axes fraction", "data"),
                textcoords="offset points", color=row.ink, fontweight="bold", fontsize=7.5,
                va="center", annotation_clip=False,
            )  # fmt: skip
        top = len(shown) * (HIGH_HZ + 1) - 1
        _onsets(ax, run, top)
        ax.set_yticks([at for at, _ in ticks], [text for _, text in ticks])
        ax.set_ylim(LOW_HZ - 0.5, top + 3.5)
        edge = analysis.BAND_WINDOW_MS / 2  # the first and the last window lie within the run
        ax.set_xlim((start + edge) / 1e3, (stop - edge) / 1e3)
        ax.set_xlabel("time (s)")
        ax.set_ylabel("frequency (Hz)")
        ax.set_title("Power of population rates over time")
        if mesh is not None:
            key = figure_of(ax).colorbar(
                mesh, cax=ax.inset_axes((0.72, 1.06, 0.28, 0.035)), orientation="horizontal"
            )
            key.ax.xaxis.set_ticks_position("top")
            key.ax.set_xticks([0, 5, 10, 15], ["0", "5", "10", "15 dB"])
            key.ax.tick_params(labelsize=6.5, length=2, pad=1)
    return ax


def rows(run: RunData) -> list[Rate]:
    """List whose rates are shown: the burst cells and both groups of relay cells, or all of these."""
    names = [roles(run)["burster"]]
    groups = group_rates(run)
    names += [] if groups else [roles(run)["relay"]]
    return [
        Rate(palette.label(name), palette.colour(name), run.rates_hz[name], 1.8)
        for name in names
        if name in run.rates_hz
    ] + [one._replace(label=f"relay cells,\n{one.label.split()[0]}") for one in groups]


def _row(
    ax: Axes, rate_hz: npt.NDArray[np.float64], start_ms: float, bottom: float
) -> QuadMesh | None:
    """Draw one spectrogram above `bottom`; nothing for cells that are silent."""
    middle, frequency, power = analysis.spectrogram(rate_hz)
    band = (frequency >= LOW_HZ) & (frequency <= HIGH_HZ)
    shown = power[band]
    if not np.median(shown) > 0:
        ax.text(start_ms / 1e3 + 0.1, bottom + HIGH_HZ / 2, "silent", va="center", fontsize=7)
        return None
    decibel = 10 * np.log10(np.maximum(shown, 1e-12) / np.median(shown))
    time_s = (start_ms + middle) / 1e3
    return ax.pcolormesh(
        time_s, bottom + frequency[band], decibel, cmap="magma_r", vmin=RANGE_DB[0],
        vmax=RANGE_DB[1], shading="gouraud", rasterized=True,
    )  # fmt: skip


def _onsets(ax: Axes, run: RunData, top: float) -> None:
    """Mark where bursts begin, above the rows."""
    if run.cycles is None:
        return
    onsets = np.asarray(run.cycles.burst_on_ms, float) / 1e3
    ax.vlines(onsets, top + 1, top + 3, color=palette.INK, lw=0.9)
    if len(onsets):
        ax.annotate(
            "bursts begin", (1, top + 2), (4, 0), xycoords=("axes fraction", "data"), fontsize=7.5,
            textcoords="offset points", va="center", annotation_clip=False,
        )  # fmt: skip
