"""How surely each population on the way to V2 answers an item, before anything is learnt.

What V2's bursters miss, layer 6 cannot hold: a prediction is then made from an item that was not there,
and with a memory two predictions are. `ctloop measure item-detection` counts for each population, item by
item, the spikes of the cells within 11 deg of the item shown: their mean, and how much they vary from item
to item. For V2's bursters it also gives how many items they missed (fewer than .4 of their median spikes),
and how many are decoded wrong by the nearest of their templates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from circuits.records import Spikes
from circuits.spec import populations
from circuits.wiring import orientation_distance
from sims.prediction.analyses.declaration import ItemDetectionRequest
from sims.prediction.analyses.seeds import each_seed
from sims.prediction.epoch import Task, run_epoch
from sims.prediction.nearest_template import nearest, templates
from sims.prediction.relay_vectors import counts
from sims.report.result_table import Cell, ResultTable
from sims.runs.assemble import orientations
from sims.stimuli.sequences import named

if TYPE_CHECKING:
    from sims.report.progress import Progress

Floats = NDArray[np.float64]

#: Populations from V1's input to V2's bursters, and when each answers, ms from the item's onset.
STAGES = {
    "V1.L4E": (30.0, 100.0),
    "V1.L23E": (30.0, 120.0),
    "V1.L5IB": (40.0, 110.0),
    "Pulvinar.TRC": (50.0, 90.0),
    "V2.L4E": (40.0, 130.0),
    "V2.L5IB": (50.0, 150.0),
}
#: The population by whose spikes an item counts as detected.
DETECTOR = "V2.L5IB"
#: Half of the distance of two items, deg; and the share of the median below which an item is missed.
COLUMN_DEG, MISSED = 11.25, 0.4
#: Number of the epoch: its noise is none that anything was trained with.
EPISODE = 5_000_000


def measure(request: ItemDetectionRequest, shown: Progress) -> ResultTable:
    """Give for each seed and population how many spikes an item has, and how much they vary.

    Parameters
    ----------
    request : ItemDetectionRequest
    shown : Progress

    Returns
    -------
    ResultTable
        One row a seed and population.
    """
    _, circuit = request.circuits()
    grammar, known = named(request.sequence), populations(circuit)
    rows: list[tuple[Cell, ...]] = []
    for seed, report in each_seed(request.seed_numbers, shown):
        epoch, result, _ = run_epoch(
            circuit, Task(grammar=grammar), request.cycles, seed, EPISODE,
            learns=False, engine=request.engine, report=report,
        )  # fmt: skip
        onset, preferred = epoch.onset_ms[:-1], orientations(known, seed)
        shown_deg = np.asarray(grammar.orientations_deg)[epoch.symbol]
        for name, (start, stop) in STAGES.items():
            spikes = counts_after(result.spikes[name], known[name].count, onset, start, stop)
            own = in_column(spikes, preferred[name], shown_deg)
            errors: tuple[Cell, Cell] = (None, None)
            if name == DETECTOR:
                errors = missed_items(own, spikes, epoch.symbol, len(grammar.symbols))
            variation = float(own.std() / max(own.mean(), 1e-9))
            rows.append((seed, name, float(own.mean()), variation, *errors))
    return ResultTable(
        title=f"How surely populations answer an item: {grammar.name}",
        heads=("seed", "population", "spikes a cell", "varies by", "missed", "decoded wrong"),
        rows=tuple(rows),
        notes=(
            f"Of the cells within {COLUMN_DEG:g} deg of the item shown: mean spikes an item, and their "
            f"standard deviation over items as a share of the mean. An item is missed with fewer than "
            f"{MISSED:g} of the median; shares of the items.",
        ),
    )


def counts_after(
    spikes: Spikes, n_cells: int, onset_ms: Floats, start: float, stop: float
) -> Floats:
    """Count each cell's spikes from `start` to `stop` ms after each onset; (items, cells)."""
    return counts(spikes, n_cells, np.stack((onset_ms + start, onset_ms + stop), axis=1))


def in_column(spikes: Floats, preferred_deg: Floats, shown_deg: Floats) -> Floats:
    """Average the spikes over the cells that prefer the item shown.

    Parameters
    ----------
    spikes : array (items, cells)
    preferred_deg : array (cells,)
    shown_deg : array (items,)

    Returns
    -------
    array (items,)
        Spikes a cell; 0 where no cell prefers it.
    """
    own = orientation_distance(preferred_deg[None, :], shown_deg[:, None]) < COLUMN_DEG
    mean: Floats = (spikes * own).sum(axis=1) / np.maximum(own.sum(axis=1), 1)
    return mean


def missed_items(
    own: Floats, spikes: Floats, symbol: NDArray[np.int64], n_symbols: int
) -> tuple[float, float]:
    """Give the share of items that were missed, and the share decoded wrong by their templates.

    Parameters
    ----------
    own : array (items,)
        From `in_column`.
    spikes : array (items, cells)
    symbol : array (items,)
    n_symbols : int
    """
    known = templates(spikes, symbol, n_symbols, np.ones(len(symbol), dtype=bool))
    missed = own < MISSED * np.median(own)
    return float(missed.mean()), float((nearest(spikes, known) != symbol).mean())
