"""Children that are kept do the next job in the same process; ones that failed do not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from sims.runs import reused
from sims.runs.children import kill


def tells_its_number(job: str, pipe: Connection, log: Path) -> bool:
    pipe.send(("result", os.getpid()))
    return job != "fail"


@pytest.fixture
def keeping(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(reused, "_idle", [])
    yield
    for child in reused._idle or ():
        kill(child.process)


def _number(job: str = "") -> int:
    child = reused.child(tells_its_number)
    child.do(job, Path())
    _, number = child.pipe.recv()
    if job != "fail":
        child.did_well()
    return int(number)


def test_a_child_that_did_well_does_the_next_job(keeping: None) -> None:
    assert _number() == _number()


def test_a_child_that_failed_or_has_died_is_not_asked_again(keeping: None) -> None:
    first = _number()
    assert reused._idle is not None
    kill(reused._idle[0].process)
    reused._idle[0].process.join()
    second = _number("fail")
    assert len({first, second, _number()}) == 3


def test_without_being_told_to_no_child_is_kept() -> None:
    assert reused._idle is None
    assert _number() != _number()
