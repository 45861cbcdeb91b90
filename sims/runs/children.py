"""How child processes are started: fresh, and without importing the user's main module.

Python's own "spawn" imports the main module again in every child. A script without
`if __name__ == "__main__"` would then run itself again in each of them. Loky's start method leaves the
main module alone, in scripts, notebooks and threads alike.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from multiprocessing.context import SpawnContext
from multiprocessing.process import BaseProcess
from typing import cast

from loky.backend import get_context

from circuits.machine.processes import end_with

#: Makes processes, pipes and pools; give it to `concurrent.futures` as `mp_context`.
CHILDREN = cast(SpawnContext, get_context("loky"))


def kill(process: BaseProcess) -> None:
    """End a child at once, whatever it does; one that has ended stays ended."""
    if process.pid is not None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)


def begin(parent: int) -> None:
    """Begin a child: it ends with its parent, and what stops a command is its parent's to handle.

    Parameters
    ----------
    parent : int
        The number of the process that started this one.
    """
    end_with(parent)
    if threading.current_thread() is threading.main_thread():
        for number in ("SIGINT", "SIGHUP"):  # Windows has no SIGHUP
            if hasattr(signal, number):
                signal.signal(getattr(signal, number), signal.SIG_IGN)
