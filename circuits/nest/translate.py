"""A circuit in NEST's words: models and parameters as plain arrays. NEST itself is not needed here.

Spike times mean other things on the two sides. Here a spike is booked at the beginning of the step in which
the threshold is crossed, in NEST at its end; all else follows from that: a given spike is handed over one
step later, a recorded one comes back one step earlier. A cell here is held for `tref` from the booked time,
which is one step less than NEST's `t_ref` holds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.equations import INSTANT_MS, NOISE_TAU_MS, RECEPTORS, SLOW_DT_MS, magnesium_block
from circuits.nest.counterparts import EXACT_RECEPTORS, RISE_MS
from circuits.records import CellType, Edges, Population, Projection, Spikes

Floats = NDArray[np.float64]

#: The cell model with conductances that jump, and the one with any number of receptors.
EXACT, CROWDED = "aeif_cond_exp", "aeif_cond_beta_multisynapse"
#: The synapse of constant strength, and the one of Tsodyks & Markram with x and u as in `equations.ON_SPIKE`.
STATIC, SHORT_TERM = "static_synapse", "tsodyks2_synapse"


@dataclass(frozen=True, slots=True)
class Synapses:
    """One call of NEST's Connect: sources and targets by local index, and the parameters of each synapse."""

    model: str
    pre: NDArray[np.int64]
    post: NDArray[np.int64]
    parameters: Mapping[str, NDArray[Any]] = field(default_factory=dict)


def model_of(receptors: tuple[str, ...]) -> str:
    """Give the name of the cell model that carries these receptors."""
    return EXACT if len(receptors) <= EXACT_RECEPTORS else CROWDED


def cell_parameters(
    population: Population, receptors: tuple[str, ...], state: Mapping[str, Any], dt_ms: float
) -> list[dict[str, Any]]:
    """Give the parameters of each cell of a population in NEST.

    Parameters
    ----------
    population : Population
    receptors : tuple of str
        Those through which the population is reached.
    state : mapping
        What `circuits.engine.state.first_state` gives.
    dt_ms : float
        The step.
    """
    cell = population.cell
    held = max(int(np.ceil(cell.tref_ms / dt_ms - 1e-6)) - 1, 0)
    common = {
        "C_m": cell.C_pf,
        "g_L": cell.gL_ns,
        "E_L": cell.EL_mv,
        "V_th": cell.VT_mv,
        "Delta_T": cell.DT_mv,
        "V_reset": cell.Vr_mv,
        "V_peak": cell.Vcut_mv,
        "t_ref": held * dt_ms,
        "a": cell.a_ns,
        "b": cell.b_pa,
        "tau_w": cell.tau_w_ms,
        "w": 0.0,
        **_conductances(cell, receptors),
    }
    count = population.count
    current = np.broadcast_to(state["I_mean"] + state["I_ext"], count).tolist()
    first_mv = np.broadcast_to(state["v"], count).tolist()
    return [{**common, "V_m": v, "I_e": i} for v, i in zip(first_mv, current, strict=True)]


def _conductances(cell: CellType, receptors: tuple[str, ...]) -> dict[str, Any]:
    """Give the parameters of the receptors of one cell, see `model_of`."""
    decay = [_decay_ms(cell, name) for name in receptors]
    reversal = [RECEPTORS[name].reversal_mv for name in receptors]
    if model_of(receptors) == CROWDED:
        return {"tau_rise": [RISE_MS] * len(decay), "tau_decay": decay, "E_rev": reversal}
    parts = zip(("ex", "in"), decay, reversal, strict=False)
    return {k: v for p, tau, e in parts for k, v in ((f"tau_syn_{p}", tau), (f"E_{p}", e))}


def _decay_ms(cell: CellType, receptor: str) -> float:
    return cell.tau_nmda_ms if receptor == "NMDA" else RECEPTORS[receptor].tau_ms


def synapses(
    projection: Projection,
    edges: Edges,
    target: Population,
    receptors: tuple[str, ...],
    dt_ms: float,
) -> Iterator[Synapses]:
    """Give the synapses of a projection, receptor by receptor.

    Parameters
    ----------
    projection : Projection
    edges : Edges
        Its wiring, with what it has learnt in the weights.
    target : Population
    receptors : tuple of str
        Those of the target, in the order in which its cells hold them.
    dt_ms : float
        Delays are rounded to steps.
    """
    steps = np.round(np.asarray(edges.delay_ms, dtype=np.float64) / dt_ms)
    delay_ms = np.maximum(steps, 1) * dt_ms
    for place, receptor in enumerate(receptors):
        weight = edges.weight_ns.get(receptor)
        if weight is None or not edges.pre.size:
            continue
        own: dict[str, NDArray[Any]] = {"delay": delay_ms}
        if receptor == "NMDA":
            weight = weight * magnesium_block(np.asarray(target.cell.VT_mv))
        if model_of(receptors) == CROWDED:
            own["weight"] = weight * _peak(RISE_MS, _decay_ms(target.cell, receptor))
            own["receptor_type"] = np.full(weight.size, place + 1)
        else:  # the sign says which of the two conductances is meant
            own["weight"] = weight if place == 0 else -weight
        own |= _short_term(projection, weight.size)
        ends = (edges.pre.astype(np.int64), edges.post.astype(np.int64))
        yield Synapses(SHORT_TERM if projection.stp else STATIC, *ends, own)


def _peak(rise_ms: float, decay_ms: float) -> float:
    """How high exp(-t/decay) - exp(-t/rise) gets: NEST's weight is the peak, ours the decaying part."""
    at = decay_ms * rise_ms * np.log(decay_ms / rise_ms) / (decay_ms - rise_ms)
    return float(np.exp(-at / decay_ms) - np.exp(-at / rise_ms))


def _short_term(projection: Projection, count: int) -> dict[str, Floats]:
    """Give the short-term plasticity of a projection's synapses, at rest; {} without."""
    stp = projection.stp
    if stp is None:
        return {}
    values = {
        "U": stp.U,
        "u": stp.U,
        "x": 1.0,
        "tau_rec": max(stp.D_ms, INSTANT_MS),
        "tau_fac": max(stp.F_ms, INSTANT_MS),
    }
    return {name: np.full(count, value) for name, value in values.items()}


def given_times(spikes: Spikes, count: int, dt_ms: float) -> list[Floats]:
    """Give the times at which each cell of a source fires in NEST, ms; at most once a step."""
    steps = np.round(spikes.times_ms / dt_ms).astype(np.int64)
    both = np.unique(np.stack([spikes.cells, steps]), axis=1)
    ends = np.searchsorted(both[0], np.arange(count + 1))
    return [(both[1, a:b] + 1) * dt_ms for a, b in pairwise(ends)]


def noise_steps(
    sd_pa: float, count: int, duration_ms: float, dt_ms: float, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Draw the background noise: the same process in the same steps as `equations.SLOW`, other numbers.

    Returns
    -------
    times_ms : array (n,)
        When a current begins in NEST, ms: one step before it acts.
    current_pa : array (count, n)
    """
    steps = int(np.ceil(duration_ms / SLOW_DT_MS))
    keep = np.exp(-SLOW_DT_MS / NOISE_TAU_MS)
    fresh = sd_pa * np.sqrt(1 - keep**2)
    current, now = np.empty((count, steps)), np.zeros(count)
    for k in range(steps):
        now = keep * now + fresh * rng.standard_normal(count)
        current[:, k] = now
    times = np.maximum(np.arange(steps) * SLOW_DT_MS - dt_ms, dt_ms)
    return times, current
