"""The voltage of single cells here and in NEST under the same input (`ctloop measure simulator-voltage`)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from areas.cells import IB, L6CT, PV, RS, SST, STELLATE
from circuits.records import STP, Population, Projection, Spikes, Uniform
from circuits.seeds import stream
from circuits.spec import assemble
from sims.benchmarks.kinase import poisson_spikes
from sims.benchmarks.simulators_declaration import SimulatorVoltageRequest
from sims.report.result_table import Cell, ResultTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from circuits.records import CellType
    from circuits.spec import Circuit
    from sims.report.progress import Progress

KINDS = (RS, STELLATE, L6CT, IB, PV, SST)
#: Steps of integration, ms.
STEPS_MS = (0.1, 0.01, 0.002)
#: Voltages within this time of a spike of either side are left out, ms.
NEAR_SPIKE_MS = 1.0
#: How far voltages may differ elsewhere, mV.
GOAL_MV = 0.1
#: Cells of each source of spikes and their rate, Hz; all reach every cell.
SOURCE_CELLS, SOURCE_HZ = 20, 15.0
#: Current into every cell, pA: with the input it fires.
CURRENT_PA = 180.0
#: Every cell's input: name of the source, what its synapses are, nS.
INPUTS = (
    ("static", None, {"AMPA": 1.5}),
    ("depressing", STP(U=0.5, D_ms=200.0, F_ms=0.0), {"AMPA": 3.0}),
    ("facilitating", STP(U=0.1, D_ms=50.0, F_ms=300.0), {"AMPA": 3.0}),
    ("inhibitory", None, {"GABA_A": 1.5}),
)


def circuit_of(kinds: tuple[CellType, ...], cells: int) -> Circuit:
    """Make a circuit of cells that meet no other cell, each with sources of spikes of its own.

    Parameters
    ----------
    kinds : tuple of CellType
        Simulated without T-current.
    cells : int
        Of each kind, each a population of one.
    """
    receivers = [
        Population(
            name=f"{kind.name}.{k}",
            area=kind.name,
            lamina="",
            cell=replace(kind, gT_ns=0.0),
            count=1,
            transmitter="exc",
            map="none",
            background_pa=CURRENT_PA,
        )
        for kind in kinds
        for k in range(cells)
    ]
    sources = [
        replace(one, name=f"{one.name}.{label}", count=SOURCE_CELLS, spike_source=True)
        for one in receivers
        for label, *_ in INPUTS
    ]
    fibres = [
        Projection(
            source=f"{one.name}.{label}",
            target=one.name,
            role="inhibitory" if "GABA_A" in receptors else "local",
            rule=Uniform(),
            fibres=SOURCE_CELLS,
            modelled=SOURCE_CELLS,
            receptors=receptors,
            stp=stp,
        )
        for one in receivers
        for label, stp, receptors in INPUTS
    ]
    return assemble([*receivers, *sources], fibres)


def inputs_of(circuit: Circuit, duration_ms: float, seed: int) -> dict[str, Spikes]:
    """Draw Poisson spikes for every source, on the steps of 0.1 ms, so that every step holds them."""
    from circuits.spec import populations

    given = {}
    for name, one in populations(circuit).items():
        if one.spike_source:
            rng = stream(seed, f"input {name}")
            cells, times_ms = poisson_spikes(rng, one.count, SOURCE_HZ, duration_ms)
            given[name] = Spikes(times_ms, cells)
    return given


def measure(request: SimulatorVoltageRequest, progress: Progress) -> ResultTable:
    """Simulate the same cells here and in NEST with ever finer steps.

    Parameters
    ----------
    request : SimulatorVoltageRequest
    progress : Progress

    Returns
    -------
    ResultTable
        One row a step and kind of cell.
    """
    from circuits.engine.simulate import simulate
    from circuits.nest.simulate import imported, run

    imported()
    _, circuit = request.circuits()
    duration_ms = request.duration_s * 1e3
    names = [f"{kind.name}.{k}" for kind in KINDS for k in range(request.cells)]
    inputs = inputs_of(circuit, duration_ms, request.seed)
    record = {n: np.arange(1) for n in names}
    progress.stage("steps", len(STEPS_MS))
    rows = []
    for done, dt_ms in enumerate(STEPS_MS):
        here = simulate(
            circuit,
            duration_ms=duration_ms,
            seed=request.seed,
            inputs=inputs,
            engine=request.engine,
            record_voltage=record,
            dt_ms=dt_ms,
        )
        there = run(
            circuit,
            duration_ms=duration_ms,
            seed=request.seed,
            inputs=inputs,
            record_voltage=record,
            dt_ms=dt_ms,
        )
        for kind in KINDS:
            own = [
                difference(
                    (here.spikes[n].times_ms, here.voltages_mv[n][:, 0]),
                    (there.spikes[n].times_ms, there.voltages_mv[n][:, 0]),
                )
                for n in names
                if n.split(".")[0] == kind.name
            ]
            rows.append((dt_ms, kind.name, *_row(own)))
        progress.update("steps", done + 1)
    progress.done("steps")
    return ResultTable(
        title=f"Single cells under the same input, {request.duration_s:g} s, here and in NEST",
        heads=(
            "step ms", "cell", "spikes here", "spikes NEST", "cells", "with as many spikes",
            "largest shift of a spike ms", "median cell's difference mV", "worst cell's mV",
            f"cells within {GOAL_MV:g} mV",
        ),
        rows=tuple(rows),
        notes=(
            "A cell's difference is the largest one of its voltages at every ms, those within "
            f"{NEAR_SPIKE_MS:g} ms of a spike of either side left out. Shifts are of the cells with as many "
            "spikes on both sides. Here each step is Euler's, in NEST Runge-Kutta's with steps of its own: "
            "a difference that falls in proportion to the step is Euler's error.",
        ),
    )  # fmt: skip


def difference(
    here: tuple[NDArray[np.float64], NDArray[np.float32]],
    there: tuple[NDArray[np.float64], NDArray[np.float32]],
) -> dict[str, float]:
    """Compare one cell on both sides: spike times, ms, and voltage at every ms.

    Returns
    -------
    dict of str to float
        "here" and "there", their spikes; "shift", the largest difference of spike times, ms, NaN where
        their numbers differ; "mv", the largest difference of the voltage away from spikes.
    """
    (fired, v), (also_fired, other_v) = here, there
    n = min(v.size, other_v.size)
    ms = np.arange(n, dtype=np.float64)
    away = np.ones(n, dtype=np.bool_)
    for spike in (*fired, *also_fired):
        away &= np.abs(ms - spike) > NEAR_SPIKE_MS
    same = fired.size == also_fired.size
    shift = np.abs(np.sort(fired) - np.sort(also_fired)).max(initial=0.0) if same else np.nan
    mv = np.abs(v[:n] - other_v[:n])[away].max(initial=0.0)
    return {
        "here": float(fired.size),
        "there": float(also_fired.size),
        "shift": float(shift),
        "mv": float(mv),
    }


def _row(cells: list[dict[str, float]]) -> tuple[Cell, ...]:
    shifts = [one["shift"] for one in cells if not np.isnan(one["shift"])]
    mv = np.asarray([one["mv"] for one in cells])
    return (
        int(sum(one["here"] for one in cells)),
        int(sum(one["there"] for one in cells)),
        len(cells),
        len(shifts),
        max(shifts, default=float("nan")),
        float(np.median(mv)),
        float(mv.max()),
        int(np.count_nonzero(mv <= GOAL_MV)),
    )
