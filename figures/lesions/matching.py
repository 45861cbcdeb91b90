"""Which dose of a perturbation has the wanted effect on the perturbed cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes

from figures.style import palette
from figures.style.canvas import Missing, canvas


def matching(rows: Sequence[Mapping[str, Any]], ax: Axes | None = None) -> Axes:
    """Show the effect on the perturbed cells over the dose, and mark the dose that was chosen.

    Parameters
    ----------
    rows : sequence of mapping
        One a dose: "arm", "dose", "metric", "factor" (None without a value), "wanted", "chosen".
    ax : matplotlib Axes, optional
        Where to draw; a new figure otherwise.

    Raises
    ------
    Missing
        If no dose has an effect to show.
    """
    known = [row for row in rows if row["factor"] is not None]
    if not known:
        msg = "no dose was matched"
        raise Missing(msg)
    inks = list(palette.COLOURS.values())
    with canvas(ax, 5.0, 3.4) as ax:
        for number, arm in enumerate(dict.fromkeys(row["arm"] for row in known)):
            ink = inks[number % len(inks)]
            mine = sorted((r for r in known if r["arm"] == arm), key=lambda r: float(r["dose"]))
            label = f"{arm}: {mine[0]['metric']}"
            ax.plot([r["dose"] for r in mine], [r["factor"] for r in mine], "o-", ms=4, color=ink,
                    label=label)  # fmt: skip
            ax.axhline(mine[0]["wanted"], color=ink, lw=0.8, ls=":")
            for row in mine:
                if row["chosen"]:
                    ax.plot(row["dose"], row["factor"], "o", ms=11, mfc="none", mec=ink, mew=1.6)
        ax.set_xlabel("dose (pA)")
        ax.set_ylabel("rate of the perturbed cells,\ntimes the intact rate")
        ax.set_title("Dotted: the effect wanted; ring: the dose used")
        ax.legend(loc="upper left", borderpad=0)
    return ax
