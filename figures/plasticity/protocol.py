"""Figures of the plasticity experiment: one window of the protocol, and all pictures of a run.

Figures take the content of a run's `plasticity.json`, see `load`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from circuits.runs.run import RunData
from figures.plasticity import maps
from figures.plasticity.epsp import (
    DEPRESSED,
    POTENTIATED,
    bars,
    condition_label,
    courses,
    predictions,
    published,
)  # fmt: skip
from figures.style import palette
from figures.style.canvas import new_figure, style, write
from figures.style.results import Results, read_results

FILE = "plasticity.json"
STIMULUS, CALCIUM, CALMODULIN = "#117733", "#C99A00", "#009E73"


def load(folder: Path) -> Results:
    """Read the results of a finished plasticity run.

    Raises
    ------
    Missing
        If the folder has none.
    """
    return read_results(Path(folder), FILE)


def draw_run(run: RunData, folder: Path) -> None:
    """Draw all figures of a plasticity run into `figures/` of its folder.

    Parameters
    ----------
    run : RunData
        Not read: everything drawn is in `plasticity.json`.
    folder : Path
        The run folder.

    Raises
    ------
    Missing
        If the folder has no `plasticity.json`.
    """
    draw_all(load(folder), Path(folder) / "figures")


def draw_all(
    results: Results, folder: Path, published: Mapping[str, Sequence[float]] | None = None
) -> list[Path]:
    """Draw every figure the results allow.

    Parameters
    ----------
    results : dict
        Content of `plasticity.json`.
    folder : Path
        Where the PNGs are written; it is created.
    published : mapping of str to sequence of float, optional
        Condition -> published course, minute by minute, if the results do not hold it.

    Returns
    -------
    list of Path
        The pictures drawn.
    """
    if published:
        results = {**results, "published_courses": published}
    figures: dict[str, tuple[str, Callable[[Results], Axes | Figure]]] = {
        "bars": ("conditions", bars),
        "courses": ("published_conditions", courses),
        "protocol": ("example", protocol),
        "predictions": ("predictions", predictions),
        "map": ("map", maps.maps),
        "windows": ("windows", maps.windows),
        "rivals": ("rivals", maps.rivals),
    }
    return [
        write(figure(results), Path(folder) / f"{name}.png")
        for name, (key, figure) in figures.items()
        if key in results
    ]


def protocol(results: Results) -> Figure:
    """Draw one window of each published condition, from the soma to the change of the weight.

    Against ms in the window: membrane potential (mV) and stimuli, calcium, calmodulin, the fast and
    the slow integral, and their difference, which sets the sign of the change.

    Parameters
    ----------
    results : dict
        Content of `plasticity.json`; "example" is drawn.
    """
    examples = results["example"]
    keys = [k for k in published(results) if k in examples]
    with style():
        figure = new_figure(7.2, 6.0)
        axes = figure.subplots(
            5, len(keys), sharex=True, sharey="row", height_ratios=[1.1, 0.9, 0.9, 1.2, 1.0]
        )
        for column, key in zip(axes.T, keys, strict=True):
            _window(column, examples[key], key)
        labels = ("soma (mV)", "calcium", "calmodulin", "integrals", "fast - slow")
        for ax, label in zip(axes[:, 0], labels, strict=True):
            ax.set_ylabel(label)
        axes[3, min(2, len(keys) - 1)].legend(loc="upper left")
        figure.supxlabel("time in the window (ms); dotted: where it is read", fontsize=8)
    return figure


def _window(column: Sequence[Axes], trace: Results, key: str) -> None:
    """Draw one condition from top to bottom; shaded: the first and the second half of the window."""
    end = trace["window_ms"]
    for ax in column:
        ax.axvspan(0, end / 2, color=palette.PREDICTION_SHADE, lw=0, zorder=0)
        ax.axvspan(end / 2, end, color=palette.OUTCOME_SHADE, lw=0, zorder=0)
        ax.axvline(end, color=palette.INK, lw=0.7, ls=":")
    time = trace["time_ms"]
    column[0].plot(trace["v_time_ms"], trace["v_mv"], color=palette.INK, lw=0.7)
    ticks = [32] * len(trace["stimuli_ms"])
    column[0].plot(trace["stimuli_ms"], ticks, "|", color=STIMULUS, ms=6, mew=1.3)
    column[0].set_title(condition_label(key))
    column[1].fill_between(time, trace["calcium"], color=CALCIUM, lw=0, alpha=0.8)
    column[2].plot(time, trace["cam"], color=CALMODULIN)
    column[3].plot(time, trace["fast"], color=POTENTIATED, label="fast (CaMKII)")
    column[3].plot(time, trace["slow"], color=DEPRESSED, label="slow (DAPK1)")
    gap = np.array(trace["fast"]) - np.array(trace["slow"])
    column[4].fill_between(time, gap, where=gap >= 0, color=POTENTIATED, lw=0)
    column[4].fill_between(time, gap, where=gap < 0, color=DEPRESSED, lw=0)
    at = float(np.interp(end, time, gap))
    column[4].plot(end, at, "o", ms=4, color=palette.INK, zorder=5)
    column[4].annotate(
        f"{at:+.2f}", (end, at), (5, 0), textcoords="offset points", va="center", fontsize=7.5
    )
