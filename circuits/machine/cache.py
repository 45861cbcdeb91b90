"""Where compiled code is kept between runs. It only saves time: without a home it lies elsewhere."""

from __future__ import annotations

import hashlib
import os
import platform
import stat
from contextlib import suppress
from pathlib import Path

from circuits.errors import CtloopError
from circuits.machine import compiler, places

#: Names another folder to keep compiled code in than ~/.cache/ctloop.
VARIABLE = "CTLOOP_CACHE"
#: What compiled circuits take each, and a little more, bytes.
ROOM = 20e6


def folder(engine: str) -> Path:
    """Give the folder in which an engine's compiled code is kept, one for each kind of processor.

    Parameters
    ----------
    engine : str
        See `circuits.engine.choose.ENGINES`.

    Returns
    -------
    Path
        Below $CTLOOP_CACHE, else $XDG_CACHE_HOME/ctloop, else ~/.cache/ctloop; where that cannot be
        written, below the folder for temporary files. Made if need be. Compiled code runs only on the
        processors it was made for, and nodes of a cluster share a home, so the name has a hash of the
        processor, of the compiler and of the flags.

    Raises
    ------
    CtloopError
        If there is no such place.
    """
    made_for = digest(_processor(), *compiler.compiler(), compiler.version(), *compiler.FLAGS)
    name = f"{engine}-{made_for[:8]}"
    found = places.first_of([base / name for base in bases()], runs=runs(engine), room=ROOM)
    if found is None:
        why = places.why_not(bases()[0] / name, runs=runs(engine), room=ROOM)
        msg = f"there is no folder for compiled code: {why}; set {VARIABLE} to another one"
        raise CtloopError(msg)
    return found


def runs(engine: str) -> bool:
    """Tell whether code is run where it is kept (Cython), and not copied before."""
    return engine == "cython"


def bases() -> list[Path]:
    """List the folders below which compiled code may be kept, the preferred one first; never none."""
    given, shared = os.environ.get(VARIABLE), os.environ.get("XDG_CACHE_HOME")
    found = []
    if given:
        found.append(Path(given).absolute())
    elif shared:
        found.append(Path(shared) / "ctloop")
    else:
        with suppress(RuntimeError):  # a user without a home
            found.append(Path.home() / ".cache" / "ctloop")
    own = [place / f"ctloop-cache-{_user()}" for place in places.temporary()]
    return [*found, *(place for place in own if _is_ours(place))] or [
        Path("ctloop-cache").absolute()
    ]


def digest(*parts: str) -> str:
    """Give one hash of several texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else "user"


def _is_ours(place: Path) -> bool:
    """Make a folder that nobody else can write into, or check that it is one: its code will be run."""
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        found = place.lstat()
    except OSError:
        return False
    if not hasattr(os, "getuid"):
        return True
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    model = [line for line in lines if line.startswith(("model name", "flags", "Features"))]
    return platform.machine() + "".join(sorted(set(model)))
