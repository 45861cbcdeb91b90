"""The view of learning: accuracy while it trains, weights before and after, what one relay cell shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bokeh.layouts import column, row

from circuits.errors import CtloopError
from figures.prediction.curves import FILE
from figures.style.results import Results, read_results
from sims.lab.look import WRAP
from sims.lab.page import paragraph
from sims.lab.plots.learning import curves, one_cell, weights
from sims.prediction.curve_file import read_curves

NOTHING = "This run learnt nothing. ctloop run prediction makes one that learns; a run at work is shown here too."


def learn(folder: Path, at_work: list[Path]) -> Any:
    """Lay out what a run has learnt, and the curves of those that are training.

    Parameters
    ----------
    folder : Path
        A run folder.
    at_work : list of Path
        Folders of runs that are not finished.
    """
    parts: list[Any] = []
    for work in at_work:
        found = read_curves(work)
        if found:
            parts.append(curves({"curves": found}, f"{work.name}, training"))
    if (folder / FILE).is_file():
        parts += _finished(read_results(folder, FILE))
    return column(*(parts or [paragraph(NOTHING, "note")]), sizing_mode="stretch_width")


def _finished(results: Results) -> list[Any]:
    try:
        parts = [curves(results, "Learning to predict"), one_cell(results)]
        maps = [made for name, one in results["weights"].items() for made in weights(name, one)]
    except (KeyError, TypeError, ValueError, IndexError) as error:
        msg = f"{FILE} is of another version: {type(error).__name__}: {error}"
        raise CtloopError(msg) from error
    return [*parts, row(*maps, sizing_mode="stretch_width", styles=WRAP)]
