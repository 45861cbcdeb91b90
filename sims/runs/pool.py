"""Run many runs in parallel: each once, in its own folder, whatever dies on the way.

A run's folder is named by its address (`sims.runs.address.address`), so a battery that was stopped goes
on where it was, and two batteries share what they have in common. Workers write files and return
nothing but words.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import BrokenExecutor, CancelledError
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from circuits.errors import CtloopError, Killed, NoRoom
from circuits.files import NO_ROOM, reason, system_number
from circuits.runs.place import remove_dead
from sims.experiments import Request, experiment
from sims.runs.address import address
from sims.runs.executors import Executor, Future, Opener, Workers, end_when_told
from sims.runs.perform import perform
from sims.runs.reused import reuse_children

if TYPE_CHECKING:
    from sims.report.progress import Progress

POLL_S = 0.1
#: How often a run whose process was killed is tried again.
RETRIES = 2


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run failed, in a form that any process can read.

    Attributes
    ----------
    text : str
        One line.
    kind : {"killed", "no room", "wrong"}
        Killed from outside (tried again), the disk is full (all ends), anything else (reported).
    """

    text: str
    kind: Literal["killed", "no room", "wrong"] = "wrong"

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        """Sort an error by its class."""
        if isinstance(error, CtloopError):
            if isinstance(error, Killed):
                return cls(str(error), "killed")
            return cls(str(error), "no room" if isinstance(error, NoRoom) else "wrong")
        if isinstance(error, OSError) and system_number(error) in NO_ROOM:
            return cls(f"no room: {reason(error)}", "no room")
        if type(error).__name__ == "KilledWorker":  # Dask's, which need not be installed
            return cls(_WORKER_KILLED, "killed")
        return cls(f"{type(error).__name__}: {error}")


