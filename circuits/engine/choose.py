"""Which of Brian2's three engines can run here, which one does, and what a missing one would take.

NumPy runs anywhere. C++ standalone needs a C++ compiler and make. Cython needs a compiler and
Python's own headers. Each is looked for by itself, without importing Brian2.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from circuits.errors import CtloopError, UnknownName

#: Engines, the one to be preferred first. Measured with `sims.benchmarks.engines` on 2 cores at the default
#: scale (5,600 cells, 580,000 synapses): with nothing compiled, standalone compiles for 17 s and
#: Cython for 19; compiled, both start in about 3 s. A circuit second then takes 1.2 s (standalone),
#: 3-4 (Cython) and about 10 (NumPy). All hand over the first second while the rest still runs.
#: Cython compiles nothing again for another scale.
ENGINES = ("standalone", "cython", "numpy")

_GET = {
    "a C++ compiler": "g++",
    "a C compiler": "gcc",
    "make": "make",
    "Python's headers": "python3-dev",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine a run uses.

    Attributes
    ----------
    engine : str
        One of `ENGINES`.
    reason : str
        Why this one, in half a sentence.
    note : str
        What the user should know: what is missing, what it costs, how to get it. "" if nothing.
    """

    engine: str
    reason: str
    note: str = ""


def available_engines() -> list[str]:
    """List the engines that work on this machine, in the order of `ENGINES`."""
    return [engine for engine in ENGINES if not missing(engine)]


def missing(engine: str) -> list[str]:
    """Say what this machine lacks for an engine, in the user's words; nothing if it works.

    Parameters
    ----------
    engine : str
        One of `ENGINES`.

    Raises
    ------
    UnknownName
        If there is no such engine.
    """
    if engine not in ENGINES:
        raise UnknownName("engine", engine, ENGINES)
    lacks: list[str] = []
    if engine == "standalone":  # Brian2 writes a makefile, which calls $(CXX) or g++
        lacks += ["a C++ compiler"] if not _found("CXX", "g++") else []
        lacks += ["make"] if shutil.which("make") is None else []
    elif engine == "cython":  # setuptools takes the compilers Python was built with
        lacks += ["a C++ compiler"] if not _found("CXX", _built_with("CXX", "g++")) else []
        lacks += ["a C compiler"] if not _found("CC", _built_with("CC", "gcc")) else []
        lacks += ["Python's headers"] if not _has_headers() else []
    return lacks


def choose(engine: str | None = None) -> Choice:
    """Choose the engine of a run: the one asked for, else the fastest that works here.

    Parameters
    ----------
    engine : str, optional
        One of `ENGINES`; None leaves the choice to the machine.

    Returns
    -------
    Choice

    Raises
    ------
    UnknownName
        If there is no such engine.
    CtloopError
        If the engine asked for cannot work here; the message says how to get it.
    """
    if engine is not None:
        lacks = missing(engine)
        if lacks:
            others = ", ".join(available_engines())
            needs = " and ".join(lacks)
            msg = f"engine {engine!r} needs {needs}. {_remedy(lacks)} (works here: {others})"
            raise CtloopError(msg)
        return Choice(engine, "asked for")
    best = available_engines()[0]
    if best == ENGINES[0]:
        return Choice(best, "the fastest")
    lacks = missing(ENGINES[0])
    without = f"without {' and '.join(lacks)}"
    if best == "cython":
        note = (
            f"{without}, Cython runs this: each second of circuit time takes about 3 times as long. "
            f"{_remedy(lacks)}"
        )
        return Choice(best, "C++ standalone does not work here", note)
    note = (
        f"{without}, NumPy runs this: nothing to compile, but each second of circuit time takes about "
        f"8 times as long. {_remedy(lacks)}"
    )
    return Choice(best, "the only one that works here", note)


def _found(variable: str, default: str) -> bool:
    """Check whether a compiler is there: the one the environment names, else the default."""
    command = shlex.split(os.environ.get(variable, "")) or shlex.split(default)
    return bool(command) and shutil.which(command[0]) is not None


def _built_with(variable: str, default: str) -> str:
    return str(sysconfig.get_config_var(variable) or default)


def _has_headers() -> bool:
    return any(
        (Path(folder) / "Python.h").is_file()
        for key in ("include", "platinclude")
        if (folder := sysconfig.get_path(key))
    )


def _remedy(lacks: list[str]) -> str:
    packages = [_GET[lack] for lack in lacks]
    return f"On Debian or Ubuntu: apt install {' '.join(packages)}"
