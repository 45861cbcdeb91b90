"""What all synapses of a projection share, as a table in Brian2: one row a projection.

The table is a group of its own, whose variables are linked to the synapses by the number of the row. So
another weight, short-term plasticity or projection is data, and the length of the table does not enter
compiled code but in C++ standalone, where it is filled up to a round number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from circuits import equations as eq
from circuits.engine.constants import rate_per_step, utilisation
from circuits.machine.brian import b2
from circuits.spec import Circuit, projections

Floats = NDArray[np.float64]

#: What the table is filled up to a multiple of.
ROWS_MULTIPLE = 512
#: The linked variables of a synapse, and their columns in the table.
COLUMNS = {
    **{f"w_{receptor}": f"g_{receptor}_kind" for receptor in eq.RECEPTORS},
    **{name: f"{name}_kind" for name in ("U", "rate_D", "rate_F")},
}


def kind_group(circuit: Circuit, clock: b2.Clock, dt_ms: float = eq.DT_MS) -> b2.NeuronGroup:
    """Make the table of a circuit that is simulated in steps of `dt_ms`."""
    columns = table(circuit, dt_ms)
    group = b2.NeuronGroup(len(columns["U_kind"]), eq.KINDS, clock=clock, name="kinds")
    for name, values in columns.items():
        setattr(group, name, values)
    return group


def link(synapses: b2.Synapses, kinds: b2.NeuronGroup) -> None:
    """Have synapses look up in the table what they do not hold themselves."""
    for name, column in COLUMNS.items():
        setattr(synapses, name, b2.linked_var(kinds, column, index="kind"))


def rows(circuit: Circuit) -> dict[str, int]:
    """Give the row of each projection."""
    return {name: row for row, name in enumerate(projections(circuit))}


def table(circuit: Circuit, dt_ms: float = eq.DT_MS) -> dict[str, Floats]:
    """Give the columns of the table: conductances, nS, and short-term plasticity, rates per step."""
    known = list(projections(circuit).values())
    length = -(-max(len(known), 1) // ROWS_MULTIPLE) * ROWS_MULTIPLE
    columns = {column: np.zeros(length) for column in COLUMNS.values()}
    for row, projection in enumerate(known):
        for receptor, g_ns in projection.receptors.items():
            columns[f"g_{receptor}_kind"][row] = g_ns
        columns["U_kind"][row] = utilisation(projection)
        columns["rate_D_kind"][row] = rate_per_step(projection, "D_ms", dt_ms)
        columns["rate_F_kind"][row] = rate_per_step(projection, "F_ms", dt_ms)
    return columns
