"""Random streams addressed by name, so that a lesion elsewhere never shifts another draw."""

from __future__ import annotations

from zlib import crc32

import numpy as np


def episode_seed(seed: int, episode: int) -> int:
    """Give the seed of the background noise in one of several simulations of the same circuit.

    Episode 0 has the run's own seed, so that one simulation is what it always was.
    """
    if episode == 0:
        return seed
    return int(stream(seed, f"episode {episode}").integers(2**31))


def stream(seed: int, name: str) -> np.random.Generator:
    """Give the random stream that belongs to this name in this run.

    Parameters
    ----------
    seed : int
        The run's seed, 0 or more.
    name : str
        Whose draws these are, e.g. "wiring V1.L5IB -> Pulvinar.TRC".

    Returns
    -------
    numpy.random.Generator
        Names and not the order of creation decide the stream (`SeedSequence([seed, crc32(name)])`).
    """
    return np.random.default_rng(np.random.SeedSequence([seed, crc32(name.encode())]))
