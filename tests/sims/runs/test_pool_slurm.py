"""The same runs through submitit, with its local executor: real processes, SLURM's interface."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from circuits.runs.store import read_metrics
from sims.experiments import Request
from sims.runs.executors import opener
from sims.runs.pool import failures, run_all

pytest.importorskip("submitit", reason="no submitit here (pip install submitit)")
HERE = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))
    path = os.pathsep.join([str(HERE), str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")])
    monkeypatch.setenv("PYTHONPATH", path)


def ask(behaviour: str, tracks: Path) -> list[Request]:
    from fake_experiment import FakeRequest

    return [
        FakeRequest(condition=f"{behaviour}@{tracks}", seed=seed, scale=0.001)
        for seed in range(2)
    ]  # fmt: skip


def test_a_job_a_run_gives_the_numbers_of_this_process(tmp_path: Path) -> None:
    asked = ask("", tmp_path)
    submitted = opener(2, slurm=tmp_path / "logs", cluster="local")
    there = run_all(asked, tmp_path / "there", open_executor=submitted)
    assert failures(list(there.values())) == []
    here = run_all(asked, tmp_path / "here", open_executor=opener(1), workers=1)
    for request in asked:
        assert read_metrics(there[request].folder) == read_metrics(here[request].folder)
    assert len(list((tmp_path / "logs").glob("*_log.out"))) == 2


def test_a_job_that_fails_is_reported_and_the_other_goes_on(tmp_path: Path) -> None:
    asked = ask("fails", tmp_path)
    submitted = opener(2, slurm=tmp_path / "logs", cluster="local")
    found = run_all(asked, tmp_path / "store", open_executor=submitted)
    (line,) = failures(list(found.values()))
    assert line.startswith("seed 1, intact: V1.L5IB ran away")
