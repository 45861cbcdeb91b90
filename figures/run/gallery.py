"""All pictures of a run folder, and the first one while the rest of the run is still simulated."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from circuits.errors import UnknownName
from circuits.runs.run import RunData
from figures import FIGURES
from figures.style.canvas import Missing, canvas, new_figure, style, write


def draw_run(run: RunData, folder: Path) -> None:
    """Draw all figures of a run into `figures/` of its folder.

    Parameters
    ----------
    run : RunData
    folder : Path
        The run folder. A figure whose data the run lacks is left out.
    """
    draw(run, Path(folder) / "figures")


def draw_all(run_folder: Path, only: Sequence[str] | None = None) -> list[Path]:
    """Draw the figures of a finished run into `figures/` of its folder.

    Parameters
    ----------
    run_folder : Path
        A folder that `circuits.runs.store` wrote.
    only : sequence of str, optional
        Names out of `figures.FIGURES`; all by default.

    Returns
    -------
    list of Path
        The pictures drawn. One whose data the run lacks is left out.

    Raises
    ------
    UnknownName
        For a name that is no figure.
    CtloopError
        If the folder is no finished run.
    """
    from circuits.runs import store

    _check(only)
    return draw(store.load(run_folder), Path(run_folder) / "figures", only)


def draw(run: RunData, folder: Path, only: Sequence[str] | None = None) -> list[Path]:
    """Draw the figures of a run in memory.

    Parameters
    ----------
    run : RunData
    folder : Path
        Where the PNGs are written, `raster.png` and so on; it is created.
    only : sequence of str, optional
        Names out of `figures.FIGURES`; all by default.

    Returns
    -------
    list of Path
        The pictures drawn. One whose data the run lacks is left out.

    Raises
    ------
    UnknownName
        For a name that is no figure.
    """
    _check(only)
    drawn = []
    for name in only or FIGURES:
        try:
            axes = getattr(import_module(FIGURES[name]), name)(run)
        except Missing:
            continue
        drawn.append(write(axes, Path(folder) / f"{name}.png"))
    return drawn


def _check(names: Sequence[str] | None) -> None:
    for name in names or ():
        if name not in FIGURES:
            raise UnknownName("figure", name, FIGURES)


def first(run: RunData, path: Path) -> Path:
    """Draw raster and relay rate of the first circuit second, quickly, as one PNG.

    Parameters
    ----------
    run : RunData
        Spikes and populations are enough; cycles are shaded if they are known.
    path : Path
        The file to write; its folder is created.
    """
    from figures.run.raster import raster
    from figures.run.rates import relay_rates

    with style():
        figure = new_figure(6.5, 7.6)
        above, below = figure.subplots(2, 1, height_ratios=[5.5, 1], sharex=True)
        with canvas(above) as above:
            raster(run, above, from_ms=0.0)
        relay_rates(run, below, from_ms=0.0)
        above.set_xlabel("")
        above.set_title("The first second")
        return write(figure, path)
