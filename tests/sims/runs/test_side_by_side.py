"""How many simulations run at a time: what processors and memory allow, never none."""

from __future__ import annotations

import pytest

import tiny
from circuits import spec
from sims.runs import side_by_side
from sims.runs.side_by_side import at_a_time, message


@pytest.fixture
def circuit() -> spec.Circuit:
    return spec.assemble([tiny.population("A"), tiny.population("B")], [tiny.projection("A", "B")])


@pytest.fixture(autouse=True)
def _machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_by_side, "processors", lambda: 8)
    monkeypatch.setattr(side_by_side, "free_memory", lambda: 1e12)


def test_each_processor_has_a_simulation(circuit: spec.Circuit) -> None:
    assert at_a_time(circuit) == 8


def test_runs_of_two_simulations_have_two_processors_each(circuit: spec.Circuit) -> None:
    assert at_a_time(circuit, each=2) == 4


def test_little_memory_allows_fewer_but_one(
    circuit: spec.Circuit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(side_by_side, "free_memory", lambda: 2e9)
    assert 1 < at_a_time(circuit) < 8
    monkeypatch.setattr(side_by_side, "free_memory", lambda: 1e6)
    assert at_a_time(circuit) == 1


def test_engine_threads_and_simulations_are_said() -> None:
    assert message("standalone", 2) == "C++ standalone, 1 thread, 2 simulations at a time"
    assert message("numpy", 1) == "NumPy, 1 thread, 1 simulation at a time"
