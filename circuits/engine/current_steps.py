"""Steps of current into separate cells: no synapses, no noise, the cell equation of the circuit alone.

All cells run at once in NumPy, so a whole f-I curve takes hardly longer than one of its points.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from circuits.engine.cells import cell_group, clock
from circuits.engine.plan import Plan
from circuits.engine.sets import slices_of
from circuits.machine.brian import b2, own_settings
from circuits.records import CellType, Population
from circuits.spec import assemble, populations

Floats = NDArray[np.float64]
#: How often potentials are kept, ms.
TRACE_EVERY_MS = 0.5
_SOURCES = {"*": "assumed: one cell, nothing around it"}


@dataclass(frozen=True, eq=False)
class Steps:
    """What is injected: each cell has its own currents, all change at the same times.

    Attributes
    ----------
    cells : sequence of CellType
        One each; equal ones that follow one another share their equations' numbers.
    start_mv : array (cells,)
        Potential at time 0, mV; adaptation and T-current begin as they settle there.
    current_pa : array (cells, stretches)
        Injected current in each stretch of time, pA.
    until_ms : array (stretches,)
        When each stretch ends, ms, rising.
    recorded : array (k,)
        Cells whose potential is kept.
    """

    cells: Sequence[CellType]
    start_mv: Floats
    current_pa: Floats
    until_ms: Floats
    recorded: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Answers:
    """What the cells did.

    Attributes
    ----------
    spikes_ms : list of array
        Spike times of each cell, ms.
    end_mv : array (cells, stretches)
        Potential at the end of each stretch, mV.
    time_ms, v_mv : array (n,), array (k, n)
        Potentials of the recorded cells.
    """

    spikes_ms: list[Floats]
    end_mv: Floats
    time_ms: Floats
    v_mv: Floats


def inject(steps: Steps, report: Callable[[float], None] = lambda done: None) -> Answers:
    """Simulate separate cells under steps of current.

    Parameters
    ----------
    steps : Steps
    report : callable (fraction)
        Called after each stretch.

    Returns
    -------
    Answers
    """
    plan = _plan(steps)
    slices = slices_of(populations(plan.circuit))
    with own_settings("numpy"):
        group = cell_group(plan, slices, None)
        _settle(group, steps)
        spikes = b2.SpikeMonitor(group, name="spikes")
        trace = b2.StateMonitor(
            group, "v", record=steps.recorded, clock=clock("trace", TRACE_EVERY_MS), name="trace"
        )
        network = b2.Network(group, spikes, trace, name="network")
        end_mv, before = np.empty_like(steps.current_pa), 0.0
        for k, until in enumerate(steps.until_ms):
            group.I_ext = steps.current_pa[:, k]
            network.run((until - before) * b2.ms)
            end_mv[:, k], before = np.asarray(group.v), until
            report(until / steps.until_ms[-1])
        times, who = np.asarray(spikes.t / b2.ms), np.asarray(spikes.i)
        order = np.lexsort((times, who))
        cuts = np.searchsorted(who[order], np.arange(1, len(steps.cells)))
        return Answers(
            np.split(times[order], cuts),
            end_mv,
            np.asarray(trace.t / b2.ms),
            np.asarray(trace.v, dtype=np.float64).reshape(len(steps.recorded), -1),
        )


def _plan(steps: Steps) -> Plan:
    """Make populations of equal neighbours: no synapses, no background."""
    owners: list[Population] = []
    for cell in steps.cells:
        if owners and owners[-1].cell == cell:
            owners[-1] = replace(owners[-1], count=owners[-1].count + 1)
            continue
        name = f"cells.{len(owners)}"
        owners.append(
            Population(name=name, area="cells", lamina="", cell=cell, count=1, transmitter="exc",
                       map="none", sources=_SOURCES)
        )  # fmt: skip
    return Plan(
        circuit=assemble(owners, []),
        edges={},
        inputs={},
        currents_pa={},
        seed=0,
        record_voltage={},
        duration_ms=float(steps.until_ms[-1]),
        engine="numpy",
        report=lambda stage, done: None,
        lap=lambda stage: None,
    )


def _settle(group: b2.NeuronGroup, steps: Steps) -> None:
    """Begin at the given potential, with adaptation and T-current as they settle there."""
    column = {
        name: np.array([getattr(cell, name) for cell in steps.cells])
        for name in ("a_ns", "EL_mv", "VhT_mv")
    }
    group.v = steps.start_mv
    group.w = column["a_ns"] * (steps.start_mv - column["EL_mv"])
    group.h = np.where(steps.start_mv <= column["VhT_mv"], 1.0, 0.0)


def holding_pa(cell: CellType, potential_mv: float) -> float:
    """Give the current that holds a cell at a potential below its threshold, pA.

    The T-current holds nothing: below its threshold it is closed, above it inactivates.
    """
    away = potential_mv - cell.EL_mv
    upstroke = cell.gL_ns * cell.DT_mv * np.exp((potential_mv - cell.VT_mv) / cell.DT_mv)
    return float((cell.gL_ns + cell.a_ns) * away - upstroke)


def resting_mv(cell: CellType) -> float:
    """Give the potential at which a cell rests without any current, mV; its leak's reversal if it never rests."""
    from scipy.optimize import brentq

    low, high = cell.EL_mv - 20.0, min(cell.EL_mv + 20.0, cell.VT_mv)
    if high <= cell.EL_mv or holding_pa(cell, low) > 0 or holding_pa(cell, high) < 0:
        return cell.EL_mv
    return float(brentq(lambda v: holding_pa(cell, v), low, high))
