"""A recording of the real circuit: its wiring and windows, and weights that the replay comes to as well."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from circuits.engine.choose import choose
from circuits.learning.record import learning_of
from circuits.learning.replay.changes import differences, kinase, weights_after
from circuits.learning.replay.read_times import read_times
from circuits.learning.replay.synapse_trains import trains_of
from circuits.spec import populations
from sims.prediction.epoch import Task, run_epoch
from sims.prediction.gradient.recording import EXCITES, INHIBITS, learnt, record
from sims.stimuli.sequences import named
from thalamus.predictive import PLASTIC, prediction_circuit

SEED = 1100


@pytest.mark.slow
@pytest.mark.compile
def test_the_replay_comes_to_the_weights_that_the_circuit_learnt() -> None:
    circuit, engine = prediction_circuit(), choose(None).engine
    epoch, result, _ = run_epoch(
        circuit, Task(grammar=named("loop")), 10, SEED, 1, learns=True, engine=engine
    )
    known, edges = populations(circuit), result.edges[PLASTIC]
    rule = replace(learning_of(circuit), from_ms=float(epoch.onset_ms[0]))
    trains = [
        trains_of(result.spikes[name], known[name].count) for name in ("V2.L6CT", "Pulvinar.TRC")
    ]
    bursters = known[rule.burst_source].count
    reads = read_times(rule, result.spikes[rule.burst_source], bursters, result.duration_ms)
    found = weights_after(
        rule, differences(kinase(rule.kinase), edges, *trains, reads), edges.post,
        np.full(edges.pre.size, 0.5),
    )  # fmt: skip
    final = result.weights[PLASTIC].final
    assert np.ptp(final) > 0.05
    assert found == pytest.approx(final, abs=1e-6)


@pytest.mark.slow
@pytest.mark.compile
def test_a_recording_has_the_weights_that_were_learnt_and_windows_in_order() -> None:
    circuit, engine = prediction_circuit(), choose(None).engine
    own = learnt(circuit, named("loop"), SEED, 10, engine, None)
    one = record(own, named("shuffled"), SEED, 10, engine, None)
    assert np.ptp(one.weight) > 0.05
    assert len(one.read) > 7
    assert np.all(np.diff(one.windows_ms, axis=1) > 0)
    assert one.outcome_hz.mean() > one.prediction_hz.mean() > 0
    assert set(one.drives) == {EXCITES, INHIBITS}
    assert one.drives[INHIBITS].mean() > 0
    assert learnt(circuit, named("loop"), SEED, 0, engine, None) is circuit
