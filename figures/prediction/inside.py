"""What changed inside a circuit that learnt to predict: relay cells, weights, rates around items.

Figures take the content of a run's `prediction.json`, see `figures.prediction.curves.load`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

from figures.style import palette
from figures.style.canvas import Missing, new_figure, style
from figures.style.results import Results
from figures.style.roles import source_of, target_of

PARTS = ("prediction", "outcome")
TIMES = ("before", "after")
Array = npt.NDArray[np.float64]


def cells(results: Results) -> Figure:
    """Draw the same relay cells in the prediction and the outcome part, and their difference.

    Rates in Hz. Rows are the cells, sorted by preferred orientation; columns the items that came,
    before learning above and after it below (O'Reilly 2026, figure 1).

    Parameters
    ----------
    results : dict
        Content of `prediction.json`; "cells", "symbols" and "orientations_deg" are drawn.
    """
    found, symbols = results["cells"], results["symbols"]
    order = np.argsort(results["orientations_deg"])
    preferred = np.append(np.asarray(found["preferred_deg"]), 180.0)
    rates = {
        (when, part): np.array(found[when][part], float)[order].T
        for when in TIMES
        for part in PARTS
    }
    top = max(float(np.nanmax(rate, initial=1.0)) for rate in rates.values())
    with style():
        figure = new_figure(8.2, 5.6)
        axes = figure.subplots(2, 3, sharex=True, sharey=True)
        for row, when in zip(axes, TIMES, strict=True):
            prediction, outcome = (rates[when, part] for part in PARTS)
            images = _three_maps(row, preferred, prediction, outcome, top)
            row[0].set_ylabel(f"{when} learning\npreferred orientation (deg)")
            figure.colorbar(images[1], ax=row[1], label="rate (Hz)")
            figure.colorbar(images[2], ax=row[2], label="outcome - prediction (Hz)")
        titles = ("prediction part", "outcome part", "difference")
        for ax, title in zip(axes[0], titles, strict=True):
            ax.set_title(title)
        for ax in axes[1]:
            ax.set_xticks(np.arange(len(symbols)) + 0.5, [symbols[k] for k in order])
            ax.set_xlabel("item that comes")
        axes[0, 0].set_yticks([0, 45, 90, 135, 180])
    return figure


def _three_maps(
    row: Sequence[Axes], preferred: Array, prediction: Array, outcome: Array, top: float
) -> list[QuadMesh]:
    """Draw both parts and their difference, all on the scale that ends at `top`, Hz."""
    shown = (
        (prediction, 0.0, "magma"),
        (outcome, 0.0, "magma"),
        (outcome - prediction, -top, "RdBu_r"),
    )
    return [
        ax.pcolormesh(
            np.arange(values.shape[1] + 1), preferred, values, vmin=low, vmax=top, cmap=colours,
            rasterized=True,
        )
        for ax, (values, low, colours) in zip(row, shown, strict=True)
    ]  # fmt: skip


def weights(results: Results) -> Figure:
    """Draw the mean linear weight by orientation of sender and receiver, before and after learning.

    The colours reach as far from the start, .5, as the farthest bin.

    Parameters
    ----------
    results : dict
        Content of `prediction.json`; "weights" is drawn, a row for each plastic projection.

    Raises
    ------
    Missing
        If nothing was learnt.
    """
    found = results["weights"]
    if not found:
        msg = "no projection learnt"
        raise Missing(msg)
    with style():
        figure = new_figure(6.2, 2.9 * len(found))
        axes = figure.subplots(len(found), 2, squeeze=False)
        for row, (name, one) in zip(axes, found.items(), strict=True):
            matrices = {when: np.array(one[when], float) for when in TIMES}
            # A mean of many synapses stays near the start: on a scale from 0 to 1 all would look white.
            most = max(0.02, *(float(np.nanmax(np.abs(m - 0.5))) for m in matrices.values()))
            for ax, (when, values) in zip(row, matrices.items(), strict=True):
                image = ax.imshow(
                    values.T, vmin=0.5 - most, vmax=0.5 + most, cmap="RdBu_r", origin="lower",
                    extent=(0, 180, 0, 180),
                )  # fmt: skip
                ax.set_title(f"{when} learning")
                ax.set_xlabel(f"{source_of(name)} (deg)")
                ax.set_xticks([0, 90, 180])
                ax.set_yticks([0, 90, 180])
            row[0].set_ylabel(f"{target_of(name)} (deg)")
            figure.colorbar(image, ax=row, label="linear weight")
    return figure


def fold(results: Results) -> Figure:
    """Draw the rates (Hz) around the onset of items (ms), before learning (grey) and after it.

    Parameters
    ----------
    results : dict
        Content of `prediction.json`; "fold" is drawn, a row for each population.
    """
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
