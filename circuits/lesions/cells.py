"""Which cells of a population a lesion holds still or drives, and which spikes of a source it stops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from circuits.records import Population, Spikes
from circuits.seeds import stream
from circuits.spec import Circuit, populations


def silenced(population: Population, seed: int) -> NDArray[np.bool_]:
    """Choose the cells that are held, shape (count,); a larger fraction holds the same ones and more."""
    chance = stream(seed, f"lesion {population.name}").random(population.count)
    return chance < population.silenced_fraction


def injected_pa(population: Population, seed: int) -> NDArray[np.float64]:
    """Give the current lesions inject into each cell, pA, shape (count,)."""
    total = np.zeros(population.count)
    if population.currents:
        chance = stream(seed, f"drive {population.name}").random(population.count)
        for step_pa, fraction in population.currents:
            total += step_pa * (chance < fraction)
    return total


def stopped(
    stages: Sequence[tuple[float, Circuit]], inputs: Mapping[str, Spikes], seed: int
) -> dict[str, Spikes]:
    """Take the spikes of silenced cells out of the spike sources.

    Parameters
    ----------
    stages : sequence of (start_ms, circuit)
        In order; each holds until the next begins.
    inputs : mapping of str to Spikes
    seed : int
    """
    left = dict(inputs)
    ends = [*(start for start, _ in stages[1:]), np.inf]
    for (start, circuit), end in zip(stages, ends, strict=True):
        for name, population in populations(circuit).items():
            if population.spike_source and population.silenced_fraction and name in left:
                spikes = left[name]
                inside = (spikes.times_ms >= start) & (spikes.times_ms < end)
                keep = ~(inside & silenced(population, seed)[spikes.cells])
                left[name] = Spikes(spikes.times_ms[keep], spikes.cells[keep])
    return left
