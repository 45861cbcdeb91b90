"""Whether a process still works: what a folder that was begun has to be asked."""

from __future__ import annotations

import os
from pathlib import Path


def alive(pid: int) -> bool:
    """Check whether a process of this machine lives; one that only waits for its parent does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid > 0 and not _zombie(pid)


def _zombie(pid: int) -> bool:
    """Check whether a process has ended and only waits for its parent (Linux; elsewhere no)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return False
    return state[:1] == ["Z"]
