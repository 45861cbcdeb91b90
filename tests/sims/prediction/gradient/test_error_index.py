"""Rules replayed on made-up spikes: where they lie, and the table and metrics that say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from circuits.errors import CtloopError
from circuits.learning.record import Learning
from circuits.learning.replay.changes import differences, kinase, weights_after
from sims.prediction.gradient import error_index
from sims.prediction.gradient.declaration import ERROR_INDEX, ErrorIndexRequest
from sims.prediction.gradient.error_index import place_rules, some_synapses, table_of
from sims.prediction.gradient.recording import Recording, closed_cycles
from sims.prediction.gradient.rules import RULES, changes
from sims.report.progress import SilentProgress

Make = Callable[..., Recording]


def test_the_kinase_rule_lies_above_0_and_below_it_when_each_cycle_runs_backwards(
    make_recording: Make,
) -> None:
    one = make_recording()
    found = place_rules(one, np.arange(one.edges.pre.size))
    assert found["kinase"].index > 0.0 > found["reversed"].index
    assert found["kinase"].reading.outcome > 0.0 > found["reversed"].reading.outcome
    assert found["delta"].reading.explained > found["kinase"].reading.explained


def test_a_rule_that_weighs_the_fast_integral_more_takes_less(make_recording: Make) -> None:
    taken = []
    for scale in (0.8, 1.0, 1.2):
        learning = Learning(pre_ms=100.0, fast_scale=scale)
        one = make_recording(learning=learning)
        taken.append(place_rules(one, np.arange(one.edges.pre.size))["kinase"].reading.taken)
    assert taken[0] > taken[1] > taken[2]


def test_every_rule_has_a_column_a_cycle_and_no_mean_at_a_receiver(make_recording: Make) -> None:
    one = make_recording()
    some = some_synapses(one, 0, 6)
    assert np.unique(one.edges.pre[some]).size == 6
    for name in RULES:
        found = changes(name, one, some)
        assert found.shape == (some.size, one.read.size)
        assert np.bincount(one.edges.post[some], found[:, 3]) == pytest.approx(0.0, abs=1e-9)


def test_the_kinase_rules_change_is_that_of_the_circuit_but_for_the_rate(
    make_recording: Make,
) -> None:
    rng, one = np.random.default_rng(1), make_recording()
    one = replace(one, weight=rng.uniform(0.2, 0.8, one.edges.pre.size))
    all_ = np.arange(one.edges.pre.size)
    whole = differences(
        kinase(one.learning.kinase), one.edges, one.sender, one.receiver, one.all_reads_ms
    )
    slow = replace(one.learning, rate=1e-3)
    after = weights_after(slow, whole[:, [7]], one.edges.post, one.weight)
    assert (after - one.weight) * 1e3 == pytest.approx(changes("kinase", one, all_)[:, 7])


def test_what_was_foretold_in_vain_is_unlearnt_by_the_plain_delta_rule_and_not_by_the_outcome(
    make_recording: Make,
) -> None:
    one = make_recording()
    found = place_rules(one, np.arange(one.edges.pre.size))
    assert found["outcome"].index == pytest.approx(0.0, abs=1e-9)
    assert found["delta"].in_vain > 0.2 > abs(found["outcome"].in_vain)
    assert found["reversed"].in_vain < found["outcome"].in_vain
    assert found["outcome"].as_foretold > 1.0


def test_predictions_that_are_right_leave_nothing_to_compare(make_recording: Make) -> None:
    one = make_recording()
    right = replace(one, receiver=np.tile(np.arange(1.0, 8000.0, 10.0), (12, 1)))
    with pytest.raises(CtloopError, match="shuffled"):
        place_rules(right, np.arange(one.edges.pre.size))


def test_a_cycle_is_closed_by_the_first_read_out_after_its_burst(
    make_epoch: Callable[..., object],
) -> None:
    epoch = make_epoch(0, n=4)
    reads = np.array([90.0, 95.0, 300.0, 700.0, 1000.0])
    read, windows, cycle = closed_cycles(epoch, reads)  # type: ignore[arg-type]
    assert cycle.tolist() == [0, 1, 3]
    assert read.tolist() == [0, 2, 3]
    assert windows[:, 2:].tolist() == [[60.0, 90.0], [260.0, 300.0], [660.0, 700.0]]


def test_the_table_has_a_row_a_rule_and_the_metrics_are_flat(make_recording: Make) -> None:
    found = []
    for seed in range(3):
        one = make_recording(seed)
        found.append(place_rules(one, some_synapses(one, seed, 2)))
    table = table_of(found, "made up")
    assert [row[0] for row in table.rows] == [*RULES, "outcome"]
    assert all(len(row) == len(table.heads) for row in table.rows)
    assert table.metrics["error_index_n"] == 3
    assert table.metrics["error_index_lo"] < table.metrics["error_index"]
    assert table.metrics["error_index"] < table.metrics["error_index_hi"]
    assert {"in_vain", "as_foretold_hebb", "in_vain_outcome"} <= set(table.metrics)
    assert {"error_index_bcm", "taken_hebb", "explained_stdp"} <= set(table.metrics)


def test_it_learns_one_sequence_and_records_another(
    monkeypatch: pytest.MonkeyPatch, make_recording: Make
) -> None:
    asked = []

    def learnt(circuit: object, grammar: object, seed: int, cycles: int, *_: object) -> object:
        asked.append((grammar.name, seed, cycles))  # type: ignore[attr-defined]
        return circuit

    def recorded(_: object, grammar: object, seed: int, cycles: int, *__: object) -> Recording:
        asked.append((grammar.name, seed, cycles))  # type: ignore[attr-defined]
        return make_recording(seed)

    monkeypatch.setattr(error_index, "learnt", learnt)
    monkeypatch.setattr(error_index, "record", recorded)
    request = ErrorIndexRequest(scale=0.003, engine="numpy", seed=5, seeds=1, cycles=20, senders=2)
    table = ERROR_INDEX.measure(request, SilentProgress())
    assert asked == [("loop", 5, 20), ("shuffled", 5, 48)]
    assert table.title in table.text()
