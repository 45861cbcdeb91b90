"""What learning costs: the prediction circuit with and without plasticity, in one run.

Each pair shows the same items with the same noise to the circuit that learns and to the same circuit
whose synapses are fixed, one after the other; compiling is done before (`ctloop measure learning-cost`).
"""

from __future__ import annotations

import logging
import statistics
from typing import TYPE_CHECKING

from circuits.lesions import lesion
from circuits.spec import Circuit
from sims.benchmarks.declaration import LearningCostRequest
from sims.prediction.epoch import Task, run_epoch
from sims.report.result_table import ResultTable
from sims.stimuli.sequences import named
from thalamus.predictive import PLASTIC

if TYPE_CHECKING:
    from sims.report.progress import Progress


def measure(request: LearningCostRequest, shown: Progress) -> ResultTable:
    """Time each pair of simulations.

    Parameters
    ----------
    request : LearningCostRequest
    shown : Progress

    Returns
    -------
    ResultTable
        One row a pair, and the median.
    """
    logging.getLogger("brian2").setLevel(logging.ERROR)
    _, learning = request.circuits()
    fixed = lesion(learning, f"freeze {PLASTIC}")
    shown.stage("pairs", request.pairs)
    for circuit in (learning, fixed):  # compiles
        wall_s(circuit, 1, 2, request.engine)
    times: list[tuple[float, float, float]] = []
    for k in range(request.pairs):
        with_it, without = (
            wall_s(circuit, 2 + k, request.cycles, request.engine) for circuit in (learning, fixed)
        )
        times.append((with_it, without, with_it / without))
        shown.update("pairs", k + 1)
    shown.done("pairs")
    medians = [statistics.median(column) for column in zip(*times, strict=True)]
    return ResultTable(
        title="What learning costs, wall seconds a circuit second",
        heads=("pair", "learning", "fixed", "ratio"),
        rows=(*((str(k + 1), *row) for k, row in enumerate(times)), ("median", *medians)),
    )


def wall_s(circuit: Circuit, episode: int, cycles: int, engine: str) -> float:
    """Simulate some cycles and give the wall seconds of a circuit second."""
    task = Task(grammar=named("loop"))
    _, result, _ = run_epoch(circuit, task, cycles, 0, episode, learns=True, engine=engine)
    return float(result.wall_s["simulating"] / (result.duration_ms * 1e-3))
