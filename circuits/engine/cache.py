"""Where compiled code is kept between runs, and with which flags it was compiled."""

from __future__ import annotations

import hashlib
import os
import platform
from pathlib import Path

#: Compiler flags beyond Brian2's own (-O3 -ffast-math -march=native); a compiler that does not know
#: one is not given it. They let GCC work on four cells at once, which more than halves the state
#: update. The first declares glibc's vector exponential (otherwise lost to Brian2's
#: -fno-finite-math-only, which keeps NaN visible); the second allows as many run-time checks that
#: arrays do not overlap as there are pairs of arrays; without the third, GCC takes a loop behind
#: Cython's hundred argument checks for one that is hardly ever reached.
FLAGS = (
    "-D__FAST_MATH__",
    "--param=vect-max-version-for-alias-checks=400",
    "-fno-guess-branch-probability",
)
#: Names another folder to keep compiled code in than ~/.cache/ctloop.
VARIABLE = "CTLOOP_CACHE"


def folder(engine: str) -> Path:
    """Give the folder in which an engine's compiled code is kept, one for each kind of processor.

    Parameters
    ----------
    engine : str
        See `circuits.engine.choose.ENGINES`.

    Returns
    -------
    Path
        Below $CTLOOP_CACHE, else $XDG_CACHE_HOME/ctloop, else ~/.cache/ctloop; made if need be.
        Compiled code runs only on the processors it was made for, and nodes of a cluster share a
        home, so the name has a hash of the processor and of the flags.
    """
    given = os.environ.get(VARIABLE)
    shared = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    base = Path(given) if given else Path(shared) / "ctloop"
    made_for = digest(_processor(), *FLAGS)
    place = base / f"{engine}-{made_for[:8]}"
    place.mkdir(parents=True, exist_ok=True)
    return place


def digest(*parts: str) -> str:
    """Give one hash of several texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    model = [line for line in lines if line.startswith(("model name", "flags", "Features"))]
    return platform.machine() + "".join(sorted(set(model)))
