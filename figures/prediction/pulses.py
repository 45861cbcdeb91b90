"""What a spike that was caused in the running circuit does to a weight, beside the same spike put into a recording.

Figures take the content of `results.json` in the folder of `ctloop measure pulse-kernel --out FOLDER`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from figures.prediction.kernel import parts
from figures.prediction.rule_lines import FILE
from figures.style import palette
from figures.style.canvas import new_figure, style, write
from figures.style.results import Results, read_results

#: Height of the axis, in effects of a spike in the outcome.
REACH = 1.5


def draw_folder(folder: Path) -> list[Path]:
    """Draw the effects into `figures/` of a folder.

    Raises
    ------
    Missing
        If the folder has no `results.json`.
    """
    results = read_results(Path(folder), FILE)
    return [write(pulses(results), Path(folder) / "figures" / "pulses.png")]


def pulses(results: Results) -> Figure:
    """Draw effects over the time before the read-out, with the 95 % interval over circuits.

    Parameters
    ----------
    results : dict
        Content of `results.json`; "before_ms", "parts_ms", "effect" and "put_in" are drawn.
    """
    at = -np.array(results["before_ms"], float)
    mean, low, high = (np.array(results["effect"][part], float) for part in ("mean", "low", "high"))
    with style():
        figure = new_figure(4.6, 3.2)
        ax = figure.subplots()
        parts(ax, results, REACH)
        ax.plot(at, results["put_in"], "-", color=palette.FAINT, label="put into a recording")
        ax.errorbar(
            at, mean, (mean - low, high - mean), fmt="o", color=palette.INK, ms=4, capsize=2,
            label="caused in the circuit",
        )  # fmt: skip
        ax.axhline(0, color=palette.INK, lw=0.7)
        ax.set_xlim(-max(results["parts_ms"][0], -at.min()) - 5, 0)
        ax.set_ylim(-REACH, REACH)
        ax.set_xlabel("relay spike, ms from the read-out")
        ax.set_ylabel("change of weight\n(put into the outcome = 1)")
        ax.legend(loc="upper left", bbox_to_anchor=(0.0, 0.9), fontsize=7)
    return figure
