"""What differs from cell to cell in a population: where each is laid out, and its own background.

A simulated population is a sample: a hundred cells stand for thousands. If each draws its place and background
by itself, two samples differ in their mean, and so do two seeds of one circuit. A population that is
`stratified` is sampled evenly instead: from one cell to the next, in the order of their orientations, phase,
place and background go on by steps that never fit into each other (an additive recurrence, or Kronecker
sequence, of square roots), from a random start. So cells of near orientations still differ in all else, but
together they have the distribution that is stated.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from circuits.records import Coordinates, Population
from circuits.seeds import stream

Floats = NDArray[np.float64]

#: What a stratified cell has a dimension for: background, two places and phase.
_BACKGROUND, _X, _Y, _PHASE = range(4)
#: Steps from one cell to the next along each: roots that no fraction comes near, and no sum of the others.
_STEPS = np.array([(1 + 5**0.5) / 2, 2**0.5, 3**0.5, 7**0.5])


def coordinates(population: Population, seed: int) -> Coordinates:
    """Lay out the cells of a population over orientation and the visual field.

    Orientation populations hold every orientation whatever their number: preferred orientations
    are evenly spaced. Retinotopic ones cover the field with a jittered grid, ON and OFF in turn,
    whether the population is stratified or not.

    Parameters
    ----------
    population : Population
    seed : int
        The run's seed; jitter comes from the stream "layout <name>", the start of an even sample from "strata <name>".

    Returns
    -------
    Coordinates
        Arrays of shape (count,).
    """
    rng, n = stream(seed, f"layout {population.name}"), population.count
    orientation = (np.arange(n, dtype=np.float64) + 0.5) * (180.0 / n)
    polarity = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)
    phase = rng.uniform(0.0, 360.0, n)
    farthest = population.field_deg / 4
    if population.map == "retinotopic":
        x, y = _grid(n, population.field_deg, rng)
    elif population.stratified:
        points = _points(population, seed)
        phase = 360.0 * points[_PHASE]
        x, y = (population.scatter_deg * _normal(points[[_X, _Y]])).clip(-farthest, farthest)
    else:
        x, y = rng.normal(0.0, population.scatter_deg, (2, n)).clip(-farthest, farthest)
    return Coordinates(orientation, x, y, polarity, phase)


def backgrounds_pa(population: Population, seed: int, rng: np.random.Generator) -> Floats:
    """Give every cell's mean background current, pA, shape (count,).

    Parameters
    ----------
    population : Population
    seed : int
        The run's seed.
    rng : numpy.random.Generator
        Draws them, unless the population is stratified.
    """
    if not population.stratified:
        return rng.normal(population.background_pa, population.spread_pa, population.count)
    own = _normal(_points(population, seed)[_BACKGROUND])
    return population.background_pa + population.spread_pa * own


def _points(population: Population, seed: int) -> Floats:
    """Give a point of the unit cube for every cell, (4, count), of which all that are neighbours fill it evenly."""
    start = stream(seed, f"strata {population.name}").random((len(_STEPS), 1))
    points: Floats = (start + _STEPS[:, None] * np.arange(population.count)) % 1.0
    return points


def _normal(uniform: Floats) -> Floats:
    from scipy.special import ndtri

    out: Floats = ndtri(uniform)
    return out


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
