"""Write a circuit as the raw arrays that `floor.cpp` reads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from circuits import equations as eq
from circuits.engine.constants import CELL_PARAMETERS
from circuits.engine.sets import driver_of, slices_of, sources_of
from circuits.engine.state import first_state
from circuits.errors import CtloopError
from circuits.records import Edges, Projection, Spikes
from circuits.spec import Circuit, populations, projections
from circuits.wiring import draw
from sims.stimuli.parse import parse
from sims.stimuli.retina import see

#: The order of conductances in the loop.
RECEPTORS = ("AMPA", "NMDA", "GABA_A", "GABA_B")
#: A synapse that has never released, and how long ago it did, ms.
RECOVERED, NEVER_MS = 1.0, -1e9
#: Its structures, as `floor.cpp` declares them.
SEGMENT = np.dtype(
    [(name, np.int32) for name in ("delay", "f0", "f1", "d0", "d1", "synapses")]
)  # fmt: skip
FIXED = np.dtype([("weight", np.float64), ("slot", np.int32), ("unused", np.int32)])
DYNAMIC = np.dtype(
    [("weight", np.float64, 2), ("U", np.float64), ("rate_D", np.float64), ("rate_F", np.float64),
     ("x", np.float64), ("u", np.float64), ("last", np.float64), ("slot", np.int32, 2)]
)  # fmt: skip


def write(circuit: Circuit, seed: int, duration_ms: float, stimulus: str, folder: Path) -> None:
    """Write cells, synapses and given spikes of a circuit without lesions or learning.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
    seed : int
        Of wiring, first state and the retina's spikes.
    duration_ms : float
        How long spikes are given.
    stimulus : str
        What the retina sees, if there is one.
    folder : Path
        Gets one file of raw numbers an array.
    """
    edges, parts = draw(circuit, seed), slices_of(populations(circuit))
    cells = max(part.stop for part in parts.values())
    rows = {name: part.start for name, part in parts.items()}
    total = cells
    for name, count in sources_of(circuit).items():
        rows[name] = total
        total += count
    arrays: dict[str, NDArray[np.generic]] = {
        "constants": _constants(),
        **_cells(circuit, seed, parts, cells),
        **_synapses(circuit, edges, parts, rows, total, cells),
        **_given(see(circuit, parse(stimulus, 1.0), duration_ms, seed), rows),
    }
    for name, values in arrays.items():
        values.tofile(folder / name)


def _constants() -> NDArray[np.float64]:
    keep = np.exp(-eq.SLOW_DT_MS / eq.NOISE_TAU_MS)
    own = [eq.RECEPTORS[name] for name in RECEPTORS if name != "NMDA"]
    return np.array(
        [
            eq.DT_MS, keep, np.sqrt(1 - keep**2), eq.MAGNESIUM_PER_MV, 1 / eq.MAGNESIUM_HALF,
            round(eq.SLOW_DT_MS / eq.DT_MS), *(1 / r.tau_ms for r in own),
            *(r.reversal_mv for r in own), eq.RECEPTORS["NMDA"].reversal_mv,
        ]
    )  # fmt: skip


def _cells(
    circuit: Circuit, seed: int, parts: Mapping[str, slice], cells: int
) -> dict[str, NDArray[np.generic]]:
    """Give parameters and first state of every cell; times in ms."""
    state = ("v", "w", "h", "I_mean", "I_sd", "I_ext", "tref", "free")
    columns = {name: np.zeros(cells) for name in (*CELL_PARAMETERS, *state)}
    for name, part in parts.items():
        population = populations(circuit)[name]
        for variable, value in CELL_PARAMETERS.items():
            columns[variable][part] = value(population.cell)
        for variable, values in first_state(population, seed, 0, {}).items():
            scale = 1e3 if variable in ("tref", "free") else 1.0
            columns[variable][part] = np.asarray(values) * scale
    return dict(columns)


def _synapses(
    circuit: Circuit,
    edges: Mapping[str, Edges],
    parts: Mapping[str, slice],
    rows: Mapping[str, int],
    total: int,
    cells: int,
) -> dict[str, NDArray[np.generic]]:
    """Sort all synapses by sender, delay and kind; give them and the segments of each sender."""
    known, driver = projections(circuit), driver_of(circuit)
    keys: list[NDArray[np.int64]] = []
    dynamic, conductances, slots = [], [], []
    for name, e in edges.items():
        weight, slot = _conductances(known[name], e, parts[known[name].target].start, cells)
        conductances.append(weight)
        slots.append(slot)
        delay = np.maximum(np.round(e.delay_ms / eq.DT_MS), 1)
        moves = np.full(e.pre.size, known[name].stp is not None)
        keys.append(np.stack([e.pre + rows[driver[name]], delay, moves]).astype(np.int64))
        dynamic.append(_dynamic(known[name], e.pre.size))
    key = np.concatenate(keys, axis=1)
    order = np.lexsort(key[::-1])
    key, weight, slot = (
        key[:, order],
        np.concatenate(conductances)[order],
        np.concatenate(slots)[order],
    )
    moving = np.concatenate(dynamic)[order]
    moving["weight"], moving["slot"] = weight, slot
    return _cut(key, moving, total)


def _conductances(
    p: Projection, e: Edges, first: int, cells: int
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Give the weights of the (at most two) receptors of each synapse, and where they go."""
    if len(e.weight_ns) > 2:
        msg = f"{p.name} has more than two receptors, which the loop written by hand does not know"
        raise CtloopError(msg)
    weight = np.zeros((e.pre.size, 2))
    slot = np.full((e.pre.size, 2), 4 * cells, dtype=np.int32)
    for column, (receptor, g) in enumerate(e.weight_ns.items()):
        weight[:, column] = g
        slot[:, column] = RECEPTORS.index(receptor) * cells + first + e.post
    return weight, slot


