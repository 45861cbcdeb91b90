"""Conductances by pathway, reconstructed after a run from its spikes and its wiring.

The engine keeps one conductance per receptor and cell and does not know who opened it. Between
spikes every synapse is linear, so the share of one projection can be computed afterwards, exactly:
release from the source's spikes (Tsodyks, Pawelzik & Markram 1998, as in `circuits.equations`), a
jump at the end of each delay, exponential decay. Values are averages over 1 ms bins from time 0.
NMDA is multiplied by its magnesium block (Jahr & Stevens 1990) at the target's voltage in the bin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from circuits.equations import DT_MS, INSTANT_MS, RECEPTORS, magnesium_block
from circuits.errors import CtloopError
from circuits.records import STP, Edges, Spikes
from circuits.runs.run import Charge, Part

Floats = NDArray[np.float64]
_CHUNK = 1_000_000  # synaptic events handled at once: bounds the memory at about 100 MB


def release(spikes: Spikes, stp: STP | None) -> Floats:
    """Give the share of its maximal conductance that each spike releases, shape (spikes,).

    At a spike dt after the cell's last, x <- 1 - (1 - x) exp(-dt/D) and u <- U + (u - U) exp(-dt/F)
    (first spike: x = 1, u = U); u x is released; then x <- x (1 - u), u <- u + U (1 - u). Without
    short-term plasticity everything is released.
    """
    n = len(spikes.times_ms)
    if stp is None or n == 0:
        return np.ones(n)
    order = np.lexsort((spikes.times_ms, spikes.cells))
    cells, times = spikes.cells[order], spikes.times_ms[order]
    start = np.flatnonzero(np.concatenate(([True], np.diff(cells) != 0)))
    count = np.diff(np.append(start, n))
    dt = np.diff(times, prepend=times[0])
    x, u = np.ones(len(start)), np.full(len(start), stp.U)
    depress, facilitate = max(stp.D_ms, INSTANT_MS), max(stp.F_ms, INSTANT_MS)
    released = np.empty(n)
    for k in range(int(count.max())):  # the k-th spike of every cell that has one
        live = count > k
        at = start[live] + k
        if k:
            x[live] = 1 - (1 - x[live]) * np.exp(-dt[at] / depress)
            u[live] = stp.U + (u[live] - stp.U) * np.exp(-dt[at] / facilitate)
        released[order[at]] = u[live] * x[live]
        x[live] *= 1 - u[live]
        u[live] += stp.U * (1 - u[live])
    return released


def summed(
    spikes: Spikes,
    edges: Edges,
    stp: STP | None,
    n_ms: int,
    v_mv: Floats | None = None,
    tau_nmda_ms: float = RECEPTORS["NMDA"].tau_ms,
) -> dict[str, Floats]:
    """Compute how much conductance a projection opened on all its target cells together.

    Parameters
    ----------
    spikes : Spikes
        Of the source population, from time 0.
    edges : Edges
        The projection's synapses as they were simulated (lesion and gain included).
    stp : STP, optional
        Its short-term plasticity.
    n_ms : int
        How many 1 ms bins.
    v_mv : array, shape (n_ms, target cells), optional
        Voltage of every target cell. Needed for NMDA.
    tau_nmda_ms : float
        How slowly NMDA decays in the target cells (`CellType.tau_nmda_ms`), ms.

    Returns
    -------
    dict of receptor to array, shape (n_ms,)
        nS, averaged over each bin; NMDA after its block.

    Raises
    ------
    CtloopError
        If the projection has NMDA receptors and no voltages are given.
    """
    n_cells = 1 if v_mv is None else v_mv.shape[1]
    total: dict[str, Floats] = {}
    for receptor in _open(edges):
        if receptor == "NMDA":
            if v_mv is None:
                msg = "NMDA conductance needs the voltages of the target cells (v_mv)"
                raise CtloopError(msg)
            each = _accumulate(spikes, edges, stp, receptor, n_ms, edges.post, n_cells, tau_nmda_ms)
            total[receptor] = np.einsum("tc,tc->t", each, magnesium_block(v_mv[:n_ms]))
        else:
            column = np.zeros(len(edges.post), dtype=np.int64)
            tau = RECEPTORS[receptor].tau_ms
            each = _accumulate(spikes, edges, stp, receptor, n_ms, column, 1, tau)
            total[receptor] = each[:, 0]
    return total


def onto_cell(
    spikes: Spikes,
    edges: Edges,
    stp: STP | None,
    n_ms: int,
    cell: int,
    v_mv: Floats | None = None,
    tau_nmda_ms: float = RECEPTORS["NMDA"].tau_ms,
) -> dict[str, Floats]:
    """Compute how much conductance a projection opened on one target cell.

    As `summed`, with `v_mv` the voltage of that cell, shape (n_ms,). A cell that the projection
    does not reach gets zeros.
    """
    mine = edges.post == cell
    own = Edges(
        edges.pre[mine],
        np.zeros(int(mine.sum()), dtype=np.int64),
        {r: w[mine] for r, w in edges.weight_ns.items()},
        edges.delay_ms[mine],
    )
    voltage = None if v_mv is None else v_mv[:, None]
    reached = summed(spikes, own, stp, n_ms, voltage, tau_nmda_ms)
    return {r: reached.get(r, np.zeros(n_ms)) for r in _open(edges)}


def current_pa(conductance_ns: Mapping[str, Floats], v_mv: Floats) -> Floats:
    """Give the synaptic current into a cell at voltage `v_mv` (n_ms,); depolarising is positive."""
    total = np.zeros(len(v_mv))
    for receptor, g in conductance_ns.items():
        total += g * (RECEPTORS[receptor].reversal_mv - v_mv)
    return total


def charge_pc(conductance_ns: Mapping[str, Floats], v_mv: Floats, part: NDArray[np.bool_]) -> float:
    """Give the charge (pC, depolarising positive) that enters a cell in the marked 1 ms bins.

    Conductances as from `onto_cell`, `v_mv` and `part` of shape (n_ms,). The voltage is taken as
    constant over a bin.
    """
    return float(current_pa(conductance_ns, v_mv)[part].sum() * 1e-3)


def charge_by_pathway(
    pathways: Mapping[str, Mapping[str, Floats]],
    v_mv: Floats,
    inside: Mapping[Part, NDArray[np.bool_]],
    n_cycles: int,
    population: str,
    cell: int,
) -> Charge:
    """Compute what drove one cell: its charge by pathway and part of the cycle.

    Parameters
    ----------
    pathways : mapping of projection to mapping of receptor to array, shape (n_ms,)
        Conductances on that cell, as from `onto_cell`.
    v_mv : array, shape (n_ms,)
        The cell's voltage.
    inside : mapping of part to array of bool, shape (n_ms,)
        Which 1 ms bins belong to the part (`sims.measures.cycles.during`).
    n_cycles : int
        Charges are means over so many cycles.
    population, cell : str, int
        Whose charge this is.

    Returns
    -------
    Charge
        pC per cycle; no rows where there is no cycle.
    """
    rows = [
        (name, part, charge_pc(g, v_mv, mask) / n_cycles)
        for name, g in pathways.items()
        for part, mask in inside.items()
        if n_cycles > 0
    ]
    names, parts, charges = zip(*rows, strict=True) if rows else ((), (), ())
    return Charge(population, cell, names, parts, np.array(charges, dtype=np.float64))


def _open(edges: Edges) -> Iterator[str]:
    return (r for r, w in edges.weight_ns.items() if np.any(w))


def _accumulate(
    spikes: Spikes,
    edges: Edges,
    stp: STP | None,
    receptor: str,
    n_ms: int,
    column: NDArray[np.int32] | NDArray[np.int64],
    n_columns: int,
    tau: float,
) -> Floats:
    """Bin averages of the conductance, one column per target, shape (n_ms, n_columns).

    With g the conductance at the end of a bin of 1 ms, g[k] = g[k-1] e^(-1/tau) + jumps decayed to
    the end; the average is g[k-1] tau (1 - e^(-1/tau)) + the integrals of the jumps in the bin.
    """
    from scipy.signal import lfilter

    at_end, within = np.zeros(n_ms * n_columns), np.zeros(n_ms * n_columns)
    for arrival, jump, target in _events(spikes, edges, stp, receptor, column):
        early = arrival < n_ms
        time, size = arrival[early], jump[early]
        bin_ = time.astype(np.int64)
        left = np.exp((time - bin_ - 1) / tau)  # what remains of a jump when its bin ends
        index = bin_ * n_columns + target[early]
        at_end += np.bincount(index, size * left, n_ms * n_columns)
        within += np.bincount(index, size * tau * (1 - left), n_ms * n_columns)
    keep = np.exp(-1 / tau)
    g: Floats = lfilter([1.0], [1.0, -keep], at_end.reshape(n_ms, n_columns), axis=0)
    average = within.reshape(n_ms, n_columns)
    average[1:] += g[:-1] * (tau * (1 - keep))
    return average


def _events(
    spikes: Spikes,
    edges: Edges,
    stp: STP | None,
    receptor: str,
    column: NDArray[np.int32] | NDArray[np.int64],
) -> Iterator[tuple[Floats, Floats, NDArray[np.int32] | NDArray[np.int64]]]:
    """Every arrival of a spike at a synapse, in chunks: time (ms), jump (nS) and column."""
    by_source = np.argsort(edges.pre, kind="stable")
    n_sources = int(max(edges.pre.max(initial=-1), spikes.cells.max(initial=-1))) + 1
    first = np.searchsorted(edges.pre[by_source], np.arange(n_sources + 1))
    fan = np.diff(first)[spikes.cells]
    # The engine delivers after a whole number of steps.
    delay = np.round(np.asarray(edges.delay_ms, dtype=np.float64) / DT_MS) * DT_MS
    weight_ns = edges.weight_ns[receptor]
    released = release(spikes, stp)
    stop = np.cumsum(fan)
    chunk = (stop - 1) // _CHUNK
    for c in np.unique(chunk[fan > 0]):
        own = np.flatnonzero((chunk == c) & (fan > 0))
        spike = np.repeat(own, fan[own])
        rank = np.arange(len(spike)) - np.repeat(np.cumsum(fan[own]) - fan[own], fan[own])
        synapse = by_source[first[spikes.cells[spike]] + rank]
        jump = weight_ns[synapse] * released[spike]
        yield spikes.times_ms[spike] + delay[synapse], jump, column[synapse]
