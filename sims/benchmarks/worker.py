"""Ask a process of its own to simulate (`sims.benchmarks.trial`), and see how long and how large it gets."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from circuits.errors import CtloopError
from circuits.machine.cache import VARIABLE
from sims.benchmarks.trial import CANNOT, Answer, Trial

if TYPE_CHECKING:
    from circuits.spec import Circuit

#: How often the memory is looked at, s.
EVERY_S = 0.02
#: What a first simulation lasts, ms.
FIRST_MS = 1.0


class Worker:
    """A process that simulates what a trial says, as often as it is asked; use it in a `with` block.

    Parameters
    ----------
    trial : Trial
    cache : Path, optional
        Where compiled code is kept instead of the usual place.
    memory : bool
        Whether to look at what it and all that it starts hold at one time.

    Raises
    ------
    CtloopError
        If memory is asked for and the system does not tell what processes hold.
    """

    def __init__(self, trial: Trial, cache: Path | None = None, *, memory: bool = False) -> None:
        if memory and not Path("/proc/self/smaps_rollup").exists():
            msg = "the memory of processes can be measured on Linux alone"
            raise CtloopError(msg)
        self.trial, self._memory = trial, memory
        self.peak_mb, self._prepared_s = 0.0, 0.0
        self._environment = dict(os.environ) | ({VARIABLE: str(cache)} if cache else {})

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "sims.benchmarks.trial", json.dumps(asdict(self.trial))]
        self._words = tempfile.TemporaryFile()
        self.begun = time.perf_counter()
        self._process = subprocess.Popen(
            command, env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self._words, text=True,
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.kill()
        self._process.wait()
        self._words.close()

    def run(self, duration_ms: float, **changes: Any) -> Answer:
        """Simulate once.

        Parameters
        ----------
        duration_ms : float
            Circuit time.
        **changes
            Fields of the trial that differ this time.

        Returns
        -------
        dict
            Seconds by stage ("wiring", "building", "compiling", "simulating"), "spikes" and what else
            the side counts, and "since_begun", s since the process was started.

        Raises
        ------
        CtloopError
            If it fails: the last line of what it said.
        """
        asks, answers = self._process.stdin, self._process.stdout
        assert asks is not None and answers is not None  # noqa: PT018
        try:
            asks.write(json.dumps({"duration_ms": duration_ms, **changes}) + "\n")
            asks.flush()
        except BrokenPipeError:
            pass  # it has ended already: what it said follows
        if self._memory:
            self._watch(answers)
        line = answers.readline()
        if not line:
            why = self._last_words()
            msg = why if self._process.returncode == CANNOT else f"{self.trial.engine}: {why}"
            raise CtloopError(msg)
        found: Answer = json.loads(line)
        return {**found, "since_begun": time.perf_counter() - self.begun}

    def prepare(self) -> Answer:
        """Simulate 1 ms twice; give the first answer.

        The first compiles and loads what has to be, the second shows what starting and ending a simulation takes.
        """
        first = self.run(FIRST_MS)
        self._prepared_s = float(self.run(FIRST_MS)["simulating"])
        return first

    def steps_s(self, duration_ms: float) -> float:
        """Simulate once; give the seconds of its steps alone, without those of `prepare`."""
        return self.steps_of(self.run(duration_ms))

    def steps_of(self, found: Answer) -> float:
        """Give the seconds of the steps alone of what `run` has found.

        Raises
        ------
        CtloopError
            If it took no longer than `prepare`: there is nothing to be compared.
        """
        steps = float(found["simulating"]) - self._prepared_s
        if steps <= 0:
            msg = "its steps took less than this machine's noise; run it again on an idle machine"
            raise CtloopError(msg)
        return steps

    def _watch(self, answers: IO[str]) -> None:
        """Look at the memory until there is an answer."""
        while not select.select([answers], [], [], EVERY_S)[0]:
            held = sum(_held(pid) for pid in _all_of(self._process.pid))
            self.peak_mb = max(self.peak_mb, held / 1e6)

    def _last_words(self) -> str:
        self._process.wait()
        self._words.seek(0)
        lines = self._words.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"code {self._process.returncode}"


@contextmanager
def saved(*circuits: Circuit) -> Iterator[list[str]]:
    """Save circuits for the time of a `with` block; give their files."""
    from circuits.spec import save

    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.json" for number in range(len(circuits))]
        for circuit, file in zip(circuits, files, strict=True):
            save(circuit, file)
        yield [str(file) for file in files]


def _all_of(pid: int) -> list[int]:
    """List a process and all that it and they have started."""
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += [int(child) for child in children.read_text().split()]
            except OSError:
                continue
    return found


def _held(pid: int) -> float:
    """Give the bytes of memory that a process holds; 0 if it has just ended.

    What several processes share is counted once: a program that is being started shares all with
    its parent for a moment.
    """
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
        return sum(float(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    except OSError:
        return 0.0
