"""Make run data of a simulation: cells, orientations and rates as a run folder stores them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from circuits.analysis.spectra import population_rate_hz
from circuits.layout import coordinates
from circuits.runs.run import Cells, RunData
from circuits.spec import Circuit, populations

if TYPE_CHECKING:
    from circuits.engine.simulate import Result
    from circuits.records import Population


def cells_of(cells: Mapping[str, Population]) -> dict[str, Cells]:
    """Describe the populations as a run folder stores them."""
    return {
        name: Cells(
            count=p.count,
            area=p.area,
            lamina=p.lamina,
            transmitter=p.transmitter,
            depth_top_um=p.depth_top_um,
            depth_bottom_um=p.depth_bottom_um,
        )
        for name, p in cells.items()
    }


def orientations(cells: Mapping[str, Population], seed: int) -> dict[str, Any]:
    """Give the preferred orientation of every cell of the populations that have one, deg."""
    return {
        name: coordinates(p, seed).orientation_deg
        for name, p in cells.items()
        if p.map == "orientation"
    }


def finished_run(
    circuit: Circuit, result: Result, seed: int, *, meta: dict[str, Any], **more: Any
) -> RunData:
    """Gather a simulation as a run: its cells, spikes, orientations and rates.

    Parameters
    ----------
    circuit : Circuit
        As it was simulated.
    result : Result
    seed : int
    meta : dict
        The run's meta data.
    **more
        Further fields of `circuits.runs.run.RunData`: metrics, conductances, cycles, ...
    """
    cells = populations(circuit)
    rates_hz: dict[str, Any] = {
        n: population_rate_hz(result.spikes[n], p.count, 0.0, result.duration_ms)
        for n, p in cells.items()
    }
    return RunData(
        meta=meta,
        populations=cells_of(cells),
        spikes=result.spikes,
        orientation_deg=orientations(cells, seed),
        rates_hz=rates_hz,
        **more,
    )
