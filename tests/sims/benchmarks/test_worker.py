"""A side in a process of its own answers as often as it is asked, or says in one line why it cannot."""

from __future__ import annotations

import pytest

from circuits.engine.simulate import simulate
from circuits.errors import CtloopError
from circuits.spec import assemble
from sims.benchmarks.trial import Engine, Trial
from sims.benchmarks.worker import Worker, saved
from tiny import firing, projection


def test_an_answer_has_the_stages_and_what_was_delivered() -> None:
    circuit = assemble([firing("A.E"), firing("B.E")], [projection("A.E", "B.E")])
    with saved(circuit) as (file,):
        found = Engine(Trial(circuit_file=file, engine="numpy", spike_times=True)).run(60.0)
    result = simulate(circuit, duration_ms=60.0, seed=0, engine="numpy")
    fired = {name: s.cells.size for name, s in result.spikes.items()}
    assert {"wiring", "building", "compiling", "simulating", "processor"} <= set(found)
    assert found["spikes"] == sum(fired.values()) > 0
    assert found["synapses"] == 100
    assert sorted(found["times_ms"]["A.E"]) == sorted(result.spikes["A.E"].times_ms.tolist())


@pytest.mark.slow
def test_a_process_answers_twice_and_tells_its_memory() -> None:
    with saved(assemble([firing("A.E")], [])) as (file,):
        trial = Trial(circuit_file=file, engine="numpy")
        with Worker(trial, memory=True) as worker:
            first, second = worker.run(5.0), worker.run(5.0, seed=1)
    assert 0 < first["since_begun"] < second["since_begun"]
    assert worker.peak_mb > 10


def test_a_process_that_cannot_says_why_in_one_line() -> None:
    trial = Trial(circuit_file="no/such/file.json", engine="numpy")
    with (
        Worker(trial) as worker,
        pytest.raises(CtloopError, match=r"^cannot read the circuit file") as refused,
    ):
        worker.run(1.0)
    assert "\n" not in str(refused.value)


def test_steps_that_took_no_longer_than_a_start_are_not_timed() -> None:
    worker = Worker(Trial(circuit_file="any", engine="numpy"))
    assert worker.steps_of({"simulating": 0.5}) == 0.5
    with pytest.raises(CtloopError, match="idle machine"):
        worker.steps_of({"simulating": 0.0})
