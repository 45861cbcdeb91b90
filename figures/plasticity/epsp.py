"""EPSPs after induction: beside the published ones, minute by minute, and of protocols not yet run."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures.style import palette
from figures.style.canvas import canvas, new_figure, style
from figures.style.results import Results

POTENTIATED, DEPRESSED = palette.OUTCOME, palette.PREDICTION
UNCHANGED, FLAT_LOW, FLAT_HIGH = "#9A9A9A", "#BDBDBD", "#7A7A7A"
COLOUR = {"25_50": POTENTIATED, "50_25": DEPRESSED, "25_25": FLAT_LOW, "50_50": FLAT_HIGH}
#: Bars that end this near to 1 are grey: within the SEM of a study of 12 cells.
UNCHANGED_WITHIN = 0.125
#: Published standard deviation between cells, and the SEM of a study of 12 cells.
PUBLISHED_SD, STUDY_CELLS = 0.43, 12


class Published(NamedTuple):
    """A published condition: EPSP over baseline at 30-35 min, and its course minute by minute."""

    mean: float
    sem: float
    course: tuple[float, ...] = ()


#: Means and SEM of Jang et al. 2026 in the paper's order, for runs that were saved without them.
_JANG_2026: Mapping[str, Published] = MappingProxyType(
    {
        "25_50": Published(1.42, 0.15),
        "50_25": Published(0.73, 0.10),
        "25_25": Published(1.12, 0.15),
        "50_50": Published(1.09, 0.08),
    }
)


def published(results: Results) -> Mapping[str, Published]:
    """Read the published conditions out of a run's results.

    Parameters
    ----------
    results : dict
        Its key "published" holds for each condition `mean`, `sem` and `course`; courses alone may
        stand under "published_courses".

    Returns
    -------
    mapping of str to Published
        Condition -> what was measured, in the paper's order.
    """
    table: Mapping[str, Published] = _JANG_2026
    if results.get("published"):
        table = {
            key: Published(float(row["mean"]), float(row["sem"]), tuple(row.get("course") or ()))
            for key, row in results["published"].items()
        }
    courses = results.get("published_courses") or {}
    return {
        key: row._replace(course=row.course or tuple(courses.get(key, ())))
        for key, row in table.items()
    }


def condition_label(key: str) -> str:
    """Write a condition for an axis: "25_50" becomes "25→50 Hz", "25_25" becomes "25 Hz flat"."""
    rates = key.split("_")
    if len(rates) == 2 and rates[0] == rates[1]:
        return f"{rates[0]} Hz flat"
    return "→".join(rates) + " Hz"


def colour_of(epsp: float) -> str:
    """Choose the colour of a bar by the side of 1 on which it ends."""
    if abs(epsp - 1.0) < UNCHANGED_WITHIN:
        return UNCHANGED
    return POTENTIATED if epsp > 1 else DEPRESSED


def bars(results: Results, ax: Axes | None = None) -> Axes:
    """Draw the EPSP over baseline after each condition, the published bar beside that of the model.

    Model: mean over virtual cells and variants, the whisker from the lowest to the highest variant.
    Published: mean and SEM.

    Parameters
    ----------
    results : dict
        Content of `plasticity.json`; "conditions" is drawn.
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.
    """
    rows, known = results["conditions"], published(results)
    order = [k for k in known if k in rows] + [k for k in rows if k not in known]
    with canvas(ax, 4.8, 3.2) as axes:
        for x, key in enumerate(order):
            left = x - 0.19 if key in known else float(x)
            _model_bar(axes, left, rows[key], COLOUR.get(key, colour_of(rows[key]["mean"])))
            if key in known:
                _published_bar(axes, x + 0.19, known[key])
        axes.axhline(1.0, color=palette.INK, lw=0.7)
        axes.set_xticks(range(len(order)), [condition_label(k) for k in order])
        axes.tick_params(axis="x", length=0)
        axes.set_ylabel("EPSP after / before")
        low, high = axes.get_ylim()
        axes.set_ylim(min(low, 0.5), max(high, 1.75))
        axes.set_title("Filled: model; whisker: six variants\nHatched: Jang et al. 2026 ± SEM")
    return axes


def _model_bar(axes: Axes, x: float, row: Results, ink: str) -> None:
    low, high = min(row["variants"].values()), max(row["variants"].values())
    axes.bar(x, row["mean"] - 1, 0.36, bottom=1, color=ink)
    axes.plot([x, x], [low, high], color=palette.INK, lw=1.2)
    _write_value(axes, x, row["mean"], low, high)


def _published_bar(axes: Axes, x: float, row: Published) -> None:
    axes.bar(
        x, row.mean - 1, 0.36, bottom=1, facecolor="white", edgecolor=palette.INK, lw=0.8,
        hatch="////",
    )  # fmt: skip
    axes.errorbar(x, row.mean, row.sem, color=palette.INK, capsize=2.5, lw=1.0)
    _write_value(axes, x, row.mean, row.mean - row.sem, row.mean + row.sem)


def _write_value(axes: Axes, x: float, mean: float, low: float, high: float) -> None:
    """Write a bar's value beyond the end of its whisker."""
    up = mean >= 1
    axes.annotate(
        f"{mean:.2f}", (x, high if up else low), (0, 3 if up else -3), textcoords="offset points",
        ha="center", va="bottom" if up else "top", fontsize=7,
    )  # fmt: skip


