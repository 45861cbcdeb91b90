"""Changes of many synapses on recorded spikes: trains with delays, in parts, and without their mean."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from circuits.errors import CtloopError
from circuits.learning.kinase.reference import cycle_differences
from circuits.learning.kinase.rule import KinaseRule, bounded
from circuits.learning.record import Learning
from circuits.learning.replay import changes as changing
from circuits.learning.replay.changes import differences, kinase, weights_after, zero_sum
from circuits.learning.replay.synapse_trains import arrivals, between, trains_of
from circuits.records import Edges, Spikes

EDGES = Edges(
    pre=np.array([0, 1, 2, 0, 2]), post=np.array([1, 0, 1, 0, 0]), weight_ns={},
    delay_ms=np.array([1.0, 2.0, 3.0, 4.0, 5.0]),
)  # fmt: skip
READS = np.array([120.0, 250.0])


def spikes(n_cells: int, many: int, seed: int) -> Spikes:
    rng = np.random.default_rng(seed)
    return Spikes(np.sort(rng.uniform(0, 240, many)), rng.integers(0, n_cells, many))


def test_trains_hold_every_spike_once_in_order() -> None:
    one = spikes(4, 30, 0)
    found = trains_of(one, 5)
    assert np.isfinite(found).sum() == 30
    assert not np.isfinite(found[4]).any()
    for cell in range(4):
        own = found[cell][np.isfinite(found[cell])]
        assert own == pytest.approx(np.sort(one.times_ms[one.cells == cell]))


def test_the_senders_spikes_arrive_after_the_delay_of_each_synapse() -> None:
    sender, receiver = trains_of(spikes(3, 9, 1), 3), trains_of(spikes(2, 9, 2), 2)
    pre, post = arrivals(EDGES, sender, receiver, np.array([2, 4]))
    assert pre[0] - sender[2] == pytest.approx(3.0, nan_ok=True)
    assert pre[1][0] - pre[0][0] == pytest.approx(2.0)
    assert (post == receiver[[1, 0]]).all()


def test_a_stretch_of_trains_is_what_lies_in_it() -> None:
    found = between(np.array([[5.0, 20.0, np.inf], [12.0, 14.0, 30.0]]), 10.0, 20.0)
    assert found.tolist() == [[np.inf, np.inf], [12.0, 14.0]]


def test_changes_in_parts_are_those_of_all_synapses(monkeypatch: pytest.MonkeyPatch) -> None:
    sender, receiver = trains_of(spikes(3, 40, 3), 3), trains_of(spikes(2, 40, 4), 2)
    rule = KinaseRule(tau_pre_ms=100.0)
    whole = differences(kinase(rule), EDGES, sender, receiver, READS)
    assert whole == pytest.approx(
        cycle_differences(rule, *arrivals(EDGES, sender, receiver, np.arange(5)), READS)
    )
    monkeypatch.setattr(changing, "CHUNK", 2)
    assert differences(kinase(rule), EDGES, sender, receiver, READS) == pytest.approx(whole)
    some = differences(kinase(rule), EDGES, sender, receiver, READS, np.array([3, 0]))
    assert some == pytest.approx(whole[[3, 0]])


def test_zero_sum_leaves_no_mean_at_any_receiver() -> None:
    change = np.random.default_rng(5).standard_normal((5, 3))
    found = zero_sum(change, EDGES.post)
    for cell in (0, 1):
        mine = EDGES.post == cell
        assert found[mine].sum(axis=0) == pytest.approx(np.zeros(3), abs=1e-12)
        assert found[mine] == pytest.approx(change[mine] - change[mine].mean(axis=0))
    assert zero_sum(change[:, 0], EDGES.post) == pytest.approx(found[:, 0])


def test_weights_follow_rate_bound_and_homeostasis() -> None:
    change, start = np.full((5, 1), 0.3), np.linspace(0.2, 0.8, 5)
    plain = Learning(rate=0.5)
    assert weights_after(plain, change, EDGES.post, start) == pytest.approx(
        bounded(0.5, change[:, 0], start)
    )
    summed = weights_after(replace(plain, homeostasis="zero-sum"), change, EDGES.post, start)
    assert np.bincount(EDGES.post, summed) == pytest.approx(np.bincount(EDGES.post, start))
    with pytest.raises(CtloopError, match="scaling"):
        weights_after(replace(plain, homeostasis="scaling"), change, EDGES.post, start)
