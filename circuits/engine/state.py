"""The state in which the cells of a circuit begin, whatever simulates them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from circuits.layout import backgrounds_pa
from circuits.lesions.cells import injected_pa, silenced
from circuits.records import Population
from circuits.seeds import stream

Floats = NDArray[np.float64]

#: How often the potentials of recorded cells are kept, ms.
VOLTAGE_EVERY_MS = 1.0
#: A silenced cell is refractory until this time, s: its potential is held and it never fires.
HELD_S = 1e9
#: The T-current starts this much deinactivated at most: what a cell near rest has.
FIRST_H = 0.2


def first_state(
    population: Population, seed: int, episode: int, currents_pa: Mapping[str, Floats]
) -> dict[str, Floats | float]:
    """Give the state of a population's cells at time 0, by variable of the cell equation.

    Parameters
    ----------
    population : Population
    seed, episode : int
        See `circuits.engine.simulate.simulate`.
    currents_pa : mapping of str to array (count,)
        Extra currents into cells, pA, by population.
    """
    rng = stream(seed, f"state {population.name}")
    state = _potential(population, rng)
    mean = backgrounds_pa(population, seed, rng)
    if episode:  # the same cells, in another state
        again = stream(seed, f"state {population.name}, episode {episode}")
        state = _potential(population, again)
    injected = injected_pa(population, seed)
    return {
        **state,
        "I_mean": mean,
        "I_sd": population.noise_pa,
        "I_ext": currents_pa.get(population.name, 0.0) + injected,
        "tref": population.cell.tref_ms * 1e-3,
        "free": np.where(silenced(population, seed), HELD_S, 0.0),
    }


def _potential(population: Population, rng: np.random.Generator) -> dict[str, Floats | float]:
    """Draw first potentials between rest and threshold, so that no volley marks time zero."""
    cell, count = population.cell, population.count
    return {
        "v": rng.uniform(cell.EL_mv, cell.VT_mv, count),
        "h": rng.uniform(0.0, FIRST_H, count),
    }
