"""How surely V2 hears an item: on made-up counts with known misses, and on the circuit."""

from __future__ import annotations

import numpy as np
import pytest

from sims.prediction.analyses import item_detection as hearing

PREFERRED = np.repeat(np.arange(8) * 22.5, 5)
SYMBOL = np.arange(80) % 8


def _counts(missed: np.ndarray) -> np.ndarray:
    own = SYMBOL[:, None] == np.repeat(np.arange(8), 5)
    return np.where(own, 4.0, 0.0) * ~missed[:, None]


def test_items_that_leave_no_answer_are_missed_and_told_wrong() -> None:
    missed = np.arange(80) % 10 == 3
    counts = _counts(missed)
    own = hearing.in_column(counts, PREFERRED, SYMBOL * 22.5)
    assert hearing.unheard(own, counts, SYMBOL, 8) == (0.1, 0.1)


def test_items_that_are_all_answered_are_neither() -> None:
    counts = _counts(np.zeros(80, dtype=bool))
    own = hearing.in_column(counts, PREFERRED, SYMBOL * 22.5)
    assert np.all(own == 4.0)
    assert hearing.unheard(own, counts, SYMBOL, 8) == (0.0, 0.0)


def test_a_column_goes_round_180_deg() -> None:
    counts = np.ones((1, 3))
    near = hearing.in_column(counts, np.array([175.0, 5.0, 90.0]), np.array([0.0]))
    assert near == 1.0


def test_no_cell_of_the_orientation_is_no_answer() -> None:
    assert hearing.in_column(np.ones((1, 1)), np.array([90.0]), np.array([0.0])) == 0.0


@pytest.mark.slow
@pytest.mark.compile
def test_v2_of_the_circuit_misses_few_items_and_tells_nearly_all_right(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["hearing", "--cycles", "48"])
    hearing.main()
    last = capsys.readouterr().out.splitlines()[-1]
    missed, wrong = float(last.split()[2]), float(last.split()[-4])
    assert missed <= 0.15, last
    assert wrong <= 0.05, last
