"""Simulate circuits, each in a process of its own, and show how far they are.

Brian2 keeps global state, so a process has one simulation at a time (`sims.runs.reused`). Progress travels through a
small file a job, which the parent reads: nothing blocks, and a log remains if a job dies. A child that
ends without a result ends the run at once.
"""

from __future__ import annotations

import gc
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from circuits.engine.simulate import Result
from circuits.errors import CtloopError, Killed, NoRoom, UnknownName
from circuits.files import NO_ROOM, system_number
from circuits.machine import scratch
from circuits.records import Spikes
from sims.runs import reused
from sims.runs.children import kill
from sims.runs.side_by_side import at_a_time, message

if TYPE_CHECKING:
    from circuits.spec import Circuit
    from sims.report.progress import Progress

POLL_S = 0.1
#: How long a killed child may take to be gone, s.
_GRACE_S = 5.0


@dataclass(frozen=True, kw_only=True)
class Job:
    """One simulation in a process of its own; the fields are those of `circuits.engine.simulate.simulate`.

    `first_picture` is where the picture of the first `first_ms` of circuit time goes, with `meta`
    as the run's meta data; None draws none.
    """

    name: str
    circuit: Circuit
    duration_ms: float
    seed: int
    engine: str
    inputs: Mapping[str, Spikes] = field(default_factory=dict)
    currents_pa: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    record_voltage: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    first_ms: float = 1000.0
    first_picture: Path | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)


def simulate_each(
    jobs: Sequence[Job], folder: Path, progress: Progress, workers: int | None = None
) -> dict[str, Result]:
    """Simulate the jobs, at most `workers` at a time, the first one first.

    The others wait until the first has compiled, so that nothing is compiled twice.

    Parameters
    ----------
    jobs : sequence of Job
    folder : Path
        Where the progress files go while it runs; they remain if a job dies.
    progress : Progress
        Is shown "compiling" and the circuit seconds simulated.
    workers : int, optional
        As many as processors and memory allow if not given.

    Returns
    -------
    dict of str to Result
        By job name; `edges` are left empty (draw them again from the seed).

    Raises
    ------
    Killed
        If a job's process was killed from outside.
    CtloopError
        What a job raised, or that its process ended without a result.
    """
    scratch.sweep()
    workers = min(workers or at_a_time(jobs[0].circuit, jobs[0].engine), len(jobs))
    progress.note(message(jobs[0].engine, workers))
    waiting, running = list(jobs), dict[str, _Child]()
    results: dict[str, Result] = {}
    log = _ProgressLog(progress, sum(job.duration_ms for job in jobs) / 1e3)
    try:
        while waiting or running:
            compiled = not running or log.compiled or bool(results)
            if waiting and len(running) < workers and compiled:
                job = waiting.pop(0)
                running[job.name] = _Child(job, folder)
            time.sleep(POLL_S)
            for name, child in list(running.items()):
                log.read(name, child.log)
                found = child.result()
                if found is not None:
                    results[name] = found
                    del running[name]
        log.end()
        for job in jobs:
            _log(folder, job).unlink(missing_ok=True)
        return results
    finally:
        if running:
            for child in running.values():
                child.kill()
            scratch.sweep()  # what the killed could not remove


def _log(folder: Path, job: Job) -> Path:
    return folder / f"progress-{job.name}.txt"


class _Child:
    """The process of one job, and the pipe by which its result comes back."""

    def __init__(self, job: Job, folder: Path) -> None:
        self.name, self.log = job.name, _log(folder, job)
        self._child = reused.child(_work)
        self._pipe, self._process = self._child.pipe, self._child.process
        self._child.do(job, self.log)

    def result(self) -> Result | None:
        """Give what the child has sent, None if it still works.

        Raises
        ------
        CtloopError
            What the child raised, or that it ended without a result.
        """
        if self._pipe.poll():
            return self._receive()
        if self._process.is_alive() or self._pipe.poll():  # it may have sent and ended in between
            return None
        raise self._ended()

    def kill(self) -> None:
        """End the child, whatever it does."""
        kill(self._process)
        self._process.join(_GRACE_S)

    def _receive(self) -> Result:
        try:
            kind, *content = self._pipe.recv()
        except EOFError:  # a dead child leaves an open ending
            self._process.join()
            raise self._ended() from None
        if kind == "result":
            self._child.did_well()
            result: Result = content[0]
            return result
        self._process.join()
        if kind == "refused":
            error, line = content
            raise CtloopError(line) if issubclass(error, UnknownName) else error(line)
        msg = f"the simulation {self.name!r} failed: {content[0]}"
        raise CtloopError(msg)

    def _ended(self) -> CtloopError:
        code = self._process.exitcode
        if code is not None and code < 0:
            return Killed(
                f"the simulation {self.name!r} was killed by signal {-code}; was there enough memory?"
            )
        return CtloopError(
            f"the process of the simulation {self.name!r} ended without a result (exit code {code}); "
            "try --engine numpy to see whether compiled code is at fault"
        )


