"""What learning costs: a circuit with its synapses plastic and the same one static (`ctloop bench --only kinase`)."""

from __future__ import annotations

from circuits.engine.choose import choose
from circuits.spec import Circuit, projections
from sims.benchmarks.engines import STIMULUS
from sims.benchmarks.sides import Found, Notify, Size, alternate, ratio
from sims.benchmarks.subjects import default_circuit, fixed_circuit, learning
from sims.benchmarks.trial import Trial
from sims.benchmarks.worker import Worker, saved

#: Circuit time, ms: several read-outs of the rule.
DURATION_MS, QUICK_MS = 1000.0, 250.0


def measure(size: Size, notify: Notify) -> list[Found]:
    """Time the fixed and the default circuit with all cortical excitatory synapses plastic, and static."""
    found = []
    for prefix, make in (("", fixed_circuit), ("default_", default_circuit)):
        if prefix and size.quick:
            break
        notify(f"{prefix}kinase_overhead")
        found.append(_compare(f"{prefix}kinase_overhead", make(), size))
    return found


def _compare(key: str, circuit: Circuit, size: Size) -> Found:
    duration_ms = QUICK_MS if size.quick else DURATION_MS
    engine = choose().engine
    plastic, static = (learning(circuit, learns=learns) for learns in (True, False))
    with saved(plastic, static) as files:
        trials = [Trial(circuit_file=f, engine=engine, stimulus=STIMULUS) for f in files]
        with Worker(trials[0]) as first, Worker(trials[1]) as second:
            for worker in (first, second):
                worker.prepare()
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
