"""Decoding the last two items from layer 6: on made-up spikes, and with the memory and without."""

from __future__ import annotations

import numpy as np
import pytest

from circuits.lesions import lesion
from sims.prediction.analyses.layer6_decoding import decode_pairs, pair_accuracy
from sims.stimuli.sequences import draw, named
from thalamus.memory import RECALL, with_memory
from thalamus.predictive import prediction_circuit


def _cells_of(last: bool, before: bool) -> tuple[np.ndarray, np.ndarray]:
    """Poisson counts of 80 cells, ten an item, that fire for the last item, the one before, or both."""
    rng = np.random.default_rng(0)
    symbol = draw(named("second-order"), 320, rng).symbol
    item = np.arange(80) // 10
    one, two = (np.roll(symbol, k)[:, None] == item for k in (1, 2))
    return rng.poisson(0.2 + 4.0 * last * one + 2.0 * before * two).astype(float), symbol


def test_both_items_are_decoded_from_cells_that_hold_both() -> None:
    assert min(pair_accuracy(*_cells_of(last=True, before=True), 8)) > 0.95


def test_from_cells_that_hold_the_last_item_the_one_before_can_only_be_guessed() -> None:
    last, both, given = pair_accuracy(*_cells_of(last=True, before=False), 8)
    assert last > 0.95
    # 318 guesses between two: 4 standard errors.
    assert abs(both - 0.5) < 0.12
    assert abs(given - 0.5) < 0.12


def test_nothing_is_decoded_from_silent_cells() -> None:
    last, both, given = pair_accuracy(np.zeros((40, 5)), np.tile([0, 1, 2, 3], 10), 8)
    assert (last, both) == (0.0, 0.0)
    assert np.isnan(given)


@pytest.mark.slow
@pytest.mark.compile
def test_layer_6_holds_the_item_before_the_last_by_its_memory() -> None:
    circuit = with_memory(prediction_circuit())
    intact, without = decode_pairs(circuit, 0, 96), decode_pairs(lesion(circuit, RECALL), 0, 96)
    assert intact[0] > 0.8
    assert intact[2] > without[2] + 0.1
