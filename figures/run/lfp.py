"""The field over cortical depth: LFP traces on their current source density."""

from __future__ import annotations

from textwrap import fill

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from circuits.runs.run import RunData
from figures.style import palette
from figures.style.canvas import Missing, canvas

BEFORE_MS, AFTER_MS = 120, 120
HALO = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.0}


def lfp(run: RunData, ax: Axes | None = None) -> Axes:
    """Show the LFP proxy over depth, on its current source density, around L5IB burst onset.

    Averaged over bursts; 0 ms is the onset. Sinks (current into cells, negative) are blue, sources
    red; black traces are the potential, negative down, at its electrode's depth.

    Raises
    ------
    Missing
        If the run holds no field potential or too few bursts.
    """
    if run.lfp is None:
        msg = "the run holds no field potential"
        raise Missing(msg)
    onsets = _onsets(run)
    steps = np.arange(-BEFORE_MS, AFTER_MS)
    csd = np.mean([run.lfp.csd_ua_mm3[:, on + steps] for on in onsets], axis=0)
    potential = np.mean([run.lfp.potential_uv[:, on + steps] for on in onsets], axis=0)
    depth = np.asarray(run.lfp.depth_um, float)
    with canvas(ax, 5.2, 4.4) as ax:
        limit = float(np.abs(csd).max()) or 1.0
        edges = (steps[0], steps[-1] + 1, depth[-1], depth[0])
        image = ax.imshow(
            csd, cmap="RdBu_r", vmin=-limit, vmax=limit, extent=edges, aspect="auto",
            interpolation="bilinear",
        )  # fmt: skip
        bar = ax.figure.colorbar(image, ax=ax, pad=0.02, aspect=30)
        bar.set_label("CSD (µA/mm³): sinks blue, sources red")
        spacing = float(np.diff(depth).mean())
        swing = float(np.ptp(potential, axis=1).max()) or 1.0
        for at, trace in zip(depth, potential, strict=True):
            offset = -(trace - trace[: BEFORE_MS // 2].mean()) / swing * spacing * 1.6
            ax.plot(steps, at + offset, color=palette.INK, lw=0.7)
        _laminae(ax, run, run.lfp.area)
        ax.axvline(0, color=palette.INK, lw=0.8, ls="--")
        ax.set_xlim(steps[0], steps[-1])
        ax.set_ylim(depth[-1] + spacing * 0.7, min(0.0, float(depth[0]) - spacing))
        ax.set_xlabel("time from L5IB burst onset (ms)")
        ax.set_ylabel(f"depth below pia in {run.lfp.area} (µm)")
        ax.set_title(f"LFP proxy and CSD, mean of {len(onsets)} bursts")
        _scale_bar(ax, steps, depth, swing, spacing)
        ax.annotate(
            fill(run.lfp.proxy, 88), (0, 0), (0, -32), xycoords="axes fraction", textcoords="offset points",
            fontsize=6.5, style="italic", va="top", annotation_clip=False,
        )  # fmt: skip
    return ax


def _onsets(run: RunData) -> npt.NDArray[np.int64]:
    if run.cycles is None or run.lfp is None:
        msg = "no L5IB burst to align the field potential to"
        raise Missing(msg)
    on = np.asarray(run.cycles.burst_on_ms).astype(int)
    end = run.lfp.potential_uv.shape[1]
    kept = on[(on - BEFORE_MS >= run.discard_ms) & (on + AFTER_MS < end)]
    if not len(kept):
        msg = "no L5IB burst to align the field potential to"
        raise Missing(msg)
    return np.asarray(kept, np.int64)


def _laminae(ax: Axes, run: RunData, area: str) -> None:
    """Mark where each lamina of the area lies, by its populations' depths."""
    bands = {
        (c.lamina, c.depth_top_um, c.depth_bottom_um)
        for c in run.populations.values()
        if c.area == area and c.lamina and c.depth_bottom_um > c.depth_top_um
    }
    merged: dict[str, tuple[float, float]] = {}
    for lamina, top, bottom in bands:
        above, below = merged.get(lamina, (top, bottom))
        merged[lamina] = (min(above, top), max(below, bottom))
    across = ax.get_yaxis_transform()
    for lamina, (top, bottom) in merged.items():
        ax.axhline(top, color=palette.INK, lw=0.5, ls=(0, (1, 2)))
        ax.axhline(bottom, color=palette.INK, lw=0.5, ls=(0, (1, 2)))
        ax.text(
            0.012, (top + bottom) / 2, lamina.replace("L23", "L2/3"), transform=across, ha="left",
            va="center", fontweight="bold", fontsize=8, bbox=HALO,
        )  # fmt: skip


def _scale_bar(
    ax: Axes,
    steps: npt.NDArray[np.int64],
    depth: npt.NDArray[np.float64],
    swing: float,
    spacing: float,
) -> None:
    """Draw what the height of the traces means."""
    size = float(f"{swing:.1g}")
    length = size / swing * spacing * 1.6
    x, y = steps[-1] - 8, depth[-1]
    ax.plot([x, x], [y, y - length], color=palette.INK, lw=2)
    ax.text(
        x - 3,
        y - length / 2,
        f"{size:g} µV (up: positive)",
        ha="right",
        va="center",
        fontsize=7,
        bbox=HALO,
    )
