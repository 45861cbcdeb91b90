"""How exactly a simulator integrates: single cells that a constant current makes fire, beside a fine reference.

What is compared is the steady interval between spikes. It does not depend on where a cell began, so simulators that
draw their first states in other ways can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from areas.cells import RS
from circuits.errors import CtloopError
from circuits.records import CellType, Population
from circuits.spec import Circuit, assemble

#: Step of the reference, ms, integrated by the fourth-order Runge-Kutta method.
REFERENCE_DT_MS = 0.01
#: Constant currents, one cell each, pA.
CURRENTS_PA = (300.0, 350.0, 400.0, 450.0, 500.0, 600.0)
#: Adaptation has settled by then (its time constant is 150 ms), ms.
SETTLED_MS = 900.0
CELL = replace(RS, gT_ns=0.0)
_ASSUMED = {"*": "assumed: a cell for benchmarks"}


def single_cells() -> Circuit:
    """Give the cells as a circuit without projections: a population of one cell for each current."""
    return assemble(
        [
            Population(
                name=f"cell.{current:g}pA",
                area="cell",
                lamina="",
                cell=CELL,
                count=1,
                transmitter="exc",
                map="none",
                background_pa=current,
                sources=_ASSUMED,
            )
            for current in CURRENTS_PA
        ],
        [],
    )


def reference_intervals(duration_ms: float) -> list[float]:
    """Give the steady interval of each cell, ms, from steps of `REFERENCE_DT_MS`."""
    times = reference_times(CELL, CURRENTS_PA, duration_ms)
    return [steady_interval(t, duration_ms) for t in times]


def reference_times(
    cell: CellType, currents_pa: Sequence[float], duration_ms: float
) -> list[NDArray[np.float64]]:
    """Integrate cells without a T-current, each driven by one current; give their spikes, ms.

    The time of a spike is found between two steps from the slope of the potential.
    """
    current, dt = np.asarray(currents_pa), REFERENCE_DT_MS
    v, w = np.full(current.size, cell.EL_mv), np.zeros(current.size)
    free = np.zeros(current.size)
    times: list[list[float]] = [[] for _ in currents_pa]
    for step in range(round(duration_ms / dt)):
        t = step * dt
        before = v
        v, w = _step(cell, current, v, w, np.clip(t + dt - free, 0.0, dt))
        for i in np.flatnonzero(v > cell.Vcut_mv):
            share = (cell.Vcut_mv - before[i]) / (v[i] - before[i])
            times[i].append(t + share * dt)
            v[i], w[i] = cell.Vr_mv, w[i] + cell.b_pa
            free[i] = times[i][-1] + cell.tref_ms
    return [np.asarray(one) for one in times]


def _step(
    cell: CellType,
    current: NDArray[np.float64],
    v: NDArray[np.float64],
    w: NDArray[np.float64],
    moves_ms: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Advance by one step; the potential of a cell moves only for the last `moves_ms` of it."""
    dt = REFERENCE_DT_MS

    def slope(
        v: NDArray[np.float64], w: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        # Beyond the cut a cell has fired: its exponential must not overflow within the step.
        spike = cell.DT_mv * np.exp((np.minimum(v, cell.Vcut_mv + 5) - cell.VT_mv) / cell.DT_mv)
        dv = (cell.gL_ns * (cell.EL_mv - v + spike) - w + current) / cell.C_pf
        dw = (cell.a_ns * (v - cell.EL_mv) - w) / cell.tau_w_ms
        return dv * moves_ms / dt, dw

    v1, w1 = slope(v, w)
    v2, w2 = slope(v + v1 * dt / 2, w + w1 * dt / 2)
    v3, w3 = slope(v + v2 * dt / 2, w + w2 * dt / 2)
    v4, w4 = slope(v + v3 * dt, w + w3 * dt)
    return v + (v1 + 2 * v2 + 2 * v3 + v4) * dt / 6, w + (w1 + 2 * w2 + 2 * w3 + w4) * dt / 6


def steady_interval(times_ms: Sequence[float] | NDArray[np.float64], duration_ms: float) -> float:
    """Give the mean interval of the spikes after `SETTLED_MS` (of a shorter run: its second half), ms.

    Raises
    ------
    CtloopError
        If there are fewer than two of them.
    """
    times = np.sort(np.asarray(times_ms, dtype=np.float64))
    late = times[times > min(SETTLED_MS, duration_ms / 2)]
    if late.size < 2:
        msg = "a single cell fired too rarely for an interval"
        raise CtloopError(msg)
    return float((late[-1] - late[0]) / (late.size - 1))


def error_percent(
    times_ms: Mapping[str, Sequence[float]], reference_ms: Sequence[float], duration_ms: float
) -> float:
    """Give the mean relative error of the steady interval over cells, %.

    Parameters
    ----------
    times_ms : mapping of str to sequence of float
        Spikes of `single_cells`, by population.
    reference_ms : sequence of float
        The intervals of `reference_intervals`.
    duration_ms : float
    """
    found = [steady_interval(times_ms[f"cell.{c:g}pA"], duration_ms) for c in CURRENTS_PA]
    errors = [abs(a - b) / b for a, b in zip(found, reference_ms, strict=True)]
    return 100 * float(np.mean(errors))