def _dynamic(p: Projection, size: int) -> NDArray[np.void]:
    out = np.zeros(size, DYNAMIC)
    if p.stp is not None:
        out["U"] = out["u"] = p.stp.U
        out["rate_D"], out["rate_F"] = (
            1 / max(time_ms, eq.INSTANT_MS) for time_ms in (p.stp.D_ms, p.stp.F_ms)
        )
    out["x"], out["last"] = RECOVERED, NEVER_MS
    return out


def _cut(
    key: NDArray[np.int64], synapses: NDArray[np.void], total: int
) -> dict[str, NDArray[np.generic]]:
    """Cut sorted synapses into segments of one sender and delay, fixed ones first in each."""
    row, delay, moves = key
    at = np.flatnonzero(np.diff(row, prepend=-1) | np.diff(delay, prepend=-1))
    size = np.diff(np.append(at, row.size))
    # A fixed synapse has one entry a receptor, one with short-term plasticity one in all.
    entries = np.where(moves == 1, 0, (synapses["weight"] != 0).sum(axis=1))
    fixed_before = np.concatenate([[0], np.cumsum(entries)])
    moving_before = np.concatenate([[0], np.cumsum(moves)])
    segments = np.zeros(at.size, SEGMENT)
    segments["delay"], segments["synapses"] = delay[at], size
    segments["f0"], segments["f1"] = fixed_before[at], fixed_before[at + size]
    segments["d0"], segments["d1"] = moving_before[at], moving_before[at + size]
    still = synapses[moves == 0]
    used = still["weight"] != 0
    fixed = np.zeros(int(used.sum()), FIXED)
    fixed["weight"], fixed["slot"] = still["weight"][used], still["slot"][used]
    first = np.searchsorted(row[at], np.arange(total + 1)).astype(np.int32)
    return {
        "segments": segments,
        "fixed": fixed,
        "dynamic": synapses[moves == 1],
        "first_segment": first,
    }


def _given(spikes: Mapping[str, Spikes], rows: Mapping[str, int]) -> dict[str, NDArray[np.generic]]:
    """Give the steps and the senders of all given spikes, in the order of time."""
    steps = [np.round(s.times_ms / eq.DT_MS).astype(np.int64) for s in spikes.values()]
    senders = [s.cells + rows[name] for name, s in spikes.items()]
    step = np.concatenate([*steps, np.empty(0, np.int64)])
    order = np.argsort(step, kind="stable")
    sender = np.concatenate([*senders, np.empty(0, np.int64)])
    return {"given_step": step[order], "given_row": sender[order].astype(np.int32)}
