"""Steps of current into separate cells: they rest, are held, and fire as an exact integration has it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from circuits.engine.current_steps import Steps, holding_pa, inject, resting_mv
from circuits.records import CellType
from tiny import CELL


def answer(cells: list[CellType], start_mv: list[float], current_pa: list[list[float]]):
    until = np.arange(1, len(current_pa[0]) + 1) * 100.0
    return inject(
        Steps(cells, np.array(start_mv), np.array(current_pa), until, np.array([0])),
    )


def test_a_cell_rests_where_it_is_said_to_rest_and_is_held_where_it_is_held() -> None:
    cell = replace(CELL, a_ns=2.0)
    rest = resting_mv(cell)
    assert cell.EL_mv < rest < cell.EL_mv + 0.1
    found = answer([cell, cell], [rest, -75.0], [[0.0, 0.0], [holding_pa(cell, -75.0)] * 2])
    assert found.end_mv == pytest.approx(np.array([[rest] * 2, [-75.0] * 2]), abs=1e-3)
    assert not any(len(s) for s in found.spikes_ms)


def test_every_cell_has_its_own_currents_and_spikes() -> None:
    other = replace(CELL, C_pf=100.0)
    found = answer(
        [CELL, CELL, other],
        [CELL.EL_mv] * 3,
        [[0.0, 0.0], [0.0, 400.0], [400.0, 0.0]],
    )
    silent, late, early = found.spikes_ms
    assert len(silent) == 0
    assert late.min() > 100
    assert early.max() < 103  # a spike may be under way when the current ends
    assert len(early) > len(late)
    assert found.v_mv.shape == (1, len(found.time_ms))


def test_the_fi_curve_is_that_of_a_fine_integration() -> None:
    from sims.benchmarks.single_cells import CELL as ADAPTING
    from sims.benchmarks.single_cells import reference_times

    currents = [250.0, 400.0, 600.0]
    found = answer([ADAPTING] * 3, [ADAPTING.EL_mv] * 3, [[pa] * 3 for pa in currents])
    for times, exact in zip(
        found.spikes_ms, reference_times(ADAPTING, currents, 300.0), strict=True
    ):
        assert len(times) == pytest.approx(len(exact), abs=1)
        n = min(len(times), len(exact))
        assert times[:n] == pytest.approx(exact[:n], rel=0.04, abs=0.5)


def test_a_cell_that_never_rests_begins_at_the_reversal_of_its_leak() -> None:
    assert resting_mv(replace(CELL, EL_mv=-45.0)) == -45.0
