"""Run a built network in this process, with NumPy code, or with Cython code where that counts.

A Cython module takes about 5 s to compile, so only the objects that take most of the time are
compiled; the others cost NumPy a few microseconds a step. Three modules instead of sixteen make a
cold start four times as short.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.engine import plastic
from circuits.engine.build import altered, build
from circuits.engine.built import Built
from circuits.engine.plan import Outcome, Plan, Stage
from circuits.engine.watch import CHECK_MS, check_rates, refuse_nan, split_spikes
from circuits.learning.record import learning_of
from circuits.machine import cache, locks, scratch
from circuits.machine.brian import b2, own_settings
from circuits.records import Spikes
from circuits.seeds import episode_seed
from circuits.spec import populations

#: The objects that are compiled.
COMPILED = ("cells_stateupdater", "synapses_pre", "source_synapses_pre", *plastic.COMPILED)
#: How often progress is reported, s of wall time.
REPORT_EVERY_S = 0.5


def run_runtime(plan: Plan) -> Outcome:
    """Build and run in this process."""
    with own_settings(plan.engine):
        return _run(plan)


def _run(plan: Plan) -> Outcome:
    b2.seed(episode_seed(plan.seed, plan.episode))
    built = build(plan)
    learnt = None
    if plan.learns:
        learning = learning_of(plan.circuit)
        learnt = plastic.Recorder(built, learning, plan.edges, plan.weights_every_ms)
    if plan.engine == "cython":
        _compile(built.network)
    watch = _watch(built, {n: p.count for n, p in populations(plan.circuit).items()})
    built.network.add(watch)
    plan.lap("building")
    plan.report("compiling", 0.0)
    with _alone(plan):
        built.network.run(0 * b2.ms)
    plan.lap("compiling")
    plan.report("compiling", 1.0)
    before, later = Stage(0.0, plan.circuit, plan.edges), {s.start_ms: s for s in plan.stages}
    for start, stop in plan.legs():
        if start in later:
            alter(built, before, later[start], plan)
            before = later[start]

        def progress(
            elapsed: Any, fraction: float, begin: Any, span: Any, a: float = start, b: float = stop
        ) -> None:
            plan.report("simulating", (a + fraction * (b - a)) / plan.duration_ms)

        every = REPORT_EVERY_S * b2.second
        built.network.run((stop - start) * b2.ms, report=progress, report_period=every)
        if plan.on_first is not None and stop == min(plan.first_ms, plan.duration_ms):
            plan.on_first(spikes_of(built))
    plan.lap("simulating")
    weights = {} if learnt is None else learnt.weights(learnt.collect(), plan.duration_ms)
    return Outcome(spikes_of(built), voltages_of(built), built.recorded, weights)


def alter(built: Built, before: Stage, after: Stage, plan: Plan) -> None:
    """Give a built network the numbers of the circuit that takes over, between two runs."""
    groups = {
        one.name: one for one in (built.cells, built.kinds, *(w.synapses for w in built.synapses))
    }
    for owner, changes in altered(built, before, after, plan.currents_pa, plan.seed).items():
        for variable, values in changes.items():
            if variable == "free":
                now = np.asarray(built.cells.free / b2.second)
                built.cells.free = np.where(values < 0, now, values) * b2.second
            else:
                groups[owner].variables[variable].get_value()[:] = values


@contextmanager
def _alone(plan: Plan) -> Iterator[None]:
    """Compile for Cython while no other process does, so that nothing is compiled twice."""
    if plan.engine != "cython":
        yield
        return
    place = cache.folder("cython")
    with locks.locked(place / "compiling", lambda: plan.report("waiting", 0.0)) as locked:
        if locked:
            yield
            return
        # Two that write one module would spoil it: this one has its modules to itself.
        with scratch.folder() as own:
            b2.prefs.codegen.runtime.cython.cache_dir = str(own)
            yield


def _compile(network: b2.Network) -> None:
    """Have the costly objects of a network compiled, into a folder of their own."""
    runtime = b2.codegen.runtime
    objects = [part for whole in network.objects for part in (whole, *whole.contained_objects)]
    for part in objects:
        if part.name not in COMPILED:
            continue
        part.codeobj_class = runtime.cython_rt.CythonCodeObject
        if hasattr(part, "_pushspikes_codeobj"):
            # Pushing spikes into the queue is one call of a method; Brian2 would compile it too.
            space = f"_{part.event}space"
            part._pushspikes_codeobj = b2.codegen.codeobject.create_runner_codeobj(
                part,
                "",
                "synapses_push_spikes",
                name=f"{part.name}_push_spikes",
                check_units=False,
                additional_variables=part.variables,
                needed_variables=[space],
                template_kwds={"eventspace_variable": part.source.variables[space]},
                run_namespace={},
                codeobj_class=runtime.numpy_rt.NumpyCodeObject,
            )


def _watch(built: Built, counts: Mapping[str, int]) -> b2.NetworkOperation:
    """End the run as soon as a potential is NaN or a population runs away."""
    seen = {"index": 0, "t": 0.0}

    @b2.network_operation(dt=CHECK_MS * b2.ms, name="watch")  # type: ignore[untyped-decorator]
    def watch() -> None:
        now = float(built.network.t / b2.ms)
        refuse_nan(np.asarray(built.cells.v), built.slices, now)
        if now <= seen["t"]:
            return
        t = np.asarray(built.spikes.t[int(seen["index"]) :] / b2.ms)
        ids = np.asarray(built.spikes.i[int(seen["index"]) :])
        seen["index"] += t.size
        check_rates(split_spikes(t, ids, built.slices), counts, seen["t"], now)
        seen["t"] = now

    return watch


def spikes_of(built: Built) -> dict[str, Spikes]:
    """Give the spikes a simulation recorded, by population."""
    times = np.asarray(built.spikes.t / b2.ms, dtype=float)
    return split_spikes(times, np.asarray(built.spikes.i), built.slices)


def voltages_of(built: Built) -> dict[str, NDArray[np.float32]]:
    """Give the potentials a simulation recorded, mV (n_ms, k), by population."""
    if built.voltages is None:
        return {}
    v = np.asarray(built.voltages.v, dtype=np.float32)
    ends = np.cumsum([len(ids) for ids in built.recorded.values()])
    parts = np.split(v, ends[:-1])
    return {n: part.T for n, part in zip(built.recorded, parts, strict=True)}
