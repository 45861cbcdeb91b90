"""Folders for the time of one simulation, and the removal of those whose process was killed."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from circuits.errors import CtloopError
from circuits.machine import cache, places
from circuits.machine.processes import alive, begun, here

_NAME = re.compile(r"ctloop-(?P<here>[\w.]+)-(?P<pid>\d+)-(?P<begun>\d+)-\w+")


def candidates() -> list[Path]:
    """List where such folders may be, the preferred one first."""
    return [*places.temporary(), *(base / "scratch" for base in cache.bases()[:1])]


@contextmanager
def folder() -> Iterator[Path]:
    """Give a new folder in which programs run; it is removed at the end.

    A process that is killed leaves it. Its name says whose it was, so that the next one can remove it.

    Raises
    ------
    CtloopError
        If no place can be written and lets programs run.
    """
    sweep()
    place = places.first_of(candidates())
    if place is None:
        msg = f"a compiled circuit cannot run here: {reasons()}; set TMPDIR to another folder"
        raise CtloopError(msg)
    prefix = f"ctloop-{here()}-{os.getpid()}-{begun(os.getpid())}-"
    with tempfile.TemporaryDirectory(prefix=prefix, dir=place, ignore_cleanup_errors=True) as made:
        yield Path(made)


def reasons() -> str:
    """Say why no place can be used, in one line."""
    return ", ".join(dict.fromkeys(places.why_not(place) for place in candidates()))


def sweep() -> None:
    """Remove what killed processes of this user and this host left behind."""
    for place in candidates():
        try:
            found = [entry for entry in os.scandir(place) if entry.name.startswith("ctloop-")]
        except OSError:
            continue
        for entry in found:
            if _is_left(entry):
                shutil.rmtree(entry.path, ignore_errors=True)


def _is_left(entry: os.DirEntry[str]) -> bool:
    name = _NAME.fullmatch(entry.name)
    if name is None or name["here"] != here():
        return False
    try:
        if hasattr(os, "getuid") and entry.stat(follow_symlinks=False).st_uid != os.getuid():
            return False
    except OSError:
        return False
    pid = int(name["pid"])
    return not alive(pid) or begun(pid) != name["begun"]
