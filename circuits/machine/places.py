"""Folders in which compiled programs can be made and run: found before a run starts, not while it runs."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

#: What a place must have free: the source and objects of a circuit, and what it writes, bytes.
ROOM = 150e6
_PROBE = "#!/bin/sh\nexit 0\n"


def temporary() -> list[Path]:
    """List the folders for temporary files, the one that TMPDIR names first; only those that exist."""
    tried: list[str] = []
    with suppress(OSError):  # none can be written, not even the working folder
        tried.append(tempfile.gettempdir())
    tried += ["/tmp", "/var/tmp"]
    return [Path(place) for place in dict.fromkeys(tried) if Path(place).is_dir()]


def why_not(place: Path, *, runs: bool = True, room: float = ROOM) -> str:
    """Say why a folder cannot hold compiled code; "" if it can. The folder is made if need be.

    Parameters
    ----------
    place : Path
    runs : bool
        Whether programs in it have to run.
    room : float
        What must be free, bytes.
    """
    try:
        place.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(place).free < room:
            return f"{place} is full"
    except OSError:
        return f"{place} cannot be made"
    return _probe(place, runs)


def first_of(places: Sequence[Path], *, runs: bool = True, room: float = ROOM) -> Path | None:
    """Give the first folder that can hold compiled code, None if none can."""
    return next((p for p in places if not why_not(p, runs=runs, room=room)), None)


@cache
def _probe(place: Path, runs: bool) -> str:
    try:
        handle, name = tempfile.mkstemp(prefix=".ctloop-probe-", dir=place)
    except OSError:
        return f"{place} cannot be written"
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(_PROBE)
        return "" if not runs or executes(Path(name)) else f"{place} does not let programs run"
    except OSError:
        return f"{place} cannot be written"
    finally:
        Path(name).unlink(missing_ok=True)


def executes(script: Path) -> bool:
    """Check whether a script can be started where it lies; a file system may forbid it (noexec)."""
    script.chmod(0o700)
    for _ in range(5):
        try:
            return subprocess.run([str(script)], check=False).returncode == 0
        except FileNotFoundError:  # no shell: says nothing of the place
            return True
        except OSError as error:
            if error.errno != errno.ETXTBSY:  # a thread was starting something just now
                return False
            time.sleep(0.02)
    return True
