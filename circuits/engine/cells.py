"""The cells of a circuit in Brian2: one group, whose parameters and first state are data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits import equations as eq
from circuits.engine import readout
from circuits.engine.plan import Plan
from circuits.engine.state import first_state
from circuits.learning.record import Learning
from circuits.machine.brian import b2
from circuits.records import CellType
from circuits.spec import populations

Floats = NDArray[np.float64]

#: Each parameter of the cell equation, from the cell type's record.
CELL_PARAMETERS: dict[str, Callable[[CellType], float]] = {
    "per_C": lambda cell: 1 / cell.C_pf,
    "gL": lambda cell: cell.gL_ns,
    "gLDT": lambda cell: cell.gL_ns * cell.DT_mv,
    "EL": lambda cell: cell.EL_mv,
    "VT": lambda cell: cell.VT_mv,
    "per_DT": lambda cell: 1 / cell.DT_mv,
    "Vr": lambda cell: cell.Vr_mv,
    "Vcut": lambda cell: cell.Vcut_mv,
    "a": lambda cell: cell.a_ns,
    "b": lambda cell: cell.b_pa,
    "rate_w": lambda cell: 1 / cell.tau_w_ms,
    "rate_NMDA": lambda cell: 1 / cell.tau_nmda_ms,
    "gT": lambda cell: cell.gT_ns,
    "ET": lambda cell: cell.ET_mv,
    "VhT": lambda cell: cell.VhT_mv,
    "rate_h_plus": lambda cell: 1 / cell.tau_h_plus_ms,
    "rate_h_minus": lambda cell: 1 / cell.tau_h_minus_ms,
}
#: What else is set cell by cell before a run; times are in seconds.
_STATE = ("v", "h", "I_mean", "I_sd", "I_ext", "tref", "free")
IN_SECONDS = ("tref", "free")


def clock(name: str, dt_ms: float) -> b2.Clock:
    """Make a clock with this very name, which enters the generated code.

    Brian2 would number its own after whatever of an earlier simulation is still in memory, so the
    second simulation of a process would compile everything again.
    """
    return b2.Clock(dt_ms * b2.ms, name=f"{name}_clock")


def cell_group(plan: Plan, slices: Mapping[str, slice], common: Learning | None) -> b2.NeuronGroup:
    """Make the cells of all populations as one group, in the state in which they begin.

    Parameters
    ----------
    plan : Plan
    slices : dict of str to slice
        The range of every simulated population.
    common : Learning or None
        The learning of a circuit whose synapses read out together.
    """
    more, events = readout.cell_options(common)
    group = b2.NeuronGroup(
        max(s.stop for s in slices.values()),
        eq.CELL + more,
        events=events,
        threshold=eq.THRESHOLD,
        reset=eq.RESET,
        method="euler",
        namespace=shared_constants(),
        clock=clock("cells", plan.dt_ms),
        name="cells",
    )
    columns = {name: np.empty(group.N) for name in (*CELL_PARAMETERS, *_STATE)}
    for name, part in slices.items():
        population = populations(plan.circuit)[name]
        for variable, value in CELL_PARAMETERS.items():
            columns[variable][part] = value(population.cell)
        state = first_state(population, plan.seed, plan.episode, plan.currents_pa)
        for variable, values in state.items():
            columns[variable][part] = values
    for variable, values in columns.items():
        group.__setattr__(variable, values * b2.second if variable in IN_SECONDS else values)
    group.I_noise = columns["I_mean"]
    group.run_regularly(eq.SLOW, clock=clock("cells_slow", eq.SLOW_DT_MS), name="cells_slow")
    return group


def shared_constants() -> dict[str, Any]:
    """Give the constants of the cell equation that all cells share."""
    keep = float(np.exp(-eq.SLOW_DT_MS / eq.NOISE_TAU_MS))
    namespace: dict[str, Any] = {
        "keep_noise": keep,
        "fresh_noise": float(np.sqrt(1 - keep**2)),
        "per_ms": 1 / b2.ms,
    }
    for name, receptor in eq.RECEPTORS.items():
        if name != "NMDA":  # a property of the cell
            namespace[f"rate_{name}"] = 1 / receptor.tau_ms
        namespace[f"E_{name}"] = receptor.reversal_mv
    return namespace
