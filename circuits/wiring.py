"""Draw the synapses of a circuit: which fibre meets which cell, how strongly and how late.

Each projection draws from its own named random stream, so cutting or changing one projection
leaves every other draw as it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from circuits.learning.learnt import attached, expressed
from circuits.records import (
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

#: The shortest delay the engines can carry (one step of 0.1 ms).
MIN_DELAY_MS = 0.1


def coordinates(population: Population, seed: int) -> Coordinates:
    """Lay out the cells of a population over orientation and the visual field.

    Orientation populations hold every orientation whatever their number: preferred orientations
    are evenly spaced. Retinotopic ones cover the field with a jittered grid, ON and OFF in turn.

    Parameters
    ----------
    population : Population
    seed : int
        The run's seed; jitter comes from the stream "layout <name>".

    Returns
    -------
    Coordinates
        Arrays of shape (count,).
    """
    rng, n = stream(seed, f"layout {population.name}"), population.count
    orientation = (np.arange(n, dtype=np.float64) + 0.5) * (180.0 / n)
    polarity = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)
    phase = rng.uniform(0.0, 360.0, n)
    if population.map == "retinotopic":
        x, y = _grid(n, population.field_deg, rng)
    else:
        farthest = population.field_deg / 4
        x, y = rng.normal(0.0, population.scatter_deg, (2, n)).clip(-farthest, farthest)
    return Coordinates(orientation, x, y, polarity, phase)


def _grid(n: int, field_deg: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Cover the field with n/2 jittered places, each holding an ON and an OFF cell."""
    places = -(-n // 2)
    side = int(np.ceil(np.sqrt(places)))
    step = field_deg / side
    place = np.arange(n) // 2 * (side * side) // places
    x = (place % side + 0.5) * step - field_deg / 2
    y = (place // side + 0.5) * step - field_deg / 2
    jitter = rng.uniform(-0.2, 0.2, (2, n)) * step
    return x + jitter[0], y + jitter[1]


#: A cell prefers an orientation if its own lies this near, deg: half the spacing of four orientations.
NEAR_DEG = 22.5


def orientation_distance(a: Floats, b: Floats) -> Floats:
    """Distance between orientations in degrees, 0-90 (orientation repeats every 180 deg)."""
    d = np.abs(a - b) % 180.0
    return np.minimum(d, 180.0 - d)


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
        By projection name, in the spec's order, with what they have learnt.

    Raises
    ------
    CtloopError
        If the circuit has learnt, but not with this seed or this wiring.
    """
    known = populations(circuit)
    places = {name: coordinates(p, seed) for name, p in known.items()}
    drawn = {
        name: draw_projection(p, known[p.source], known[p.target], places, seed)
        for name, p in projections(circuit).items()
    }
    return attached(circuit, seed, drawn)


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
    likelihood = _likelihood(projection, source, target, places)
    if source.name == target.name:
        np.fill_diagonal(likelihood, 0.0)  # no cell meets itself
    if isinstance(projection.rule, Probability):
        chosen = rng.random(likelihood.shape) < projection.rule.p
        post, pre = np.nonzero(chosen & (likelihood > 0))
    else:
        # Where there are fewer cells than fibres, each fibre stands for more of them.
        others = max(source.count - (source.name == target.name), 1)
        projection = replace(projection, modelled=min(projection.modelled, others))
        pre, post = _fixed_indegree(likelihood, projection, rng)
    sigma = np.sqrt(np.log1p(projection.weight_cv**2))
    spread = rng.lognormal(-(sigma**2) / 2, sigma, pre.size)
    delay = rng.normal(projection.delay_ms, projection.delay_cv * projection.delay_ms, pre.size)
    factor = projection.pooled * spread
    if projection.cut_fraction > 0:
        # Cut synapses stay in place with weight 0, so that no array changes its size; a larger
        # fraction cuts the same ones and more.
        chance = stream(seed, f"lesion {projection.name}").random(pre.size)
        factor = factor * (chance >= projection.cut_fraction)
    return Edges(
        pre=pre.astype(np.int64),
        post=post.astype(np.int64),
        weight_ns={receptor: g * factor for receptor, g in projection.receptors.items()},
        # A late tail is physiological, an early one would beat the table's delay: fold it over.
        delay_ms=np.maximum(
            projection.delay_ms + np.abs(delay - projection.delay_ms), MIN_DELAY_MS
        ),
    )


def _likelihood(
    projection: Projection,
    source: Population,
    target: Population,
    places: Mapping[str, Coordinates],
) -> Floats:
    """Relative likelihood of each pair, shape (targets, sources)."""
    pre, post, rule = places[source.name], places[target.name], projection.rule
    pairs = np.ones((target.count, source.count))
    dx = pre.x_deg[None, :] - post.x_deg[:, None]
    dy = pre.y_deg[None, :] - post.y_deg[:, None]
    if isinstance(rule, Topographic):
        if rule.orientation_deg > 0:
            distance_deg = orientation_distance(
                pre.orientation_deg[None, :], post.orientation_deg[:, None]
            )
            pairs = pairs * np.exp(-0.5 * (distance_deg / rule.orientation_deg) ** 2)
        if rule.field_deg > 0:
            pairs = pairs * np.exp(-0.5 * (dx**2 + dy**2) / rule.field_deg**2)
    elif isinstance(rule, OneToFew):
        alike = pre.polarity[None, :] == post.polarity[:, None]
        pairs = alike / (dx**2 + dy**2 + 1e-6)
    elif isinstance(rule, Gabor):
        # The grating's phase is measured at the field's centre: a bar of orientation theta varies
        # along the normal, (-sin theta, cos theta).
        theta = np.deg2rad(post.orientation_deg)[:, None]
        along = -np.sin(theta) * dx + np.cos(theta) * dy
        carrier = np.cos(2 * np.pi * rule.sf_cpd * along + np.deg2rad(post.phase_deg)[:, None])
        envelope = np.exp(-0.5 * (dx**2 + dy**2) / rule.sigma_deg**2)
        pairs = np.maximum(pre.polarity[None, :] * carrier * envelope, 0.0)
    return pairs


def _fixed_indegree(
    likelihood: Floats, projection: Projection, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw `modelled` distinct sources for each target, likelier ones first (Gumbel top-k)."""
    n_targets = len(likelihood)
    k = projection.modelled
    with np.errstate(divide="ignore"):
        score = np.log(likelihood)
    if not isinstance(projection.rule, OneToFew):
        score = score + rng.gumbel(size=likelihood.shape)
    pre = np.argpartition(-score, k - 1, axis=1)[:, :k]
    post = np.repeat(np.arange(n_targets), k)
    possible = np.isfinite(score[np.arange(n_targets)[:, None], pre]).ravel()
    return pre.ravel()[possible], post[possible]
