"""Closing an executor ends its processes, even those that miss the first word."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

from sims.executors import close, opener


def _hard_of_hearing(begun: Path) -> None:
    """Work on, and end when told a second time."""
    told: list[int] = []

    def hear(number: int, frame: object) -> None:
        told.append(number)
        if len(told) > 1:
            sys.exit(1)

    signal.signal(signal.SIGTERM, hear)
    begun.touch()
    while True:
        time.sleep(0.01)


def test_a_worker_that_misses_the_first_word_is_told_again(tmp_path: Path) -> None:
    executor = opener(1)()
    executor.submit(_hard_of_hearing, tmp_path / "begun")
    deadline = time.monotonic() + 60
    while not (tmp_path / "begun").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    processes = list(executor._processes.values())  # type: ignore[attr-defined]
    assert processes
    assert all(p.is_alive() for p in processes)
    close(executor)
    assert not any(p.is_alive() for p in processes)
