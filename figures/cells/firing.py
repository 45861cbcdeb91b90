"""One cell by itself: its f-I curve beside published points, and its rebound."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures.style import palette
from figures.style.canvas import canvas, new_figure, style, write
from figures.style.results import Results, read_results

FILE = "results.json"
#: How far above the rheobase a published gain is drawn, pA; where spikes are drawn to, mV.
SPAN_PA, PEAK_MV = 300.0, 10.0


def draw_folder(folder: Path) -> list[Path]:
    """Draw every cell of a folder into its `figures/`, and all f-I curves together if there are several.

    Raises
    ------
    Missing
        If the folder has no `results.json`.
    """
    results, place = read_results(Path(folder), FILE), Path(folder) / "figures"
    drawn = [
        write(firing(one), place / f"{re.sub(r'[^A-Za-z0-9.]+', '_', one['label'])}.png")
        for one in results["cells"]
    ]
    if len(drawn) > 1:
        drawn.append(write(curves(results), place / "curves.png"))
    return drawn


def firing(cell: Results) -> Figure:
    """Draw one cell: its f-I curve, its deepest rebound, and the spikes of all its rebounds.

    Parameters
    ----------
    cell : dict
        One of "cells" of `results.json` from `ctloop cell`.
    """
    with style():
        figure = new_figure(9.0, 2.9)
        left, middle, right = figure.subplots(1, 3, width_ratios=[1.2, 1.1, 1])
        _curve(left, cell)
        _trace(middle, cell)
        _counts(right, cell)
        names = cell["populations"]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        figure.suptitle(f"{cell['label']}: {', '.join(names[:3])}{more}", fontweight="bold", fontsize=10)
    return figure


def curves(results: Results, ax: Axes | None = None) -> Axes:
    """Draw the f-I curves of all cells together: mean rate over injected current.

    Parameters
    ----------
    results : dict
        Content of `results.json` from `ctloop cell`.
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.
    """
    with canvas(ax, 5.4, 3.4) as ax:
        for one in results["cells"]:
            ink = palette.colour(one["populations"][0])
            ax.plot(one["current_pa"], one["rate_hz"], color=ink, lw=1.5)
            ax.annotate(
                one["label"], (one["current_pa"][-1], one["rate_hz"][-1]), (4, 0), color=ink,
                textcoords="offset points", va="center", fontsize=7, annotation_clip=False,
            )  # fmt: skip
        ax.set_xlabel("injected current (pA)")
        ax.set_ylabel("rate (spikes/s)")
        ax.set_xlim(0, max(one["current_pa"][-1] for one in results["cells"]))
        ax.set_ylim(0)
        ax.set_title("f-I curves of cells by themselves")
    return ax


def _curve(ax: Axes, cell: Results) -> None:
    """Draw rate, first interval and adapted rate over current, and the published gain and rheobase."""
    ink, pa = palette.colour(cell["populations"][0]), np.array(cell["current_pa"])
    lines = (("first interval", "first_hz", ":", 1.3), ("mean", "rate_hz", "-", 2.2),
             ("adapted", "adapted_hz", "--", 1.3))  # fmt: skip
    for label, key, dashes, width in lines:
        ax.plot(pa, np.array(cell[key], dtype=float), dashes, color=ink, lw=width, label=label)
    start = cell["measures"]["rheobase_pa"]
    for point in cell["published"]:
        if point["high"] is None:
            continue
        if point["measure"] == "rheobase_pa":
            _band(ax, "rheobase", point)
        elif point["measure"] == "gain_hz_per_na" and start is not None:
            reach = np.array([0.0, min(SPAN_PA, pa[-1] - start)])
            low, high = (reach * point[end] / 1e3 for end in ("low", "high"))
            ax.fill_between(start + reach, low, high, color=palette.FAINT, alpha=0.45, lw=0, zorder=1)
            ax.plot(start + reach, (low + high) / 2, color=palette.FAINT, lw=0.8, zorder=1)
            ax.annotate(
                f"gain in {point['source']}", (start + reach[1], high[1]), (3, 0), fontsize=6,
                textcoords="offset points", va="center", color="#666666", annotation_clip=False,
            )  # fmt: skip
    ax.set_xlim(0, pa[-1])
    ax.set_ylim(0, 1.15 * max(1.0, np.nanmax(np.array(cell["rate_hz"], dtype=float)),
                              float(np.nanmax(np.array([x or 0.0 for x in cell["adapted_hz"]])))))  # fmt: skip
    ax.set_xlabel("injected current (pA)")
    ax.set_ylabel("spikes/s")
    ax.set_title("f-I curve")
    ax.legend(loc="upper left", borderpad=0)


def _band(ax: Axes, label: str, point: dict[str, Any]) -> None:
    """Shade a published range of currents and name its source."""
    ax.axvspan(point["low"], point["high"], color=palette.BAND, lw=0, zorder=0)
    ax.annotate(
        f"{label} in {point['source']}", (point["high"], 1), (1, -2), textcoords="offset points",
        xycoords=("data", "axes fraction"), fontsize=6, rotation=90, va="top", color="#666666",
    )  # fmt: skip


def _trace(ax: Axes, cell: Results) -> None:
    """Draw the potential around the release from the deepest and longest hyperpolarisation."""
    ink, spikes = palette.colour(cell["populations"][0]), cell["rebound_times_ms"]
    time, v = np.array(cell["time_ms"]), np.array(cell["rebound_mv"])
    ax.axvspan(-cell["for_ms"][-1], 0, color=palette.BAND, lw=0, zorder=0)
    ax.plot(time, np.minimum(v, PEAK_MV), color=ink, lw=1.0)
    ax.vlines(spikes, cell["hold_mv"], PEAK_MV, color=ink, lw=1.0)
    ax.set_xlim(time[0], time[-1])
    ax.set_xlabel("time since release (ms); grey: hyperpolarised")
    ax.set_ylabel("potential (mV)")
    count = len(spikes)
    ax.set_title(f"Rebound: {count or 'no'} spike{'' if count == 1 else 's'}")


def _counts(ax: Axes, cell: Results) -> None:
    """Write the spikes of every rebound, by depth and time of the hyperpolarisation."""
    counts = np.array(cell["rebound_spikes"])
    ax.imshow(counts, cmap="Purples", vmin=0, vmax=max(8, counts.max()), aspect="auto", origin="upper")
    for (row, column), count in np.ndenumerate(counts):
        ax.text(column, row, f"{count}", ha="center", va="center", fontsize=8,
                color="white" if count > 5 else palette.INK)  # fmt: skip
    ax.set_xticks(range(counts.shape[1]), [f"{t:g}" for t in cell["for_ms"]])
    ax.set_yticks(range(counts.shape[0]), [f"{d:g}" for d in cell["below_mv"]])
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.set_xlabel("hyperpolarised for (ms)")
    ax.set_ylabel(f"by (mV below {cell['hold_mv']:.0f})")
    ax.set_title("Spikes after release")
