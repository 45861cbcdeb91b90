"""What one spike does to a weight, by its time before the read-out, with the parts of the cycle under it.

Figures take the content of `results.json` in the folder of `ctloop measure causal-kernel --out FOLDER`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures.prediction.rule_lines import FILE, OWN, rule_line
from figures.style import palette
from figures.style.canvas import new_figure, style, write
from figures.style.results import Results, read_results

BANDS = (
    ("prediction", palette.PREDICTION_SHADE),
    ("item on its way", palette.BAND),
    ("outcome", palette.OUTCOME_SHADE),
)
#: The rest is left out of the axis where a rule's kernel is far larger than in its outcome.
REACH = 2.5


def draw_folder(folder: Path) -> list[Path]:
    """Draw the kernel into `figures/` of a folder.

    Raises
    ------
    Missing
        If the folder has no `results.json`.
    """
    results = read_results(Path(folder), FILE)
    return [write(kernels(results), Path(folder) / "figures" / "kernel.png")]


def kernels(results: Results) -> Figure:
    """Draw the change of weight by one spike over its time before the read-out, by rule.

    Lines: a spike that was put in, with the 95 % interval over circuits of the circuit's own rule; dots:
    recorded spikes that were taken away.

    Parameters
    ----------
    results : dict
        Content of `results.json`; "before_ms", "bins_ms", "curves" and "parts_ms" are drawn.
    """
    cells = list(dict.fromkeys(name.partition("/")[2] for name in results["curves"]))
    with style():
        figure = new_figure(4.2 * len(cells), 3.4)
        axes = figure.subplots(1, len(cells), sharey=True, squeeze=False)[0]
        for ax, cell in zip(axes, cells, strict=True):
            parts(ax, results)
            for name, curve in results["curves"].items():
                if name.partition("/")[2] == cell:
                    _curve(ax, results, name.partition("/")[0], curve)
            ax.axhline(0, color=palette.INK, lw=0.7)
            ax.set_xlim(-max(results["before_ms"]), 0)
            ax.set_ylim(-REACH, REACH)
            ax.set_xlabel("spike, ms from the read-out")
            ax.set_title(f"a {cell} spike")
        axes[0].set_ylabel("change of weight\n(mean in the outcome = 1)")
        axes[-1].legend(loc="lower left", fontsize=7, ncols=2)
    return figure


def _curve(ax: Axes, results: Results, rule: str, curve: Results) -> None:
    at = -np.array(results["before_ms"])
    rule_line(ax, at, curve, rule)
    if rule != OWN:
        return
    taken = np.array(curve["taken_away"], float)
    bins = -np.array(results["bins_ms"])
    ax.plot(bins, taken, "o", ms=3.0, color=palette.INK, label=f"{rule}, taken away")


def parts(ax: Axes, results: Results, reach: float = REACH) -> None:
    """Shade the parts of the mean cycle, which end at the read-out, and name them."""
    ends = -np.array(results["parts_ms"], float)
    for (name, shade), begin, end in zip(BANDS, ends[:-1], ends[1:], strict=True):
        ax.axvspan(begin, end, color=shade, lw=0)
        ax.text((begin + end) / 2, reach * 0.93, name, ha="center", va="top", fontsize=6.5)