_WORKER_KILLED = "its worker was killed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one run.

    Attributes
    ----------
    request : Request
    folder : Path
        Of the finished run, or where it would be.
    error : str
        Why it failed; "" if it did not.
    reused : bool
        Whether it was there already.
    attempts : int
    """

    request: Request
    folder: Path
    error: str = ""
    reused: bool = False
    attempts: int = 0


def finished(folder: Path) -> bool:
    """Tell whether a folder holds a finished run."""
    from circuits.runs.store import read_meta

    try:
        return bool(read_meta(folder, complete=None).get("complete"))
    except CtloopError:
        return False


def run_all(
    requests: Iterable[Request],
    store: Path,
    *,
    open_executor: Opener,
    workers: int = 2,
    progress: Progress | None = None,
    retries: int = RETRIES,
    on_done: Callable[[Outcome], None] | None = None,
) -> dict[Request, Outcome]:
    """Run what does not exist yet; first what several of the runs share (`sims.experiments.Experiment.shared`).

    Parameters
    ----------
    requests : iterable of Request
        Two that ask for the same numbers are one run.
    store : Path
        The folder of run folders, one per address.
    open_executor : callable
        See `sims.runs.executors.opener`.
    workers : int
        Runs at a time.
    progress : Progress, optional
    retries : int
        Further attempts for a run whose process was killed.
    on_done : callable, optional
        Called with each run that was made here, as soon as it has ended.

    Returns
    -------
    dict of Request to Outcome
        Every request, failed ones with their error.

    Raises
    ------
    CtloopError
        If the disk is full (finished runs are intact), or the executor cannot be opened.
    """
    from sims.report.progress import SilentProgress

    shown = progress or SilentProgress()
    folders = {request: store / address(request) for request in requests}
    store.mkdir(parents=True, exist_ok=True)
    remove_dead(store)
    with Workers(open_executor) as opened:
        return _run_all(folders, store, opened, workers, retries, shown, on_done)


def _run_all(
    folders: dict[Request, Path],
    store: Path,
    opened: Workers,
    workers: int,
    retries: int,
    shown: Progress,
    on_done: Callable[[Outcome], None] | None,
) -> dict[Request, Outcome]:
    """Run what does not exist yet, first what it shares, on workers that stay for what comes after."""
    shared = dict.fromkeys(
        first
        for request, folder in folders.items()
        if not finished(folder)
        for first in experiment(request.experiment).shared(request)
    )
    if shared:  # one that fails is made again, and its error told, by the run that needs it
        before = {request: store / address(request) for request in shared}
        _run_all(before, store, opened, workers, retries, shown, None)
    done: dict[Path, Outcome] = {}
    waiting: deque[Request] = deque()
    for request, folder in folders.items():
        if folder in done or any(folders[other] == folder for other in waiting):
            continue
        if finished(folder):
            done[folder] = Outcome(request, folder, reused=True)
        else:
            waiting.append(request)
    if waiting:
        _Runs(folders, done, waiting, opened, workers, retries, shown, on_done).run()
    return {
        request: Outcome(request, folder, o.error, o.reused, o.attempts)
        for request, folder in folders.items()
        if (o := done[folder])
    }


class _Runs:
    """The runs that wait, run and are done, and the workers they run on."""

    def __init__(
        self,
        folders: dict[Request, Path],
        done: dict[Path, Outcome],
        waiting: deque[Request],
        opened: Workers,
        workers: int,
        retries: int,
        progress: Progress,
        on_done: Callable[[Outcome], None] | None,
    ) -> None:
        self._folders, self._done, self._waiting = folders, done, waiting
        self._opened, self._workers, self._retries = opened, workers, retries
        self._progress, self._on_done = progress, on_done
        self._running: dict[Request, Future] = {}
        self._possible_killers: deque[Request] = deque()
        self._isolated: Request | None = None
        self._attempts: dict[Request, int] = {}

    def run(self) -> None:
        total = len(self._waiting)
        self._progress.stage("runs", total)
        try:
            while self._waiting or self._possible_killers or self._running:
                try:
                    self._fill(self._opened.executor())
                    time.sleep(POLL_S)
                    self._collect()
                except _PoolBroken:
                    self._opened.close()
                fresh = [o for o in self._done.values() if not o.reused]
                self._progress.update("runs", len(fresh))
        finally:
            self._progress.done("runs")

    def _fill(self, executor: Executor) -> None:
        """Start what there is room for. A run that may have killed its worker runs alone."""
        while self._isolated not in self._running:
            self._isolated = None
            if self._possible_killers:
                if self._running:
                    return
                request = self._isolated = self._possible_killers.popleft()
            elif self._waiting and len(self._running) < self._workers:
                request = self._waiting.popleft()
            else:
                return
            self._attempts.setdefault(request, 0)
            try:
                self._running[request] = executor.submit(work, request, self._folders[request])
            except BrokenExecutor as error:
                self._possible_killers.append(request)
                self._requeue_lost()
                raise _PoolBroken from error

    def _collect(self) -> None:
        broken = False
        for request, future in list(self._running.items()):
            if not future.done():
                continue
            try:
                failure = future.result()
            except (BrokenExecutor, CancelledError):
                broken = True
                continue
            except Exception as error:  # one run's failure is not the battery's
                failure = Failure.of(error)
            del self._running[request]
            self._attempts[request] += 1
            self._judge(request, failure)
        if broken:
            self._requeue_lost()
            raise _PoolBroken

    def _judge(self, request: Request, failure: Failure | None) -> None:
        if failure is not None and failure.kind == "no room":
            raise NoRoom(failure.text)
        text = "" if failure is None else failure.text
        if (
            failure is not None
            and failure.kind == "killed"
            and self._attempts[request] <= self._retries
        ):
            self._progress.note(f"seed {request.seed}, {_of(request)}: {text}; trying again")
            self._possible_killers.append(request)
            return
        if failure is not None:
            self._progress.note(f"seed {request.seed}, {_of(request)} failed: {text}")
        folder = self._folders[request]
        outcome = Outcome(request, folder, text, False, self._attempts[request])
        self._done[folder] = outcome
        if self._on_done is not None:
            self._on_done(outcome)

    def _requeue_lost(self) -> None:
        """Sort out whose worker died: known if it ran alone, else each runs alone to find out."""
        lost, self._running = list(self._running), {}
        for request in lost:
            if len(lost) == 1:
                self._attempts[request] += 1
                self._judge(request, Failure(_WORKER_KILLED, "killed"))
            else:
                # Not counted as an attempt: it may have died of another's death.
                self._possible_killers.append(request)
        self._progress.note("a worker died; its runs begin again")


class _PoolBroken(Exception):
    """The executor's workers are gone and it must be opened again."""


def _of(request: Request) -> str:
    return "; ".join((*request.lesions, *request.settings)) or "intact"


def work(request: Request, folder: Path) -> Failure | None:
    """Do one run (in the worker); give None or why it failed."""
    if finished(folder):  # another battery was quicker
        return None
    end_when_told()
    reuse_children()
    try:
        perform(request, folder, figures=False, shared=folder.parent)
    except CtloopError as error:
        # Two batteries may race for one folder; the numbers are the same.
        return None if finished(folder) else Failure.of(error)
    return None


def failures(outcomes: Sequence[Outcome]) -> list[str]:
    """Say which runs failed and why, one line a run."""
    return [f"seed {o.request.seed}, {_of(o.request)}: {o.error}" for o in outcomes if o.error]
