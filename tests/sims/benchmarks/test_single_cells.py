"""The error of single cells is measured beside a reference that has none to speak of."""

from __future__ import annotations

import numpy as np
import pytest

from circuits.errors import CtloopError
from sims.benchmarks import single_cells
from sims.benchmarks.single_cells import (
    CELL,
    CURRENTS_PA,
    error_percent,
    reference_times,
    steady_interval,
)


def test_a_reference_in_half_the_step_has_the_same_intervals(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    coarse = reference_times(CELL, (450.0,), 40.0)[0]
    monkeypatch.setattr(single_cells, "REFERENCE_DT_MS", 0.005)
    fine = reference_times(CELL, (450.0,), 40.0)[0]
    assert coarse.size > 2
    np.testing.assert_allclose(np.diff(coarse), np.diff(fine), rtol=5e-4)


def test_an_interval_is_that_of_the_late_spikes() -> None:
    assert steady_interval([1.0, 2.0, 1000.0, 1010.0, 1030.0], 3000.0) == 15.0
    assert steady_interval([1.0, 60.0, 70.0], 100.0) == 10.0
    with pytest.raises(CtloopError, match="too rarely"):
        steady_interval([1.0, 2.0], 100.0)


def test_an_error_is_the_mean_over_cells_of_the_relative_ones() -> None:
    times = {f"cell.{c:g}pA": [1000.0, 1010.0, 1020.0] for c in CURRENTS_PA}
    assert error_percent(times, [10.0] * len(CURRENTS_PA), 2000.0) == 0.0
    assert error_percent(times, [8.0] * len(CURRENTS_PA), 2000.0) == pytest.approx(25.0)
