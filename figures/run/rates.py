"""How much each population fired: rates over time, and folded on the theta cycle."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from circuits.runs.run import RunData
from figures.run import cycle as folding
from figures.style import palette, rows
from figures.style.canvas import Missing, canvas, shade_parts

SMOOTH_MS = 10
RELAY = "Pulvinar.TRC"
Array = npt.NDArray[np.floating]


def rates(
    run: RunData, ax: Axes | None = None, *, from_ms: float | None = None, span_ms: float = 1500.0
) -> Axes:
    """Show the rate of every population over time, each row scaled to its own peak.

    Rates are spikes per second and cell in 1 ms bins, smoothed over 10 ms.

    Raises
    ------
    Missing
        If the run holds no rates.
    """
    if not run.rates_hz:
        msg = "the run holds no population rates"
        raise Missing(msg)
    start = min(run.discard_ms, max(run.duration_ms - span_ms, 0)) if from_ms is None else from_ms
    end = min(start + span_ms, run.duration_ms)
    window = slice(int(start), int(end))
    with canvas(ax, 6.5, 7.5) as ax:
        ax.set_xlim(start / 1e3, end / 1e3)
        shade_parts(ax, run.cycles, start, end)
        strips = rows.stack(run.rates_hz)
        for row in strips:
            smooth = np.convolve(
                run.rates_hz[row.population], np.ones(SMOOTH_MS) / SMOOTH_MS, "same"
            )
            trace = smooth[window]
            time_s = (np.arange(len(trace)) + int(start) + 0.5) / 1e3
            _ridge(ax, row, time_s, trace)
        rows.frame(ax, strips)
        ax.set_xlabel("time (s)")
        ax.set_title("Population rates", pad=5)
        _head(ax, "peak\n(Hz)")
    return ax


def fold(run: RunData, ax: Axes | None = None) -> Axes:
    """Show every population over the mean theta cycle, from the end of one L5IB burst to the next.

    Relay cells are split where the run predicts one orientation and shows another: blue, cells of
    the predicted, vermilion, cells of the actual orientation.

    Raises
    ------
    Missing
        If the run has no whole cycle.
    """
    where = folding.grid(run)
    with canvas(ax, 4.6, 7.5) as ax:
        ax.set_xlim(0, where.cycle_ms)
        shade_cycle(ax, where)
        strips = rows.stack(run.rates_hz)
        for row in strips:
            lines = _relay_lines(run, where) if row.population == RELAY else {}
            if lines:
                top = max(float(line.max()) for line in lines.values())
                for ink, line in lines.items():
                    _ridge(ax, row, *where.line(line), ink=ink, top=top, filled=False)
                _name_lines(ax, row, run, where)
            else:
                mean = folding.fold(run.rates_hz[row.population], where).mean(axis=0)
                _ridge(ax, row, *where.line(mean))
        rows.frame(ax, strips)
        ax.set_xlabel("time since the end of the last L5IB burst (ms)")
        ax.set_title(f"Mean of {len(where.edges_ms)} theta cycles", pad=22)
        _head(ax, "peak\n(Hz)")
    return ax


def relay_rates(
    run: RunData, ax: Axes | None = None, *, from_ms: float = 0.0, span_ms: float = 1000.0
) -> Axes:
    """Show the rates of V1.L5IB and the pulvinar relay cells on one axis, from their spikes.

    Raises
    ------
    Missing
        If neither population is in the run.
    """
    end = min(from_ms + span_ms, run.duration_ms)
    shown = [name for name in ("V1.L5IB", RELAY) if name in run.spikes and name in run.populations]
    if not shown:
        msg = "no spikes of V1.L5IB or relay cells were kept"
        raise Missing(msg)
    with canvas(ax, 6.5, 1.8) as ax:
        for name in shown:
            everyone = np.ones(run.populations[name].count, bool)
            rate = folding.rate_of(run, name, everyone)
            smooth = np.convolve(rate, np.ones(SMOOTH_MS) / SMOOTH_MS, "same")[
                int(from_ms) : int(end)
            ]
            time_s = (np.arange(len(smooth)) + int(from_ms) + 0.5) / 1e3
            ax.plot(time_s, smooth, color=palette.colour(name), label=palette.label(name))
        ax.set_xlim(from_ms / 1e3, end / 1e3)
        ax.set_ylim(0)
        ax.set_xlabel("time (s)")
        ax.set_ylabel("spikes/s\nper cell")
        ax.legend(loc="upper right", ncols=2, borderpad=0)
    return ax


def shade_cycle(ax: Axes, where: folding.Grid, *, named: bool = True) -> None:
    """Shade the two parts of the mean cycle on a time axis in ms."""
    split, end = where.prediction_ms, where.cycle_ms
    ax.axvspan(0, split, color=palette.PREDICTION_SHADE, lw=0, zorder=0)
    ax.axvspan(split, end, color=palette.OUTCOME_SHADE, lw=0, zorder=0)
    if not named:
        return
    names = (("prediction", "L5IB silent", split / 2, palette.PREDICTION),
             ("outcome", "L5IB bursts", (split + end) / 2, palette.OUTCOME))  # fmt: skip
    for part, meaning, x, ink in names:
        ax.annotate(
            f"{part}\n{meaning}", (x, 1), (0, 2), xycoords=("data", "axes fraction"), color=ink,
            textcoords="offset points", ha="center", va="bottom", fontsize=7, linespacing=1.0,
            annotation_clip=False,
        )  # fmt: skip


def _relay_lines(run: RunData, where: folding.Grid) -> dict[str, Array]:
    """Fold relay cells of the predicted and of the actual orientation apart; {} if they are one."""
    predicted, actual = folding.angles(run)
    if (
        predicted is None
        or actual is None
        or predicted == actual
        or RELAY not in run.orientation_deg
    ):
        return {}
    lines = {}
    for ink, angle in ((palette.PREDICTION, predicted), (palette.OUTCOME, actual)):
        rate = folding.rate_of(run, RELAY, folding.near(run, RELAY, angle))
        lines[ink] = folding.fold(rate, where).mean(axis=0)
    return lines


def _name_lines(ax: Axes, row: rows.Row, run: RunData, where: folding.Grid) -> None:
    """Say in the relay row which line is which orientation."""
    predicted, actual = folding.angles(run)
    lines = (
        ("predicted", predicted, 0.86, palette.PREDICTION),
        ("actual", actual, 0.6, palette.OUTCOME),
    )
    for name, angle, lift, ink in lines:
        ax.text(
            0.03 * where.cycle_ms, row.bottom + lift * row.height, f"cells of {name} {angle:.0f}°",
            color=ink, fontsize=6.5, va="center",
        )  # fmt: skip


def _ridge(
    ax: Axes, row: rows.Row, x: Array, trace: Array, *, ink: str = "", top: float = 0.0,
    filled: bool = True,
) -> None:  # fmt: skip
    """Draw one trace into its row, from 0 to its peak, and write the peak beside it."""
    ink = ink or palette.colour(row.population)
    peak = top or float(trace.max(initial=0.0))
    y = row.bottom + 0.9 * row.height * trace / (peak or 1.0)
    if filled:
        ax.fill_between(x, row.bottom, y, color=ink, alpha=0.35, lw=0)
    ax.plot(x, y, color=ink, lw=0.9 if filled else 1.6)
    ax.plot(x[[0, -1]], [row.bottom] * 2, color=palette.FAINT, lw=0.4)
    ax.text(
        1.01, row.bottom + row.height * 0.45, f"{peak:.3g}", transform=ax.get_yaxis_transform(),
        fontsize=6.5 if row.height >= 1 else 6, va="center", color=palette.INK,
    )  # fmt: skip


def _head(ax: Axes, text: str) -> None:
    """Say below the column of peaks what it is."""
    ax.annotate(
        text, (1.0, 0.0), (3, -2), xycoords="axes fraction", textcoords="offset points", fontsize=6.5,
        va="top", annotation_clip=False,
    )  # fmt: skip
