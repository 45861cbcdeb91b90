"""What every figure needs: the style sheet, new axes, the window of time, shaded cycle parts.

Figures are made without pyplot, on the Agg canvas: they need no display, and the backend that a
notebook or MPLBACKEND has chosen is neither loaded nor changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.patches import Patch

from circuits.errors import CtloopError
from circuits.runs.run import Cycles, Part, RunData
from figures.style import palette

STYLE = Path(__file__).with_name("ctloop.mplstyle")
PARTS: tuple[Part, Part] = ("prediction", "outcome")
SHADE = {"prediction": palette.PREDICTION_SHADE, "outcome": palette.OUTCOME_SHADE}
INK = {"prediction": palette.PREDICTION, "outcome": palette.OUTCOME}


class Missing(CtloopError):
    """The run lacks what this figure shows; the message says what."""


def new_figure(width_in: float, height_in: float) -> Figure:
    """Make an empty figure that needs no display."""
    figure = Figure(figsize=(width_in, height_in), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


@contextmanager
def style() -> Iterator[None]:
    """Draw in the house style within this block."""
    with rc_context(fname=STYLE):
        yield


@contextmanager
def canvas(ax: Axes | None, width_in: float = 5.0, height_in: float = 3.5) -> Iterator[Axes]:
    """Give the axes to draw on, new ones of this size if `ax` is None, in the house style."""
    with style():
        yield new_figure(width_in, height_in).subplots() if ax is None else ax


def figure_of(ax: Axes) -> Figure:
    """Give the whole figure that axes belong to."""
    figure = ax.get_figure(root=True)
    if figure is None:
        msg = "the axes belong to no figure"
        raise ValueError(msg)
    return figure


def write(drawn: Figure | Axes, path: Path) -> Path:
    """Write a figure, or the figure of the given axes, as a PNG or SVG, by its ending; its folder is created.

    The same figure gives the same SVG, byte by byte.

    Returns
    -------
    Path
        The file.
    """
    figure = figure_of(drawn) if isinstance(drawn, Axes) else drawn
    path.parent.mkdir(parents=True, exist_ok=True)
    with style():
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    return path


def window(run: RunData, from_ms: float | None, span_ms: float) -> tuple[float, float]:
    """Choose the stretch of a run that a figure over time shows.

    Parameters
    ----------
    run : RunData
    from_ms : float or None
        Start, ms. None is the end of the discarded start, or earlier where the run is too short.
    span_ms : float
        Wanted length, ms.

    Returns
    -------
    tuple of float
        Start and end, ms; the end lies within the run.
    """
    if from_ms is None:
        from_ms = min(run.discard_ms, max(run.duration_ms - span_ms, 0))
    return from_ms, min(from_ms + span_ms, run.duration_ms)


def shade_parts(
    ax: Axes, cycles: Cycles | None, from_ms: float, to_ms: float, *, named: bool = True
) -> None:
    """Shade prediction and outcome parts of the measured cycles behind a time axis in seconds."""
    if cycles is None or len(cycles) == 0:
        return
    for part in PARTS:
        for start, end in cycles.parts(part):
            if end > from_ms and start < to_ms:
                left, right = max(start, from_ms), min(end, to_ms)
                ax.axvspan(left / 1e3, right / 1e3, color=SHADE[part], lw=0, zorder=0)
    if named:
        keys = [Patch(color=SHADE[part], label=f"{part} part") for part in PARTS]
        key = Legend(
            ax, keys, [str(k.get_label()) for k in keys], loc="lower right", bbox_to_anchor=(1, 1),
            ncols=2, borderaxespad=0.2, borderpad=0, columnspacing=1.2, handlelength=1.2,
        )  # fmt: skip
        ax.add_artist(key)  # beside the axes' own legend, if it gets one
