"""One page that says whether the pulvinar alternated, and what carried it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from circuits.runs.run import RunData
from figures.run import cycle as folding
from figures.run import inputs as drive
from figures.run.circuit import circuit
from figures.run.rates import RELAY, shade_cycle
from figures.run.spectra import spectra
from figures.style import palette
from figures.style.canvas import INK, PARTS, Missing, new_figure, shade_parts, style

SPAN_MS = 1200.0
HALO = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5}
HEADLINE_INKS = (palette.INK, INK["prediction"], INK["outcome"], palette.INK)


def summary(run: RunData, ax: Axes | None = None) -> Axes:
    """Show on one page what the relay cells said in each part of the cycle, and who made them.

    Top, what was found, in words. Left, the mean theta cycle: relay cells of the predicted and of
    the actual orientation, and below them the conductance from L6 and from L5IB. Right, the
    circuit. Bottom, relay spikes over time and the spectra.

    Parameters
    ----------
    run : RunData
    ax : matplotlib Axes, optional
        Its figure is used for the page; a new one otherwise.

    Returns
    -------
    Axes
        That of the relay cells; the page is its `figure`.
    """
    with style():
        figure = new_figure(10.5, 8.2) if ax is None else _whole_figure(ax)
        panels = figure.subplot_mosaic(
            [["relay", "circuit"], ["input", "circuit"], ["spikes", "spectra"]],
            height_ratios=[1.25, 1.0, 1.15], width_ratios=[1.0, 1.12],
        )  # fmt: skip
        lines = headline(run)
        figure.suptitle("\n" * len(lines), fontsize=11)  # room
        for number, (line, ink) in enumerate(zip(lines, HEADLINE_INKS, strict=False)):
            figure.text(
                0.012, 0.985 - 0.031 * number, line, color=ink, fontsize=12, va="top",
                fontweight="bold" if number == 0 else "normal",
            )  # fmt: skip
        _panel(panels["relay"], "A", folded_relay, run)
        _panel(panels["input"], "B", drive.folded_conductance, run)
        _panel(panels["circuit"], "C", _loop, run)
        _panel(panels["spikes"], "D", relay_spikes, run)
        _panel(panels["spectra"], "E", spectra, run)
    return panels["relay"]


def folded_relay(run: RunData, ax: Axes | None = None) -> Axes:
    """Show the relay cells over the mean theta cycle, by the orientation they prefer.

    The bands hold the mean give or take its standard error over cycles.

    Raises
    ------
    Missing
        If the run has no cycle, or neither a predicted nor an actual orientation.
    """
    from figures.style.canvas import canvas

    where = folding.grid(run)
    predicted, actual = folding.angles(run)
    wanted = [("predicted", predicted, INK["prediction"]), ("actual", actual, INK["outcome"])]
    if predicted == actual:
        wanted = [("predicted and actual", actual, palette.colour(RELAY))]
    wanted = [(name, angle, ink) for name, angle, ink in wanted if angle is not None]
    if not wanted:
        msg = "the run has neither a predicted nor an actual orientation"
        raise Missing(msg)
    with canvas(ax, 4.5, 3.0) as ax:
        shade_cycle(ax, where)
        for name, angle, ink in wanted:
            assert angle is not None
            rate = folding.rate_of(run, RELAY, folding.near(run, RELAY, angle))
            cycles = folding.fold(rate, where)
            mean, error = cycles.mean(axis=0), cycles.std(axis=0) / np.sqrt(len(cycles))
            x, low = where.line(mean - error)
            ax.fill_between(x, low, where.line(mean + error)[1], color=ink, alpha=0.25, lw=0)
            ax.plot(*where.line(mean), color=ink, lw=2.2, label=f"prefer the {name} {angle:.0f}°")
        ax.set_xlim(0, where.cycle_ms)
        ax.set_ylim(0)
        ax.set_ylabel("relay cells\n(spikes/s per cell)")
        ax.legend(loc="upper left", borderpad=0.2)
    return ax


def relay_spikes(run: RunData, ax: Axes | None = None) -> Axes:
    """Show the spikes of all relay cells, sorted by preferred orientation, on measured parts.

    Raises
    ------
    Missing
        If there are no relay cells with preferred orientations.
    """
    from figures.style.canvas import canvas

    if RELAY not in run.spikes or RELAY not in run.orientation_deg:
        msg = "no tuned relay cells in this run"
        raise Missing(msg)
    start = min(run.discard_ms, max(run.duration_ms - SPAN_MS, 0))
    end = min(start + SPAN_MS, run.duration_ms)
    train, angle = run.spikes[RELAY], np.asarray(run.orientation_deg[RELAY], float)
    inside = (train.times_ms >= start) & (train.times_ms < end)
    with canvas(ax, 5.0, 2.4) as ax:
        shade_parts(ax, run.cycles, start, end)
        ax.plot(
            train.times_ms[inside] / 1e3, angle[train.cells[inside]] % 180, "|", ms=3, mew=0.8,
            color=palette.colour(RELAY), rasterized=True,
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


def headline(run: RunData) -> list[str]:
    """Say in a line each what was shown, and what was measured in each part of the cycle."""
    predicted, actual = folding.angles(run)
    seen = f"V1 sees {actual:.0f}°" if actual is not None else "V1 sees nothing"
    awaited = f"V2 expects {predicted:.0f}°" if predicted is not None else "V2 expects nothing"
    peaks = [run.metrics.get(key, "?") for key in ("theta_l5ib_hz", "theta_pulvinar_hz")]
    beat = ["no peak" if p is None else p if isinstance(p, str) else f"{p:.1f} Hz" for p in peaks]
    lines = [f"{seen}, {awaited}. Rhythm: V1 L5IB {beat[0]}, pulvinar {beat[1]}"]
    for part, source, angle in zip(PARTS, ("L6", "L5IB"), ("predicted", "actual"), strict=True):
        right, share = (run.metrics.get(f"{key}_{part}") for key in ("content", "l6_share"))
        words = []
        if isinstance(right, int | float):
            words.append(
                f"relay cells show the {angle} orientation in {100 * right:.0f} % of cycles"
            )
        if isinstance(share, int | float):
            carried = share if source == "L6" else 1 - share
            words.append(f"{100 * carried:.0f} % of their cortical excitation comes from {source}")
        lines.append(f"{part.capitalize()}: {', '.join(words) or 'not measured'}")
    lesions = run.meta.get("lesions") or []
    return lines + ([f"Lesioned: {', '.join(map(str, lesions))}"] if lesions else [])


def _loop(run: RunData, ax: Axes) -> Axes:
    """Draw the circuit with its two inputs to the pulvinar in front."""
    ax = circuit(run, ax, highlight=(drive.L5, drive.L6))
    for text, (x, y), ink in (
        ("outcome", (4.4, -0.4), INK["outcome"]),
        ("prediction", (8.0, -0.4), INK["prediction"]),
    ):
        ax.text(
            x, y, text, color=ink, fontsize=9, fontweight="bold", ha="center", zorder=20, bbox=HALO
        )
    return ax


def _panel(ax: Axes, letter: str, draw: Callable[..., Axes], run: RunData) -> None:
    """Draw a panel, or say in it what the run lacks."""
    try:
        draw(run, ax)
    except Missing as lack:
        ax.clear()
        ax.axis("off")
        ax.text(0.5, 0.5, str(lack), transform=ax.transAxes, ha="center", va="center", wrap=True)
    if letter:
        ax.annotate(
            letter, (0, 1), (-38, 6), xycoords="axes fraction", textcoords="offset points",
            fontsize=12, fontweight="bold", annotation_clip=False,
        )  # fmt: skip


def _whole_figure(ax: Axes) -> Figure:
    figure = ax.get_figure(root=True)
    if figure is None:
        return new_figure(10.5, 8.2)
    ax.remove()
    return figure
