"""The field over cortical depth: LFP traces on their current source density."""

from __future__ import annotations

from textwrap import fill

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from circuits.runs.run import Floats, Lfp, RunData
from figures.style import palette
from figures.style.canvas import Missing, canvas
from figures.style.roles import burst_cells

BEFORE_MS, AFTER_MS = 120, 120
TALLEST = 1.6  # height of the largest trace, in distances between electrodes
HALO = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.0}
Steps = npt.NDArray[np.int64]
Depth = npt.NDArray[np.float64]


def lfp(run: RunData, ax: Axes | None = None) -> Axes:
    """Show the LFP proxy over depth, on its current source density, around the onset of bursts.

    Averaged over bursts; 0 ms is the onset. Sinks (current into cells, negative) are blue, sources
    red, in µA/mm³; black traces are the potential in µV, positive up, at its electrode's depth.

    Parameters
    ----------
    run : RunData
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.

    Raises
    ------
    Missing
        If the run holds no field potential or no burst to align it to.
    """
    if run.lfp is None:
        msg = "the run holds no field potential"
        raise Missing(msg)
    onsets = _onsets(run, run.lfp)
    steps = np.arange(-BEFORE_MS, AFTER_MS)
    csd = np.mean([run.lfp.csd_ua_mm3[:, on + steps] for on in onsets], axis=0)
    potential = np.mean([run.lfp.potential_uv[:, on + steps] for on in onsets], axis=0)
    depth = np.asarray(run.lfp.depth_um, float)
    with canvas(ax, 5.2, 4.4) as ax:
        _density(ax, steps, depth, csd)
        swing = _traces(ax, steps, depth, potential)
        _laminae(ax, run, run.lfp.area)
        ax.axvline(0, color=palette.INK, lw=0.8, ls="--")
        spacing = float(np.diff(depth).mean())
        ax.set_xlim(steps[0], steps[-1])
        ax.set_ylim(depth[-1] + spacing * 0.7, min(0.0, float(depth[0]) - spacing))
        ax.set_xlabel(f"time from {burst_cells(run)} burst onset (ms)")
        ax.set_ylabel(f"depth below pia in {run.lfp.area} (µm)")
        ax.set_title(f"LFP proxy and CSD, mean of {len(onsets)} bursts")
        _scale_bar(ax, steps, depth, swing, spacing)
        ax.annotate(
            fill(run.lfp.proxy, 88), (0, 0), (0, -32), xycoords="axes fraction", textcoords="offset points",
            fontsize=6.5, style="italic", va="top", annotation_clip=False,
        )  # fmt: skip
    return ax


def _onsets(run: RunData, field: Lfp) -> npt.NDArray[np.int64]:
    """Find the bursts that leave room before and after them, (n_bursts,), ms."""
    on = np.asarray(run.cycles.burst_on_ms if run.cycles is not None else ()).astype(np.int64)
    end = field.potential_uv.shape[1]
    whole: npt.NDArray[np.int64] = on[(on - BEFORE_MS >= run.discard_ms) & (on + AFTER_MS < end)]
    if not len(whole):
        msg = f"no {burst_cells(run)} burst to align the field potential to"
        raise Missing(msg)
    return whole


def _density(ax: Axes, steps: Steps, depth: Depth, csd: Floats) -> None:
    """Draw the current source density as an image over time and depth."""
    limit = float(np.abs(csd).max()) or 1.0
    image = ax.imshow(
        csd, cmap="RdBu_r", vmin=-limit, vmax=limit, aspect="auto", interpolation="bilinear",
        extent=(steps[0], steps[-1] + 1, depth[-1], depth[0]),
    )  # fmt: skip
    bar = ax.figure.colorbar(image, ax=ax, pad=0.02, aspect=30)
    bar.set_label("CSD (µA/mm³): sinks blue, sources red")


def _traces(ax: Axes, steps: Steps, depth: Depth, potential: Floats) -> float:
    """Draw the potential of each electrode at its depth, and give the largest swing, µV."""
    spacing = float(np.diff(depth).mean())
    swing = float(np.ptp(potential, axis=1).max()) or 1.0
    for at, trace in zip(depth, potential, strict=True):
        baseline = trace[: BEFORE_MS // 2].mean()
        lift = -(trace - baseline) / swing * spacing * TALLEST
        ax.plot(steps, at + lift, color=palette.INK, lw=0.7)
    return swing


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


def _scale_bar(ax: Axes, steps: Steps, depth: Depth, swing: float, spacing: float) -> None:
    """Draw what the height of the traces means."""
    size = float(f"{swing:.1g}")
    length = size / swing * spacing * TALLEST
    x, y = steps[-1] - 8, depth[-1]
    ax.plot([x, x], [y, y - length], color=palette.INK, lw=2)
    ax.text(
        x - 3, y - length / 2, f"{size:g} µV (up: positive)", ha="right", va="center", fontsize=7,
        bbox=HALO,
    )  # fmt: skip
