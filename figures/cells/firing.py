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
RHEOBASE = "#DDE8DD"


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
        figure.suptitle(
            f"{cell['label']}: {', '.join(names[:3])}{more}", fontweight="bold", fontsize=10
        )
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
        by_height = sorted(results["cells"], key=lambda one: one["rate_hz"][-1])
        gap = by_height[-1]["rate_hz"][-1] / 30
        height = -gap
        for one in by_height:
            ink, end = palette.colour(one["populations"][0]), one["current_pa"][-1]
            height = max(one["rate_hz"][-1], height + gap)
            ax.plot(one["current_pa"], one["rate_hz"], color=ink, lw=1.5)
            ax.annotate(
                one["label"], (end, height), (4, 0), color=ink, textcoords="offset points",
                va="center", fontsize=7, annotation_clip=False,
            )  # fmt: skip
        ax.set_xlabel("injected current (pA)")
        ax.set_ylabel("rate (spikes/s)")
        ax.set_xlim(0, max(one["current_pa"][-1] for one in results["cells"]))
        ax.set_ylim(0)
        ax.set_title("f-I curves of cells by themselves")
    return ax


def _curve(ax: Axes, cell: Results) -> None:
    """Draw mean, adapted and first rate over current, and the published gain and rheobase."""
    ink, pa = palette.colour(cell["populations"][0]), np.array(cell["current_pa"])
    rate, adapted, first = (
        np.array(cell[f"{key}_hz"], dtype=float) for key in ("rate", "adapted", "first")
    )
    top = 1.15 * max(1.0, rate.max(), adapted.max())
    beyond = f" (to {np.nanmax(first):.0f})" if np.nanmax(first, initial=0.0) > 2 * top else ""
    ax.plot(pa, first, ":", color=ink, lw=1.3, label=f"first interval{beyond}")
    ax.plot(pa, rate, color=ink, lw=2.2, label="mean")
    ax.plot(pa, adapted, "--", color=ink, lw=1.3, label="second half")
    for point in cell["published"]:
        _published(ax, cell, point)
    ax.set_xlim(0, pa[-1])
    ax.set_ylim(0, top)
    ax.set_xlabel("injected current (pA)")
    ax.set_ylabel("spikes/s")
    ax.set_title("f-I curve")
    keys = {text: key for key, text in zip(*ax.get_legend_handles_labels(), strict=True)}
    ax.legend(keys.values(), keys.keys(), loc="upper left", borderpad=0)


def _published(ax: Axes, cell: Results, point: dict[str, Any]) -> None:
    """Shade a published rheobase as a band of currents, a published gain as slopes from the rheobase here."""
    start, last = cell["measures"]["rheobase_pa"], cell["current_pa"][-1]
    if point["measure"] == "rheobase_pa":
        ax.axvspan(
            point["low"], point["high"], color=RHEOBASE, lw=0, zorder=0, label="rheobase, published"
        )
    elif point["measure"] == "gain_hz_per_na" and start is not None:
        reach = np.array([0.0, min(SPAN_PA, last - start)])
        low, high = (reach * point[end] / 1e3 for end in ("low", "high"))
        ax.fill_between(start + reach, low, high, alpha=0.45, lw=0.8, label="gain, published",
                        color=palette.FAINT, zorder=1)  # fmt: skip
        cells = palette.label(point["populations"][0], area=False)
        ax.annotate(
            f"{cells}, {point['source']}", (start + reach[1], (low + high)[1] / 2), (3, 0), fontsize=6,
            textcoords="offset points", va="center", color=palette.INK, annotation_clip=False,
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
    ax.imshow(
        counts, cmap="Purples", vmin=0, vmax=max(8, counts.max()), aspect="auto", origin="upper"
    )
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
