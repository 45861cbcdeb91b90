"""One at a time: a lock between processes, on file systems with locks and without.

What is guarded is only a saving: two that compile the same are slower, not wrong. So nobody waits for
ever, and a process that gets no lock goes on without.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import BaseFileLock, FileLock, SoftFileLock, Timeout

from circuits.machine.processes import here

if sys.platform != "win32":  # its file systems all have locks
    import fcntl

#: After this long, who waits is told so, s.
SAY_AFTER_S = 3.0
#: After this long, who waits goes on without, s: no circuit takes so long to compile.
GIVE_UP_S = 900.0
_POLL_S = 0.1
_WITHOUT_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL)


@contextmanager
def locked(path: Path, waiting: Callable[[], None], give_up_s: float = GIVE_UP_S) -> Iterator[bool]:
    """Work alone among the processes that take the same lock.

    Parameters
    ----------
    path : Path
        Of the lock; files beside it are made.
    waiting : callable
        Called once, if the lock is not there within a few seconds.
    give_up_s : float
        How long to wait at most, s.

    Yields
    ------
    bool
        Whether there is a lock: False if the file system cannot be written, or after `give_up_s`.
    """
    took: list[BaseFileLock] = []
    try:
        lock = _lock(path)
        if _take(lock, waiting, give_up_s):
            took.append(lock)
    except (OSError, NotImplementedError):
        pass
    try:
        yield bool(took)
    finally:
        for lock in took:
            lock.release()


def _lock(path: Path) -> BaseFileLock:
    """Give the lock that this file system can hold; a soft one of a dead process is broken by the next."""
    if has_locks(path.parent):
        return FileLock(f"{path}.lock")
    return SoftFileLock(f"{path}.held")


def has_locks(folder: Path) -> bool:
    """Check whether files in a folder can be locked; Lustre, FUSE and NFS may not do it."""
    if sys.platform == "win32":
        return True
    probe = folder / f".probe-{here()}-{os.getpid()}"
    handle = os.open(probe, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _WITHOUT_LOCKS:
            return False
        raise
    finally:
        os.close(handle)
        probe.unlink(missing_ok=True)
    return True


def _take(lock: BaseFileLock, waiting: Callable[[], None], give_up_s: float) -> bool:
    began, reported = time.monotonic(), False
    while True:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            waited = time.monotonic() - began
            if waited >= give_up_s:
                return False
            if waited >= SAY_AFTER_S and not reported:
                reported = True
                waiting()
            time.sleep(_POLL_S)
            continue
        return True
