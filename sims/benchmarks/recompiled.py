"""What is compiled again after a change of the circuit (`ctloop bench --only recompiled`): nothing should be."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from circuits.engine.choose import missing
from circuits.errors import CtloopError
from circuits.lesions import lesion
from circuits.machine import cache
from circuits.records import Probability
from circuits.spec import Circuit, projections, set_parameter, with_projection
from sims.benchmarks.circuit import benchmark_circuit
from sims.benchmarks.sides import Found, Notify, Size
from sims.benchmarks.subjects import fixed_circuit
from sims.benchmarks.trial import Trial
from sims.benchmarks.worker import FIRST_MS, Worker, saved


def measure(size: Size, notify: Notify) -> list[Found]:
    """Compile the fixed circuit in each engine that compiles, change it, and count what is new.

    With `quick` it is Cython alone where that works, and the usual place of compiled code, where other simulations
    may add to it.

    Raises
    ------
    CtloopError
        If no engine that compiles works here.
    """
    engines = [engine for engine in ("standalone", "cython") if not missing(engine)]
    if not engines:
        msg = "no engine that compiles works here: apt install g++ make python3-dev"
        raise CtloopError(msg)
    if size.quick:
        engines = engines[-1:]
    again: dict[str, int] = {}
    with ExitStack() as open_:
        place = None
        if not size.quick:
            place = Path(open_.enter_context(tempfile.TemporaryDirectory()))
        for engine in engines:
            notify(f"recompiled_objects: {engine}")
            counted = count(engine, changes(engine, fixed_circuit()), place)
            again |= {f"{engine} after another {name}": n for name, n in counted.items() if n}
    note = "; ".join(again) or f"engines: {', '.join(engines)}"
    return [Found("recompiled_objects", float(sum(again.values())), note=note)]


def changes(engine: str, circuit: Circuit) -> dict[str, Circuit]:
    """Give the changed circuits by what has changed; for "seed" the circuit itself."""
    first = next(iter(projections(circuit)))
    source = projections(circuit)[first].source
    found = {
        "seed": circuit,
        "lesion": lesion(circuit, first),
        "weight": set_parameter(circuit, f"{first}.gain=1.5"),
        "parameter": set_parameter(circuit, f"{source}.b=35pA"),
    }
    if engine == "cython":
        found["scale"] = benchmark_circuit(150)
        found["wiring"] = with_projection(
            circuit, replace(projections(circuit)[first], rule=Probability(p=0.07))
        )
    return found


def count(engine: str, changed: Mapping[str, Circuit], place: Path | None) -> dict[str, int]:
    """Count what an engine compiles anew for each changed circuit, in one process.

    Parameters
    ----------
    engine : str
    changed : mapping of str to Circuit
        The one by the name "seed" is simulated first, too, with seed 0.
    place : Path or None
        Where compiled code is kept; None for the usual place.
    """
    listing = _listing(engine, place)
    found = {}
    with saved(*changed.values()) as files:
        by_name: dict[str, dict[str, Any]] = {
            name: {"circuit_file": file, "seed": int(name == "seed")}
            for name, file in zip(changed, files, strict=True)
        }
        trial = Trial(circuit_file=by_name["seed"]["circuit_file"], engine=engine)
        with Worker(trial, place) as worker:
            worker.run(FIRST_MS)
            for name, differs in by_name.items():
                before = listing()
                worker.run(FIRST_MS, **differs)
                found[name] = len(listing() - before)
    return found


def _listing(engine: str, place: Path | None) -> Callable[[], set[Path]]:
    """Give what lists the compiled objects of an engine: programs, or Cython's modules."""
    if place is None:
        place = cache.folder(engine)
    files = "*.so" if engine == "cython" else "*"

    def listing() -> set[Path]:
        return {
            path
            for path in place.rglob(files)
            if path.is_file() and engine in str(path) and path.suffix not in (".lock", ".new")
        }

    return listing
