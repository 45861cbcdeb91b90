"""Run a circuit as a C++ program of its own (Brian2's C++ standalone mode).

The program is kept by a hash of its source, so whatever leaves the source as it is compiles
nothing: another weight, parameter or lesion, and, as sizes are padded and the duration and the
random seed are read when the program starts, nearly always another seed or duration. Another scale
does compile, and says so. Every simulation has a folder of its own, so several can run at once.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import brian2 as b2
import numpy as np
from brian2.utils.filelock import FileLock
from numpy.typing import NDArray

from circuits import cache
from circuits.build import Built, build
from circuits.build_runtime import flags, spikes_of, voltages_of
from circuits.equations import DT_MS
from circuits.errors import CtloopError
from circuits.records import Edges, Spikes
from circuits.seeds import episode_seed
from circuits.simulate import CHECK_MS, check_rates, refuse_nan
from circuits.spec import Circuit, populations

#: The source holds the numbers of synapses and input spikes; they are filled up to a multiple.
SYNAPSES_MULTIPLE = 4096
INPUTS_MULTIPLE = 2**19
#: What takes the place of the seed and the duration in the source.
SEED = "CTLOOP_SEED"
SECONDS = "CTLOOP_SECONDS"
PROGRESS = "progress.txt"
REPORT = f'std::ofstream("{PROGRESS}", std::ios::trunc) << completed;'
POLL_S = 0.5


def run_standalone(
    *,
    circuit: Circuit,
    edges: Mapping[str, Edges],
    inputs: Mapping[str, Spikes],
    currents_pa: Mapping[str, NDArray[np.float64]],
    seed: int,
    record_voltage: Mapping[str, NDArray[np.int64]],
    duration_ms: float,
    engine: str,
    first_ms: float,
    on_first: Callable[[dict[str, Spikes]], None] | None,
    report: Callable[[str, float], None],
    clock: Any,
    episode: int = 0,
) -> tuple[dict[str, Spikes], dict[str, NDArray[np.float32]], dict[str, NDArray[np.int64]]]:
    """Build and run; see `circuits.simulate.simulate` for the arguments.

    The first part is handed over when the whole has been simulated, and runaway activity is found
    then too: a program of its own cannot be interrupted to look.
    """
    with _device(), tempfile.TemporaryDirectory(prefix="ctloop-") as place:
        folder = Path(place)
        b2.seed(seed)
        built = build(
            circuit,
            _padded_edges(circuit, edges),
            _padded_inputs(circuit, inputs, duration_ms),
            currents_pa,
            seed,
            record_voltage,
            episode=episode,
        )
        built.network.run(duration_ms * b2.ms, report=REPORT, report_period=POLL_S * b2.second)
        b2.device.build(directory=str(folder), compile=False, run=False, with_output=False)
        clock.lap("building")
        _program(folder, report)
        clock.lap("compiling")
        report("compiling", 1.0)
        _run(folder, episode_seed(seed, episode), duration_ms, report)
        clock.lap("simulating")
        spikes = spikes_of(built)
        _check(built, spikes, {n: p.count for n, p in populations(circuit).items()}, duration_ms)
        voltages = voltages_of(built)
    if on_first is not None:
        on_first({n: _until(s, first_ms) for n, s in spikes.items()})
    return spikes, voltages, built.recorded


@contextmanager
def _device() -> Iterator[None]:
    """Have Brian2 write C++ instead of running, for a while."""
    b2.prefs.codegen.cpp.extra_compile_args_gcc = flags()
    b2.prefs.devices.cpp_standalone.extra_make_args_unix = ["-j2"]
    b2.set_device("cpp_standalone", build_on_run=False)
    try:
        yield
    finally:
        b2.device.reinit()
        b2.set_device("runtime")


def _padded_edges(circuit: Circuit, edges: Mapping[str, Edges]) -> dict[str, Edges]:
    """Fill the synapses up with ones of weight 0, among the cells and from the sources."""
    people = populations(circuit)
    padded = dict(edges)
    for given in (False, True):
        names = [
            n
            for n, e in edges.items()
            if e.pre.size and people[n.split(" -> ")[0]].spike_source == given
        ]
        if not names:
            continue
        missing = -sum(edges[n].pre.size for n in names) % SYNAPSES_MULTIPLE
        name = max(names, key=lambda n: people[n.split(" -> ")[0]].count)
        padded[name] = _with_silent(edges[name], missing)
    return padded


def _with_silent(edges: Edges, more: int) -> Edges:
    """Repeat synapses of a projection with weight 0."""
    again = np.arange(more) % edges.pre.size
    return replace(
        edges,
        pre=np.concatenate([edges.pre, edges.pre[again]]),
        post=np.concatenate([edges.post, edges.post[again]]),
        weight_ns={r: np.concatenate([w, np.zeros(more)]) for r, w in edges.weight_ns.items()},
        delay_ms=np.concatenate([edges.delay_ms, edges.delay_ms[again]]),
    )


def _padded_inputs(
    circuit: Circuit, inputs: Mapping[str, Spikes], duration_ms: float
) -> dict[str, Spikes]:
    """Fill the input spikes up with ones after the end; doubles go, as the builder would do."""
    people = populations(circuit)
    sources = [n for n, p in people.items() if p.spike_source]
    if not sources:
        return dict(inputs)
    padded = {n: _once_a_step(inputs[n]) for n in inputs}
    last = sources[-1]
    missing = -sum(s.times_ms.size for s in padded.values()) % INPUTS_MULTIPLE
    count = people[last].count
    times = duration_ms + (10 + np.arange(missing) // count) * DT_MS
    own = padded.get(last, Spikes(np.empty(0), np.empty(0, dtype=np.int64)))
    padded[last] = Spikes(
        np.concatenate([own.times_ms, times]),
        np.concatenate([own.cells, np.arange(missing) % count]),
    )
    return padded


def _once_a_step(spikes: Spikes) -> Spikes:
    step = np.round(spikes.times_ms / DT_MS).astype(np.int64)
    _, first = np.unique(np.stack([step, spikes.cells]), axis=1, return_index=True)
    return Spikes(spikes.times_ms[first], spikes.cells[first])


def _program(folder: Path, report: Callable[[str, float], None]) -> None:
    """Put the program into the folder: the one kept for this source, or a new one."""
    main = folder / "main.cpp"
    main.write_text(_read_at_start(main.read_text(encoding="utf-8")), encoding="utf-8")
    sources = sorted(p for p in folder.rglob("*") if p.suffix in {".cpp", ".h"})
    # Brian2 writes some lines in the order of a set, another one in every process: sort them.
    texts = [
        "\n".join(sorted(p.read_text(encoding="utf-8").splitlines()))
        for p in (*sources, folder / "makefile")
    ]
    kept = cache.folder("standalone") / cache.digest(*texts)
    with FileLock(f"{kept}.lock"):
        if not kept.exists():
            report("compiling", 0.0)
            done = subprocess.run(
                ["make", *b2.prefs.devices.cpp_standalone.extra_make_args_unix],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                msg = f"compiling the circuit failed: {done.stderr.strip()[-500:]}"
                raise CtloopError(msg)
            shutil.copy2(folder / "main", f"{kept}.new")
            Path(f"{kept}.new").replace(kept)
    shutil.copy2(kept, folder / "main")


def _read_at_start(source: str) -> str:
    """Have the main program read seed and duration from the environment."""
    source = re.sub(r"seed\(\d+L \+ _i\)", f'seed(std::stol(std::getenv("{SEED}")) + _i)', source)
    return re.sub(r"\.run\([-+.\de]+, ", f'.run(std::stod(std::getenv("{SECONDS}")), ', source)


def _run(folder: Path, seed: int, duration_ms: float, report: Callable[[str, float], None]) -> None:
    """Run the program in its folder and tell how far it is."""
    os.environ[SEED], os.environ[SECONDS] = str(seed), repr(duration_ms / 1e3)
    ended = threading.Event()

    def tell() -> None:
        while not ended.wait(POLL_S):
            try:
                report("simulating", float((folder / PROGRESS).read_text(encoding="utf-8")))
            except (OSError, ValueError):
                continue  # nothing written yet, or just being written

    teller = threading.Thread(target=tell, daemon=True)
    report("simulating", 0.0)
    teller.start()
    try:
        b2.device.run(str(folder), with_output=False)
    except RuntimeError as error:
        msg = f"the compiled circuit failed: {error}"
        raise CtloopError(msg) from error
    finally:
        ended.set()
        teller.join()


def _check(
    built: Built, spikes: Mapping[str, Spikes], counts: Mapping[str, int], duration_ms: float
) -> None:
    for start in np.arange(0.0, duration_ms - CHECK_MS / 2, CHECK_MS):
        check_rates(spikes, counts, float(start), float(start) + CHECK_MS)
    refuse_nan(np.asarray(built.cells.v), built.slices, duration_ms)


def _until(spikes: Spikes, stop_ms: float) -> Spikes:
    early = spikes.times_ms < stop_ms
    return Spikes(spikes.times_ms[early], spikes.cells[early])
