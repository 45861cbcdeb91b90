"""What learning costs: a circuit with its synapses plastic and the same one static (`ctloop bench --only kinase`)."""

from __future__ import annotations

from collections.abc import Callable

from circuits.engine.choose import choose
from circuits.spec import Circuit, projections
from sims.benchmarks.engines import STIMULUS
from sims.benchmarks.sides import Found, Notify, Size, alternate, ratio
from sims.benchmarks.subjects import (
    default_circuit,
    fixed_circuit,
    learning,
    loop_that_learns,
    static,
)
from sims.benchmarks.trial import Trial
from sims.benchmarks.worker import Worker, prepare_all, saved

#: Circuit time, ms: several read-outs of the rule.
DURATION_MS, QUICK_MS = 1000.0, 250.0


def measure(size: Size, notify: Notify) -> list[Found]:
    """Time circuits that learn and the same ones static.

    The fixed and the default circuit with all cortical excitatory synapses plastic, and the loop that learns to
    predict with its own pathway plastic.
    """
    cases: dict[str, Callable[[], tuple[Circuit, Circuit]]] = {
        "kinase_overhead": lambda: _everywhere(fixed_circuit()),
        "default_kinase_overhead": lambda: _everywhere(default_circuit()),
        "loop_kinase_overhead": lambda: (loop_that_learns(), static(loop_that_learns())),
    }
    found = []
    for key, make in cases.items():
        notify(key)
        found.append(_compare(key, *make(), size))
        if size.quick:
            break
    return found


def _everywhere(circuit: Circuit) -> tuple[Circuit, Circuit]:
    return learning(circuit), static(circuit)


def _compare(key: str, plastic: Circuit, frozen: Circuit, size: Size) -> Found:
    duration_ms = QUICK_MS if size.quick else DURATION_MS
    engine = choose().engine
    with saved(plastic, frozen) as files:
        trials = [Trial(circuit_file=f, engine=engine, stimulus=STIMULUS) for f in files]
        with Worker(trials[0]) as first, Worker(trials[1]) as second:
            prepare_all((first, second))
            times = alternate(
                {
                    "plastic": lambda: first.steps_s(duration_ms),
                    "static": lambda: second.steps_s(duration_ms),
                },
                size.repetitions,
            )
    learns = sum(p.plastic for p in projections(plastic).values())
    note = f"{engine}; {learns} of {len(projections(plastic))} projections plastic"
    return ratio(key, times["plastic"], times["static"], note)
