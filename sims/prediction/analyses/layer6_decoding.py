"""What layer 6 holds before an item comes: the last item, or the one before it as well.

`ctloop measure layer6-decoding` shows the second-order loop, in which every item has come after two
others, to the untrained circuit with a memory (`thalamus.memory`) and to the same with the projection cut
by which the memory acts back. From the spikes of V2.L6CT in the prediction part the nearest of 16
templates, one for every pair of items, is taken as the pair; templates come from the other half of the
cycles. Without the memory the item before the last can only be guessed, half of the time right.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from circuits.engine.choose import choose
from circuits.engine.simulate import Report
from circuits.lesions import lesion
from circuits.spec import Circuit, populations
from sims.prediction.analyses.declaration import Layer6Request
from sims.prediction.analyses.seeds import each_seed
from sims.prediction.epoch import Epoch, Task, run_epoch
from sims.prediction.nearest_template import nearest, templates
from sims.prediction.relay_vectors import PREDICTION_MS, counts
from sims.report.result_table import ResultTable
from sims.stimuli.sequences import Grammar, named
from thalamus.memory import RECALL

if TYPE_CHECKING:
    from sims.report.progress import Progress

#: The cells that hold the context of a prediction.
CONTEXT_SOURCE = "V2.L6CT"
#: Number of the epoch: its noise is none that anything was trained with.
EPISODE = 4_000_000


def measure(request: Layer6Request, shown: Progress) -> ResultTable:
    """Decode the last two items from layer 6, with the memory and without.

    Parameters
    ----------
    request : Layer6Request
    shown : Progress

    Returns
    -------
    ResultTable
        One row a circuit and seed, and the mean of each circuit.
    """
    _, intact = request.circuits()
    rows: list[tuple[str | float, ...]] = []
    for label, circuit in (("memory", intact), ("memory cut", lesion(intact, RECALL))):
        found = [
            (seed, *decode_pairs(circuit, seed, request.cycles, request.engine, report))
            for seed, report in each_seed(request.seed_numbers, shown, label)
        ]
        rows += [(label, str(seed), *shares) for seed, *shares in found]
        columns = list(zip(*found, strict=True))[1:]
        rows.append((label, "mean", *(statistics.fmean(column) for column in columns)))
    return ResultTable(
        title="What layer 6 holds before an item comes",
        heads=("circuit", "seed", "last item", "last two", "one before, given the last"),
        rows=tuple(rows),
        notes=(
            "Shares of the cycles that are decoded right from V2.L6CT in the 75 ms before V1 can have "
            "answered the next item. In this loop two items can have come before any last one, so "
            "that a guess of the one before is right in half of the cycles.",
        ),
    )


def decode_pairs(
    circuit: Circuit,
    seed: int,
    cycles: int,
    engine: str | None = None,
    report: Report | None = None,
) -> tuple[float, float, float]:
    """Simulate some cycles without learning and decode the last two items (see `pair_accuracy`)."""
    grammar = named("second-order")
    spikes, epoch = record_layer6(circuit, grammar, seed, cycles, engine, report)
    return pair_accuracy(spikes, epoch.symbol, len(grammar.symbols))


def record_layer6(
    circuit: Circuit,
    grammar: Grammar,
    seed: int,
    cycles: int,
    engine: str | None = None,
    report: Report | None = None,
) -> tuple[NDArray[np.float64], Epoch]:
    """Simulate some cycles without learning and count layer 6's spikes in the prediction part.

    Returns
    -------
    tuple
        The counts (cycles, cells), and the epoch.
    """
    epoch, result, _ = run_epoch(
        circuit, Task(grammar=grammar), cycles, seed, EPISODE,
        learns=False, engine=choose(engine).engine, report=report,
    )  # fmt: skip
    end = epoch.shown.prediction_ms[:, 1]
    window = np.stack((end - PREDICTION_MS, end), axis=1)
    spikes = result.spikes[CONTEXT_SOURCE]
    return counts(spikes, populations(circuit)[CONTEXT_SOURCE].count, window), epoch


def pair_accuracy(
    spikes: NDArray[np.float64], symbol: NDArray[np.int64], n_symbols: int
) -> tuple[float, float, float]:
    """Decode pairs of items from the spikes before the next one.

    Parameters
    ----------
    spikes : array (cycles, cells)
        Counts in the prediction part of every cycle.
    symbol : array (cycles,)
        The item that came in it.
    n_symbols : int

    Returns
    -------
    tuple of float
        Shares of the cycles in which the last item is decoded right; both; both, of those in which the
        last one is (NaN if there is none).
    """
    last, before = symbol[1:-1], symbol[:-2]
    pair, shown = last * n_symbols + before, spikes[2:]
    decoded = np.empty_like(pair)
    first = np.arange(len(pair)) < len(pair) // 2
    for half in (first, ~first):
        known = templates(shown, pair, n_symbols**2, ~half)
        decoded[half] = nearest(shown[half], known)
    right = (decoded >= 0) & (decoded // n_symbols == last)
    both = decoded == pair
    given_last = float(both[right].mean()) if right.any() else float("nan")
    return float(right.mean()), float(both.mean()), given_last
