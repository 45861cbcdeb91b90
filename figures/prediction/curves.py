"""A circuit that learns to predict: learning curves, the cells in both parts, weights, the cycle.

Drawn from `prediction.json` in a run's folder alone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from circuits.errors import CtloopError
from circuits.runs.run import RunData
from figures.style import palette
from figures.style.canvas import canvas, new_figure, style, write

Results = dict[str, Any]

#: Cycles of the running mean.
RUNNING = 40
COPIES = "#8C6BB1"
FILE = "prediction.json"


def load(folder: Path) -> Results:
    """Read what a prediction run left for its figures.

    Raises
    ------
    CtloopError
        If there is none.
    """
    try:
        found: Results = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{folder} has no {FILE} to draw from: {error}"
        raise CtloopError(msg) from error
    return found


def curves(results: Results, ax: Axes | None = None) -> Axes:
    """Draw accuracy and copies while it learns: running mean, seeds thin, their mean thick."""
    with canvas(ax, 5.2, 3.2) as axes:
        for key, colour, said in (
            ("right", palette.OUTCOME, "right"),
            ("copied", COPIES, "copies"),
        ):
            rows = [_running(np.asarray(c[key], float)) for c in results["curves"].values()]
            rows = [row for row in rows if row.size]
            for row in rows:
                axes.plot(np.arange(row.size) + 1, row, color=colour, lw=0.6, alpha=0.5)
            if rows:
                short = min(row.size for row in rows)
                mean = np.mean([row[:short] for row in rows], axis=0)
                axes.plot(np.arange(short) + 1, mean, color=colour, lw=2.0, label=said)
        floor = results["floors"]
        goal = results.get("goal")
        if goal is not None:
            axes.axhline(goal, color=palette.INK, lw=0.7, ls="--", label=f"goal {goal:g}")
        axes.axhline(floor["accuracy"], color=palette.FAINT, lw=0.9, label="chance")
        axes.axhline(
            floor["first_order_accuracy"], color=palette.FAINT, lw=0.9, ls=":",
            label="best that knows the last item alone",
        )  # fmt: skip
        axes.set_ylim(-0.02, 1.05)
        axes.set_xlabel("training cycles")
        axes.set_ylabel(f"share of the last {RUNNING} cycles")
        seeds = len(results["curves"])
        axes.set_title(f"Learning to predict ({seeds} seed{'s' if seeds > 1 else ''})")
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return axes


def rise(results: Results, ax: Axes | None = None) -> Axes:
    """Draw what relay cells show from the burst before to the next item: the next one or the last.

    Frozen weights; seeds thin, their mean thick. Left of 0 nothing can have been seen of the next item.
    """
    with canvas(ax, 5.2, 3.2) as axes:
        for key, colour, said in (
            ("next", palette.OUTCOME, "the item to come"),
            ("last", COPIES, "the item just seen"),
        ):
            rows = [np.array(one[key], float) for one in results["rise"].values()]
            time = np.asarray(next(iter(results["rise"].values()))["time_ms"], float)
            for row in rows:
                axes.plot(time, row, color=colour, lw=0.6, alpha=0.5)
            axes.plot(time, np.mean(rows, axis=0), color=colour, lw=2.0, marker="o", label=said)
        axes.axvline(0, color=palette.INK, lw=0.7, ls=":")
        axes.axhline(results["floors"]["accuracy"], color=palette.FAINT, lw=0.9, label="chance")
        axes.set_ylim(-0.02, 1.05)
        axes.set_xlabel("time before the next item can be seen (ms)")
        axes.set_ylabel("share of cycles that show it")
        axes.set_title("How a prediction comes up")
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return axes


def _running(values: Any) -> Any:
    """Mean of the last 40 values, or of as many as there are."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    at = np.arange(1, len(values) + 1)
    first = np.maximum(at - RUNNING, 0)
    return (total[at] - total[first]) / (at - first) if len(values) else values


