"""How near changes of weights come to the gradient of the error, and how well the twin fits the relay cells.

Figures take the content of `results.json` in the folder of `ctloop measure true-gradient --out FOLDER`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures.prediction.rule_lines import FILE, rule_line
from figures.style import palette
from figures.style.canvas import new_figure, style, write
from figures.style.results import Results, read_results

#: Not rules, but what they are measured by: their lines and dashes.
MARKS = {"exact": "--", "outcome": ":", "misplaced": "-."}

#: What is drawn factor by factor: its colour and its marker.
IN_FACTORS = {
    "exact": (palette.FAINT, "D"), "outcome": (palette.FAINT, "v"), "kinase": (palette.INK, "o"),
    "reversed": (palette.PREDICTION, "o"),
}  # fmt: skip


def draw_folder(folder: Path) -> list[Path]:
    """Draw cosines and fit into `figures/` of a folder.

    Raises
    ------
    Missing
        If the folder has no `results.json`.
    """
    results = read_results(Path(folder), FILE)
    drawn = {"gradient": gradient(results)}
    if results.get("steps"):  # folders of earlier versions have none
        drawn["factors"] = factors(results)
    return [write(one, Path(folder) / "figures" / f"{name}.png") for name, one in drawn.items()]


def gradient(results: Results) -> Figure:
    """Draw the cosines over the cycles that are summed, and the twin's rates against those of the cells.

    Dashed: the marks. The 95 % interval over circuits is that of the circuit's own rule.

    Parameters
    ----------
    results : dict
        Content of `results.json`; "repetitions", "cosines" and "twin" are drawn.
    """
    with style():
        figure = new_figure(7.4, 3.3)
        left, right = figure.subplots(1, 2, width_ratios=(1.5, 1))
        _cosines(left, results)
        _twin(right, results)
    return figure


def factors(results: Results) -> Figure:
    """Draw the cosines of marks and of the circuit's own rule with each gradient, factor by factor from the top.

    Parameters
    ----------
    results : dict
        Content of `results.json`; "steps" is drawn.
    """
    steps = results["steps"]
    at = np.arange(len(steps))
    with style():
        figure = new_figure(6.0, 3.6)
        ax = figure.subplots()
        for name, (colour, marker) in IN_FACTORS.items():
            values = np.array([step[name] for step in steps], float)
            ax.plot(values, at, marker, color=colour, ms=4.0, label=name)
        ax.axvline(0, color=palette.INK, lw=0.6)
        ax.set_yticks(at, [step["factor"].replace("_", " ") for step in steps])
        ax.invert_yaxis()
        ax.set_xlim(-1.05, 1.05)
        ax.set_xlabel("cosine with - gradient")
        ax.legend(loc="upper left", fontsize=6.5)
    return figure


def _cosines(ax: Axes, results: Results) -> None:
    at = np.array(results["repetitions"])
    for name, curve in results["cosines"].items():
        if name in MARKS:
            mean = np.array(curve["mean"], float)
            ax.plot(at, mean, MARKS[name], color=palette.FAINT, label=name)
        else:
            rule_line(ax, at, curve, name)
    ax.axhline(0, color=palette.INK, lw=0.6)
    ax.set_xscale("log", base=2)
    ax.set_xticks(at, [str(n) for n in at])
    ax.set_ylim(-1, 1)
    ax.set_xlabel("cycles summed")
    ax.set_ylabel("cosine with - gradient")
    ax.legend(loc="lower left", fontsize=6.5, ncols=3)


def _twin(ax: Axes, results: Results) -> None:
    top = 1.0
    for fit in results["twin"]:
        predicted, observed = (np.array(fit[f"{who}_hz"]) for who in ("predicted", "observed"))
        ax.plot(predicted, observed, "o-", ms=2.0, lw=0.6, color=palette.PREDICTION)
        top = max(top, float(predicted.max()), float(observed.max()))
    ax.plot([0, top], [0, top], color=palette.FAINT, lw=0.7)
    ax.set_xlabel("rate of the twin (Hz)")
    ax.set_ylabel("rate of relay cells (Hz)")
    ax.set_title("cycles it was not fitted to")
