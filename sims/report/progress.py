"""How far a run is and how long it will still take: bars on a terminal, lines in a log, or nothing.

A run names its stages and reports how far each one is. The three classes here differ in what they show.
All may be called from any thread, for instance from one that polls child processes.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, TextIO

if TYPE_CHECKING:
    from rich.progress import TaskID


class Progress(Protocol):
    """How a run reports what it is doing. Use it in a `with` block, which removes the bars at its end."""

    def stage(self, name: str, total: float | None = None) -> None:
        """Begin a stage, such as "compiling". Stages may overlap.

        Parameters
        ----------
        name : str
            What is being done, in the user's words; also the stage's name from now on.
        total : float, optional
            How much there is to do, in any unit (modules, circuit seconds). None if it is not known.
            Beginning a stage again restarts it.
        """

    def update(self, name: str, done: float) -> None:
        """Say how much of the stage's `total` is done. An unknown stage is begun."""

    def done(self, name: str) -> None:
        """End a stage."""

    def note(self, text: str) -> None:
        """Show one line, such as which engine runs and why."""

    def __enter__(self) -> Self:
        """Begin to show."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the terminal as it was."""


class SilentProgress:
    """Shows nothing (`--quiet`, tests, Python)."""

    def stage(self, name: str, total: float | None = None) -> None:
        """Show nothing."""

    def update(self, name: str, done: float) -> None:
        """Show nothing."""

    def done(self, name: str) -> None:
        """Show nothing."""

    def note(self, text: str) -> None:
        """Show nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return


class PlainProgress(SilentProgress):
    """Plain lines, for a log or a pipe: at most one every few seconds, and every note.

    Parameters
    ----------
    stream : TextIO, optional
        Where the lines go; standard error by default.
    every_s : float
        Shortest time between two lines, seconds.
    clock : callable
        Seconds that only go forward; another one is for tests.
    """

    def __init__(
        self,
        stream: TextIO | None = None,
        every_s: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._every_s = every_s
        self._clock = clock
        self._lock = threading.Lock()
        self._began: dict[str, tuple[float, float | None]] = {}
        self._last_line = -float("inf")

    def stage(self, name: str, total: float | None = None) -> None:
        """Begin a stage; a line says so unless there was one just now."""
        with self._lock:
            self._began[name] = (self._clock(), total)
            self._maybe(name)

    def update(self, name: str, done: float) -> None:
        """Say how far the stage is and how long it will still take, unless there was a line."""
        with self._lock:
            began, total = self._began.setdefault(name, (self._clock(), None))
            left = time_left(self._clock() - began, done, total)
            if total and left is not None:
                self._maybe(f"{name}: {100 * min(done / total, 1):.0f} %, {clock_face(left)} left")
            else:
                self._maybe(f"{name}: {clock_face(self._clock() - began)} so far")

    def done(self, name: str) -> None:
        """End a stage; one that was long enough for a line of its own gets one."""
        with self._lock:
            now = self._clock()
            began, _ = self._began.pop(name, (now, None))
            if now - began >= self._every_s:
                self._line(f"{name}: done in {clock_face(now - began)}")

    def note(self, text: str) -> None:
        """Write the line."""
        with self._lock:
            self._line(text)

    def _maybe(self, text: str) -> None:
        if self._clock() - self._last_line >= self._every_s:
            self._line(text)

    def _line(self, text: str) -> None:
        self._last_line = self._clock()
        stream = self._stream or sys.stderr
        if stream is not None:  # it is None where the process began without it
            with suppress(OSError):  # a full disk or a closed pipe must not end a run
                print(text, file=stream, flush=True)


class RichProgress(SilentProgress):
    """One bar a stage on a terminal, with the time left; notes scroll by above them.

    Parameters
    ----------
    stream : TextIO, optional
        The terminal; standard error by default.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        from rich import progress
        from rich.console import Console

        self._bars = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.TaskProgressColumn(),
            progress.TimeElapsedColumn(),
            progress.TextColumn("left"),
            progress.TimeRemainingColumn(),
            console=Console(file=stream or sys.stderr),
        )
        self._tasks: dict[str, TaskID] = {}
        self._lock = threading.Lock()

    def stage(self, name: str, total: float | None = None) -> None:
        """Show a bar; it only moves to and fro while the total is not known."""
        with self._lock:
            if name in self._tasks:
                self._bars.reset(self._tasks[name], total=total)
            else:
                self._tasks[name] = self._bars.add_task(name, total=total)

    def update(self, name: str, done: float) -> None:
        """Move the bar."""
        if name not in self._tasks:
            self.stage(name)
        self._bars.update(self._tasks[name], completed=done)

    def done(self, name: str) -> None:
        """Fill the bar and stop its clock."""
        with self._lock:
            task = self._tasks.pop(name, None)
        if task is not None:
            total = self._bars.tasks[self._bars.task_ids.index(task)].total or 1.0
            self._bars.update(task, total=total, completed=total)

    def note(self, text: str) -> None:
        """Write the line above the bars."""
        self._bars.console.print(text, markup=False, highlight=False)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()


def choose(*, quiet: bool = False) -> Progress:
    """Choose what fits where standard error goes: bars on a terminal, lines elsewhere."""
    if quiet:
        return SilentProgress()
    terminal = sys.stderr is not None and sys.stderr.isatty()
    return RichProgress() if terminal else PlainProgress()


def time_left(elapsed_s: float, done: float, total: float | None) -> float | None:
    """Estimate the seconds a stage still takes if it goes on as it did; None if that cannot be known."""
    if total is None or done <= 0 or total <= 0:
        return None
    return max(0.0, elapsed_s * (total - done) / done)


def clock_face(seconds: float) -> str:
    """Write a duration: "8 s", "2 min 05 s"."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"