def cells(results: Results) -> Figure:
    """Draw the same relay cells in the prediction and the outcome part, and their difference.

    Rows are the cells, sorted by preferred orientation; columns the items that came, before learning
    above and after it below (O'Reilly 2026, figure 1).
    """
    found, symbols = results["cells"], results["symbols"]
    order = np.argsort(results["orientations_deg"])
    preferred = np.asarray(found["preferred_deg"])
    with style():
        figure = new_figure(8.2, 5.6)
        axes = figure.subplots(2, 3, sharex=True, sharey=True)
        arrays = {
            (when, part): np.array(found[when][part], float)[order].T
            for when in ("before", "after")
            for part in ("prediction", "outcome")
        }
        top = max(float(np.nanmax(a, initial=1.0)) for a in arrays.values())
        for row, when in zip(axes, ("before", "after"), strict=True):
            prediction, outcome = arrays[when, "prediction"], arrays[when, "outcome"]
            shown = (
                (prediction, 0.0, top, "magma"),
                (outcome, 0.0, top, "magma"),
                (outcome - prediction, -top, top, "RdBu_r"),
            )
            images = [
                ax.pcolormesh(
                    np.arange(len(symbols) + 1), np.append(preferred, 180.0), values,
                    vmin=low, vmax=high, cmap=colours, rasterized=True,
                )
                for ax, (values, low, high, colours) in zip(row, shown, strict=True)
            ]  # fmt: skip
            row[0].set_ylabel(f"{when} learning\npreferred orientation (deg)")
            figure.colorbar(images[1], ax=row[1], label="rate (Hz)")
            figure.colorbar(images[2], ax=row[2], label="outcome - prediction (Hz)")
        for ax, title in zip(
            axes[0], ("prediction part", "outcome part", "difference"), strict=True
        ):
            ax.set_title(title)
        for ax in axes[1]:
            ax.set_xticks(np.arange(len(symbols)) + 0.5, [symbols[k] for k in order])
            ax.set_xlabel("item that comes")
        axes[0, 0].set_yticks([0, 45, 90, 135, 180])
    return figure


def weights(results: Results) -> Figure | None:
    """Draw the mean linear weight by orientation of sender and receiver, before and after.

    The colours reach as far from the start as the farthest bin.
    """
    found = results["weights"]
    if not found:
        return None
    with style():
        figure = new_figure(6.2, 2.9 * len(found))
        axes = figure.subplots(len(found), 2, squeeze=False)
        for row, (name, one) in zip(axes, found.items(), strict=True):
            matrices = {when: np.array(one[when], float) for when in ("before", "after")}
            # As far from the start, .5, as any bin has come: a mean of many synapses goes no way to 0 or 1.
            most = max(0.02, *(float(np.nanmax(np.abs(m - 0.5))) for m in matrices.values()))
            for ax, (when, values) in zip(row, matrices.items(), strict=True):
                image = ax.imshow(
                    values.T, vmin=0.5 - most, vmax=0.5 + most, cmap="RdBu_r", origin="lower",
                    extent=(0, 180, 0, 180),
                )  # fmt: skip
                ax.set_title(f"{when} learning")
                ax.set_xlabel(f"{name.split(' -> ')[0]} (deg)")
                ax.set_xticks([0, 90, 180])
                ax.set_yticks([0, 90, 180])
            row[0].set_ylabel(f"{name.split(' -> ')[1]} (deg)")
            figure.colorbar(image, ax=row, label="linear weight")
    return figure


def fold(results: Results) -> Figure:
    """Draw the rates around item onsets, before learning (grey) and after it."""
    found = results["fold"]
    names = list(found["after"])
    with style():
        figure = new_figure(5.0, 1.1 * len(names) + 0.8)
        axes = figure.subplots(len(names), 1, sharex=True, squeeze=False)[:, 0]
        for ax, name in zip(axes, names, strict=True):
            ax.plot(found["time_ms"], found["before"][name], color=palette.FAINT, label="before")
            ax.plot(
                found["time_ms"], found["after"][name], color=palette.colour(name), label="after"
            )
            ax.axvline(0, color=palette.INK, lw=0.6, ls=":")
            ax.set_ylabel("Hz")
            ax.set_title(palette.label(name), loc="left")
            ax.set_ylim(bottom=0)
        axes[0].legend(loc="upper right", ncols=2)
        axes[-1].set_xlabel("time from the onset of an item (ms)")
    return figure


def draw_all(folder: Path) -> list[Path]:
    """Draw every figure of a prediction run into `figures/` of its folder; give the paths."""
    results, into = load(folder), folder / "figures"
    drawn = [
        write(_whole(curves(results)), into / "curves.png"),
        write(_whole(rise(results)), into / "rise.png"),
        write(cells(results), into / "cells.png"),
        write(fold(results), into / "items.png"),
    ]
    matrix = weights(results)
    if matrix is not None:
        drawn.append(write(matrix, into / "weights.png"))
    return drawn


def draw_run(run: RunData, folder: Path) -> None:
    """Draw every figure of a prediction run into `folder / "figures"`."""
    draw_all(folder)


def _whole(axes: Axes) -> Figure:
    figure = axes.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure
