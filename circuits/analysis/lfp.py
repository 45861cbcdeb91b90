"""A proxy of the laminar field potential, and its current source density.

Point cells have no field of their own: what flows in flows out at the same place. So each cell is
given the least geometry that makes one. A synaptic current enters where its terminals end: spread
over the target lamina of the projection. The same current leaves along the cell: a cell with an
apical dendrite returns it evenly from the bottom of its lamina to the top of the lamina in which the
dendrite ends (`Population.apical_to`), every other cell where it came in, which cancels (a closed
field; Linden et al. 2011). A simulated cell stands for `tissue_cells / count` cells of its class, and
its current counts as often. Both currents are spread over a disc, and the potential on its axis is
that of Nicholson & Freeman 1975 (Pettersen et al. 2006), for a plane of current I in a disc of radius
R at distance z in a medium of conductivity sigma:

    phi = I / (2 pi R^2 sigma) (sqrt(z^2 + R^2) - |z|)

Not in it: spike currents, the T-current and adaptation, dendritic filtering, more than one tissue.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from circuits.analysis.conductance import release
from circuits.equations import RECEPTORS, magnesium_block
from circuits.errors import CtloopError, UnknownName
from circuits.records import Edges, Population, Projection, Spikes
from circuits.runs.run import Lfp
from circuits.spec import Circuit, populations, projections

Floats = NDArray[np.float64]

#: Extracellular conductivity, S/m (Pettersen et al. 2006; Goto et al. 2010 measured .25-.45).
SIGMA_S_PER_M = 0.3
#: A disc of 1 mm2, the patch of cortex the cells stand for.
RADIUS_UM = 564.0
CONTACT_SPACING_UM = 100.0
#: Step at which currents are laid out over depth; a divisor of the laminar borders is not needed.
SOURCE_STEP_UM = 20.0
#: Voltage of a population when none is recorded, mV.
RESTING_MV = -60.0
PROXY = (
    "Proxy for point cells: synaptic currents enter at the depth of their terminals and return "
    "along an assumed apical dendrite; spike currents are left out."
)


def forward(
    source_depth_um: Floats,
    contact_depth_um: Floats,
    radius_um: float = RADIUS_UM,
    sigma_s_per_m: float = SIGMA_S_PER_M,
) -> Floats:
    """Give the potential at each contact (uV) per pA of current at each depth.

    Returns
    -------
    array, shape (contacts, sources)
        A matrix M with potential = M @ current; a source (current into the tissue) is positive.
    """
    z = np.abs(np.asarray(contact_depth_um)[:, None] - np.asarray(source_depth_um)[None, :])
    matrix: Floats = (np.hypot(z, radius_um) - z) / (2 * np.pi * radius_um**2 * sigma_s_per_m)
    return matrix  # pA um / (um2 S/m) = uV


def standard_csd(
    potential_uv: Floats, spacing_um: float, sigma_s_per_m: float = SIGMA_S_PER_M
) -> Floats:
    """Estimate the current source density as minus sigma times the second spatial difference.

    Parameters
    ----------
    potential_uv : array, shape (contacts, ms)
        The first and last contact are taken as repeated outside (Vaknin et al. 1988).
    spacing_um : float
        Distance of the contacts.

    Returns
    -------
    array, shape (contacts, ms)
        uA/mm3; a sink is negative. It assumes currents uniform sideways, so it is for looking;
        the inverse methods of Elephant (KCSD) estimate better.
    """
    padded = np.pad(potential_uv, ((1, 1), (0, 0)), mode="edge")
    second: Floats = np.diff(padded, n=2, axis=0) / spacing_um**2
    return -sigma_s_per_m * second * 1e3


def laminar(
    circuit: Circuit,
    area: str,
    spikes: Mapping[str, Spikes],
    drawn: Mapping[str, Edges],
    n_ms: int,
    mean_v_mv: Mapping[str, Floats] | None = None,
) -> Lfp:
    """Compute the field potential over the depth of an area, and its current source density.

    Parameters
    ----------
    circuit : Circuit
        As it was simulated.
    area : str
        "V1"; its laminae come from the depths of its populations, L1 lies above the highest.
    spikes : mapping of population to Spikes
        A population missing here is taken as silent.
    drawn : mapping of projection to Edges
        The wiring as it was simulated.
    n_ms : int
        1 ms bins from time 0.
    mean_v_mv : mapping of population to array, shape (n_ms,), optional
        Mean voltage of target populations, for the driving force; where it is missing, -60 mV.

    Returns
    -------
    Lfp
        Contacts every 100 um from the pia to below the deepest lamina.

    Raises
    ------
    UnknownName
        If no population lies in that area, or a projection ends in a lamina it does not have.
    CtloopError
        If a population that receives synapses does not give its number of cells in the tissue (see
        `uncounted`).
    """
    cells = {n: p for n, p in populations(circuit).items() if p.area == area and p.lamina}
    if not cells:
        areas = {p.area for p in populations(circuit).values() if p.lamina}
        raise UnknownName("cortical area", area, areas)
    if missing := uncounted(circuit, area):
        msg = (
            f"no field potential of {area}: {', '.join(missing)} "
            "do not give tissue_cells, for how many cells of the tissue they stand"
        )
        raise CtloopError(msg)
    bounds = lamina_bounds(cells)
    bottom = max(b for _, b in bounds.values())
    depth: Floats = np.arange(SOURCE_STEP_UM / 2, bottom, SOURCE_STEP_UM, dtype=np.float64)
    current = np.zeros((len(depth), n_ms))
    for name, projection in projections(circuit).items():
        if projection.target not in cells or name not in drawn:
            continue
        fired = spikes.get(projection.source)
        if fired is None or len(fired.times_ms) == 0:
            continue
        target = cells[projection.target]
        profile = _profile(target, projection, bounds, depth)
        if not profile.any():
            continue
        v = (mean_v_mv or {}).get(target.name, np.full(n_ms, RESTING_MV))
        tau_ms = target.cell.tau_nmda_ms
        inward = population_current_pa(fired, drawn[name], projection, n_ms, v, tau_ms)
        current += np.outer(profile, inward * (target.tissue_cells / target.count))
    spacing = CONTACT_SPACING_UM
    contacts: Floats = np.arange(0.0, bottom + spacing, spacing, dtype=np.float64)
    potential = forward(depth, contacts) @ current
    csd = standard_csd(potential, spacing)
    return Lfp(contacts, potential, csd, area=area, proxy=PROXY)


def uncounted(circuit: Circuit, area: str) -> list[str]:
    """List the populations of an area that receive synapses but give no number of cells in tissue.

    Where there is one, `laminar` cannot weigh its current.
    """
    targets = {p.target for p in projections(circuit).values()}
    return [
        name
        for name, p in populations(circuit).items()
        if p.area == area and p.lamina and name in targets and not p.tissue_cells > 0
    ]


def lamina_bounds(cells: Mapping[str, Population]) -> dict[str, tuple[float, float]]:
    """Give top and bottom (um below the pia) of every lamina, "L1" above the highest included."""
    bounds: dict[str, tuple[float, float]] = {}
    for p in cells.values():
        top, bottom = bounds.get(p.lamina, (np.inf, 0.0))
        bounds[p.lamina] = min(top, p.depth_top_um), max(bottom, p.depth_bottom_um)
    highest = min(top for top, _ in bounds.values())
    if not 0 < highest < np.inf:
        msg = "no room for lamina 1: give the populations depth_top_um and depth_bottom_um"
        raise CtloopError(msg)
    bounds.setdefault("L1", (0.0, highest))
    return bounds


def population_current_pa(
    spikes: Spikes,
    edges: Edges,
    projection: Projection,
    n_ms: int,
    v_mv: Floats,
    tau_nmda_ms: float = RECEPTORS["NMDA"].tau_ms,
) -> Floats:
    """Give the current a projection sends into all its target cells together, shape (n_ms,), pA.

    Every spike counts with the summed weight of its cell's synapses, at the projection's mean
    delay; all target cells are taken at the voltage `v_mv` (n_ms,), and their NMDA to decay with
    `tau_nmda_ms`. Depolarising is positive.
    """
    from scipy.signal import lfilter

    released = release(spikes, projection.stp)
    delay = (
        float(np.mean(edges.delay_ms, dtype=np.float64))
        if len(edges.delay_ms)
        else projection.delay_ms
    )
    arrival = (spikes.times_ms + delay).astype(np.int64)
    early = arrival < n_ms
    n_sources = int(max(edges.pre.max(initial=-1), spikes.cells.max(initial=-1))) + 1
    current = np.zeros(n_ms)
    for receptor, weight_ns in edges.weight_ns.items():
        out_ns = np.bincount(edges.pre, weight_ns, n_sources)
        jump = (released * out_ns[spikes.cells])[early]
        kinetics = RECEPTORS[receptor]
        jumps = np.bincount(arrival[early], jump, n_ms)
        tau_ms = tau_nmda_ms if receptor == "NMDA" else kinetics.tau_ms
        g = lfilter([1.0], [1.0, -np.exp(-1 / tau_ms)], jumps)
        free = magnesium_block(v_mv) if receptor == "NMDA" else 1.0
        current += g * free * (kinetics.reversal_mv - v_mv)
    return current


def _profile(
    target: Population,
    projection: Projection,
    bounds: Mapping[str, tuple[float, float]],
    depth: Floats,
) -> Floats:
    """Share an inward current out over depth: the sink negative, its return positive."""
    lamina = projection.lamina or target.lamina
    for name in (lamina, target.apical_to or lamina):
        if name not in bounds:
            kind_of_name = f"lamina of {target.area}"
            raise UnknownName(kind_of_name, name, bounds)
    sink = _even(depth, *bounds[lamina])
    if not target.apical_to:
        return np.zeros_like(depth)
    top, bottom = bounds[target.apical_to][0], bounds[target.lamina][1]
    return _even(depth, top, bottom) - sink


def _even(depth: Floats, top: float, bottom: float) -> Floats:
    """Spread one unit evenly between two depths, in proportion to the overlap with each step."""
    half = SOURCE_STEP_UM / 2
    overlap = np.minimum(depth + half, bottom) - np.maximum(depth - half, top)
    share = np.maximum(overlap, 0.0)
    spread: Floats = share / share.sum()
    return spread
