"""What layer 6 says before an item comes: the last one, or the one before it as well.

    python -m sims.prediction.analyses.layer6_decoding [--seed 15] [--seeds 2] [--cycles 160]

Shows the second-order loop, in which every item has come after two others, to the untrained circuit
with a memory (`thalamus.memory`) and to the same with the way back cut. From the spikes of V2.L6CT in the
prediction part the nearest of 16 templates, one for every pair of items, tells the pair; templates come
from the other half of the cycles. Without memory the item before the last can only be guessed, half of
the time right.
"""

from __future__ import annotations

import statistics

import numpy as np
from numpy.typing import NDArray

from circuits.engine.choose import choose
from circuits.engine.simulate import Report
from circuits.lesions import lesion
from circuits.spec import Circuit, populations
from sims.prediction import readout as measures
from sims.prediction.analyses import options as probes
from sims.prediction.epoch import Epoch, Task, run_epoch
from sims.stimuli.sequences import Grammar, named
from thalamus.memory import RECALL, with_memory
from thalamus.predictive import prediction_circuit

SAYS = "V2.L6CT"
#: Number of the epoch: its noise is none that anything was trained with.
EPISODE = 4_000_000


def main() -> None:
    """Print for each seed how often the last item, and the last two, are told right."""
    given = probes.parser(
        "What layer 6 says before an item comes.", seed=15, cycles=160
    ).parse_args()
    intact = with_memory(prediction_circuit())
    for label, circuit in (("memory", intact), ("cut", lesion(intact, RECALL))):
        rows = [
            said(circuit, seed, given.cycles, report)
            for seed, report in probes.each_seed(given, label)
        ]
        last, both, before = (statistics.fmean(column) for column in zip(*rows, strict=True))
        print(
            f"{label}: last item {last:.2f}, last two {both:.2f}, "
            f"the one before, given the last, {before:.2f}"
        )


def said(
    circuit: Circuit, seed: int, cycles: int, report: Report | None = None
) -> tuple[float, float, float]:
    """Simulate some cycles without learning and tell the last two items from layer 6 (see `told`)."""
    grammar = named("second-order")
    spikes, epoch = heard(circuit, grammar, seed, cycles, report)
    return told(spikes, epoch.symbol, len(grammar.symbols))


def heard(
    circuit: Circuit, grammar: Grammar, seed: int, cycles: int, report: Report | None = None
) -> tuple[NDArray[np.float64], Epoch]:
    """Simulate some cycles without learning: layer 6's spikes in the prediction part, (cycles, cells)."""
    epoch, result, _ = run_epoch(
        circuit,
        Task(grammar=grammar),
        cycles,
        seed,
        EPISODE,
        learns=False,
        engine=choose(None).engine,
        report=report,
    )
    end = epoch.shown.prediction_ms[:, 1]
    window = np.stack((end - measures.PREDICTION_MS, end), axis=1)
    return measures.counts(result.spikes[SAYS], populations(circuit)[SAYS].count, window), epoch


def told(
    spikes: NDArray[np.float64], symbol: NDArray[np.int64], n_symbols: int
) -> tuple[float, float, float]:
    """Tell pairs of items from the spikes before the next one.

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
        Shares of the cycles in which the last item is told right; both; both, of those in which the
        last one is (NaN if there is none).
    """
    last, before = symbol[1:-1], symbol[:-2]
    pair, shown = last * n_symbols + before, spikes[2:]
    guess = np.empty_like(pair)
    first = np.arange(len(pair)) < len(pair) // 2
    for half in (first, ~first):
        known = measures.templates(shown, pair, n_symbols**2, ~half)
        guess[half] = measures.nearest(shown[half], known)
    right = (guess >= 0) & (guess // n_symbols == last)
    both = guess == pair
    given = float(both[right].mean()) if right.any() else float("nan")
    return float(right.mean()), float(both.mean()), given


if __name__ == "__main__":
    probes.run(main)
