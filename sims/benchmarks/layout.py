"""One group for all cells beside a Brian2 object for each population and projection (`ctloop bench --only layout`).

Both sides have the same equations, wiring and first state, and Cython, which is what Brian2 uses by itself. With
`quick` it is two populations, in NumPy, so that nothing compiles.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from circuits.engine.choose import choose, missing
from circuits.errors import CtloopError
from sims.benchmarks.sides import Found, Notify, Size, alternate, ratio
from sims.benchmarks.subjects import fixed_circuit, two_populations
from sims.benchmarks.trial import Trial
from sims.benchmarks.worker import Worker, saved

#: Circuit time of one repetition, ms.
DURATION_MS, QUICK_MS = 200.0, 30.0
_ONE, _MANY, _CHOSEN = "one group", "one group a population", "the engine that ctloop chooses"


def measure(size: Size, notify: Notify) -> list[Found]:
    """Start both sides with nothing compiled, once; then run them in turn.

    Raises
    ------
    CtloopError
        If Cython does not work here.
    """
    engine = "numpy" if size.quick else "cython"
    if lacks := missing(engine):
        msg = f"{engine} needs {' and '.join(lacks)}"
        raise CtloopError(msg)
    circuit = two_populations() if size.quick else fixed_circuit()
    with saved(circuit) as (file,), tempfile.TemporaryDirectory() as empty, ExitStack() as open_:

        def worker(engine: str, cache: Path | None, *, per_population: bool = False) -> Worker:
            trial = Trial(circuit_file=file, engine=engine, per_population=per_population)
            return open_.enter_context(Worker(trial, cache))

        found, sides, place = [], {}, None if size.quick else Path(empty)
        cold = {}
        for name, many in ((_ONE, False), (_MANY, True)):
            notify(f"{name}: compiling and starting")
            sides[name] = worker(engine, place, per_population=many)
            cold[name] = [float(sides[name].prepare()["since_begun"])]
        if not size.quick:
            note = f"once each: {cold[_MANY][0]:.0f} s against {cold[_ONE][0]:.0f} s"
            found.append(ratio("cold_speedup_vs_per_population", cold[_MANY], cold[_ONE], note))
            if choose().engine != engine:
                sides[_CHOSEN] = worker(choose().engine, None)
                sides[_CHOSEN].prepare()
        notify("speedup_vs_per_population")
        duration_ms = QUICK_MS if size.quick else DURATION_MS
        times = alternate(
            {n: partial(w.steps_s, duration_ms) for n, w in sides.items()}, size.repetitions
        )
    for key, side in (
        ("speedup_vs_per_population", _ONE),
        ("speedup_of_standalone_vs_per_population", _CHOSEN),
    ):
        if side in times:
            found.append(ratio(key, times[_MANY], times[side], sides[side].trial.engine))
    return found