def _work(job: Job, pipe: Connection, log: Path) -> bool:
    """Do one job (in the child), and tell whether it went well.

    Sends ("result", Result), ("refused", class, line) or ("error", trace).
    """
    try:
        pipe.send(("result", _simulate(job, log)))
        return True
    except CtloopError as error:
        pipe.send(("refused", type(error), str(error)))
    except OSError as error:
        if system_number(error) not in NO_ROOM:
            pipe.send(("error", f"{type(error).__name__}: {error}\n{traceback.format_exc()}"))
            return False
        line = f"no room to simulate {job.name!r}: {error.filename or 'a disk'} is full; free some space"
        pipe.send(("refused", NoRoom, line))
    except BaseException as error:  # the parent reports everything
        pipe.send(("error", f"{type(error).__name__}: {error}\n{traceback.format_exc()}"))
    return False


def _simulate(job: Job, log: Path) -> Result:
    import logging

    from circuits.engine.simulate import simulate

    logging.getLogger("brian2").setLevel(logging.ERROR)
    _spare_collector()
    seconds = job.duration_ms / 1e3

    def report(stage: str, done: float) -> None:
        # A full disk ends a run when its result is written, not for want of a progress bar.
        with suppress(OSError), log.open("a", encoding="utf-8") as file:
            file.write(f"{stage} {done * (seconds if stage == 'simulating' else 1.0):.3f}\n")

    def picture(early: Result) -> None:
        from sims.runs.first_picture import draw_first

        if job.first_picture is not None:
            draw_first(job.circuit, job.seed, early, job.meta, job.first_picture)
            with suppress(OSError), log.open("a", encoding="utf-8") as file:
                file.write(f"picture {job.first_picture}\n")

    result = simulate(
        job.circuit,
        duration_ms=job.duration_ms,
        seed=job.seed,
        inputs=job.inputs,
        currents_pa=job.currents_pa,
        engine=job.engine,
        record_voltage=job.record_voltage,
        first_ms=job.first_ms,
        on_first=None if job.first_picture is None else picture,
        report=report,
    )
    return replace(result, edges={})  # large, and drawn again from the seed


def _spare_collector() -> None:
    """Have Python's collector of garbage pass over what was imported: an engine calls it before each simulation."""
    import circuits.machine.brian  # noqa: F401

    if not gc.get_freeze_count():
        gc.collect()
        gc.freeze()


class _ProgressLog:
    """Turns the progress files of the jobs into one bar for compiling and one for simulating."""

    def __init__(self, progress: Progress, total_s: float) -> None:
        self._progress, self._total_s = progress, total_s
        self._seconds: dict[str, float] = {}
        self._shown: set[str] = set()
        self.compiled = False

    def read(self, name: str, log: Path) -> None:
        """Read what a job has written so far."""
        if not log.exists():
            return
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            with suppress(ValueError):  # a line that a full disk has cut
                self._read_line(name, line)
        if self._seconds:
            if "simulating" not in self._shown:
                self._compile(1.0)
                self._shown.add("simulating")
                self._progress.stage("simulating", self._total_s)
            self._progress.update("simulating", sum(self._seconds.values()))

    def _read_line(self, name: str, line: str) -> None:
        stage, _, rest = line.partition(" ")
        if stage == "picture" and rest not in self._shown:
            self._shown.add(rest)
            self._progress.note(f"first figure: {rest}")
        elif stage == "waiting" and "waiting" not in self._shown:
            self._shown.add("waiting")
            self._progress.note("waiting for another run, which compiles the same circuit")
        elif stage == "compiling":
            self._compile(float(rest))
        elif stage == "simulating":
            self._seconds[name] = max(float(rest), self._seconds.get(name, 0.0))

    def _compile(self, done: float) -> None:
        if done < 1.0 and not self.compiled and "compiling" not in self._shown:
            self._shown.add("compiling")
            self._progress.stage("compiling")
        if done >= 1.0 and not self.compiled:
            self.compiled = True
            if "compiling" in self._shown:
                self._progress.done("compiling")

    def end(self) -> None:
        """Close the bars."""
        if "simulating" in self._shown:
            self._progress.done("simulating")
