"""How long a second of circuit time takes, engine by engine.

    python -m sims.benchmarks.engines [--ms 500] [--cold] [--scale X] [ENGINE ...]

Each engine runs the default circuit with a grating before it, in a fresh interpreter. With `--cold`
the compiled code is kept in an empty folder first and found there the second time, so both a
newcomer's and a regular's wait are seen. Processor seconds count compilers too; on a busy machine
compare them rather than wall seconds, and only within one run of this script.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

from circuits.engine.cache import VARIABLE
from circuits.engine.choose import available_engines


def main() -> None:
    """Print one line for each engine and start."""
    parser = argparse.ArgumentParser(description="Time the engines.")
    parser.add_argument("engines", nargs="*", default=available_engines())
    parser.add_argument("--ms", type=float, default=500.0, help="circuit time, ms")
    parser.add_argument("--scale", type=float, default=None)
    parser.add_argument("--cold", action="store_true", help="start with nothing compiled")
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.once:
        print(json.dumps(measure(given.engines[0], given.ms, given.scale)))
        return
    print(f"{'engine':<12}{'start':<7}{'wiring':>8}{'build':>8}{'compile':>9}{'per s':>8}{'cpu/s':>8}"
          f"{'cpu':>8}{'MB':>7}{'spikes':>9}")  # fmt: skip
    for engine in given.engines:
        with tempfile.TemporaryDirectory() as empty:
            for start in ("cold", "warm") if given.cold else ("as is",):
                told = _apart(engine, given.ms, given.scale, empty if given.cold else None)
                print(
                    f"{engine:<12}{start:<7}{told['wiring']:>8.2f}{told['building']:>8.2f}"
                    f"{told['compiling']:>9.2f}{told['per_s']:>8.2f}{told['cpu_per_s']:>8.2f}"
                    f"{told['cpu']:>8.2f}{told['mb']:>7.0f}{told['spikes']:>9.0f}",
                    flush=True,
                )


def measure(engine: str, ms: float, scale: float | None) -> dict[str, float]:
    """Simulate once in this process; give the seconds by stage and those a circuit second takes."""
    from circuits.engine.simulate import simulate
    from circuits.spec import populations
    from sims.alternation.trial import expect
    from sims.stimuli.parse import parse
    from sims.stimuli.retina import see
    from thalamus.loop import DEFAULT_SCALE, corticothalamic_loop

    circuit = corticothalamic_loop(DEFAULT_SCALE if scale is None else scale)
    inputs = see(circuit, parse("grating:45", 1.0), ms, 0)
    begun: list[float] = []

    def report(stage: str, _done: float) -> None:
        if stage == "simulating" and not begun:
            begun.append(_cpu())

    before = _cpu()
    result = simulate(
        circuit,
        duration_ms=ms,
        seed=0,
        engine=engine,
        inputs=inputs,
        currents_pa=expect(circuit, 135.0, 0),
        report=report,
    )
    after = _cpu()
    people = populations(circuit)
    fired = sum(s.times_ms.size for n, s in result.spikes.items() if not people[n].spike_source)
    laps = {"wiring": 0.0, "building": 0.0, "compiling": 0.0, **result.wall_s}
    return {
        **laps,
        "per_s": laps["simulating"] / ms * 1e3,
        "cpu_per_s": (after - begun[0]) / ms * 1e3 if begun else float("nan"),
        "cpu": after - before,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
        "spikes": float(fired),
    }


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def _apart(engine: str, ms: float, scale: float | None, cache: str | None) -> dict[str, float]:
    environment = dict(os.environ) | ({VARIABLE: cache} if cache else {})
    command = [sys.executable, "-m", "sims.benchmarks.engines", "--once", engine, f"--ms={ms}"]
    command += [] if scale is None else [f"--scale={scale}"]
    begun = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return {**told, "wall": time.perf_counter() - begun}


if __name__ == "__main__":
    main()
