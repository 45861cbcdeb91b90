"""Training a seed: which epochs are simulated, found again, and counted. The simulations are made up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from circuits.errors import CtloopError
from circuits.learning.learnt import Learnt
from circuits.records import Spikes
from circuits.spec import Circuit, assemble
from sims.prediction import training
from sims.prediction.epoch import Epoch, Task
from sims.prediction.epoch_file import load, save
from sims.prediction.training import Plan, load_course, train
from sims.stimuli.sequences import named

MakeEpoch = Callable[..., Epoch]


def _plan(epochs: int) -> Plan:
    return Plan(
        task=Task(grammar=named("loop")), epochs=epochs, cycles=20, test_cycles=10, engine="numpy"
    )


@pytest.fixture
def simulated(make_epoch: MakeEpoch, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Replace the simulation; give the list of the episodes that are simulated."""
    episodes: list[int] = []

    def run_epoch(
        circuit: Circuit, task: Task, n: int, seed: int, episode: int, **how: Any
    ) -> tuple[Epoch, Any, None]:
        episodes.append(episode)
        how["report"]("compiling", 0.5)
        how["report"]("simulating", 0.5)
        result = SimpleNamespace(
            duration_ms=n * 200.0, wall_s={}, spikes={"none": Spikes(np.empty(0), np.empty(0, int))}
        )
        return make_epoch(0, n=n, omit=how["omit"]), result, None

    monkeypatch.setattr(training, "run_epoch", run_epoch)
    return episodes


CIRCUIT = assemble([], [])


def test_a_seed_is_simulated_before_while_and_after_it_learns(
    simulated: list[int], tmp_path: Path
) -> None:
    done: list[float] = []
    course, _ = train(CIRCUIT, _plan(2), 5, tmp_path, done.append)
    assert simulated == [1_000_000, 1, 2, 2_000_002, 3_000_002]
    assert course.omitted.omitted.any()
    assert not course.test.omitted.any()
    assert len(course.training) == 2
    assert done == sorted(done)
    assert done[0] == 0
    assert done[-1] == _plan(2).total_cycles == 70


def test_what_is_there_is_not_simulated_again(simulated: list[int], tmp_path: Path) -> None:
    train(CIRCUIT, _plan(2), 5, tmp_path)
    simulated.clear()
    done: list[float] = []
    train(CIRCUIT, _plan(2), 5, tmp_path, done.append)
    assert simulated == []
    assert done[-1] == 70


def test_with_more_epochs_only_those_and_the_tests_are_simulated(
    simulated: list[int], tmp_path: Path
) -> None:
    train(CIRCUIT, _plan(2), 5, tmp_path)
    simulated.clear()
    course, _ = train(CIRCUIT, _plan(3), 5, tmp_path)
    assert simulated == [3, 2_000_003, 3_000_003]
    assert len(course.training) == 3
    assert len(load_course(tmp_path, 5, 3).training) == 3
    assert len(load_course(tmp_path, 5, 2).training) == 2


def test_ctrl_c_leaves_whole_epochs(
    simulated: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = training.run_epoch

    def stops(*given: Any, **how: Any) -> Any:
        if given[4] == 2:
            raise KeyboardInterrupt
        return real(*given, **how)

    monkeypatch.setattr(training, "run_epoch", stops)
    with pytest.raises(KeyboardInterrupt):
        train(CIRCUIT, _plan(2), 5, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["before.npz", "epoch-0001.npz"]
    monkeypatch.setattr(training, "run_epoch", real)
    simulated.clear()
    train(CIRCUIT, _plan(2), 5, tmp_path)
    assert simulated == [2, 2_000_002, 3_000_002]


def test_an_epoch_that_is_missing_or_damaged_is_an_error(
    simulated: list[int], tmp_path: Path
) -> None:
    train(CIRCUIT, _plan(1), 5, tmp_path)
    with pytest.raises(CtloopError, match=r"epoch-0002\.npz: No such file"):
        load_course(tmp_path, 5, 2)
    (tmp_path / "before.npz").write_bytes(b"PK half")
    with pytest.raises(CtloopError, match=r"before\.npz is damaged"):
        load_course(tmp_path, 5, 1)


def test_the_file_of_an_epoch_gives_it_back(make_epoch: MakeEpoch, tmp_path: Path) -> None:
    one = make_epoch(0)
    one.records["A -> B"] = Learnt(np.array([0.25, 0.75]), "wired", np.array([1.0, 2.0]))
    one.records["A -> C"] = Learnt(np.array([0.5]), "wired too", None)
    save(one, tmp_path / "one.npz")
    found = load(tmp_path / "one.npz")
    assert np.array_equal(found.shown.moments, one.shown.moments)
    assert found.rates_hz == one.rates_hz
    for name, learnt in one.records.items():
        assert np.array_equal(found.records[name].weight, learnt.weight)
        assert found.records[name].wiring == learnt.wiring
    assert found.records["A -> B"].scale is not None
    assert found.records["A -> C"].scale is None
