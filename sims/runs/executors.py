"""Where runs run: local processes, a Dask cluster, or SLURM, all behind `concurrent.futures`."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Protocol, Self, cast

from circuits.errors import CtloopError
from circuits.machine.processes import end_with
from sims.runs.children import CHILDREN, kill

#: How long workers may take to end by themselves, s.
_GRACE_S = 1.0
#: How often they are asked to end before they are killed.
_REQUESTS = 5


class Future(Protocol):
    """What is asked of a future, whoever made it."""

    def done(self) -> bool:
        """Tell whether it has ended, well or badly."""

    def result(self) -> Any:
        """Give what it returned, or raise what it raised."""


class Executor(Protocol):
    """What is asked of an executor: `submit`, and `shutdown` where there is one."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any) -> Future:
        """Start work somewhere."""


Opener = Callable[[], Executor]


def opener(
    workers: int, *, scheduler: str | None = None, slurm: Path | None = None, **options: Any
) -> Opener:
    """Give the function that opens the executor; it is opened again if its workers die.

    Parameters
    ----------
    workers : int
        Runs at a time.
    scheduler : str, optional
        Address of a Dask scheduler, "tcp://host:8786" (`pip install '.[cluster]'`).
    slurm : Path, optional
        Folder for the logs of SLURM jobs; one job a run (`pip install '.[cluster]'`).
    **options
        For submitit: `cluster` ("slurm"; "local" is a process each here), and what its
        `update_parameters` takes, timeout_min, slurm_partition, ...

    Raises
    ------
    CtloopError
        If both are asked for, or what is asked for is not installed or does not answer.
    """
    if scheduler is not None and slurm is not None:
        msg = "--scheduler and --slurm are two places to run; give one"
        raise CtloopError(msg)
    if scheduler is not None:
        return lambda: _dask(scheduler)
    if slurm is not None:
        return lambda: _submitit(slurm, options)
    # Fresh processes, not forks: each run opens Brian2 anew.
    return lambda: ProcessPoolExecutor(
        workers, mp_context=CHILDREN, initializer=end_with, initargs=(os.getpid(),)
    )


def _dask(address: str) -> Executor:
    try:
        client_of = import_module("distributed").Client
    except ImportError as error:
        msg = "--scheduler needs Dask: pip install distributed"
        raise CtloopError(msg) from error
    try:
        client = client_of(address, timeout="10s")
    except (OSError, ValueError) as error:
        msg = f"no Dask scheduler answers at {address}"
        raise CtloopError(msg) from error
    executor: Executor = client.get_executor(pure=False, retries=0)
    return executor


def _submitit(folder: Path, options: dict[str, Any]) -> Executor:
    try:
        submitit = import_module("submitit")
    except ImportError as error:
        msg = "--slurm needs submitit: pip install submitit"
        raise CtloopError(msg) from error
    options = dict(options)
    jobs = submitit.AutoExecutor(folder=str(folder), cluster=options.pop("cluster", "slurm"))
    jobs.update_parameters(**{"timeout_min": 60, "cpus_per_task": 2, **options})
    executor: Executor = jobs
    return executor


class Workers:
    """The executor of all runs, opened when the first one waits; use it in a `with` block.

    Opening it once keeps what workers have loaded and drawn.
    """

    def __init__(self, open_executor: Opener) -> None:
        self._open = open_executor
        self._executor: Executor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def executor(self) -> Executor:
        """Give the executor; it is opened if need be."""
        if self._executor is None:
            self._executor = self._open()
        return self._executor

    def close(self) -> None:
        """Close it; whoever asks for it then gets a new one."""
        executor, self._executor = self._executor, None
        if executor is not None:
            close(executor)


def close(executor: Executor) -> None:
    """Close an executor; what has not begun does not begin, and what has is told to end."""
    processes = list((getattr(executor, "_processes", None) or {}).values())
    shutdown = getattr(executor, "shutdown", None)
    if shutdown is not None:
        try:
            shutdown(wait=False, cancel_futures=True)
        except TypeError:  # Dask's takes no such argument
            shutdown(wait=False)
    # The interrupted end by themselves, and what they started with them.
    alive = _alive_after(processes, _GRACE_S)
    # More than once: the exception by which a worker ends is lost if Python is freeing an object.
    for _ in range(_REQUESTS):
        for process in alive:
            process.terminate()
        alive = _alive_after(alive, _GRACE_S)
    for process in alive:
        kill(process)
    _alive_after(alive, _GRACE_S)


def _alive_after(processes: list[BaseProcess], seconds: float) -> list[BaseProcess]:
    """Wait until all have ended, at most so long; give those that have not.

    Asked of their sentinels: the pool's own thread joins its processes too, and `is_alive` of a
    process that another thread has just joined may still say yes.
    """
    alive = {process.sentinel: process for process in processes}
    deadline = time.monotonic() + seconds
    while alive and (left := deadline - time.monotonic()) > 0:
        for ended in wait(alive, left):
            del alive[cast(int, ended)]
    return list(alive.values())


def end_when_told() -> None:
    """Have a worker that is told to end (SIGTERM, SIGHUP) leave nothing half-done and no simulation running."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _end)
        if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, _end)


def _end(number: int, frame: Any) -> None:
    raise SystemExit(128 + number)
