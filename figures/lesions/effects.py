"""What lesions did, over seeds: effects with intervals, dose curves, lesions by metrics.

All three read plain records, dictionaries as in a row of `effects.csv`:
`{"lesion", "metric", "effect", "low", "high", "p"}` with the standardised paired difference, its
95 % interval and its corrected p (None where there is none), and
`{"lesion", "metric", "dose", "value"}`, one for each seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from figures.style import palette
from figures.style.canvas import Missing, canvas
from figures.style.roles import source_of

Record = Mapping[str, Any]
ALPHA = 0.05


def forest(records: Sequence[Record], ax: Axes | None = None) -> Axes:
    """Show every effect with its 95 % interval, by metric; filled where p < .05.

    Effects are paired differences, lesioned minus intact, in standard deviations.

    Parameters
    ----------
    records : sequence of mapping
        One for each lesion and metric, see above.
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.

    Raises
    ------
    Missing
        If no record holds an effect.
    """
    lesions, metrics = _lesions_and_metrics(records)
    inks = _inks(lesions)
    with canvas(ax, 6.4, 1.0 + 0.2 * len(records) + 0.25 * len(metrics)) as ax:
        ax.axvline(0, color=palette.INK, lw=0.8)
        y, ticks = 0.0, []
        for metric in metrics:
            own = [r for r in records if r["metric"] == metric]
            own.sort(key=lambda r: lesions.index(str(r["lesion"])))
            ticks.append(y + (len(own) - 1) / 2)
            ax.axhspan(y - 0.7, y + len(own) - 0.3, color=palette.BAND, lw=0, zorder=0)
            for record in own:
                _draw_effect(ax, y, record, inks[str(record["lesion"])])
                y += 1
            y += 0.7
        ax.set_yticks(ticks, metrics)
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
        ax.set_ylim(y - 0.6, -0.9)
        ax.set_xlabel(
            "paired difference, lesioned minus intact, in standard deviations (95 % interval)"
        )
        _forest_legend(ax, inks)
    return ax


def _draw_effect(ax: Axes, y: float, record: Record, ink: str) -> None:
    """Draw one effect and its interval, or write why it has none."""
    if record.get("effect") is None:
        change = _unvarying(record)
        text = " n/a" if change is None else f" {change:+.3g} in every pair alike"
        ax.text(0, y, text, color=ink, va="center", fontsize=7)
        return
    if record.get("low") is not None and record.get("high") is not None:
        ax.plot([record["low"], record["high"]], [y, y], color=ink, lw=1.6)
    fill = ink if _significant(record) else "white"
    ax.plot(record["effect"], y, "o", color=ink, mfc=fill, ms=5.5, mew=1.3)


def _forest_legend(ax: Axes, inks: Mapping[str, str]) -> None:
    keys = [Line2D([], [], color=ink, lw=1.6, marker="o", label=name) for name, ink in inks.items()]
    keys.append(
        Line2D([], [], color=palette.INK, lw=0, marker="o", mfc="white", label="p ≥ .05: open")
    )
    ax.legend(handles=keys, loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderpad=0.2)


def dose_curves(records: Sequence[Record], metric: str, ax: Axes | None = None) -> Axes:
    """Show how one metric falls or rises with the dose of each lesion; a dot is a seed.

    Parameters
    ----------
    records : sequence of mapping
        One for each lesion, metric, dose and seed, see above. Doses are fractions of the pathway.
    metric : str
        Which metric to show, in its own unit.
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.

    Raises
    ------
    Missing
        If no record has a dose and a value of this metric.
    """
    known = [
        r for r in records if r["metric"] == metric and None not in (r.get("dose"), r.get("value"))
    ]
    if not known:
        msg = f"no dose of any lesion has {metric}"
        raise Missing(msg)
    lesions = list(dict.fromkeys(str(r["lesion"]) for r in known))
    inks = _inks(lesions)
    with canvas(ax, 4.6, 3.2) as ax:
        for number, lesion in enumerate(lesions):
            own = [r for r in known if r["lesion"] == lesion]
            dose = np.array([float(r["dose"]) for r in own])
            value = np.array([float(r["value"]) for r in own])
            levels = np.unique(dose)
            means = [value[dose == level].mean() for level in levels]
            shift = (number - (len(lesions) - 1) / 2) * 0.012 * (np.ptp(levels) or 1.0)
            ax.plot(dose + shift, value, "o", color=inks[lesion], ms=3, alpha=0.35, mew=0)
            ax.plot(levels, means, "o-", color=inks[lesion], lw=1.8, ms=5, label=lesion)
        ax.set_xlabel("dose (fraction of the pathway lesioned)")
        ax.set_ylabel(_with_unit(metric))
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), borderpad=0.2)
    return ax


def heat_map(records: Sequence[Record], ax: Axes | None = None) -> Axes:
    """Show all effects as lesions by metrics; a dot marks p < .05, n/a what has no value.

    Effects are paired differences in standard deviations; colours end at 5 of them or earlier.

    Parameters
    ----------
    records : sequence of mapping
        One for each lesion and metric, see above.
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.

    Raises
    ------
    Missing
        If no record holds an effect.
    """
    lesions, metrics = _lesions_and_metrics(records)
    effect, significant = _tables(records, lesions, metrics)
    known = np.abs(effect[np.isfinite(effect)])
    limit = min(float(known.max(initial=0.0)) or 1.0, 5.0)
    width_in = 1.4 + 0.075 * max(map(len, lesions)) + 0.42 * len(metrics)
    with canvas(ax, width_in, 1.9 + 0.3 * len(lesions)) as ax:
        image = ax.imshow(
            np.clip(effect, -limit, limit), cmap="RdBu_r", vmin=-limit, vmax=limit, aspect="auto"
        )
        bar = ax.figure.colorbar(image, ax=ax, pad=0.02, extend="both")
        bar.set_label("paired difference (SD)")
        for (row, column), value in np.ndenumerate(effect):
            if np.isnan(value):
                ax.text(column, row, "n/a", ha="center", va="center", color=palette.FAINT)
            elif significant[row, column]:
                dark = abs(value) > 0.6 * limit
                ax.plot(column, row, "o", ms=4, mew=0, color="white" if dark else palette.INK)
        ax.set_xticks(range(len(metrics)), metrics, rotation=40, ha="right", rotation_mode="anchor")
        ax.set_yticks(range(len(lesions)), lesions)
        ax.tick_params(length=0)
        ax.set_title("What each lesion did", pad=14)
        ax.annotate(
            "dot: p < .05; n/a: no value without it or with it", (0, 1), (0, 3), fontsize=6.5,
            xycoords="axes fraction", textcoords="offset points", style="italic",
        )  # fmt: skip
    return ax


def _tables(
    records: Sequence[Record], lesions: Sequence[str], metrics: Sequence[str]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Lay the effects (NaN: none) and their significance out as lesions by metrics."""
    effect = np.full((len(lesions), len(metrics)), np.nan)
    significant = np.zeros(effect.shape, bool)
    for record in records:
        at = lesions.index(str(record["lesion"])), metrics.index(str(record["metric"]))
        change = _unvarying(record)
        if record.get("effect") is not None:
            effect[at] = float(record["effect"])
        elif change is not None:  # no spread at all: beyond any number of standard deviations
            effect[at] = np.copysign(np.inf, change)
        significant[at] = _significant(record)
    return effect, significant


