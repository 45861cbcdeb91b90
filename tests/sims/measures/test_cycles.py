"""The burst detector: silent on independent cells, sure of volleys, right about their edges."""

import numpy as np
import pytest
from scipy.stats import binom

from circuits.records import Spikes
from circuits.runs.run import Cycles
from sims.measures.cycles import FALSE_ALARM, during, find_cycles

STOP_MS = 11_000.0


def spikes_of(times, cells):
    order = np.argsort(times, kind="stable")
    return Spikes(np.asarray(times, float)[order], np.asarray(cells, np.int64)[order])


def independent(rng, n_cells, packets_hz, spikes_per_packet=1, interval_ms=5.0):
    """Cells that fire packets of spikes at random, each for itself."""
    n = rng.poisson(n_cells * packets_hz * STOP_MS / 1000)
    times = rng.uniform(0, STOP_MS, n)[:, None] + np.arange(spikes_per_packet) * interval_ms
    return spikes_of(times.ravel(), np.repeat(rng.integers(0, n_cells, n), spikes_per_packet))


def volleys(rng, n_cells, share, bursts_hz, width_ms, spikes_per_cell, tonic_hz=0.0):
    """A share of the cells bursts together, over independent firing of all; gives the onsets too."""
    onsets = np.cumsum(rng.normal(1000 / bursts_hz, 100 / bursts_hz, int(11 * bursts_hz)))
    onsets = onsets[onsets < STOP_MS - 100]
    members = int(n_cells * share)
    spread = max(width_ms - 5.0 * (spikes_per_cell - 1), 1.0)
    first = onsets[:, None, None] + rng.uniform(0, spread, (len(onsets), members, 1))
    times = (first + 5.0 * np.arange(spikes_per_cell)).ravel()
    cells = np.tile(np.repeat(np.arange(members), spikes_per_cell), len(onsets))
    tonic = independent(rng, n_cells, tonic_hz)
    return spikes_of(np.r_[times, tonic.times_ms], np.r_[cells, tonic.cells]), onsets


def false_alarms(make, n_runs, seed):
    rng = np.random.default_rng(seed)
    found = (find_cycles(make(rng), 200, 1000.0, STOP_MS) for _ in range(n_runs))
    return sum(len(f.burst_on_ms) > 0 for f in found)


@pytest.mark.parametrize("rate_hz", [0.1, 1.0, 5.0, 20.0])
def test_poisson_firing_has_a_burst_in_at_most_one_run_of_a_hundred(rate_hz):
    """The test itself errs with a probability under 1e-4 if the stated rate is the true one."""
    n_runs = 100
    alarms = false_alarms(lambda rng: independent(rng, 200, rate_hz), n_runs, seed=1)
    assert alarms <= binom.isf(1e-4, n_runs, FALSE_ALARM)


@pytest.mark.parametrize(("cells", "packets_hz", "size"), [(200, 5.0, 3), (40, 4.0, 5)])
def test_cells_that_burst_each_for_itself_are_no_population_burst(cells, packets_hz, size):
    n_runs = 60
    alarms = false_alarms(lambda rng: independent(rng, cells, packets_hz, size), n_runs, seed=2)
    assert alarms <= binom.isf(1e-4, n_runs, FALSE_ALARM)


def test_a_slow_drift_of_the_rate_is_no_burst():
    rng = np.random.default_rng(3)
    fast = independent(rng, 200, 10.0)
    drift = 0.5 + 0.5 * np.sin(2 * np.pi * 0.2 * fast.times_ms / 1000)
    keep = rng.uniform(size=len(drift)) < drift
    found = find_cycles(Spikes(fast.times_ms[keep], fast.cells[keep]), 200, 1000.0, STOP_MS)
    assert len(found.burst_on_ms) == 0


@pytest.mark.parametrize(
    ("n_cells", "share", "bursts_hz", "width_ms", "spikes_per_cell", "tonic_hz"),
    [
        (200, 0.2, 5.0, 30.0, 3, 0.0),
        (200, 0.2, 5.0, 40.0, 3, 3.0),
        (100, 0.2, 5.0, 40.0, 3, 1.0),
        (200, 0.2, 10.0, 30.0, 2, 1.0),
        (300, 1.0, 1.0, 10.0, 1, 0.0),
        (300, 0.5, 5.0, 60.0, 4, 2.0),
    ],
)
def test_volleys_of_a_fifth_of_the_cells_or_more_are_found_where_they_are(
    n_cells, share, bursts_hz, width_ms, spikes_per_cell, tonic_hz
):
    rng = np.random.default_rng(4)
    spikes, onsets = volleys(rng, n_cells, share, bursts_hz, width_ms, spikes_per_cell, tonic_hz)
    found = find_cycles(spikes, n_cells, 1000.0, STOP_MS)
    inside = onsets[(onsets > 1050) & (onsets < STOP_MS - 150)]
    nearest = np.abs(found.burst_on_ms[:, None] - inside[None, :])
    assert np.mean(nearest.min(axis=0) < 15) >= 0.98  # found
    assert np.mean(nearest.min(axis=1) < 15) >= 0.95  # and not much else
    width = np.mean(found.burst_off_ms - found.burst_on_ms)
    assert width == pytest.approx(width_ms, abs=10)


def test_a_cycle_runs_from_the_end_of_one_burst_to_the_end_of_the_next():
    found = Cycles(np.array([100.0, 300.0, 480.0]), np.array([150.0, 340.0, 500.0]))
    assert len(found) == 2
    silence, burst = during(found, "prediction", 600), during(found, "outcome", 600)
    assert list(np.flatnonzero(np.diff(silence.astype(int))) + 1) == [150, 300, 340, 480]
    assert list(np.flatnonzero(np.diff(burst.astype(int))) + 1) == [300, 340, 480, 500]
    assert not (silence & burst).any()


def test_a_silent_population_and_a_single_spike_have_no_cycle():
    nobody = spikes_of([], [])
    assert len(find_cycles(nobody, 100, 0.0, 5000.0)) == 0
    assert len(find_cycles(spikes_of([2000.0], [3]), 100, 0.0, 5000.0).burst_on_ms) == 0
    assert not during(find_cycles(nobody, 100, 0.0, 5000.0), "outcome", 5000).any()
