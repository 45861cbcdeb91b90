"""Child processes that do one job after the other, and are kept for the next by a worker of a battery.

Most of what a short simulation takes is loading Brian2, and the second one in a process is built sooner.
A child that failed, or has grown large, is not kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from circuits.machine.memory import held_most
from sims.runs.children import CHILDREN, begin

#: A child that has held more than this gives it back to the system by ending, bytes.
MOST_HELD = 1e9
#: Does a job given (job, pipe, log): sends its result or why there is none, and tells whether it did well.
Work = Callable[[Any, Connection, Any], bool | None]


class Child:
    """A child process, and the pipe by which jobs go to it and results come back."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.pipe, theirs = CHILDREN.Pipe()
        self.process = CHILDREN.Process(
            target=_serve, args=(work, os.getpid(), theirs), daemon=True
        )
        self.process.start()
        theirs.close()

    def do(self, job: Any, log: Any) -> None:
        """Give it a job; a child that has just died is found out when its result is asked for."""
        with suppress(OSError):
            self.pipe.send((job, log, _idle is not None))

    def did_well(self) -> None:
        """Keep it, once its result is there, if children are kept and it waits for more; else wait for its end."""
        if _idle is not None:
            with suppress(EOFError, OSError):
                if self.pipe.recv():
                    _idle.append(self)
                    return
        self.process.join()


#: Children that wait for their next job; None in a process that keeps none.
_idle: list[Child] | None = None


def reuse_children() -> None:
    """Have this process keep the children that did well for its next jobs, until it ends."""
    global _idle
    if _idle is None:
        _idle = []


def child(work: Work) -> Child:
    """Give a child that does this work: one that was kept and lives, or a new one."""
    for found in list(_idle or ()):
        if _idle is not None and found.work is work:
            _idle.remove(found)
            if found.process.is_alive():
                return found
    return Child(work)


def _serve(work: Work, parent: int, pipe: Connection) -> None:
    """Do one job after the other (in the child), until one fails or nobody asks for more."""
    begin(parent)
    while True:
        try:
            job, log, again = pipe.recv()
        except EOFError:
            return
        well = work(job, pipe, log)
        if not (well and again):
            return
        waits = held_most() < MOST_HELD
        pipe.send(waits)
        if not waits:
            return
