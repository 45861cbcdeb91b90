"""The one C++ compiler of a simulation: which it is, which flags it takes, and nothing else it listens to."""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

#: Flags that compiled code is made with, Brian2's own first. The last three let GCC work on four cells
#: at once, which more than halves the state update. The first of them declares glibc's vector exponential
#: (otherwise lost to -fno-finite-math-only, which keeps NaN visible); the second allows as many run-time
#: checks that arrays do not overlap as there are pairs of arrays; without the third, GCC takes a loop
#: behind Cython's hundred argument checks for one that is hardly ever reached.
FLAGS: tuple[str, ...] = (
    "-w", "-O3", "-ffast-math", "-fno-finite-math-only", "-march=native", "-std=c++11",
    "-D__FAST_MATH__", "--param=vect-max-version-for-alias-checks=400",
    "-fno-guess-branch-probability",
)  # fmt: skip
#: Processors whose compilers call -march=native by another name.
_OTHER_NAMES = ("alpha", "ppc", "sparc")
#: Threads that a simulation's sums are spread over; 0 is none besides the one that is there. Processors
#: are used by simulations side by side (`sims.runs.side_by_side`). Whether large circuits gain by threads of their own
#: has not been measured on an idle machine (`ctloop measure engines --threads 2`); on a busy one they waited for each
#: other, and the numbers of spikes differed from those of one thread.
THREADS = 0
#: What compilers, linkers, make and distutils read from the environment. A run must not.
READ_BY_COMPILERS = (
    "CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS", "LFLAGS", "LDSHARED", "LDCXXSHARED", "CPP", "OPT",
    "BASECFLAGS", "ARFLAGS", "OPTIMISATIONS", "MAKEFLAGS", "GNUMAKEFLAGS", "MFLAGS", "MAKEFILES",
    "MAKEOVERRIDES", "DIST_EXTRA_CONFIG", "GCC_COMPARE_DEBUG", "CCC_OVERRIDE_OPTIONS",
    "CCC_ADD_ARGS", "CL", "_CL_",
)  # fmt: skip
#: What names the compiler; it is let through, and a run's meta data say what it was.
NAMES = ("CXX", "CC")


def compiler() -> list[str]:
    """Give the command of the C++ compiler: $CXX if it is set, else g++, else the one Python was built with.

    Returns
    -------
    list of str
        [] if there is none, or $CXX names one that does not exist or compiles nothing.
    """
    named = _words(os.environ.get("CXX", ""))
    tried = [named] if named else [["g++"], _words(str(sysconfig.get_config_var("CXX") or ""))]
    for command in tried:
        if command and _works(tuple(command), os.environ.get("PATH", "")):
            return command
    return []


def wrong_name() -> str:
    """Give what CXX names if it does not exist or compiles nothing; "" if all is well."""
    named = os.environ.get("CXX", "")
    return named if named.strip() and not compiler() else ""


def flags() -> list[str]:
    """List those of `FLAGS` that the compiler takes."""
    return list(_taken(tuple(compiler()), os.environ.get("PATH", "")))


def version() -> str:
    """Give the first line of what the compiler says of its version; "" if there is none."""
    return _version(tuple(compiler()), os.environ.get("PATH", ""))


@contextmanager
def clean_environment() -> Iterator[None]:
    """Compile in this block: one compiler for checking, compiling and linking, and no flags from outside."""
    before = {name: os.environ.pop(name, None) for name in (*READ_BY_COMPILERS, *NAMES)}
    chosen = shlex.join(_chosen(before["CXX"]))
    if chosen:
        # distutils compiles with CC, links with CXX, and asks CC what flags there are.
        os.environ.update(CC=chosen, CXX=chosen)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _chosen(named: str | None) -> list[str]:
    if named is None:
        return compiler()
    os.environ["CXX"] = named
    return compiler()


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:  # a quotation mark that does not end
        return command.split()


@cache
def _works(command: tuple[str, ...], path: str) -> bool:
    return shutil.which(command[0]) is not None and _compiles(command, ())


@cache
def _version(command: tuple[str, ...], path: str) -> str:
    if not command:
        return ""
    try:
        done = subprocess.run([*command, "--version"], capture_output=True, text=True, timeout=30,
                              check=False)  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return next(iter(done.stdout.splitlines()), "").strip()


@cache
def _taken(command: tuple[str, ...], path: str) -> tuple[str, ...]:
    wanted = FLAGS
    if platform.machine().startswith(_OTHER_NAMES):
        wanted = tuple(f for flag in FLAGS for f in (
            ("-mcpu=native", "-mtune=native") if flag == "-march=native" else (flag,)))  # fmt: skip
    if not command:
        return wanted
    with clean_environment():
        if _compiles(command, wanted):
            return wanted
        return tuple(flag for flag in wanted if _compiles(command, (flag,)))


def _compiles(command: tuple[str, ...], given: tuple[str, ...]) -> bool:
    source = "int main() { return 0; }\n"
    line = [*command, *given, "-x", "c++", "-c", "-o", os.devnull, "-"]
    try:
        done = subprocess.run(line, input=source, capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.returncode == 0
