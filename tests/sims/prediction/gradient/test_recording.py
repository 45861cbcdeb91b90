"""A recording of the real circuit: its wiring and windows, and weights that the replay comes to as well."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from circuits.engine.choose import choose
from circuits.learning.kinase.rule import Floats
from circuits.learning.record import RIVALS, Learning, learning_of
from circuits.learning.replay.changes import (
    Rule,
    delta,
    differences,
    kinase,
    product_rule,
    weights_after,
)
from circuits.learning.replay.read_times import phases
from circuits.learning.replay.synapse_trains import trains_of
from circuits.learning.rivals import scale_of
from circuits.spec import populations, set_parameter
from sims.prediction.epoch import Task, run_epoch
from sims.prediction.gradient.recording import EXCITES, INHIBITS, held_hz, learnt, record
from sims.stimuli.sequences import named
from thalamus.predictive import PLASTIC, prediction_circuit

SEED = 1100


@pytest.mark.slow
@pytest.mark.compile
@pytest.mark.parametrize("name", ["cascade", *RIVALS])
def test_the_replay_comes_to_the_weights_that_the_circuit_learnt(name: str) -> None:
    circuit = set_parameter(prediction_circuit(), f"learning.rule={name}")
    engine = choose(None).engine
    epoch, result, _ = run_epoch(
        circuit, Task(grammar=named("loop")), 10, SEED, 1, learns=True, engine=engine
    )
    known, edges = populations(circuit), result.edges[PLASTIC]
    rule = replace(learning_of(circuit), from_ms=float(epoch.onset_ms[0]))
    trains = [
        trains_of(result.spikes[name], known[name].count) for name in ("V2.L6CT", "Pulvinar.TRC")
    ]
    bursters = known[rule.burst_source].count
    parts = phases(rule, result.spikes[rule.burst_source], bursters, result.duration_ms)
    change = differences(_replayed(rule, parts), edges, *trains, parts[:, 2])
    found = weights_after(rule, change, edges.post, np.full(edges.pre.size, 0.5))
    final = result.weights[PLASTIC].final
    assert np.ptp(final) > 0.05
    assert found == pytest.approx(final, abs=1e-6 if name == "cascade" else 2e-4)


def _replayed(learning: Learning, parts_ms: Floats) -> Rule:
    if not learning.rival:
        return kinase(learning.kinase)
    name, traces = learning.rule, learning.traces
    own = delta(traces, parts_ms) if name == "delta" else product_rule(name, traces)
    scale = scale_of(name, learning)
    return lambda *spikes: scale * own(*spikes)


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


def test_who_holds_spikes_sees_those_before_the_window_too() -> None:
    trains = np.array([[90.0, np.inf], [110.0, 150.0], [np.inf, np.inf]])
    window = np.array([[100.0, 200.0]])
    quick, slow = held_hz(trains, window, 0.1)[0], held_hz(trains, window, 20.0)[0]
    assert quick == pytest.approx([0.0, 20.0, 0.0], abs=0.1)
    expected = 10.0 * (np.exp(-10 / 20) - np.exp(-110 / 20))
    assert slow[0] == pytest.approx(expected)
    assert slow[1] < quick[1]
