"""The lines of learning rules, alike in every figure that compares them."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from figures.style import palette
from figures.style.results import Results

#: What `ctloop measure` leaves in its folder for figures.
FILE = "results.json"
#: The circuit's own rule, which is drawn in full.
OWN = "kinase"
COLOURS = {
    "reversed": palette.PREDICTION, "delta": "#56B4E9", "hebb": "#009E73", "bcm": "#C99A00",
    "stdp": "#CC79A7", "no_drivers": "#882255",
}  # fmt: skip


def rule_line(ax: Axes, at: NDArray[np.float64], curve: Results, rule: str) -> None:
    """Draw the mean of a rule over circuits; of the circuit's own with the 95 % interval.

    Parameters
    ----------
    ax : matplotlib Axes
    at : array (points,)
    curve : dict
        "mean", "low" and "high", a list of numbers or None each.
    rule : str
    """
    mean, low, high = (np.array(curve[part], float) for part in ("mean", "low", "high"))
    label = rule.replace("_", " ")
    if rule == OWN:
        ax.fill_between(at, low, high, color=palette.INK, alpha=0.15, lw=0)
        ax.plot(at, mean, color=palette.INK, lw=1.8, label=label)
    else:
        ax.plot(at, mean, color=COLOURS.get(rule, palette.FAINT), lw=0.9, label=label)
