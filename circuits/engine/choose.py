"""Which of Brian2's three engines can run here, which one does, and what a missing one would take.

NumPy runs anywhere. C++ standalone needs a C++ compiler and make. Cython needs a compiler and
Python's own headers. Both need a folder in which programs may run. Each is looked for by itself, without
importing Brian2.
"""

from __future__ import annotations

import os
import platform
import shutil
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from circuits.errors import CtloopError, UnknownName
from circuits.machine import cache, compiler, places, scratch

#: Engines, the one to be preferred first. At the default scale (6,200 cells, 790,000 synapses) a circuit second
#: takes 1.5 s of processor time (standalone), 3.4 (Cython) and 11 (NumPy), by `ctloop measure engines
#: --duration-ms 1000` on 2 busy cores. What starting takes is measured by `ctloop bench --only starts`, for all
#: engines by `ctloop measure engines --cold`. All hand over the first second while the rest still runs.
#: Cython compiles nothing again for another scale.
ENGINES = ("standalone", "cython", "numpy")

_GET = {
    "a C++ compiler": "g++",
    "make": "make",
    "Python's headers": "python3-dev",
}
_NAMED = "the C++ compiler that CXX names"
_PLACE = "a folder that can be written and lets programs run"
#: Variables that change the arithmetic of NumPy or of the C library.
_LET_THROUGH = (
    "NPY_DISABLE_CPU_FEATURES",
    "NPY_ENABLE_CPU_FEATURES",
    "GLIBC_TUNABLES",
    "LD_PRELOAD",
)


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
    if engine == "numpy":
        return []
    lacks = _compiler_missing()
    if engine == "standalone":  # Brian2 writes a makefile
        lacks += ["make"] if shutil.which("make") is None else []
        if places.first_of(scratch.candidates()) is None:
            lacks.append(f"{_PLACE} ({scratch.reasons()})")
    else:
        lacks += ["Python's headers"] if not _has_headers() else []
        try:
            cache.folder(engine)
        except CtloopError:
            lacks.append(f"{_PLACE} ({places.why_not(cache.bases()[0], room=cache.ROOM)})")
    return lacks


def environment(engine: str) -> dict[str, str | int | list[str]]:
    """Give what of this machine can change the numbers of a run, besides spec, seed and engine.

    Parameters
    ----------
    engine : str
        One of `ENGINES`.

    Returns
    -------
    dict
        For any engine the processor's kind, the threads and the precision; with a compiler, which one it
        is, its version and the flags it was given. Variables that NumPy or a C library read are there if set.
    """
    found: dict[str, str | int | list[str]] = {
        "engine": engine,
        "machine": platform.machine(),
        "threads": 1 + compiler.THREADS,
        "float": "float64",
    }
    if engine != "numpy":
        found |= {
            "compiler": " ".join(compiler.compiler()),
            "compiler_version": compiler.version(),
            "compiler_flags": compiler.flags(),
        }
    return found | {name: os.environ[name] for name in _LET_THROUGH if os.environ.get(name)}


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
            f"{without}, Cython runs this: each second of circuit time takes about 2 times as long. "
            f"{_remedy(lacks)}"
        )
        return Choice(best, "C++ standalone does not work here", note)
    note = (
        f"{without}, NumPy runs this: nothing to compile, but each second of circuit time takes about "
        f"8 times as long. {_remedy(lacks)}"
    )
    return Choice(best, "the only one that works here", note)


def _compiler_missing() -> list[str]:
    wrong = compiler.wrong_name()
    if wrong:
        return [f"{_NAMED} ({wrong!r} is not there, or compiles nothing)"]
    return [] if compiler.compiler() else ["a C++ compiler"]


def _has_headers() -> bool:
    return any(
        (Path(folder) / "Python.h").is_file()
        for key in ("include", "platinclude")
        if (folder := sysconfig.get_path(key))
    )


def _remedy(lacks: list[str]) -> str:
    says = []
    if any(lack.startswith(_NAMED) for lack in lacks):
        says.append("Let CXX name a compiler, or unset it.")
    if any(lack.startswith(_PLACE) for lack in lacks):
        says.append(f"Set TMPDIR and {cache.VARIABLE} to folders in which programs may run.")
    packages = [_GET[lack] for lack in lacks if lack in _GET]
    if packages:
        says.append(f"On Debian or Ubuntu: apt install {' '.join(packages)}")
    return " ".join(says)
