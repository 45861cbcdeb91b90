"""The C++ program of a circuit: made once for each source, run leg by leg, watched while it runs.

Brian2's program simulates one stretch of time from numbers in its source. Here it reads a plan: the
legs of the run, and which arrays change before each. After a leg it writes the new spikes,
and ends if a potential is no number, so the first figure comes early and a runaway ends the run at once. Seed, duration
and the changes of windowed lesions stay out of the source, and compile nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.errors import CtloopError
from circuits.machine import cache, compiler, locks
from circuits.machine.processes import ends_with_us

#: The environment variable that holds the random seed.
SEED = "CTLOOP_SEED"
POLL_S = 0.05
PLAN, LEGS, TIMES, CELLS, V = (f"{name}.ctloop" for name in ("plan", "legs", "t", "i", "v"))

#: A statement of the program: have the C library give what is freed back to the system, where it can.
GIVE_BACK = "give_back();"
_HEAD = """
#include <cmath>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
static void give_back() { malloc_trim(0); }
#else
static void give_back() {}
#endif
"""
#: Of the times until which cells are held, those below 0 leave a cell as it is
#: (`circuits.engine.built.UNCHANGED`).
_LEGS = f"""
{{   // The legs of the plan: begin and end (s), and what changes before (variable, file).
    std::ifstream plan("{PLAN}");
    std::ofstream legs("{LEGS}"), times("{TIMES}", std::ios::binary),
        cells("{CELLS}", std::ios::binary);
    double begin, end;
    int changes;
    size_t seen = 0;
    const auto parent = getppid();
    while (plan >> begin >> end >> changes)
    {{
        for (; changes > 0; changes--)
        {{
            std::string name, file;
            plan >> name >> file;
            if (name != "cells.free") {{ set_variable_by_name(name, file); continue; }}
            std::ifstream values(file, std::ios::binary);
            double value;
            for (size_t i = 0; values.read((char*)&value, sizeof(value)); i++)
                if (value >= 0) _array_cells_free[i] = value;
        }}
        network.t = begin;
        network.run(end - begin, NULL, 10.0);
        const size_t now = _dynamic_array_spikes_t.size();
        times.write((char*)(_dynamic_array_spikes_t.data() + seen), (now - seen)*sizeof(double));
        cells.write((char*)(_dynamic_array_spikes_i.data() + seen), (now - seen)*sizeof(int32_t));
        seen = now;
        bool finite = true;
        for (int i = 0; i < _num__array_cells_v; i++)
            if (!std::isfinite(_array_cells_v[i])) finite = false;
        if (!finite)
            std::ofstream("{V}", std::ios::binary)
                .write((char*)_array_cells_v, _num__array_cells_v*sizeof(_array_cells_v[0]));
        times.flush(); cells.flush();
        legs << now << " " << finite << std::endl;
        if (!finite) return 1;
        if (getppid() != parent) return 1;  // whoever asked for this is gone
    }}
}}
"""


@dataclass(frozen=True)
class Leg:
    """A stretch of the run, ms, and the arrays that change before it, by "object.variable"."""

    begin_ms: float
    end_ms: float
    changes: Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Ended:
    """What a leg left: spikes since the last leg (of all cells); potentials if one is no number."""

    leg: Leg
    times_ms: NDArray[np.float64]
    ids: NDArray[np.int64]
    v_mv: NDArray[np.float64] | None


def make(
    folder: Path,
    flags: Sequence[str],
    announce: Callable[[str], None],
) -> None:
    """Put the program into the folder of its source: the one kept for this source, or a new one.

    Parameters
    ----------
    folder : Path
    flags : sequence of str
        Of make.
    announce : callable
        Given "compiling" before it compiles, and "waiting" if another process does and takes long.

    Raises
    ------
    CtloopError
        If it does not compile.
    """
    main = folder / "main.cpp"
    main.write_text(with_legs(main.read_text(encoding="utf-8")), encoding="utf-8")
    sources = sorted(p for p in folder.rglob("*") if p.suffix in {".cpp", ".h"})
    # Brian2 writes some lines in the order of a set, another one in every process: sort them.
    texts = [
        "\n".join(sorted(p.read_text(encoding="utf-8").splitlines()))
        for p in (*sources, folder / "makefile")
    ]
    cached = cache.folder("standalone") / cache.digest(*texts)
    if _copied(cached, folder / "main"):
        return
    with locks.locked(cached, lambda: announce("waiting")):
        if _copied(cached, folder / "main"):  # another process has just made it
            return
        announce("compiling")
        _compile(folder, flags)
        _keep(folder / "main", cached)


def _copied(cached: Path, main: Path) -> bool:
    """Copy the program that is kept, if there is one."""
    if not cached.exists():
        return False
    shutil.copy2(cached, main)
    return True


def _keep(main: Path, cached: Path) -> None:
    """Keep the program; without room for it, the next run compiles again."""
    new = cached.with_name(f"{cached.name}.{os.getpid()}.new")
    try:
        shutil.copy2(main, new)
        new.replace(cached)
    except OSError:
        new.unlink(missing_ok=True)


def _compile(folder: Path, flags: Sequence[str]) -> None:
    with compiler.clean_environment():
        process = subprocess.Popen(
            ["make", *flags], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True, preexec_fn=ends_with_us(signal.SIGTERM),
        )  # fmt: skip
    try:
        words = process.communicate()[1]
    finally:
        process.terminate()  # make ends its compilers; if it has ended, nothing happens
        process.wait()
    if process.returncode:
        msg = f"compiling the circuit failed: {_reason(words)}"
        raise CtloopError(msg)


def _reason(words: str) -> str:
    """Give the first error of a compiler in one line."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    wrong = [line for line in lines if "error" in line.lower() or "No space" in line] or lines
    return wrong[0][-500:] if wrong else "make gave no reason"


