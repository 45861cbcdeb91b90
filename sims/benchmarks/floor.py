"""How far a step of the engine is from a C++ loop written by hand (`ctloop bench --only floor`).

The loop (`floor.cpp`) has the same cells, the same synapses and the same first state, integrates them by the same
method in the same step, and is compiled with the same compiler and flags. It simulates by itself: where nothing is
random its spikes are the engine's, otherwise as many of them.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from circuits.engine.choose import choose
from circuits.errors import CtloopError
from circuits.machine import cache, compiler, scratch
from sims.benchmarks.engines import STIMULUS
from sims.benchmarks.sides import Found, Notify, Size, alternate, ratio, spread
from sims.benchmarks.subjects import default_circuit, fixed_circuit
from sims.benchmarks.trial import Trial
from sims.benchmarks.worker import Worker, saved

if TYPE_CHECKING:
    from circuits.spec import Circuit

SOURCE = Path(__file__).with_name("floor.cpp")
#: Circuit time, ms.
DURATION_MS, QUICK_MS = 2000.0, 300.0


def measure(size: Size, notify: Notify) -> list[Found]:
    """Time both, on the fixed and on the default circuit.

    Raises
    ------
    CtloopError
        If there is no C++ compiler.
    """
    duration_ms = QUICK_MS if size.quick else DURATION_MS
    found = []
    for prefix, make in (("", fixed_circuit), ("default_", default_circuit)):
        if prefix and size.quick:
            break
        notify(f"{prefix}floor_ratio")
        found += _compare(prefix, make(), duration_ms, size.repetitions)
    return found


def _compare(prefix: str, circuit: Circuit, duration_ms: float, repetitions: int) -> list[Found]:
    from circuits.equations import DT_MS
    from circuits.spec import populations

    counts: dict[str, dict[str, Any]] = {}
    steps = round(duration_ms / DT_MS)
    cells = sum(p.count for p in populations(circuit).values() if not p.spike_source)
    with saved(circuit) as (file,), floor(circuit, duration_ms) as (program, folder):
        trial = Trial(circuit_file=file, engine=choose().engine, stimulus=STIMULUS)
        with Worker(trial) as worker:
            worker.prepare()

            def engine() -> float:
                counts["engine"] = worker.run(duration_ms)
                return worker.steps_of(counts["engine"])

            def by_hand() -> float:
                counts["floor"] = run(program, folder, steps)
                return float(counts["floor"]["simulating"])

            times = alternate({"engine": engine, "floor": by_hand}, repetitions)
    note = (
        f"{trial.engine}; {counts['engine']['delivered']} spikes delivered by the engine, "
        f"{counts['floor']['delivered']} by the loop"
    )
    found = [
        ratio(f"{prefix}floor_ratio", times["engine"], times["floor"], note),
        spread(
            f"{prefix}run_s_per_circuit_s",
            [s / (duration_ms / 1e3) for s in times["engine"]],
            trial.engine,
        ),
    ]
    if not prefix:
        for key, side in (("floor_ns", "floor"), ("engine_ns", "engine")):
            found.append(spread(key, [s * 1e9 / (cells * steps) for s in times[side]]))
    return found


@contextmanager
def floor(circuit: Circuit, duration_ms: float) -> Iterator[tuple[Path, Path]]:
    """Give the compiled loop, and a folder with what it reads, for the time of a `with` block."""
    from sims.benchmarks.floor_arrays import write

    with scratch.folder() as folder:
        program = _compiled(folder)
        write(circuit, 0, duration_ms, STIMULUS, folder)
        yield program, folder


def run(program: Path, folder: Path, steps: int) -> dict[str, Any]:
    """Run the loop for so many steps; give its seconds, its spikes and those it delivered.

    Raises
    ------
    CtloopError
        If it fails.
    """
    done = subprocess.run(
        [str(program), str(folder), str(steps)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        msg = f"the loop written by hand failed (code {done.returncode})"
        raise CtloopError(msg)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _compiled(folder: Path) -> Path:
    command = compiler.compiler()
    if not command:
        msg = "there is no C++ compiler: apt install g++"
        raise CtloopError(msg)
    program = folder / f"floor-{cache.digest(SOURCE.read_text(encoding='utf-8'))[:8]}"
    with compiler.clean_environment():
        done = subprocess.run(
            [*command, *compiler.flags(), str(SOURCE), "-o", str(program), "-lm"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        wrong = [line for line in done.stderr.splitlines() if "error" in line.lower()]
        msg = f"the loop written by hand does not compile: {(wrong or ['no reason given'])[0]}"
        raise CtloopError(msg)
    return program
