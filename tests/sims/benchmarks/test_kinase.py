"""The times of the kinase synapse: one table, from synapses that do the same."""

import numpy as np
import pytest

from circuits.errors import CtloopError
from circuits.seeds import stream
from sims.benchmarks.declaration import KinaseTimesRequest
from sims.benchmarks.kinase import SYNAPSES, difference, measure, poisson_spikes
from sims.experiments.request import options_of
from sims.report.progress import SilentProgress


def test_a_synapse_stepped_by_a_clock_ends_where_the_exact_one_does():
    small = KinaseTimesRequest(synapses=16, rate_hz=40.0, duration_ms=60.0, target="numpy")
    table = measure(small, SilentProgress())
    assert [row[0] for row in table.rows] == list(SYNAPSES)
    assert all(row[1] > 0 and row[2] > 0 for row in table.rows)
    assert table.rows[0][3:] == (1.0, 0.0)
    assert all(row[4] < 1e-3 for row in table.rows)


def test_trains_have_their_rate_and_at_most_one_spike_a_step():
    cells, times = poisson_spikes(stream(0, "trains"), 50, 20.0, 2000.0)
    assert cells.size / (50 * 2.0) == pytest.approx(20.0, rel=0.1)
    steps = np.rint(times / 0.1).astype(int)
    assert len(set(zip(cells, steps, strict=True))) == cells.size


def test_a_difference_is_relative_and_zero_beside_zero_is_none():
    assert difference(np.array([0.0, 2.0]), np.array([0.0, 1.0])) == 0.5


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"synapses": 0}, "--synapses"),
        ({"rate_hz": -1.0}, "--rate-hz"),
        ({"duration_ms": float("inf")}, "--duration-ms"),
        ({"target": "cyton"}, "nearest: cython"),
    ],
)
def test_what_cannot_be_timed_is_refused(wrong, says):
    with pytest.raises(CtloopError, match=says):
        KinaseTimesRequest(**wrong).check()


def test_there_is_nothing_to_lesion():
    assert {f.name for f in options_of(KinaseTimesRequest)} == {
        "seed", "synapses", "rate_hz", "duration_ms", "target",
    }  # fmt: skip
