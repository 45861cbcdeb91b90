"""All pictures of a run folder, and the first one while the rest of the run is still going."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from circuits.errors import UnknownName
from circuits.runs.run import RunData
from figures import FIGURES
from figures.style.canvas import Missing, canvas, new_figure, style, write


def draw_all(run_folder: Path, only: list[str] | None = None) -> list[Path]:
    """Draw the figures of a finished run into its folder `figures/`.

    Parameters
    ----------
    run_folder : Path
        A folder that `circuits.runs.store` wrote.
    only : list of str, optional
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

    for name in only or ():
        if name not in FIGURES:
            raise UnknownName("figure", name, FIGURES)
    return draw(store.load(run_folder), Path(run_folder) / "figures", only)


def draw(run: RunData, into: Path, only: list[str] | None = None) -> list[Path]:
    """Draw the figures of a run in memory into a folder, see `draw_all`."""
    drawn = []
    for name in only or FIGURES:
        try:
            axes = getattr(import_module(FIGURES[name]), name)(run)
        except Missing:
            continue
        figure = axes.get_figure(root=True)
        drawn.append(write(figure, into / f"{name}.png"))
    return drawn


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


def draw_run(run: RunData, folder: Path) -> None:
    """Draw all figures of a run into `folder / "figures"`."""
    draw(run, folder / "figures")
