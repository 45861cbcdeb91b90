"""What learning costs: the prediction circuit with and without plasticity, in one run.

    python -m sims.benchmarks.learning [--cycles 30] [--pairs 3]

Each pair shows the same items with the same noise to the circuit that learns and to the same circuit
whose synapses are fixed, one after the other; compiling is done before. Run it on an idle machine.
"""

from __future__ import annotations

import argparse
import logging
import statistics

from circuits.engine.choose import choose
from circuits.lesions import lesion
from circuits.spec import Circuit
from sims.prediction.epoch import Task, run_epoch
from sims.stimuli.sequences import named
from thalamus.predictive import PLASTIC, prediction_circuit


def main() -> None:
    """Print each pair's wall seconds for a circuit second, and the median ratio."""
    parser = argparse.ArgumentParser(description="Time learning against the same circuit without.")
    parser.add_argument("--cycles", type=int, default=30)
    parser.add_argument("--pairs", type=int, default=3)
    given = parser.parse_args()
    logging.getLogger("brian2").setLevel(logging.ERROR)
    learns = prediction_circuit()
    fixed = lesion(learns, f"freeze {PLASTIC}")
    engine = choose(None).engine
    wall_s(learns, 1, 2, engine)
    wall_s(fixed, 1, 2, engine)
    ratios = []
    for k in range(given.pairs):
        with_it, without = (wall_s(c, 2 + k, given.cycles, engine) for c in (learns, fixed))
        ratios.append(with_it / without)
        print(f"learning {with_it:.2f}, fixed {without:.2f} s a circuit second")
    print(f"median ratio of {given.pairs}: {statistics.median(ratios):.2f}")


def wall_s(circuit: Circuit, episode: int, cycles: int, engine: str) -> float:
    """Simulate some cycles and give the wall seconds of a circuit second."""
    task = Task(grammar=named("loop"))
    _, result, _ = run_epoch(circuit, task, cycles, 0, episode, learns=True, engine=engine)
    return float(result.wall_s["simulating"] / (result.duration_ms * 1e-3))


if __name__ == "__main__":
    main()
