"""Two runs side by side: what a lesion did to the theta cycle of the relay cells."""

from __future__ import annotations

from matplotlib.axes import Axes

from circuits.runs.run import RunData
from figures.run import cycle as folding
from figures.run.conductance import folded_conductance
from figures.run.relay import folded_relay
from figures.style.canvas import Missing, new_figure, style
from figures.style.roles import roles


def fold_pair(
    intact: RunData, lesioned: RunData, *, titles: tuple[str, str] = ("intact", "lesioned")
) -> Axes:
    """Show the mean theta cycle of relay cells and their input, intact beside lesioned.

    Above, relay cells in spikes per second and cell, below, conductance in nS per cell, against ms.
    Each run is folded on its own cycles; both share their vertical axes. For a run without cycles the
    mean rate of its relay cells is written instead, and what else is missing is written in its
    place; nothing raises `Missing`.

    Parameters
    ----------
    intact, lesioned : RunData
    titles : pair of str
        What to call them, for instance "intact" and "V1.L5IB -> Pulvinar.TRC cut".

    Returns
    -------
    Axes
        The upper left of four; the page is its `figure`.
    """
    with style():
        figure = new_figure(7.6, 4.8)
        axes = figure.subplots(2, 2, sharey="row", height_ratios=[1.2, 1])
        tops: list[float] = []
        for column, (run, title) in enumerate(zip((intact, lesioned), titles, strict=True)):
            above, below = axes[0, column], axes[1, column]
            try:
                folded_relay(run, above)
                tops.append(above.get_ylim()[1])
            except Missing as lack:
                _write(above, f"{lack}\n{_mean_rates(run)}")
                below.axis("off")
            else:
                _draw_input(run, below)
            above.set_title(title, pad=24)
            if column:
                above.set_ylabel("")
                below.set_ylabel("")
        axes[0, 0].set_ylim(0, max(tops, default=1.0))
        limit = max((axis.dataLim.y1 for axis in axes[1] if axis.has_data()), default=1.0)
        axes[1, 0].set_ylim(0, 1.3 * limit)
        first: Axes = axes[0, 0]
    return first


def _draw_input(run: RunData, ax: Axes) -> None:
    """Draw the conductance of the relay cells over the cycle, or write that there is none."""
    try:
        folded_conductance(run, ax)
    except Missing as lack:
        ax.axis("off")
        _write(ax, str(lack))


def _write(ax: Axes, text: str) -> None:
    """Write a text into otherwise empty axes."""
    ax.set_xticks([])
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", fontsize=8, wrap=True)


def _mean_rates(run: RunData) -> str:
    """Write how much the relay cells of either orientation fired, for a run without cycles."""
    lines = []
    for name, angle in zip(("predicted", "actual"), folding.angles(run), strict=True):
        if angle is None:
            continue
        try:
            rate = folding.rate_near(run, roles(run)["relay"], angle)
        except Missing:
            continue
        mean = rate[int(run.discard_ms) :].mean()
        lines.append(f"{name} {angle:.0f}°: {mean:.1f} spikes/s per cell")
    return "\n".join(lines)