def _lesions_and_metrics(records: Sequence[Record]) -> tuple[list[str], list[str]]:
    """List the lesions and the metrics in the order of the records, if there is any effect."""
    if all(r.get("effect") is None and _unvarying(r) is None for r in records):
        msg = "no effect to show"
        raise Missing(msg)
    lesions = dict.fromkeys(str(r["lesion"]) for r in records)
    return list(lesions), list(dict.fromkeys(str(r["metric"]) for r in records))


def _unvarying(record: Record) -> float | None:
    """Give a change that is the same in every pair, which no standard deviation measures."""
    if record.get("effect") is not None or record.get("p") is None or not record.get("difference"):
        return None
    return float(record["difference"])


def _significant(record: Record) -> bool:
    return record.get("p") is not None and float(record["p"]) < ALPHA


def _inks(lesions: Sequence[str]) -> dict[str, str]:
    """Give each lesion the colour of the population it cuts off, or the next free one."""
    spare = list(palette.COLOURS.values())
    inks: dict[str, str] = {}
    for lesion in lesions:
        own = palette.colour(source_of(lesion))
        if own == palette.FAINT or own in inks.values():
            own = next((c for c in spare if c not in inks.values()), palette.INK)
        inks[lesion] = own
    return inks


def _with_unit(metric: str) -> str:
    """Write a metric for an axis: "theta_l5ib_hz" -> "theta l5ib (Hz)"."""
    units = {"hz": "Hz", "ms": "ms", "db": "dB", "deg": "deg", "mv": "mV", "ns": "nS"}
    name, _, last = metric.rpartition("_")
    return (
        f"{name} ({units[last]})".replace("_", " ") if last in units else metric.replace("_", " ")
    )
