"""How well the next item could be predicted from layer 6: a linear reader beside the circuit's synapses.

`ctloop measure linear-readout` shows a sequence to the untrained circuit with a memory (`thalamus.memory`)
and lets a delta rule (Widrow & Hoff 1960) learn, cycle by cycle and once, which symbol follows the spikes
that V2.L6CT fires in the prediction part. It has the same spikes and as many cycles as the synapses onto
the relay cells, but exact errors, weights of either sign and no spikes of its own: what it does better is
no limit of layer 6. Beside it stands the same reader without an error: Hebb's rule, which adds what came
and takes nothing away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sims.prediction.analyses.declaration import LinearReadoutRequest
from sims.prediction.analyses.layer6_decoding import record_layer6
from sims.prediction.analyses.seeds import each_seed
from sims.report.result_table import ResultTable
from sims.stimuli.sequences import named

if TYPE_CHECKING:
    from sims.report.progress import Progress

#: Share of an error that one cycle takes away; .1 and 1 read about as well (seeds 100 and 101).
RATE = 0.3


def measure(request: LinearReadoutRequest, shown: Progress) -> ResultTable:
    """Give for each seed how many of the tested cycles the reader predicts.

    Parameters
    ----------
    request : LinearReadoutRequest
    shown : Progress

    Returns
    -------
    ResultTable
        One row a seed.
    """
    _, circuit = request.circuits()
    grammar = named(request.sequence)
    rows = []
    for seed, report in each_seed(request.seed_numbers, shown):
        total = request.cycles + request.test_cycles
        spikes, epoch = record_layer6(circuit, grammar, seed, total, request.engine, report)
        tested = np.arange(request.cycles, len(epoch.symbol))
        shares = []
        for error_weight in (1.0, 0.0):
            predicted = linear_readout(
                spikes, epoch.symbol, len(grammar.symbols), request.cycles, error_weight
            )
            shares.append(float(epoch.legal[tested, predicted[tested]].mean()))
        rows.append((seed, tested.size, *shares))
    return ResultTable(
        title=f"What a linear reader of layer 6 predicts: {grammar.name}",
        heads=("seed", "tested cycles", "delta rule", "Hebb's rule"),
        rows=tuple(rows),
        notes=("Shares of the tested cycles in which the symbol predicted was legal.",),
    )


def linear_readout(
    spikes: NDArray[np.float64],
    symbol: NDArray[np.int64],
    n_symbols: int,
    learning_cycles: int,
    error_weight: float = 1.0,
) -> NDArray[np.int64]:
    """Predict each cycle's symbol by a rule that learns from the first cycles alone.

    With x the spikes of a cycle as a vector of length 1 and y the symbol that came, 1 of n::

        W += RATE * (y - error_weight W x) x

    Parameters
    ----------
    spikes : array (cycles, cells)
        Counts before the symbol came.
    symbol : array (cycles,)
    n_symbols : int
    learning_cycles : int
        Cycles after which W stays as it is.
    error_weight : float
        How much of what was predicted is taken away: 1 is the delta rule, 0 Hebb's.

    Returns
    -------
    array (cycles,)
        The symbol predicted, before that cycle was learnt.
    """
    length = np.linalg.norm(spikes, axis=1, keepdims=True)
    unit = np.divide(spikes, length, out=np.zeros_like(spikes, dtype=float), where=length > 0)
    weight = np.zeros((n_symbols, spikes.shape[1]))
    predicted = np.empty(len(symbol), dtype=np.int64)
    for k, (x, came) in enumerate(zip(unit, symbol, strict=True)):
        output = weight @ x
        predicted[k] = int(np.argmax(output))
        if k < learning_cycles:
            weight += RATE * np.outer(np.eye(n_symbols)[came] - error_weight * output, x)
    return predicted
