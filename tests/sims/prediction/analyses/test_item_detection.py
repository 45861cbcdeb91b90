"""How surely V2 answers an item: on made-up counts with known misses, and on the circuit."""

from __future__ import annotations

import numpy as np
import pytest

from sims.prediction.analyses.declaration import ITEM_DETECTION, ItemDetectionRequest
from sims.prediction.analyses.item_detection import DETECTOR, in_column, missed_items
from sims.report.progress import SilentProgress

PREFERRED = np.repeat(np.arange(8) * 22.5, 5)
SYMBOL = np.arange(80) % 8


def _counts(missed: np.ndarray) -> np.ndarray:
    own = SYMBOL[:, None] == np.repeat(np.arange(8), 5)
    return np.where(own, 4.0, 0.0) * ~missed[:, None]


def test_items_that_leave_no_answer_are_missed_and_decoded_wrong() -> None:
    missed = np.arange(80) % 10 == 3
    counts = _counts(missed)
    own = in_column(counts, PREFERRED, SYMBOL * 22.5)
    assert missed_items(own, counts, SYMBOL, 8) == (0.1, 0.1)


def test_items_that_are_all_answered_are_neither() -> None:
    counts = _counts(np.zeros(80, dtype=bool))
    own = in_column(counts, PREFERRED, SYMBOL * 22.5)
    assert np.all(own == 4.0)
    assert missed_items(own, counts, SYMBOL, 8) == (0.0, 0.0)


def test_a_column_goes_round_180_deg() -> None:
    counts = np.ones((1, 3))
    near = in_column(counts, np.array([175.0, 5.0, 90.0]), np.array([0.0]))
    assert near == 1.0


def test_no_cell_of_the_orientation_is_no_answer() -> None:
    assert in_column(np.ones((1, 1)), np.array([90.0]), np.array([0.0])) == 0.0


@pytest.mark.slow
@pytest.mark.compile
def test_v2_of_the_circuit_misses_few_items_and_decodes_nearly_all() -> None:
    found = ITEM_DETECTION.measure(ItemDetectionRequest(cycles=48), SilentProgress())
    rows = {row[1]: dict(zip(found.heads, row, strict=True)) for row in found.rows}
    detected = rows[DETECTOR]
    assert detected["missed"] <= 0.15, detected
    assert detected["decoded wrong"] <= 0.05, detected
    assert rows["V1.L4E"]["missed"] is None
