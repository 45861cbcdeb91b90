"""How long it takes from the start of a process to the first simulated millisecond (`ctloop bench --only starts`)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from circuits.engine.choose import choose
from sims.benchmarks.engines import STIMULUS
from sims.benchmarks.sides import Found, Notify, Size, spread
from sims.benchmarks.subjects import default_circuit, fixed_circuit
from sims.benchmarks.trial import Answer, Trial
from sims.benchmarks.worker import FIRST_MS, Worker, saved

#: The stages of a start in the engine's words; what is left is the interpreter, imports and the circuit's file.
STAGES = {"wiring": "wiring", "build": "building", "compile": "compiling"}


def measure(size: Size, notify: Notify) -> list[Found]:
    """Start both circuits cold, once, then warm; with `quick` the fixed one, warm alone."""
    engine = choose().engine
    found = []
    for prefix, make in (("", fixed_circuit), ("default_", default_circuit)):
        if prefix and size.quick:
            break
        with tempfile.TemporaryDirectory() as empty, saved(make()) as (file,):
            trial = Trial(circuit_file=file, engine=engine, stimulus=STIMULUS)
            if not size.quick:
                notify(f"{prefix}cold_start_s")
                found += split(prefix, "cold", [start(trial, Path(empty))], engine)
            notify(f"{prefix}warm_start_s")
            place = None if size.quick else Path(empty)
            warm = [start(trial, place) for _ in range(size.repetitions)]
            found += split(prefix, "warm", warm, engine)
    return found


def start(trial: Trial, cache: Path | None) -> Answer:
    """Start a process and simulate 1 ms."""
    with Worker(trial, cache) as worker:
        return worker.run(FIRST_MS)


def split(prefix: str, kind: str, starts: list[Answer], engine: str) -> list[Found]:
    """Give the seconds of some starts, and of their stages for the fixed circuit."""
    found = [spread(f"{prefix}{kind}_start_s", [s["since_begun"] for s in starts], engine)]
    if prefix:
        return found
    for stage, name in STAGES.items():
        found.append(spread(f"{kind}_start_{stage}_s", [s.get(name, 0.0) for s in starts]))
    within = ("simulating", *STAGES.values())
    rest = [s["since_begun"] - sum(s.get(name, 0.0) for name in within) for s in starts]
    return [*found, spread(f"{kind}_start_imports_s", rest)]
