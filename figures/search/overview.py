"""One page of a search: scores in their order, where in the ranges the best lie, which goals they meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from figures.style import palette
from figures.style.canvas import Missing, new_figure, style

#: How many of the best are drawn in colour and listed.
BEST = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate.

    Attributes
    ----------
    number : int
        0 is the circuit as it is.
    score : float
        0, all goals met, to 1.
    places : tuple of float or None
        Where in each range it lies, 0-1; empty for the circuit as it is.
    met : tuple of float
        For each goal the share of seeds that meet it.
    given_up : bool
    failed : int
        How many of its runs failed.
    """

    number: int
    score: float
    places: tuple[float | None, ...]
    met: tuple[float, ...]
    given_up: bool = False
    failed: int = 0


def overview(
    rows: Sequence[Row],
    ranges: Sequence[tuple[str, str, str]],
    goals: Sequence[str],
    *,
    start: int = 0,
) -> Figure:
    """Show a search.

    Parameters
    ----------
    rows : sequence of Row
    ranges : sequence of (name, low end, high end)
    goals : sequence of str
    start : int
        How many candidates were spread evenly before the optimiser chose.

    Returns
    -------
    Figure

    Raises
    ------
    Missing
        If there is no candidate.
    """
    tried = [row for row in rows if row.number > 0]
    if not tried:
        msg = "the search has no candidate"
        raise Missing(msg)
    best = sorted((r for r in tried if not r.given_up), key=lambda r: r.score)[:BEST]
    with style():
        heights_in = [2.0, 0.4 + 0.32 * len(ranges), 0.24 * len(goals)]
        figure = new_figure(7.2, sum(heights_in) + 1.4)
        top, middle, low = figure.subplots(3, 1, height_ratios=heights_in)
        _scores(top, rows, tried, start)
        _places(middle, tried, best, ranges)
        _met(low, best, goals)
    return figure


def _scores(ax: Axes, rows: Sequence[Row], tried: Sequence[Row], start: int) -> None:
    """Draw each candidate's score and the best so far."""
    kinds = (
        ("all seeds", palette.INK, "o", [r for r in tried if not r.given_up and not r.failed]),
        ("some runs failed", palette.INK, "x", [r for r in tried if r.failed]),
        ("given up", palette.FAINT, ".", [r for r in tried if r.given_up and not r.failed]),
    )
    for name, ink, marker, mine in kinds:
        if mine:
            ax.plot(
                [r.number for r in mine],
                [r.score for r in mine],
                marker,
                color=ink,
                ms=4,
                label=name,
            )
    whole = [r for r in tried if not r.given_up]
    least = np.minimum.accumulate([r.score for r in whole])
    ax.step(
        [r.number for r in whole],
        least,
        where="post",
        color=palette.INK,
        lw=0.8,
        label="best so far",
    )
    for row in rows:
        if row.number == 0:
            ax.axhline(row.score, color=palette.FAINT, ls=":", lw=1, label="as it is")
    if 0 < start < tried[-1].number:
        ax.axvline(start + 0.5, color=palette.FAINT, lw=0.6, label="the optimiser begins")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("candidate")
    ax.set_ylabel("score")
    ax.set_ylim(-0.02, 1.25 * max(0.05, *(row.score for row in rows)))
    ax.legend(loc="upper right", ncols=3, fontsize=7)


def _places(
    ax: Axes, tried: Sequence[Row], best: Sequence[Row], ranges: Sequence[tuple[str, str, str]]
) -> None:
    """Draw a line a candidate through its place in each range; the best in colour, the very best thick and dark."""
    heights = np.arange(len(ranges))
    for row in tried:
        _line(ax, row, heights, palette.FAINT, 0.4, 0.35)
    for k, row in reversed(list(enumerate(best))):
        ink = colormaps["viridis"](0.9 * k / BEST)
        _line(ax, row, heights, ink, 0.9 if k else 2.2, 1.0)
    ax.set_yticks(heights, [f"{name}\n{low} to {high}" for name, low, high in ranges], fontsize=6)
    ax.set_ylim(len(ranges) - 0.5, -0.5)
    ax.set_xlim(-0.02, 1.02)
    ax.set_xlabel(f"place in the range; the best {len(best)} in colour, the very best thick")


def _line(ax: Axes, row: Row, heights: np.ndarray, ink: Any, width: float, alpha: float) -> None:
    places = [np.nan if p is None else p for p in row.places]
    ax.plot(places, heights, "o-", color=ink, lw=width, ms=2.5 * width**0.5, alpha=alpha)


def _met(ax: Axes, best: Sequence[Row], goals: Sequence[str]) -> None:
    """Draw for the best candidates which share of the seeds meets each goal."""
    shares = np.array([row.met for row in best]).T.reshape(len(goals), len(best))
    ax.imshow(shares, vmin=0, vmax=1, cmap="Blues", aspect="auto")
    for (y, x), share in np.ndenumerate(shares):
        ax.text(x, y, f"{100 * share:.0f}", ha="center", va="center", fontsize=6,
                color="white" if share > 0.6 else palette.INK)  # fmt: skip
    ax.set_yticks(range(len(goals)), goals, fontsize=6)
    ax.set_xticks(range(len(best)), [str(row.number) for row in best])
    ax.tick_params(length=0)
    ax.set_xlabel("candidate, from the best on; % of seeds that meet the goal")
