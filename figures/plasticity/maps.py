"""Figures of the plasticity rule: its map over rates, over window lengths, and beside other rules."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from figures.plasticity.epsp import published
from figures.style import palette
from figures.style.canvas import new_figure, style
from figures.style.results import Results

#: No current step drives a CA1 cell faster than this (Jang et al. 2026).
CEILING_HZ = 55.0


def maps(results: Results) -> Figure:
    """Draw the change of the weight over the rates of both halves of a window (Hz).

    For linear and for saturating calcium, on one colour scale: multiples of the change at 25→50 Hz.
    Crosses mark wrong signs, dots the rates that current steps cannot reach.

    Parameters
    ----------
    results : dict
        Content of `plasticity.json`; "map" and "map_saturating" are drawn.
    """
    parts = [("map", "linear calcium"), ("map_saturating", "saturating calcium")]
    parts = [(k, title) for k, title in parts if k in results]
    with style():
        figure = new_figure(3.4 * len(parts) + 0.6, 3.3)
        axes = figure.subplots(1, len(parts), sharey=True, squeeze=False)[0]
        for ax, (key, title) in zip(axes, parts, strict=True):
            image = _rate_map(ax, results[key])
            ax.set_title(title)
        axes[0].set_ylabel("second half (Hz)")
        bar = figure.colorbar(image, ax=list(axes), shrink=0.9, pad=0.02, extend="both")
        bar.set_label("dw per window (25→50 Hz = 1)")
    return figure


def _rate_map(ax: Axes, part: Results) -> QuadMesh:
    """Draw one map with its zero line and its wrong signs."""
    rates = np.array(part["rates_hz"])
    dw = np.array(part["dw"]).T
    norm = TwoSlopeNorm(0.0, -3.0, 3.0)
    image = ax.pcolormesh(rates, rates, dw, cmap="RdBu_r", norm=norm, shading="nearest")
    ax.contour(rates, rates, dw, levels=[0.0], colors=palette.INK, linewidths=1.2)
    ax.plot([0, 100], [0, 100], color=palette.INK, lw=0.6, ls=":")
    top = rates[-1] + 5
    beyond = top - CEILING_HZ
    ax.add_patch(_rectangle((CEILING_HZ, -5), beyond, top + 5))
    ax.add_patch(_rectangle((-5, CEILING_HZ), CEILING_HZ + 5, beyond))
    minus, plus = np.meshgrid(rates, rates)
    wrong = (np.abs(plus - minus) >= 20) & (np.sign(dw) != np.sign(plus - minus))
    ax.plot(minus[wrong], plus[wrong], "x", color=palette.INK, ms=4)
    slope = part["slope"]
    text = "no zero line" if slope is None or not np.isfinite(slope) else f"c = {slope:.2f}"
    total = part["errors_below"], part["errors_above"]
    ax.text(
        0.98, 0.03, f"{text}; wrong signs (x): {total[0]} below, {total[1]} above 55 Hz",
        transform=ax.transAxes, ha="right", fontsize=6.5,
        bbox={"facecolor": "white", "alpha": 0.85, "lw": 0, "pad": 1.5},
    )  # fmt: skip
    ax.set_xlabel("first half (Hz); dotted: driven by 3 ms pulses")
    ax.set_aspect("equal")
    ax.set_xlim(-5, top)
    ax.set_ylim(-5, top)
    return image


def _rectangle(xy: tuple[float, float], width: float, height: float) -> Rectangle:
    return Rectangle(xy, width, height, fill=False, hatch="....", edgecolor="#00000030", lw=0)


def windows(results: Results) -> Figure:
    """Draw signs and sizes of the change over the length of the window (ms).

    Solid: time constants fixed; dashed: scaled with the window.

    Parameters
    ----------
    results : dict
        Content of `plasticity.json`; "windows" is drawn.
    """
    part = results["windows"]
    x = np.array(part["windows_ms"])
    with style():
        figure = new_figure(6.6, 3.2)
        left, right = figure.subplots(1, 2)
        for kind, line in (("fixed", "-"), ("scaled", "--")):
            left.plot(
                x, 100 * np.array(part[f"right_{kind}"]), line, marker="o", ms=3.5,
                color=palette.INK, label=f"time constants {kind}",
            )  # fmt: skip
            for name, colour, word in (
                ("rise", palette.OUTCOME, "25→50 Hz"),
                ("fall", palette.PREDICTION, "50→25 Hz"),
            ):
                label = f"{word}, {kind}"
                right.plot(
                    x, part[f"{name}_{kind}"], line, marker="o", ms=3.5, color=colour, label=label
                )
        left.set_ylim(0, 105)
        left.set_ylabel("right signs (%)")
        left.legend(loc="lower right", handlelength=3.2)
        left.set_title("Clear pairs (20 Hz and more)")
        right.axhline(0, color=palette.INK, lw=0.6)
        right.set_ylabel("dw (rise at 200 ms = 1)")
        figure.legend(
            *right.get_legend_handles_labels(), loc="outside lower right", ncols=2, handlelength=3.2
        )
        for ax in (left, right):
            ax.set_xlabel("length of the window (ms)")
    return figure


def rivals(results: Results) -> Figure:
    """Draw how the rules compare: misfit (SEM²) on fitted and unseen data, order, and signs.

    Parameters
    ----------
    results : dict
        Content of `plasticity.json`; "rivals" is drawn, one row for each rule.
    """
    rows, known = results["rivals"], published(results)
    names = [r["rule"] for r in rows]
    y = np.arange(len(rows))[::-1]
    with style():
        figure = new_figure(7.4, 0.27 * len(rows) + 1.3)
        axes = figure.subplots(1, 4, sharey=True, width_ratios=[1.6, 1, 1, 1])
        colours = [palette.OUTCOME if n == "kinase" else "#7A7A7A" for n in names]
        for shift, key, alpha in ((0.18, "chi2_fitted", 0.45), (-0.18, "chi2_unseen", 1.0)):
            axes[0].barh(y + shift, [r[key] for r in rows], 0.34, color=colours, alpha=alpha)
        axes[0].axvline(1.0, color=palette.INK, lw=0.6, ls=":")
        axes[0].set_title("Misfit (SEM²)")
        axes[0].set_xlabel("pale: fitted, full: unseen")
        _bars(axes[1], y, [r["order"] for r in rows], colours)
        if {"25_50", "50_25"} <= known.keys():
            measured = known["25_50"].mean - known["50_25"].mean
            axes[1].axvline(measured, color=palette.INK, lw=0.8, ls="--")
        axes[1].set_title("Order")
        axes[1].set_xlabel("25→50 minus 50→25\n(dashed: published)")
        _bars(axes[2], y, [100 * r["boxes_unseen"] for r in rows], colours)
        axes[2].set_title("Inside ± SEM")
        axes[2].set_xlabel("% of unseen means")
        _bars(axes[3], y, [100 * r["signs_unseen"] for r in rows], colours)
        axes[3].axvline(50, color=palette.INK, lw=0.6, ls=":")
        axes[3].set_title("Signs")
        axes[3].set_xlabel("% of unseen pairs\n(dotted: chance)")
        labels = [f"{n} ({r['parameters']:.0f})" for n, r in zip(names, rows, strict=True)]
        axes[0].set_yticks(y, labels)
        for ax in axes:
            ax.tick_params(axis="y", length=0)
        axes[0].set_ylabel("rule (fitted parameters)")
    return figure


def _bars(ax: Axes, y: npt.NDArray[np.int64], values: list[float], colours: list[str]) -> None:
    ax.barh(y, values, 0.6, color=colours)
