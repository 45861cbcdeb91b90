"""A run beside a recording: rates, spectra of the field and of all spikes, and current source density."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from circuits.analysis.spectra import spectrum
from circuits.runs.run import RunData
from figures.style import palette
from figures.style.canvas import new_figure, style

#: How much of the field is shown, ms, and the frequencies, Hz.
SPAN_MS = 1000
BAND_HZ = (1.0, 100.0)
_WINDOW_MS = 1000


def beside(run: RunData, recording: RunData, title: str = "recording") -> Figure:
    """Show a run and a recording in two columns on the same axes.

    Parameters
    ----------
    run, recording : RunData
        The recording as `sims.recordings.recording` reads it.
    title : str
        What the second column is called.

    Returns
    -------
    Figure
        Mean rate of each population after the discarded start; power of the mean field over frequency (of
        all spikes where there is no field); current source density over depth for a second, each scaled by
        its own quantile of 99.5 % (a single event would hide the rest).
    """
    with style():
        figure = new_figure(7.0, 7.5)
        axes = figure.subplots(3, 2, gridspec_kw={"height_ratios": (1.3, 1, 1)})
        for column, (data, name) in enumerate(((run, "run"), (recording, title))):
            axes[0, column].set_title(name)
            _rates(axes[0, column], data)
            _power(axes[1, column], data)
            _density(axes[2, column], data)
        for row in (0, 1):
            _same_x(axes[row])
    return figure


def _rates(ax: Axes, run: RunData) -> None:
    names = palette.ordered([n for n in run.spikes if n in run.populations])
    seconds = max(run.duration_ms - run.discard_ms, 1.0) / 1e3
    rates = [
        np.count_nonzero(run.spikes[n].times_ms >= run.discard_ms)
        / run.populations[n].count
        / seconds
        for n in names
    ]
    rows = np.arange(len(names))
    ax.barh(rows, rates, color=[palette.colour(n) for n in names])
    ax.set_yticks(rows, [palette.label(n) for n in names], fontsize=5)
    ax.invert_yaxis()
    ax.set_xlabel("rate (Hz)")


def _power(ax: Axes, run: RunData) -> None:
    frequency, power, what = _spectrum(run)
    if not frequency.size:
        _nothing(ax, "no second of field or of four seconds of spikes")
        return
    inside = (frequency >= BAND_HZ[0]) & (frequency <= BAND_HZ[1]) & (power > 0)
    ax.loglog(frequency[inside], power[inside] / np.median(power[inside]), color=palette.INK)
    ax.set_xlabel("frequency (Hz)")
    ax.set_ylabel(f"power of {what}\n(of its median)")


def _spectrum(run: RunData) -> tuple[npt.NDArray[Any], npt.NDArray[Any], str]:
    """Give the spectrum of the field, averaged over depths, or of all spikes."""
    start = int(run.discard_ms)
    if run.lfp is not None and run.lfp.potential_uv.shape[1] - start >= _WINDOW_MS:
        from scipy.signal import welch

        field = run.lfp.potential_uv[:, start:]
        frequency, power = welch(field, fs=1000.0, nperseg=_WINDOW_MS, axis=1)
        return frequency, power.mean(axis=0), "the field"
    counts = [
        np.asarray(run.rates_hz[n], float) * run.populations[n].count
        for n in run.rates_hz
        if n in run.populations
    ]
    if not counts:
        return np.empty(0), np.empty(0), ""
    return *spectrum(np.sum(counts, axis=0)[start:]), "all spikes"


def _density(ax: Axes, run: RunData) -> None:
    if run.lfp is None:
        _nothing(ax, "no field potential over depth")
        return
    start = int(run.discard_ms)
    shown = np.asarray(run.lfp.csd_ua_mm3)[:, start : start + SPAN_MS]
    if not shown.size:
        _nothing(ax, "nothing after the discarded start")
        return
    most = float(np.quantile(np.abs(shown), 0.995)) or 1.0
    depths = run.lfp.depth_um
    half = (depths[1] - depths[0]) / 2
    ax.imshow(
        shown, aspect="auto", cmap="RdBu_r", vmin=-most, vmax=most, interpolation="nearest",
        extent=(0, shown.shape[1], depths[-1] + half, depths[0] - half),
    )  # fmt: skip
    ax.set_xlabel(f"time (ms); sinks blue, to {most:.2g} µA/mm³")
    ax.set_ylabel("depth (µm)")


def _nothing(ax: Axes, why: str) -> None:
    ax.text(0.5, 0.5, why, ha="center", va="center", transform=ax.transAxes, fontsize=7)
    ax.set_axis_off()


def _same_x(axes: npt.NDArray[Any]) -> None:
    shown = [ax for ax in axes if ax.axison]
    if len(shown) == 2:
        low, high = zip(*(ax.get_xlim() for ax in shown), strict=True)
        for ax in shown:
            ax.set_xlim(min(low), max(high))
