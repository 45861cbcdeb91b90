"""What could be foretold from layer 6: a linear reader beside the synapses of the circuit.

    python -m sims.prediction.analyses.linear_readout [--sequence reber] [--seed 40] [--seeds 2] [--cycles 392]
        [--test-cycles 160]

Shows a sequence to the untrained circuit with a memory (`thalamus.memory`) and lets a delta rule (Widrow &
Hoff 1960) learn, cycle by cycle and once, which symbol follows the spikes that V2.L6CT fires in the
prediction part. It has the same spikes and as many cycles as the synapses onto the relay cells, but exact
errors, weights of either sign and no spikes of its own: what it does better is not layer 6's to answer for.
Beside it stands the same reader without an error: Hebb's rule, which adds what came and takes nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sims.prediction.analyses import options as probes
from sims.prediction.analyses.layer6_decoding import heard
from sims.stimuli.sequences import named
from thalamus.memory import with_memory
from thalamus.predictive import prediction_circuit

#: Share of an error that one cycle takes away; .1 and 1 read about as well (seeds 100 and 101).
RATE = 0.3


def main() -> None:
    """Print for each seed how many of the tested cycles the reader foretells."""
    parser = probes.parser(
        "What could be foretold from layer 6.", seed=40, cycles=392, sequence="reber"
    )
    parser.add_argument("--test-cycles", type=int, default=160)
    given = parser.parse_args()
    circuit, grammar = with_memory(prediction_circuit()), named(given.sequence)
    for seed, report in probes.each_seed(given):
        spikes, epoch = heard(circuit, grammar, seed, given.cycles + given.test_cycles, report)
        tested = np.arange(given.cycles, len(epoch.symbol))
        share = {}
        for rule, takes in (("delta", 1.0), ("Hebb", 0.0)):
            guess = foretold(spikes, epoch.symbol, len(grammar.symbols), given.cycles, takes)
            share[rule] = epoch.legal[tested, guess[tested]].mean()
        print(
            f"seed {seed}: of {tested.size} cycles the delta rule foretells {share['delta']:.2f} "
            f"(legal), Hebb's {share['Hebb']:.2f}",
            flush=True,
        )


def foretold(
    spikes: NDArray[np.float64],
    symbol: NDArray[np.int64],
    n_symbols: int,
    learns: int,
    takes: float = 1.0,
) -> NDArray[np.int64]:
    """Foretell each cycle's symbol by a rule that learns from the first cycles alone.

    With x the spikes of a cycle as a vector of length 1 and y the symbol that came, 1 of n::

        W += RATE * (y - takes W x) x

    Parameters
    ----------
    spikes : array (cycles, cells)
        Counts before the symbol came.
    symbol : array (cycles,)
    n_symbols : int
    learns : int
        Cycles after which W stays as it is.
    takes : float
        How much of what was foretold is taken away: 1 is the delta rule, 0 Hebb's.

    Returns
    -------
    array (cycles,)
        The symbol foretold, before that cycle was learnt.
    """
    length = np.linalg.norm(spikes, axis=1, keepdims=True)
    unit = np.divide(spikes, length, out=np.zeros_like(spikes, dtype=float), where=length > 0)
    weight = np.zeros((n_symbols, spikes.shape[1]))
    guess = np.empty(len(symbol), dtype=np.int64)
    for k, (x, came) in enumerate(zip(unit, symbol, strict=True)):
        says = weight @ x
        guess[k] = int(np.argmax(says))
        if k < learns:
            weight += RATE * np.outer(np.eye(n_symbols)[came] - takes * says, x)
    return guess


if __name__ == "__main__":
    probes.run(main)
