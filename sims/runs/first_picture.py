"""The picture of the first second, drawn by the simulating process while it goes on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.runs.run import RunData
from circuits.spec import Circuit, populations
from sims.runs.assemble import cells_of, orientations

if TYPE_CHECKING:
    from circuits.engine.simulate import Result


def draw_first(
    circuit: Circuit, seed: int, early: Result, meta: Mapping[str, Any], path: Path
) -> None:
    """Draw the first circuit second to `path`.

    Parameters
    ----------
    circuit : Circuit
    seed : int
    early : Result
        Of the first second.
    meta : mapping
        The run's meta data.
    path : Path
    """
    import figures

    cells = populations(circuit)
    run = RunData(
        meta={**meta, "duration_ms": early.duration_ms},
        populations=cells_of(cells),
        spikes=early.spikes,
        orientation_deg=orientations(cells, seed),
    )
    figures.first(run, path)
