"""What the benchmarks found, each number as a multiple of its goal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from figures.style import palette
from figures.style.canvas import Missing, canvas

Record = Mapping[str, Any]
#: A goal of 0 has no multiples: such a number is drawn at the goal if it is met, else this far beyond.
_BEYOND = 10.0


def goals(records: Sequence[Record], ax: Axes | None = None) -> Axes:
    """Show how far each number is from its goal: right of the line is better, filled is met.

    Parameters
    ----------
    records : sequence of mapping
        Each has `metric`, `value` (None if not measured), `low`, `high`, `goal`, `more_is_better`, `met`.
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.

    Raises
    ------
    Missing
        If no number was measured.
    """
    if all(r["value"] is None for r in records):
        msg = "no benchmark with a goal was measured"
        raise Missing(msg)
    with canvas(ax, 6.4, 1.2 + 0.28 * len(records)) as ax:
        ax.axvline(1, color=palette.INK, lw=0.8)
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter("{x:g}")  # plain numbers, not powers of ten
        ax.xaxis.set_minor_formatter("{x:g}")
        for y, record in enumerate(records):
            _draw(ax, y, record)
        ax.set_yticks(range(len(records)), [str(r["metric"]).replace("_", " ") for r in records])
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
        ax.set_ylim(len(records) - 0.4, -0.6)
        left, right = ax.get_xlim()
        ax.set_xlim(min(left, 0.5), max(right, 2.0))
        ax.set_xlabel("times as good as the goal (bar: range of repetitions)")
        keys = [
            Line2D([], [], color=palette.PREDICTION, lw=0, marker="o", label="goal met"),
            Line2D([], [], color=palette.OUTCOME, lw=0, marker="o", mfc="white", label="not met"),
        ]
        ax.legend(handles=keys, loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderpad=0.2)
    return ax


def _draw(ax: Axes, y: float, record: Record) -> None:
    across = ax.get_yaxis_transform()
    if record["value"] is None:
        ax.text(1.01, y, "not measured", transform=across, va="center", color=palette.FAINT)
        return
    ink = palette.PREDICTION if record["met"] else palette.OUTCOME
    at = times_as_good(record, float(record["value"]))
    if record.get("low") is not None and record.get("high") is not None:
        ends = [times_as_good(record, float(record[end])) for end in ("low", "high")]
        ax.plot(ends, [y, y], color=ink, lw=1.6)
    ax.plot(at, y, "o", color=ink, mfc=ink if record["met"] else "white", ms=5.5, mew=1.3)
    sign = "≥" if record["more_is_better"] else "≤"
    text = f"{record['value']:.3g} ({sign} {record['goal']:g})"
    ax.text(1.01, y, text, transform=across, va="center", color=palette.INK)


def times_as_good(record: Record, value: float) -> float:
    """Give a value as a multiple of the goal, such that more is always better."""
    goal = float(record["goal"])
    if goal == 0 or value <= 0:
        met = record["met"] if value == record["value"] else value <= goal
        return 1.0 if met else 1 / _BEYOND
    return value / goal if record["more_is_better"] else goal / value
