"""The latency of relay cells on spikes whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from circuits.records import Spikes
from sims.measures.latency import latency

ONSETS = np.array([100.0, 300.0, 500.0])


def test_the_first_spike_of_each_chosen_cell_counts_and_nothing_before_or_long_after() -> None:
    rows = []
    for onset in ONSETS:
        for cell, late in enumerate([4.0, 6.0, 8.0, 10.0]):
            rows += [(onset - 5, cell), (onset + late, cell), (onset + late + 3, cell)]
        rows += [(onset + 1, 4), (onset + 150, 0)]  # a cell that does not count; too late
    times, cells = np.array(sorted(rows)).T
    chosen = np.array([True] * 4 + [False])
    found = latency(Spikes(times, cells.astype(np.int64)), chosen, ONSETS, "pulvinar")
    assert found == {"latency_pulvinar_ms": pytest.approx(7.0)}


def test_too_few_answers_have_no_median_and_say_so() -> None:
    found = latency(
        Spikes(np.array([105.0]), np.zeros(1, np.int64)), np.ones(1, bool), ONSETS, "pulvinar"
    )
    assert found["latency_pulvinar_ms"] is None
    assert "under 10 answers" in found["latency_pulvinar_ms_reason"]
