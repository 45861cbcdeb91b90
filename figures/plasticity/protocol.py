"""Figures of the plasticity experiment: the protocol, the four bars, their courses, predictions.

Every function takes the content of a run's `plasticity.json` (a dict, see `load`) and draws.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from circuits.runs.run import RunData
from figures.style import palette
from figures.style.canvas import canvas, new_figure, style, write

Results = dict[str, Any]

#: Published conditions in the paper's order, mean and SEM at 30-35 min, n (Jang et al. 2026).
JANG = {
    "25_50": ("25→50 Hz", 1.42, 0.15, 12),
    "50_25": ("50→25 Hz", 0.73, 0.10, 18),
    "25_25": ("25 Hz flat", 1.12, 0.15, 12),
    "50_50": ("50 Hz flat", 1.09, 0.08, 11),
}
RISE, FALL, FLAT = palette.OUTCOME, palette.PREDICTION, palette.FAINT
COLOUR = {"25_50": RISE, "50_25": FALL, "25_25": "#BDBDBD", "50_50": "#7A7A7A"}


def load(folder: Path) -> Results:
    """Read the results of a finished plasticity run."""
    found: Results = json.loads((folder / "plasticity.json").read_text())
    return found


def named(key: str) -> str:
    """Write a condition for an axis: "25_50" becomes "25→50 Hz"."""
    if key in JANG:
        return JANG[key][0]
    return "→".join(key.split("_")) + " Hz"


def side(epsp: float) -> str:
    """Colour of a bar by the side of 1 on which it ends."""
    if abs(epsp - 1.0) < 0.125:  # within the SEM of a study of 12 cells
        return "#9A9A9A"
    return RISE if epsp > 1 else FALL


def bars(results: Results, ax: Axes | None = None) -> Axes:
    """Draw the EPSP after each condition, the published bar beside ours.

    Ours: mean over virtual cells and variants, the whisker from the lowest to the highest variant.
    Published: mean and SEM.
    """
    rows = results["conditions"]
    order = [k for k in JANG if k in rows] + [k for k in rows if k not in JANG]
    with canvas(ax, 4.8, 3.2) as axes:
        for x, key in enumerate(order):
            row = rows[key]
            both = key in JANG
            left = x - 0.19 if both else float(x)
            low, high = min(row["variants"].values()), max(row["variants"].values())
            axes.bar(
                left, row["mean"] - 1, 0.36, bottom=1, color=COLOUR.get(key, side(row["mean"]))
            )
            axes.plot([left, left], [low, high], color=palette.INK, lw=1.2)
            _value(axes, left, row["mean"], low, high)
            if both:
                _, mean, sem, _ = JANG[key]
                axes.bar(
                    x + 0.19, mean - 1, 0.36, bottom=1, facecolor="white",
                    edgecolor=palette.INK, lw=0.8, hatch="////",
                )  # fmt: skip
                axes.errorbar(x + 0.19, mean, sem, color=palette.INK, capsize=2.5, lw=1.0)
                _value(axes, x + 0.19, mean, mean - sem, mean + sem)
        axes.axhline(1.0, color=palette.INK, lw=0.7)
        axes.set_xticks(range(len(order)), [named(k) for k in order])
        axes.tick_params(axis="x", length=0)
        axes.set_ylabel("EPSP after / before")
        low, high = axes.get_ylim()
        axes.set_ylim(min(low, 0.5), max(high, 1.75))
        axes.set_title("Filled: model; whisker: six variants\nHatched: Jang et al. 2026 ± SEM")
    return axes


def _value(axes: Axes, x: float, mean: float, low: float, high: float) -> None:
    up = mean >= 1
    axes.annotate(
        f"{mean:.2f}", (x, high if up else low), (0, 3 if up else -3), textcoords="offset points",
        ha="center", va="bottom" if up else "top", fontsize=7,
    )  # fmt: skip


def courses(results: Results, published: dict[str, list[float]] | None = None) -> Figure:
    """Draw each condition minute by minute over the published course (dots)."""
    rows = results["published_conditions"]
    with style():
        figure = new_figure(6.4, 2.6)
        axes = figure.subplots(1, 2, sharey=True)
        pairs = (("25_50", "50_25"), ("25_25", "50_50"))
        for ax, keys in zip(axes, pairs, strict=True):
            for key in keys:
                course = rows[key]["course"]
                ax.plot(np.arange(len(course)), course, color=COLOUR[key], label=named(key))
                if published:
                    dots = published[key]
                    ax.plot(np.arange(len(dots)), dots, "o", ms=2.2, color=COLOUR[key], alpha=0.6)
            ax.axhline(1.0, color=palette.INK, lw=0.6)
            ax.set_xlabel("minutes after induction")
            ax.legend(loc="upper right", ncols=2)
        axes[0].set_ylim(0.5, 1.8)
        axes[0].set_ylabel("EPSP / baseline")
        axes[0].set_title("Line: model, dots: Jang et al. 2026")
        axes[1].set_title("Expression: 6 min, assumed, not fitted")
    return figure


def protocol(results: Results) -> Figure:
    """Draw one window of each condition: spikes, membrane, calcium, calmodulin, the two integrals, dw."""
    examples = results["example"]
    keys = [k for k in JANG if k in examples]
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


def _window(column: Any, trace: Results, key: str) -> None:
    end = trace["window_ms"]
    for ax in column:
        ax.axvspan(0, end / 2, color=palette.PREDICTION_SHADE, lw=0, zorder=0)
        ax.axvspan(end / 2, end, color=palette.OUTCOME_SHADE, lw=0, zorder=0)
        ax.axvline(end, color=palette.INK, lw=0.7, ls=":")
    time = trace["time_ms"]
    column[0].plot(trace["v_time_ms"], trace["v_mv"], color=palette.INK, lw=0.7)
    ticks = [32] * len(trace["stimuli_ms"])
    column[0].plot(trace["stimuli_ms"], ticks, "|", color="#117733", ms=6, mew=1.3)
    column[0].set_title(named(key))
    column[1].fill_between(time, trace["calcium"], color="#C99A00", lw=0, alpha=0.8)
    column[2].plot(time, trace["cam"], color="#009E73")
    column[3].plot(time, trace["fast"], color=RISE, label="fast (CaMKII)")
    column[3].plot(time, trace["slow"], color=FALL, label="slow (DAPK1)")
    gap = np.array(trace["fast"]) - np.array(trace["slow"])
    column[4].fill_between(time, gap, where=gap >= 0, color=RISE, lw=0)
    column[4].fill_between(time, gap, where=gap < 0, color=FALL, lw=0)
    at = float(np.interp(end, time, gap))
    column[4].plot(end, at, "o", ms=4, color=palette.INK, zorder=5)
    column[4].annotate(
        f"{at:+.2f}", (end, at), (5, 0), textcoords="offset points", va="center", fontsize=7.5
    )


def predictions(results: Results, ax: Axes | None = None) -> Axes:
    """Draw what the fitted rule expects of protocols nobody has run, as the same bars.

    The whisker is the SEM a study of 12 cells would have with the published spread (SD 0.43).
    """
    rows = results["predictions"]
    with canvas(ax, 7.4, 3.1) as axes:
        for x, row in enumerate(rows):
            mean = row["epsp"]
            known = row["name"] in JANG
            axes.bar(x, mean - 1, 0.7, bottom=1, color=side(mean), alpha=0.45 if known else 1.0)
            axes.errorbar(x, mean, 0.43 / 12**0.5, color=palette.INK, capsize=2, lw=0.9)
            _value(axes, x, mean, mean - 0.124, mean + 0.124)
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


def draw_all(
    results: Results, folder: Path, published: dict[str, list[float]] | None = None
) -> list[Path]:
    """Draw every figure the results allow into a folder; give the paths."""
    from figures.plasticity import maps as plasticity_map

    drawn = [write(_figure(bars(results)), folder / "bars.png")]
    if "published_conditions" in results:
        drawn.append(write(courses(results, published), folder / "courses.png"))
    if "example" in results:
        drawn.append(write(protocol(results), folder / "protocol.png"))
    if "predictions" in results:
        drawn.append(write(_figure(predictions(results)), folder / "predictions.png"))
    if "map" in results:
        drawn.append(write(plasticity_map.maps(results), folder / "map.png"))
    if "windows" in results:
        drawn.append(write(plasticity_map.windows(results), folder / "windows.png"))
    if "rivals" in results:
        drawn.append(write(plasticity_map.rivals(results), folder / "rivals.png"))
    return drawn


def draw_run(run: RunData, folder: Path) -> None:
    """Draw every figure of a plasticity run into `folder / "figures"`."""
    import json

    results = json.loads((folder / "plasticity.json").read_text(encoding="utf-8"))
    draw_all(results, folder / "figures", results.get("published_courses"))


def _figure(ax: Axes) -> Figure:
    figure = ax.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure
