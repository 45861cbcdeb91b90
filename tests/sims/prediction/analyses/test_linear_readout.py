"""The linear reader beside the synapses: on made-up spikes, and on those of the circuit."""

from __future__ import annotations

import numpy as np
import pytest

from sims.prediction.analyses.layer6_decoding import record_layer6
from sims.prediction.analyses.linear_readout import linear_readout
from sims.stimuli.sequences import draw, named
from thalamus.memory import with_memory
from thalamus.predictive import prediction_circuit


def _counts(symbol: np.ndarray, hold: float) -> np.ndarray:
    """Poisson counts of 80 cells, ten an item, that show which item was the last."""
    rng = np.random.default_rng(0)
    return rng.poisson(0.2 + hold * (np.roll(symbol, 1)[:, None] == np.arange(80) // 10)).astype(
        float
    )


def test_what_follows_from_the_last_item_is_predicted_after_few_cycles() -> None:
    symbol = draw(named("loop"), 240, np.random.default_rng(1)).symbol
    guess = linear_readout(_counts(symbol, 4.0), symbol, 8, 120)
    assert (guess == symbol)[120:].all()


def test_from_cells_that_hold_nothing_it_predicts_by_chance() -> None:
    symbol = draw(named("shuffled"), 1120, np.random.default_rng(1)).symbol
    right = (linear_readout(_counts(symbol, 0.0), symbol, 8, 120) == symbol)[120:]
    # 1,000 guesses at 1/8: 4 standard errors of .0105.
    assert abs(right.mean() - 0.125) < 0.042


def test_nothing_is_learnt_of_the_cycles_that_are_tested() -> None:
    symbol = draw(named("loop"), 40, np.random.default_rng(1)).symbol
    spikes = _counts(symbol, 4.0)
    other = np.concatenate((symbol[:20], (symbol[20:] + 1) % 8))
    assert np.array_equal(
        linear_readout(spikes, symbol, 8, 20), linear_readout(spikes, other, 8, 20)
    )


def test_without_an_error_what_comes_often_is_predicted_where_it_does_not_come() -> None:
    # Cell 0 always fires. Cell 1 shows that symbol 1 comes, which is rare.
    symbol = np.tile([0, 0, 0, 0, 0, 1], 40)
    spikes = np.stack((np.full(symbol.size, 3.0), symbol == 1), axis=1)
    delta, hebb = (
        linear_readout(spikes, symbol, 2, 200, error_weight) for error_weight in (1.0, 0.0)
    )
    assert (delta == symbol)[200:].all()
    assert (hebb == 0)[200:].all()


def test_silent_cells_are_no_error() -> None:
    assert (linear_readout(np.zeros((6, 3)), np.arange(6) % 2, 2, 3) == 0).all()


@pytest.mark.slow
@pytest.mark.compile
def test_a_linear_reader_of_layer_6_predicts_the_next_symbol_of_reber_better_than_the_last_symbol_could() -> (
    None
):
    grammar = named("reber")
    spikes, epoch = record_layer6(with_memory(prediction_circuit()), grammar, 0, 300)
    guess = linear_readout(spikes, epoch.symbol, len(grammar.symbols), 220)
    # The last symbol alone gives .69; 80 cycles have a standard error of .05.
    assert epoch.legal[np.arange(220, 300), guess[220:]].mean() > 0.69
