"""The constants of the equations of cell and synapse, as numbers from the spec, whatever simulates them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from circuits import equations as eq
from circuits.records import CellType, Projection

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
STATE = ("v", "h", "I_mean", "I_sd", "I_ext", "tref", "free")
IN_SECONDS = ("tref", "free")


def constants() -> dict[str, float]:
    """Give the constants of the cell equation that all cells share, but for the unit of time."""
    keep = float(np.exp(-eq.SLOW_DT_MS / eq.NOISE_TAU_MS))
    shared = {"keep_noise": keep, "fresh_noise": float(np.sqrt(1 - keep**2))}
    for name, receptor in eq.RECEPTORS.items():
        if name != "NMDA":  # a property of the cell
            shared[f"rate_{name}"] = 1 / receptor.tau_ms
        shared[f"E_{name}"] = receptor.reversal_mv
    return shared


def utilisation(projection: Projection) -> float:
    """Give what a rested synapse releases, as a share of its transmitter."""
    return 1.0 if projection.stp is None else projection.stp.U


def rate_per_step(projection: Projection, field: str, dt_ms: float) -> float:
    """Give the inverse of a time constant of short-term plasticity, per step."""
    time_ms = 0.0 if projection.stp is None else float(getattr(projection.stp, field))
    return dt_ms / max(time_ms, eq.INSTANT_MS)
