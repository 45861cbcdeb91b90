"""How much memory a new process can have, on a machine, in a container, or in a job of a cluster."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_GROUPS = Path("/proc/self/cgroup")
_ROOT = Path("/sys/fs/cgroup")
#: Limit, use and the key of file caches that can be given up, of the second and the first kind of control groups.
_NEW = ("memory.max", "memory.current", "inactive_file")
_OLD = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


def free_memory() -> float:
    """Give the bytes a new process can have; file caches that the system would give up count.

    Returns
    -------
    float
        What the machine has free, or what is left of the limit of a container or a job if that is less.
    """
    return min([_machine(), *_limits()])


def held_most() -> float:
    """Give the most bytes that this process has held; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(most if sys.platform == "darwin" else most * 1024)


def _machine() -> float:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
        known = dict(line.split(":", 1) for line in lines)
        return float(known["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return float(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))


def _limits() -> list[float]:
    """List what is left of the memory limit of every control group this process is in."""
    found = []
    for place, names in _folders():
        left = _left(place, *names)
        if left is not None:
            found.append(left)
    return found


def _folders() -> list[tuple[Path, tuple[str, str, str]]]:
    """List the folders of this process's control groups and of the groups around them."""
    try:
        lines = _GROUPS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        _, kinds, path = line.split(":", 2)
        if kinds and "memory" not in kinds.split(","):
            continue
        root, names = (_ROOT / "memory", _OLD) if kinds else (_ROOT, _NEW)
        inner = Path(path.lstrip("/"))
        # In a container the group is the root of what it sees, whatever its path is outside.
        found += [(root / part, names) for part in (inner, *inner.parents)]
    return found


def _left(place: Path, limit: str, used: str, reclaimed: str) -> float | None:
    try:
        most = float((place / limit).read_text())  # "max" is no limit: float refuses it
        now = float((place / used).read_text())
        lines = (place / "memory.stat").read_text().splitlines()
    except (OSError, ValueError):
        return None
    caches = {k: float(v) for k, _, v in (line.partition(" ") for line in lines)}
    return max(most - now + caches.get(reclaimed, 0.0), 0.0)
