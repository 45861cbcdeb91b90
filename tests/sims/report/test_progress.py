"""Progress: a few lines in a log, bars on a terminal, silence on demand, safe in threads."""

from __future__ import annotations

import io
import sys
import threading
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sims.report import progress


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def plain(clock: Clock) -> tuple[progress.PlainProgress, io.StringIO]:
    stream = io.StringIO()
    return progress.PlainProgress(stream, every_s=5, clock=clock), stream


def test_a_log_gets_at_most_one_line_every_few_seconds() -> None:
    clock = Clock()
    log, stream = plain(clock)
    log.stage("simulating", total=10)
    for step in range(200):
        clock.now = step / 10
        log.update("simulating", step / 20)
    assert len(stream.getvalue().splitlines()) == 4


def test_a_line_tells_how_far_the_stage_is_and_how_long_it_still_takes() -> None:
    clock = Clock()
    log, stream = plain(clock)
    log.stage("compiling", total=16)
    clock.now = 30
    log.update("compiling", 4)
    assert stream.getvalue().splitlines()[-1] == "compiling: 25 %, 1 min 30 s left"


def test_a_stage_nobody_can_estimate_tells_how_long_it_has_taken() -> None:
    clock = Clock()
    log, stream = plain(clock)
    log.stage("drawing")
    clock.now = 7
    log.update("drawing", 0)
    clock.now = 8
    log.done("drawing")
    assert stream.getvalue().splitlines()[1:] == ["drawing: 7 s so far", "drawing: done in 8 s"]


def test_every_note_is_written() -> None:
    log, stream = plain(Clock())
    log.note("one")
    log.note("two")
    assert stream.getvalue() == "one\ntwo\n"


@pytest.mark.parametrize("kind", [progress.PlainProgress, progress.RichProgress])
def test_threads_may_drive_it_together(kind: type[progress.PlainProgress]) -> None:
    stream = io.StringIO()
    failures: list[BaseException] = []

    def drive(name: str) -> None:
        try:
            shown.stage(name, total=100)
            for step in range(100):
                shown.update(name, step)
            shown.note(f"{name} says [so]")
            shown.done(name)
        except BaseException as error:
            failures.append(error)

    with kind(stream) as shown:
        threads = [threading.Thread(target=drive, args=(f"run {n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not failures
    assert all(f"run {n} says [so]" in stream.getvalue() for n in range(4))


def test_an_update_begins_a_stage_nobody_announced() -> None:
    with progress.RichProgress(io.StringIO()) as bars:
        bars.update("simulating", 1)
        bars.done("simulating")
        bars.done("never begun")


def test_bars_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert isinstance(progress.choose(), progress.RichProgress)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    assert isinstance(progress.choose(), progress.PlainProgress)


def test_quiet_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.choose(quiet=True) as silent:
        silent.stage("compiling", 3)
        silent.update("compiling", 1)
        silent.note("so")
        silent.done("compiling")
    assert capsys.readouterr() == ("", "")


@given(
    elapsed=st.floats(0, 1e5),
    done=st.floats(-1, 2e3),
    total=st.none() | st.floats(-1, 1e3),
)
def test_time_left_is_never_negative(elapsed: float, done: float, total: float | None) -> None:
    left = progress.time_left(elapsed, done, total)
    assert left is None or left >= 0
