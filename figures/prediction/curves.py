"""A circuit that learns to predict: learning curves, and how a prediction builds up.

Figures take the content of a run's `prediction.json`, see `load`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from circuits.runs.run import RunData
from figures.prediction.inside import cells, fold, weights
from figures.style import palette
from figures.style.canvas import canvas, write
from figures.style.results import Results, read_results

#: Cycles of the running mean.
RUNNING = 40
COPIES = "#8C6BB1"
FILE = "prediction.json"
Array = npt.NDArray[np.float64]


def load(folder: Path) -> Results:
    """Read what a prediction run left for its figures.

    Raises
    ------
    Missing
        If the folder has none.
    """
    return read_results(Path(folder), FILE)


def draw_run(run: RunData, folder: Path) -> None:
    """Draw all figures of a prediction run into `figures/` of its folder.

    Parameters
    ----------
    run : RunData
        Not read: everything drawn is in `prediction.json`.
    folder : Path
        The run folder.

    Raises
    ------
    Missing
        If the folder has no `prediction.json`.
    """
    draw_all(folder)


def draw_all(folder: Path) -> list[Path]:
    """Draw every figure of a prediction run into `figures/` of its folder.

    Returns
    -------
    list of Path
        The pictures drawn; `weights.png` only where something was learnt.

    Raises
    ------
    Missing
        If the folder has no `prediction.json`.
    """
    results, into = load(folder), Path(folder) / "figures"
    drawn = [
        write(curves(results), into / "curves.png"),
        write(time_course(results), into / "time_course.png"),
        write(cells(results), into / "cells.png"),
        write(fold(results), into / "items.png"),
    ]
    if results["weights"]:
        drawn.append(write(weights(results), into / "weights.png"))
    return drawn


def curves(results: Results, ax: Axes | None = None) -> Axes:
    """Draw accuracy and copies while the circuit learns: seeds thin, their mean thick.

    Shares of the last 40 training cycles.

    Parameters
    ----------
    results : dict
        Content of `prediction.json`; "curves", "floors" and "goal" are drawn.
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.
    """
    with canvas(ax, 5.2, 3.2) as axes:
        for key, ink, label in (("right", palette.OUTCOME, "right"), ("copied", COPIES, "copies")):
            _learning(axes, [one[key] for one in results["curves"].values()], ink, label)
        floor, goal = results["floors"], results.get("goal")
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


def _learning(axes: Axes, by_seed: Sequence[Sequence[float]], ink: str, label: str) -> None:
    """Draw the running mean of every seed, and the mean of the seeds as far as all of them go."""
    means = [_running_mean(np.asarray(values, float)) for values in by_seed if len(values)]
    for mean in means:
        axes.plot(np.arange(mean.size) + 1, mean, color=ink, lw=0.6, alpha=0.5)
    if means:
        shortest = min(mean.size for mean in means)
        over_seeds = np.mean([mean[:shortest] for mean in means], axis=0)
        axes.plot(np.arange(shortest) + 1, over_seeds, color=ink, lw=2.0, label=label)


def _running_mean(values: Array) -> Array:
    """Average the last 40 values, or as many as there are, at each of them."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    at = np.arange(1, len(values) + 1)
    first = np.maximum(at - RUNNING, 0)
    mean: Array = (total[at] - total[first]) / (at - first)
    return mean


def time_course(results: Results, ax: Axes | None = None) -> Axes:
    """Draw what relay cells show from the last burst to the next item: the next item or the last.

    Shares of the test's cycles against ms, with frozen weights; seeds thin, their mean thick. Left
    of 0 nothing can have been seen of the next item.

    Parameters
    ----------
    results : dict
        Content of `prediction.json`; "rise" and "floors" are drawn.
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.
    """
    with canvas(ax, 5.2, 3.2) as axes:
        for key, ink, label in (
            ("next", palette.OUTCOME, "the item to come"),
            ("last", COPIES, "the item just seen"),
        ):
            rows = [np.array(one[key], float) for one in results["rise"].values()]
            time = np.asarray(next(iter(results["rise"].values()))["time_ms"], float)
            for row in rows:
                axes.plot(time, row, color=ink, lw=0.6, alpha=0.5)
            axes.plot(time, np.mean(rows, axis=0), color=ink, lw=2.0, marker="o", label=label)
        axes.axvline(0, color=palette.INK, lw=0.7, ls=":")
        axes.axhline(results["floors"]["accuracy"], color=palette.FAINT, lw=0.9, label="chance")
        axes.set_ylim(-0.02, 1.05)
        axes.set_xlabel("time before the next item can be seen (ms)")
        axes.set_ylabel("share of cycles that show it")
        axes.set_title("How a prediction comes up")
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return axes
