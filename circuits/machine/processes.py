"""Processes: whether one still works, which one it is, and how one ends with the one that started it."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

#: How often a process looks whether the one that started it still lives, s.
LOOK_EVERY_S = 0.5
_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


def alive(pid: int) -> bool:
    """Check whether a process of this machine lives; one that only waits for its parent does not."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return pid > 0 and not _zombie(pid)


def begun(pid: int) -> str:
    """Give when a process began, in the system's ticks: it tells two with one number from each other.

    Returns
    -------
    str
        "0" where the system does not say (all but Linux), or there is no such process.
    """
    fields = _stat(pid)
    return fields[19] if len(fields) > 19 else "0"


@cache
def here() -> str:
    """Give the name of where process numbers hold: the host and, within containers, their own numbering."""
    try:
        numbering = str(Path("/proc/self/ns/pid").readlink()).strip("pid:[]")
    except OSError:
        numbering = "0"
    host = "".join(c if c.isalnum() else "_" for c in socket.gethostname())
    return f"{host}.{numbering}"


def _stat(pid: int) -> list[str]:
    """Give what Linux says of a process after its name, state first."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _zombie(pid: int) -> bool:
    """Check whether a process has ended and only waits for its parent (Linux; elsewhere no)."""
    return _stat(pid)[:1] == ["Z"]


def end_with(parent: int) -> None:
    """Have this process end as soon as the one that started it has, however that one ended.

    A thread looks, and not the system (PR_SET_PDEATHSIG): that would end a child when the thread that started it
    ends.

    Parameters
    ----------
    parent : int
        The number of the process that started this one.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_EVERY_S)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="ends with its parent", daemon=True).start()


def ends_with_us(by: int = signal.SIGKILL) -> Callable[[], None] | None:
    """Give `preexec_fn` for a program that must not outlive the process that starts it.

    The thread that starts it has to wait for it. Linux does this; elsewhere None.

    Parameters
    ----------
    by : int
        The signal that ends it.
    """
    if not sys.platform.startswith("linux"):
        return None
    control, us = ctypes.CDLL(None).prctl, os.getpid()

    def ask() -> None:
        control(_PARENT_DEATH_SIGNAL, int(by))
        if os.getppid() != us:  # it has ended already
            os._exit(1)

    return ask
