"""Closing an executor ends its processes, even those that miss the first word."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from pathlib import Path

import pytest

from sims.runs.executors import close, opener


def _ends_at_the_second_signal(begun: Path) -> None:
    """Work on, and end at the second signal."""
    signals: list[int] = []

    def count(number: int, frame: object) -> None:
        signals.append(number)
        if len(signals) > 1:
            sys.exit(1)

    signal.signal(signal.SIGTERM, count)
    begun.touch()
    while True:
        time.sleep(0.01)


def _ignores_the_signal(begun: Path) -> None:
    """Work on, whatever is signals."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    begun.touch()
    while True:
        time.sleep(0.01)


@pytest.mark.parametrize("work", [_ends_at_the_second_signal, _ignores_the_signal])
def test_a_worker_that_misses_a_signal_has_ended_when_its_executor_is_closed(
    work: Callable[[Path], None], tmp_path: Path
) -> None:
    executor = opener(1)()
    executor.submit(work, tmp_path / "begun")
    deadline = time.monotonic() + 60
    while not (tmp_path / "begun").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    # Not `is_alive`: it may say yes of a process that the pool's own thread has just joined.
    ends = [p.sentinel for p in executor._processes.values()]  # type: ignore[attr-defined]
    assert ends
    assert not wait(ends, timeout=0)
    close(executor)
    assert wait(ends, timeout=0) == ends
