"""Draw the synapses of a circuit: which fibre meets which cell, how strongly and how late.

Each projection draws from its own named random stream, so cutting or changing one projection
leaves every other draw as it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from circuits import wiring_cache
from circuits.equations import DT_MS
from circuits.layout import coordinates
from circuits.learning.learnt import attached, expressed
from circuits.records import (
    Conductances,
    Coordinates,
    Edges,
    Gabor,
    OneToFew,
    Population,
    Probability,
    Projection,
    Topographic,
)
from circuits.seeds import stream
from circuits.spec import Circuit, populations, projections

if TYPE_CHECKING:
    from collections.abc import Mapping

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]

#: The shortest delay the engines can carry (one step of 0.1 ms).
MIN_DELAY_MS = 0.1
#: Pairs of cells that are looked at together: what the processor's cache holds.
_BLOCK = 2**16


#: A cell prefers an orientation if its own lies this near, deg: half the spacing of four orientations.
NEAR_DEG = 22.5


def orientation_distance(a: Floats, b: Floats) -> Floats:
    """Distance between orientations in degrees, 0-90 (orientation repeats every 180 deg)."""
    d = np.abs(a - b) % 180.0
    return np.minimum(d, 180.0 - d)


def prefers(orientation_deg: Floats, angle_deg: float) -> NDArray[np.bool_]:
    """Mark the cells that prefer an orientation, within `NEAR_DEG`; shape (cells,)."""
    near: NDArray[np.bool_] = orientation_distance(orientation_deg, np.array(angle_deg)) <= NEAR_DEG
    return near


def draw(circuit: Circuit, seed: int) -> dict[str, Edges]:
    """Draw every synapse of the circuit.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
        The spec.
    seed : int
        The run's seed. Projection P draws from the stream "wiring P" alone.

    Returns
    -------
    dict of str to Edges
        By projection name, in the spec's order, with what they have learnt. Read-only: the synapses of a seed
        are kept in memory and given again (`circuits.wiring_cache`).

    Raises
    ------
    CtloopError
        If the circuit has learnt, but not with this seed or this wiring.
    """
    known = populations(circuit)
    places = {name: coordinates(p, seed) for name, p in known.items()}
    drawn = {}
    for name, p in projections(circuit).items():
        ends = known[p.source], known[p.target]
        # Equal mappings may differ in their order, which is that of the synapses' receptors.
        records = (p, *ends, tuple(p.receptors))
        edges = wiring_cache.recall(seed, name, records)
        drawn[name] = records, edges or draw_projection(p, *ends, places, seed)
    wiring_cache.keep(seed, drawn)
    return attached(circuit, seed, {name: edges for name, (_, edges) in drawn.items()})


def drawn_as_learnt(circuit: Circuit, seed: int) -> dict[str, Edges]:
    """Draw every synapse with what it has learnt already in its conductance, see `draw`."""
    return {name: expressed(edges) for name, edges in draw(circuit, seed).items()}


def draw_projection(
    projection: Projection,
    source: Population,
    target: Population,
    places: Mapping[str, Coordinates],
    seed: int,
) -> Edges:
    """Draw the synapses of one projection (see `draw`)."""
    rng = stream(seed, f"wiring {projection.name}")
    if not isinstance(projection.rule, Probability):
        # Where there are fewer cells than fibres, each fibre stands for more of them.
        others = max(source.count - (source.name == target.name), 1)
        projection = replace(projection, modelled=min(projection.modelled, others))
    pre, post = _pairs(projection, source, target, places, rng)
    sigma = np.sqrt(np.log1p(projection.weight_cv**2))
    factor = rng.lognormal(-(sigma**2) / 2, sigma, pre.size)
    factor *= projection.pooled
    delay_ms = rng.normal(projection.delay_ms, projection.delay_cv * projection.delay_ms, pre.size)
    if projection.cut_fraction > 0:
        # Cut synapses stay in place with weight 0, so that no array changes its size; a larger
        # fraction cuts the same ones and more.
        chance = stream(seed, f"lesion {projection.name}").random(pre.size)
        factor *= chance >= projection.cut_fraction
    # A late tail is physiological, an early one would beat the table's delay: fold it over.
    delay_ms = np.maximum(
        projection.delay_ms + np.abs(delay_ms - projection.delay_ms), MIN_DELAY_MS
    )
    return Edges(
        pre=pre,
        post=post,
        weight_ns=Conductances(projection.receptors, factor.astype(np.float32)),
        delay_ms=in_whole_steps(delay_ms),
    )


def in_whole_steps(delay_ms: Floats) -> NDArray[np.float32]:
    """Round delays as the engines do: to the nearest step, halves up."""
    steps = np.floor(delay_ms * 1e-3 / (DT_MS * 1e-3) + 0.5)
    return (steps * DT_MS).astype(np.float32)


def _pairs(
    projection: Projection,
    source: Population,
    target: Population,
    places: Mapping[str, Coordinates],
    rng: np.random.Generator,
) -> tuple[Indices, Indices]:
    """Draw who meets whom: senders and receivers of all synapses.

    It goes by blocks of receivers, so that memory is for the synapses, not for all pairs of cells; the
    numbers drawn are the same whatever the size of the blocks.
    """
    pre, post = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
    rows = max(_BLOCK // source.count, 1)
    for begin in range(0, target.count, rows):
        block = slice(begin, min(begin + rows, target.count))
        likelihood = _likelihood(projection, places[source.name], places[target.name], block)
        if source.name == target.name:  # no cell meets itself
            itself = np.arange(block.start, block.stop)
            likelihood[itself - begin, itself] = 0.0
        if isinstance(projection.rule, Probability):
            chosen = rng.random(likelihood.shape) < projection.rule.p
            row, column = np.nonzero(chosen & (likelihood > 0))
        else:
            row, column = _fixed_indegree(likelihood, projection, rng)
        pre.append(column.astype(np.int32))
        post.append((row + begin).astype(np.int32))
    return np.concatenate(pre), np.concatenate(post)


def _likelihood(
    projection: Projection, source: Coordinates, target: Coordinates, block: slice
) -> Floats:
    """Relative likelihood of each pair of a block of targets, shape (targets, sources)."""
    pre, rule = source, projection.rule
    x, y = target.x_deg[block, None], target.y_deg[block, None]
    if isinstance(rule, Topographic):
        far = np.zeros((x.size, pre.x_deg.size))  # minus half the squared distance, in widths
        if rule.orientation_deg > 0:
            # `orientation_distance` of orientations from 0 to 180, without its costly remainder.
            distance_deg = np.abs(pre.orientation_deg - target.orientation_deg[block, None])
            np.minimum(distance_deg, 180.0 - distance_deg, out=distance_deg)
            far -= (distance_deg / rule.orientation_deg) ** 2 * 0.5
        if rule.field_deg > 0:
            far -= ((pre.x_deg - x) ** 2 + (pre.y_deg - y) ** 2) * (0.5 / rule.field_deg**2)
        pairs: Floats = np.exp(far, out=far)
        return pairs
    if isinstance(rule, OneToFew | Gabor):
        dx, dy = pre.x_deg - x, pre.y_deg - y
    if isinstance(rule, OneToFew):
        alike = pre.polarity[None, :] == target.polarity[block, None]
        return np.asarray(alike / (dx**2 + dy**2 + 1e-6))
    if isinstance(rule, Gabor):
        # The grating's phase is measured at the field's centre: a bar of orientation theta varies
        # along the normal, (-sin theta, cos theta).
        theta = np.deg2rad(target.orientation_deg[block])[:, None]
        along = -np.sin(theta) * dx + np.cos(theta) * dy
        phase = np.deg2rad(target.phase_deg[block])[:, None]
        carrier = np.cos(2 * np.pi * rule.sf_cpd * along + phase)
        envelope = np.exp(-0.5 * (dx**2 + dy**2) / rule.sigma_deg**2)
        return np.asarray(np.maximum(pre.polarity[None, :] * carrier * envelope, 0.0))
    return np.ones((x.size, pre.x_deg.size))


def _fixed_indegree(
    likelihood: Floats, projection: Projection, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw `modelled` distinct sources for each target, likelier ones first: target and source of each.

    Each source waits an exponential time at the rate of its likelihood, and the first k come. (That is
    Gumbel's top k of the logarithms, with one logarithm for three.)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        if isinstance(projection.rule, OneToFew):
            wait = -np.log(likelihood)
        else:
            wait = rng.random(likelihood.shape)
            np.subtract(1.0, wait, out=wait)
            np.log(wait, out=wait)
            np.divide(wait, likelihood, out=wait)
            np.negative(wait, out=wait)
    k = projection.modelled
    column = np.argpartition(wait, k - 1, axis=1)[:, :k]
    possible = np.isfinite(np.take_along_axis(wait, column, axis=1))
    row = np.broadcast_to(np.arange(len(wait))[:, None], column.shape)
    return row[possible], column[possible]
