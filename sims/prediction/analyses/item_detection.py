"""Does V2 hear every item? How surely each population on the way answers, before anything is learnt.

    python -m sims.prediction.analyses.item_detection [--seed 100] [--cycles 96] [--sequence second-order]
        [--set NAME=VALUE ...]

What V2's bursters miss, layer 6 cannot hand on: a prediction then goes by an item that was not there, and
with a memory two do. For each population the cells within 11 deg of the item shown are counted, item by
item: their mean, and how much they vary from item to item. At the end: how many items V2's bursters
missed (less than .4 of their median), and how many are told wrong by the nearest of their templates.
"""

from __future__ import annotations

import argparse
import logging

import numpy as np
from numpy.typing import NDArray

from circuits.engine.choose import choose
from circuits.records import Spikes
from circuits.spec import populations, set_parameter
from circuits.wiring import orientation_distance
from sims.prediction import readout as measures
from sims.prediction.analyses import options as probes
from sims.prediction.epoch import Task, run_epoch
from sims.runs.assemble import orientations
from sims.stimuli.sequences import named
from thalamus.predictive import prediction_circuit

Floats = NDArray[np.float64]

#: Populations from V1's input to V2's bursters, and when each answers, ms from the item's onset.
WAY = {
    "V1.L4E": (30.0, 100.0),
    "V1.L23E": (30.0, 120.0),
    "V1.L5IB": (40.0, 110.0),
    "Pulvinar.TRC": (50.0, 90.0),
    "V2.L4E": (40.0, 130.0),
    "V2.L5IB": (50.0, 150.0),
}
HEARS = "V2.L5IB"
#: Half of the distance of two items, deg; and the share of the median below which an item is missed.
COLUMN_DEG, MISSED = 11.25, 0.4
#: Number of the epoch: its noise is none that anything was trained with.
EPISODE = 5_000_000


def main() -> None:
    """Print the table and what V2 missed."""
    parser = argparse.ArgumentParser(description="Does V2 hear every item?")
    parser.add_argument("--seed", type=int, default=100)
    parser.add_argument("--cycles", type=int, default=96)
    parser.add_argument("--sequence", default="second-order")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    given = parser.parse_args()
    logging.getLogger("brian2").setLevel(logging.ERROR)
    circuit = prediction_circuit()
    for text in given.set:
        circuit = set_parameter(circuit, text)
    grammar = named(given.sequence)
    epoch, result, _ = run_epoch(
        circuit, Task(grammar=grammar), given.cycles, given.seed, EPISODE,
        learns=False, engine=choose(None).engine,
    )  # fmt: skip
    people, onset = populations(circuit), epoch.onset_ms[:-1]
    preferred = orientations(people, given.seed)
    shown = np.asarray(grammar.orientations_deg)[epoch.symbol]
    print("population     spikes a cell   varies by")
    for name, (start, stop) in WAY.items():
        counts = answers(result.spikes[name], people[name].count, onset, start, stop)
        own = in_column(counts, preferred[name], shown)
        print(f"{name:15}{own.mean():10.2f}{own.std() / max(own.mean(), 1e-9):14.2f}")
        if name == HEARS:
            missed, wrong = unheard(own, counts, epoch.symbol, len(grammar.symbols))
            print(f"{name} missed {missed:.2f} of the items, {wrong:.2f} are told wrong")


def answers(spikes: Spikes, n_cells: int, onset_ms: Floats, start: float, stop: float) -> Floats:
    """Count each cell's spikes from `start` to `stop` ms after each onset; (items, cells)."""
    return measures.counts(spikes, n_cells, np.stack((onset_ms + start, onset_ms + stop), axis=1))


def in_column(counts: Floats, preferred_deg: Floats, shown_deg: Floats) -> Floats:
    """Give the spikes a cell of those that prefer the item shown, (items,); 0 where none does."""
    own = orientation_distance(preferred_deg[None, :], shown_deg[:, None]) < COLUMN_DEG
    mean: Floats = (counts * own).sum(axis=1) / np.maximum(own.sum(axis=1), 1)
    return mean


def unheard(
    own: Floats, counts: Floats, symbol: NDArray[np.int64], n_symbols: int
) -> tuple[float, float]:
    """Give the share of items that were missed, and the share told wrong by their templates.

    Parameters
    ----------
    own : array (items,)
        From `in_column`.
    counts : array (items, cells)
    symbol : array (items,)
    n_symbols : int
    """
    known = measures.templates(counts, symbol, n_symbols, np.ones(len(symbol), dtype=bool))
    missed = own < MISSED * np.median(own)
    return float(missed.mean()), float((measures.nearest(counts, known) != symbol).mean())


if __name__ == "__main__":
    probes.run(main)
