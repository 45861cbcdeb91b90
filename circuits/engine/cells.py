"""The cells of a circuit in Brian2: one group, whose parameters and first state are data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits import equations as eq
from circuits.engine import readout
from circuits.engine.constants import CELL_PARAMETERS, IN_SECONDS, STATE, constants
from circuits.engine.plan import Plan
from circuits.engine.state import first_state
from circuits.learning.record import Learning
from circuits.machine.brian import b2
from circuits.spec import populations

Floats = NDArray[np.float64]


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
    columns = {name: np.empty(group.N) for name in (*CELL_PARAMETERS, *STATE)}
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
    return {**constants(), "per_ms": 1 / b2.ms}
