"""How far a run is, as a small file in its folder: for the lab, a notebook, or who waits for a cluster."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from circuits.runs.whole_file import write_whole
from sims.report.progress import Progress, time_left

#: In the folder of a run that is not finished; a finished run has none.
FILE = "progress.json"
#: Notes that are kept.
NOTES = 20


class FileProgress:
    """Writes the stages into a file, and passes all on to another progress.

    Parameters
    ----------
    path : Path
        The file; replaced as a whole, at most every `every_s` seconds.
    shown : Progress
        What else shows the progress.
    every_s : float
    clock : callable
        Seconds that only go forward; another one is for tests.
    """

    def __init__(
        self,
        path: Path,
        shown: Progress,
        every_s: float = 0.5,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path, self._shown, self._every_s, self._clock = path, shown, every_s, clock
        self._lock = threading.Lock()
        self._stages: dict[str, tuple[float, float, float | None]] = {}
        self._notes: list[str] = []
        self._written = -float("inf")

    def stage(self, name: str, total: float | None = None) -> None:
        """Begin a stage."""
        self._shown.stage(name, total)
        with self._lock:
            self._stages[name] = (self._clock(), 0.0, total)
            self._write()

    def update(self, name: str, done: float) -> None:
        """Say how much of the stage is done."""
        self._shown.update(name, done)
        with self._lock:
            began, _, total = self._stages.get(name, (self._clock(), 0.0, None))
            self._stages[name] = (began, done, total)
            if self._clock() - self._written >= self._every_s:
                self._write()

    def done(self, name: str) -> None:
        """End a stage."""
        self._shown.done(name)
        with self._lock:
            self._stages.pop(name, None)
            self._write()

    def note(self, text: str) -> None:
        """Keep the line."""
        self._shown.note(text)
        with self._lock:
            self._notes = [*self._notes, text][-NOTES:]
            self._write()

    def close(self) -> None:
        """Remove the file: the run is finished."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return

    def _write(self) -> None:
        self._written = self._clock()
        stages = [
            {
                "name": name, "done": done, "total": total,
                "left_s": time_left(self._written - began, done, total),
            }
            for name, (began, done, total) in self._stages.items()
        ]  # fmt: skip
        content = {"stages": stages, "notes": self._notes, "updated": time.time()}
        with suppress(OSError):  # a full disk must not end a run here
            write_whole(self._path, (json.dumps(content) + "\n").encode())


def read_progress(folder: Path) -> dict[str, Any] | None:
    """Read how far the run in a folder is; None if it does not say.

    Returns
    -------
    dict or None
        "stages": for each its "name", "done", "total" or None, "left_s" or None. "notes": lines.
        "updated": when, seconds since 1970.
    """
    try:
        found = json.loads((folder / FILE).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
