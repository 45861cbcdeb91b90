"""Folding a run on its measured theta cycles, and choosing the relay cells that should differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from circuits.runs.run import Floats, RunData
from circuits.wiring import prefers
from figures.style import palette
from figures.style.canvas import Missing
from figures.style.roles import burst_cells, roles

Array = npt.NDArray[np.floating]
BIN_MS = 5.0


@dataclass(frozen=True, eq=False)
class Grid:
    """The cycles of a run cut into bins: prediction part first, then the outcome part.

    Every cycle has the same number of bins in each part, so its parts are stretched to the mean
    lengths `prediction_ms` and `outcome_ms` before averaging.
    """

    edges_ms: Array  # (n_cycles, n_bins + 1)
    prediction_ms: float
    outcome_ms: float
    prediction_bins: int

    @property
    def cycle_ms(self) -> float:
        """Mean length of a cycle."""
        return self.prediction_ms + self.outcome_ms

    def line(self, values: Array) -> tuple[Array, Array]:
        """Give x (ms) and y of a folded trace, extended to both ends of the cycle."""
        x = np.r_[0.0, self.centres_ms, self.cycle_ms]
        return x, np.r_[values[:1], values, values[-1:]]

    @property
    def centres_ms(self) -> Array:
        """Middle of every bin within the mean cycle, (n_bins,)."""
        n = self.edges_ms.shape[1] - 1
        before = np.linspace(0, self.prediction_ms, self.prediction_bins + 1)
        after = np.linspace(self.prediction_ms, self.cycle_ms, n - self.prediction_bins + 1)
        edges = np.concatenate([before, after[1:]])
        centres: Array = (edges[:-1] + edges[1:]) / 2
        return centres


def grid(run: RunData) -> Grid:
    """Cut the run's whole cycles after the discarded start into bins of about 5 ms.

    Raises
    ------
    Missing
        If the run has no whole cycle.
    """
    if run.cycles is None or len(run.cycles) == 0:
        burster = roles(run)["burster"] or "the population that bursts"
        msg = f"no theta cycle was found: {burster} did not burst twice"
        raise Missing(msg)
    prediction, outcome = run.cycles.parts("prediction"), run.cycles.parts("outcome")
    whole = (prediction[:, 0] >= run.discard_ms) & (outcome[:, 1] <= run.duration_ms)
    if not whole.any():
        msg = "no whole theta cycle after the discarded start"
        raise Missing(msg)
    prediction, outcome = prediction[whole], outcome[whole]
    lengths = [float(np.diff(part, axis=1).mean()) for part in (prediction, outcome)]
    bins = [max(2, round(length / BIN_MS)) for length in lengths]
    before = np.linspace(prediction[:, 0], prediction[:, 1], bins[0] + 1, axis=1)
    after = np.linspace(outcome[:, 0], outcome[:, 1], bins[1] + 1, axis=1)
    return Grid(np.hstack([before, after[:, 1:]]), lengths[0], lengths[1], bins[0])


def fold(trace: Floats, cycle: Grid) -> Array:
    """Average a trace in every bin of every cycle.

    Parameters
    ----------
    trace : array (n_ms,)
        One value per millisecond of the run.
    cycle : Grid

    Returns
    -------
    array (n_cycles, n_bins)
        In the unit of the trace.
    """
    area = np.concatenate([[0.0], np.cumsum(trace, dtype=float)])
    at_edges = np.interp(cycle.edges_ms, np.arange(len(area)), area)
    mean: Array = np.diff(at_edges, axis=1) / np.diff(cycle.edges_ms, axis=1)
    return mean


def near(run: RunData, population: str, angle_deg: float) -> npt.NDArray[np.bool_]:
    """Find the cells whose preferred orientation lies within 22.5 deg of an angle, (n,).

    Raises
    ------
    Missing
        If the population has no preferred orientations.
    """
    if population not in run.orientation_deg:
        msg = f"{population} has no preferred orientations in this run"
        raise Missing(msg)
    return prefers(np.asarray(run.orientation_deg[population], float), angle_deg)


def rate_of(run: RunData, population: str, chosen: npt.NDArray[np.bool_]) -> Array:
    """Count the spikes of chosen cells in 1 ms bins, as spikes per second and cell, (n_ms,).

    Raises
    ------
    Missing
        If the run has no spikes of the population, or no cell is chosen.
    """
    train = run.spikes.get(population)
    if train is None or not chosen.any():
        msg = f"no spikes of {population} were kept"
        raise Missing(msg)
    times = train.times_ms[chosen[train.cells]]
    n_ms = int(np.ceil(run.duration_ms))
    counts = np.bincount(np.clip(times.astype(int), 0, n_ms - 1), minlength=n_ms)
    return counts * 1e3 / int(chosen.sum())


def rate_near(run: RunData, population: str, angle_deg: float) -> Array:
    """Count the spikes of the cells tuned near an angle, as spikes per second and cell, (n_ms,).

    Raises
    ------
    Missing
        As `near` and `rate_of`.
    """
    return rate_of(run, population, near(run, population, angle_deg))


def smoothed(rate_hz: Array, start_ms: float, end_ms: float, over_ms: int) -> tuple[Array, Array]:
    """Smooth a rate of 1 ms bins and cut out a window: times in s, and the rate in its unit."""
    smooth = np.convolve(rate_hz, np.ones(over_ms) / over_ms, "same")[int(start_ms) : int(end_ms)]
    return (np.arange(len(smooth)) + int(start_ms) + 0.5) / 1e3, smooth


def angles(run: RunData) -> tuple[float | None, float | None]:
    """Give the predicted and the actual orientation, deg; None where the protocol has none."""
    given = [run.experiment.get(key) for key in ("predicted_deg", "actual_deg")]
    predicted, actual = (None if angle is None else float(angle) for angle in given)
    return predicted, actual


def shade_cycle(ax: Axes, run: RunData, cycle: Grid, *, named: bool = True) -> None:
    """Shade the two parts of the mean cycle on a time axis in ms, and name them above it."""
    split, end = cycle.prediction_ms, cycle.cycle_ms
    ax.axvspan(0, split, color=palette.PREDICTION_SHADE, lw=0, zorder=0)
    ax.axvspan(split, end, color=palette.OUTCOME_SHADE, lw=0, zorder=0)
    if not named:
        return
    cells = burst_cells(run)
    names = (("prediction", f"{cells} silent", split / 2, palette.PREDICTION),
             ("outcome", f"{cells} bursts", (split + end) / 2, palette.OUTCOME))  # fmt: skip
    for part, meaning, x, ink in names:
        ax.annotate(
            f"{part}\n{meaning}", (x, 1), (0, 2), xycoords=("data", "axes fraction"), color=ink,
            textcoords="offset points", ha="center", va="bottom", fontsize=7, linespacing=1.0,
            annotation_clip=False,
        )  # fmt: skip


def time_label(run: RunData) -> str:
    """Label a time axis that starts where the mean cycle does."""
    return f"time since the end of the last {burst_cells(run)} burst (ms)"
