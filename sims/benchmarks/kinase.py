"""How much faster the exact kinase synapse is than the same synapse stepped by a clock.

    python -m sims.benchmarks.kinase

100,000 synapses, senders and receivers at 10 Hz (Poisson), 1 s simulated at 0.1 ms, Brian2 2.9 with
Cython on one shared core, one run: exact 0.33 s; Brian2's own clock-driven equations (rk4, the first
method exact enough to agree within 1e-6) 22.8 s, so 70 times slower; stepped by hand-precomputed
constants, the quickest clocked form there is, 2.6 s, 8 times slower. Of the exact 0.33 s about 0.25 s
are Brian2's cost for 10,000 empty steps, the same in all three.
"""

from __future__ import annotations

import argparse

import numpy as np

from circuits.learning.kinase.rule import named_rule
from circuits.learning.kinase.synapses import Replay, replay
from circuits.seeds import stream


def poisson_spikes(
    rng: np.random.Generator, cells: int, rate_hz: float, duration_ms: float, dt_ms: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """Draw independent trains on the time grid, at most one spike per cell and step.

    Returns
    -------
    tuple of array
        Cell index and time (ms) of every spike.
    """
    steps = round(duration_ms / dt_ms)
    count = rng.poisson(cells * rate_hz * duration_ms / 1000.0)
    flat = np.unique(rng.integers(0, cells * steps, count))
    return flat // steps, (flat % steps) * dt_ms


def compare(
    synapses: int = 100_000,
    rate_hz: float = 10.0,
    duration_ms: float = 1000.0,
    seed: int = 0,
    target: str = "cython",
) -> tuple[Replay, ...]:
    """Replay the same spikes through the exact and through the clocked synapse.

    Parameters
    ----------
    synapses : int
        Number of synapses, all between the square root of it senders and as many receivers.
    rate_hz, duration_ms : float
        Poisson rate of every sender and receiver, and the simulated time.
    seed : int
    target : "cython" or "numpy"

    Returns
    -------
    tuple of Replay
        Exact; stepped as plain equations (rk4); stepped with precomputed constants.
    """
    fan = round(np.sqrt(synapses))
    rng = stream(seed, "bench kinase")
    pre = poisson_spikes(rng, fan, rate_hz, duration_ms)
    post = poisson_spikes(rng, fan, rate_hz, duration_ms)
    pairs = (np.arange(synapses) % fan, np.arange(synapses) // fan)
    rule = named_rule("cascade")
    kinds = ("", "equations", "constants")
    return tuple(
        replay(rule, pre, post, pairs, duration_ms, target=target, clocked=k) for k in kinds
    )


def main() -> None:
    """Print both times, their ratio and how far the results differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--synapses", type=int, default=100_000)
    parser.add_argument("--rate-hz", type=float, default=10.0)
    parser.add_argument("--duration-ms", type=float, default=1000.0)
    parser.add_argument("--target", default="cython")
    given = parser.parse_args()
    runs = compare(given.synapses, given.rate_hz, given.duration_ms, 0, given.target)
    print(f"{given.synapses} synapses at {given.rate_hz} Hz, {given.duration_ms} ms simulated")
    for name, run in zip(("exact", "equations", "constants"), runs, strict=True):
        off = np.abs(run.slow - runs[0].slow) / np.maximum(np.abs(run.slow), 1e-300)
        print(
            f"{name:10s} {run.run_s:8.3f} s, built in {run.build_s:5.1f} s, "
            f"{run.run_s / runs[0].run_s:5.1f} times the exact one, "
            f"largest relative difference of D {off.max():.0e}"
        )


if __name__ == "__main__":
    main()
