"""The same circuit in NEST and in the engine, at the same step and at the same error (`ctloop bench --only nest`)."""

from __future__ import annotations

import os
from contextlib import ExitStack
from functools import cache, partial

from circuits.engine.choose import choose
from sims.benchmarks.sides import Found, Notify, Size, alternate, ratio
from sims.benchmarks.single_cells import error_percent, reference_intervals, single_cells
from sims.benchmarks.subjects import fixed_circuit
from sims.benchmarks.trial import Trial
from sims.benchmarks.worker import Worker, saved

#: Circuit time of one repetition and of single cells, ms.
DURATION_MS, QUICK_MS = 1000.0, 100.0
CELLS_MS, CELLS_QUICK_MS = 2000.0, 200.0
#: Steps that are tried, ms, the usual one first; all divide the .5 ms of what is slow.
STEPS_MS = (0.1, 0.05, 0.025, 0.0125)
_CTLOOP, _NEST, _NEST_ALL = "ctloop", "NEST", "NEST on all cores"


def measure(size: Size, notify: Notify) -> list[Found]:
    """Compare errors of single cells, then times of the fixed circuit.

    Raises
    ------
    CtloopError
        If NEST is not installed.
    """
    notify("errors of single cells")
    errors, steps = _errors(
        CELLS_QUICK_MS if size.quick else CELLS_MS, STEPS_MS[: 1 if size.quick else None]
    )
    found = [
        Found("interval_error_percent", errors[_CTLOOP]),
        Found("nest_interval_error_percent", errors[_NEST]),
    ]
    worse = max(errors, key=lambda name: errors[name])
    fine = steps[worse]
    if fine is None and not size.quick:
        note = f"{worse} is less exact even in steps of {STEPS_MS[-1]} ms"
        found.append(Found("speedup_vs_nest_at_equal_error", None, note=note))
    elif fine is not None:
        found.append(Found("equal_error_dt_ms", fine, note=worse))
    notify("speedup_vs_nest")
    return found + _times(size, worse, fine)


def _errors(
    duration_ms: float, tried_ms: tuple[float, ...]
) -> tuple[dict[str, float], dict[str, float | None]]:
    """Give the error of each side at the usual step, and the step at which it has that of the other."""
    engines = {_NEST: "nest", _CTLOOP: choose().engine}
    with saved(single_cells()) as (file,):

        @cache
        def error(name: str, dt_ms: float) -> float:
            trial = Trial(circuit_file=file, engine=engines[name], dt_ms=dt_ms, spike_times=True)
            with Worker(trial) as worker:
                times = worker.run(duration_ms)["times_ms"]
            return error_percent(times, reference(), duration_ms)

        @cache
        def reference() -> list[float]:
            return reference_intervals(duration_ms)

        errors = {name: error(name, STEPS_MS[0]) for name in engines}
        best = min(errors.values())
        steps: dict[str, float | None] = {
            name: next((dt for dt in tried_ms if error(name, dt) <= best), None) for name in engines
        }
    return errors, steps


def _times(size: Size, worse: str, fine: float | None) -> list[Found]:
    """Run all sides in turn: NEST on one and on all cores, and the less exact side in finer steps."""
    duration_ms = QUICK_MS if size.quick else DURATION_MS
    cores, engine = os.cpu_count() or 1, choose().engine
    equal = f"{worse} at equal error"
    with saved(fixed_circuit()) as (file,), ExitStack() as open_:
        trials = {
            _CTLOOP: Trial(circuit_file=file, engine=engine),
            _NEST: Trial(circuit_file=file, engine="nest"),
            _NEST_ALL: Trial(circuit_file=file, engine="nest", threads=cores),
        }
        if fine is not None:
            side = "nest" if worse == _NEST else engine
            trials[equal] = Trial(circuit_file=file, engine=side, dt_ms=fine)
        workers = {name: open_.enter_context(Worker(trial)) for name, trial in trials.items()}
        for worker in workers.values():
            worker.prepare()
        spikes: dict[str, int] = {}

        def once(name: str) -> float:
            found = workers[name].run(duration_ms)
            spikes[name] = found["spikes"]
            return workers[name].steps_of(found)

        times = alternate({n: partial(once, n) for n in workers}, size.repetitions)
    note = f"{engine}: {spikes[_CTLOOP]} spikes, NEST: {spikes[_NEST]}"
    found = [
        ratio("speedup_vs_nest", times[_NEST], times[_CTLOOP], note),
        ratio(
            "speedup_vs_nest_all_cores",
            times[_NEST_ALL],
            times[_CTLOOP],
            f"{cores} threads against 1",
        ),
    ]
    if equal in times:
        over, under = (equal, _CTLOOP) if worse == _NEST else (_NEST, equal)
        note = f"{worse} in steps of {fine:g} ms"
        found.append(ratio("speedup_vs_nest_at_equal_error", times[over], times[under], note))
    return found
