"""Draw large uniform circuits quickly, for benchmarks of the engine alone.

`circuits.wiring` weighs every pair of cells, whatever the rule: for two populations of 5,000 cells that is
a gigabyte and seconds a projection. Where every source is equally likely, senders can be drawn without that.
They are other synapses than those of `circuits.wiring.draw`, with the same numbers of them, the same weights
and the same delays in distribution.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError
from circuits.records import Conductances, Edges, Projection, Uniform
from circuits.seeds import stream
from circuits.spec import Circuit, populations, projections
from circuits.wiring import MIN_DELAY_MS, in_whole_steps


def draw(circuit: Circuit, seed: int) -> dict[str, Edges]:
    """Draw every synapse of a circuit all of whose projections are uniform.

    Raises
    ------
    CtloopError
        If one is not.
    """
    known = populations(circuit)
    for name, projection in projections(circuit).items():
        if not isinstance(projection.rule, Uniform):
            msg = f"{name} is not uniform; let circuits.wiring draw it"
            raise CtloopError(msg)
    return {
        name: _draw(p, known[p.source].count, known[p.target].count, stream(seed, f"wiring {name}"))
        for name, p in projections(circuit).items()
    }


def _draw(p: Projection, sources: int, targets: int, rng: np.random.Generator) -> Edges:
    pre = distinct(rng, sources, targets, p.modelled, itself=p.source == p.target).ravel()
    sigma = np.sqrt(np.log1p(p.weight_cv**2))
    factor = p.pooled * rng.lognormal(-(sigma**2) / 2, sigma, pre.size)
    late = np.abs(rng.normal(0.0, p.delay_cv * p.delay_ms, pre.size))
    return Edges(
        pre=pre.astype(np.int32),
        post=np.repeat(np.arange(targets, dtype=np.int32), p.modelled),
        weight_ns=Conductances(p.receptors, factor.astype(np.float32)),
        delay_ms=in_whole_steps(np.maximum(p.delay_ms + late, MIN_DELAY_MS)),
    )


def distinct(
    rng: np.random.Generator, sources: int, targets: int, fibres: int, *, itself: bool
) -> NDArray[np.int64]:
    """Draw distinct sources for every target; `itself` if targets are the sources and no cell meets itself.

    Returns
    -------
    array (targets, fibres) of int
    """
    pre = rng.integers(sources, size=(targets, fibres))
    wrong = np.arange(targets)
    while wrong.size:
        pre[wrong] = rng.integers(sources, size=(wrong.size, fibres))
        rows = np.sort(pre[wrong], axis=1)
        bad = (np.diff(rows, axis=1) == 0).any(axis=1)
        if itself:
            bad |= (pre[wrong] == wrong[:, None]).any(axis=1)
        wrong = wrong[bad]
    return pre