def with_legs(source: str) -> str:
    """Have the main program read seed and plan when it starts.

    Raises
    ------
    CtloopError
        If this version of Brian2 writes its main program in another way.
    """
    source, seeds = re.subn(
        r"seed\(\d+L \+ _i\)", f'seed(std::stol(std::getenv("{SEED}")) + _i)', source
    )
    source, runs = re.subn(r"network\.run\([^;]*\);", lambda _: _LEGS, source)
    if (seeds, runs) != (1, 1):
        msg = "this version of Brian2 writes another main program; use --engine cython or numpy"
        raise CtloopError(msg)
    return _HEAD + source


def run(folder: Path, seed: int, legs: Sequence[Leg]) -> Iterator[Ended]:
    """Run the program in its folder and give each leg as it ends.

    Raises
    ------
    CtloopError
        If it fails.
    """
    _write_plan(folder, legs)
    with (
        (folder / "output.txt").open("w", encoding="utf-8") as output,
        _program(folder, seed, output.fileno()) as process,
    ):
        done = before = 0
        while True:
            over = process.poll() is not None  # asked first: what it wrote by then is all
            for count, finite in _lines(folder / LEGS)[done:]:
                yield _ended(folder, legs[done], before, count, finite)
                done, before = done + 1, count
            if over:
                break
            time.sleep(POLL_S)
    if process.returncode or done < len(legs):
        words = (folder / "output.txt").read_text(encoding="utf-8").strip()[-300:]
        msg = f"the compiled circuit ended early (code {process.returncode}): {words}"
        raise CtloopError(msg)


@contextmanager
def _program(folder: Path, seed: int, output: int) -> Iterator[subprocess.Popen[bytes]]:
    """Start the program; it does not outlive its use."""
    results = folder / "results"
    results.mkdir(exist_ok=True)
    process = subprocess.Popen(
        ["./main", "--results_dir", f"{results}/"],
        cwd=folder,
        env={**os.environ, SEED: str(seed)},
        stdout=output,
        stderr=output,
        preexec_fn=ends_with_us(),
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _write_plan(folder: Path, legs: Sequence[Leg]) -> None:
    lines = []
    for index, leg in enumerate(legs):
        words = [repr(float(leg.begin_ms) / 1e3), repr(float(leg.end_ms) / 1e3)]
        words.append(str(len(leg.changes)))
        for name, values in leg.changes.items():
            file = f"change-{index}-{name}.ctloop"
            np.asarray(values).tofile(folder / file)
            words += [name, file]
        lines.append(" ".join(words))
    (folder / PLAN).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _lines(file: Path) -> list[tuple[int, bool]]:
    """Give, for each leg, the number of spikes at its end and whether all potentials are numbers.

    A line being written is left.
    """
    if not file.exists():
        return []
    lines = (line.split() for line in file.read_text(encoding="utf-8").split("\n")[:-1])
    return [(int(count), finite == "1") for count, finite in lines]


def _ended(folder: Path, leg: Leg, before: int, count: int, finite: bool) -> Ended:
    return Ended(
        leg,
        np.fromfile(folder / TIMES, np.float64, count - before, offset=8 * before) / 1e-3,
        np.fromfile(folder / CELLS, np.int32, count - before, offset=4 * before).astype(np.int64),
        None if finite else np.fromfile(folder / V, np.float64),
    )