def courses(results: Results) -> Figure:
    """Draw the EPSP over baseline minute by minute, the published course as dots.

    Parameters
    ----------
    results : dict
        Content of `plasticity.json`; "published_conditions" is drawn.
    """
    rows, known = results["published_conditions"], published(results)
    with style():
        figure = new_figure(6.4, 2.6)
        axes = figure.subplots(1, 2, sharey=True)
        pairs = (("25_50", "50_25"), ("25_25", "50_50"))
        for ax, keys in zip(axes, pairs, strict=True):
            for key in keys:
                ink, course = COLOUR[key], rows[key]["course"]
                ax.plot(np.arange(len(course)), course, color=ink, label=condition_label(key))
                dots = known[key].course if key in known else ()
                if dots:
                    ax.plot(np.arange(len(dots)), dots, "o", ms=2.2, color=ink, alpha=0.6)
            ax.axhline(1.0, color=palette.INK, lw=0.6)
            ax.set_xlabel("minutes after induction")
            ax.legend(loc="upper right", ncols=2)
        axes[0].set_ylim(0.5, 1.8)
        axes[0].set_ylabel("EPSP / baseline")
        dotted = any(row.course for row in known.values())
        axes[0].set_title("Line: model" + (", dots: Jang et al. 2026" if dotted else ""))
        axes[1].set_title("Expression: 6 min, assumed, not fitted")
    return figure


def predictions(results: Results, ax: Axes | None = None) -> Axes:
    """Draw the EPSP over baseline that the fitted rule predicts of protocols nobody has run.

    The whisker is the SEM a study of 12 cells would have with the published spread (SD 0.43).

    Parameters
    ----------
    results : dict
        Content of `plasticity.json`; "predictions" is drawn.
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.
    """
    rows, known = results["predictions"], published(results)
    sem = PUBLISHED_SD / STUDY_CELLS**0.5
    with canvas(ax, 7.4, 3.1) as axes:
        for x, row in enumerate(rows):
            mean, alpha = row["epsp"], 0.45 if row["name"] in known else 1.0
            axes.bar(x, mean - 1, 0.7, bottom=1, color=colour_of(mean), alpha=alpha)
            axes.errorbar(x, mean, sem, color=palette.INK, capsize=2, lw=0.9)
            _write_value(axes, x, mean, mean - sem, mean + sem)
        axes.axhline(1.0, color=palette.INK, lw=0.7)
        axes.set_xticks(range(len(rows)), [_stacked(r["label"]) for r in rows], fontsize=6.5)
        axes.tick_params(axis="x", length=0)
        axes.margins(y=0.15)
        axes.set_ylabel("EPSP after / before")
        axes.set_title("Predicted by the fitted rule (pale: fitted; whisker: SEM of 12 cells)")
    return axes


def _stacked(label: str) -> str:
    """Break a label so that neighbours do not touch."""
    first, _, rest = label.partition("\n")
    if first.count("→") > 1:
        first = first.replace("→", "\n→")
    return "\n".join(x for x in (first, rest.replace("+", "+\n").replace(" each", "\neach")) if x)
