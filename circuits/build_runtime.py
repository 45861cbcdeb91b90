"""Run a built network in this process, with NumPy code, or with Cython code where that counts.

A Cython module takes about 5 s to compile, so only the objects that take most of the time are
compiled; the others cost NumPy a few microseconds a step. Three modules instead of sixteen make a
cold start four times as short.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import brian2 as b2
import numpy as np
from brian2.codegen.codeobject import create_runner_codeobj
from brian2.codegen.runtime.cython_rt import CythonCodeObject
from brian2.codegen.runtime.numpy_rt import NumpyCodeObject
from numpy.typing import NDArray

from circuits import build_plastic, cache
from circuits.build import Built, alter, build
from circuits.learning import Weights, learning_of
from circuits.records import Edges, Spikes
from circuits.seeds import episode_seed
from circuits.simulate import CHECK_MS, check_rates, refuse_nan, split_spikes
from circuits.spec import Circuit, populations, projections

#: The objects that are compiled.
COMPILED = ("cells_stateupdater", "synapses_pre", "source_synapses_pre", *build_plastic.COMPILED)


def run_runtime(
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
    stages: Sequence[tuple[float, Circuit, Mapping[str, Edges]]] = (),
    on_weights: Callable[[dict[str, Weights]], None] | None = None,
    weights_every_ms: float = 0.0,
    episode: int = 0,
) -> tuple[dict[str, Spikes], dict[str, NDArray[np.float32]], dict[str, NDArray[np.int64]]]:
    """Build and run; see `circuits.simulate.simulate` for the arguments.

    `stages` are the circuits that take over later, each with its time in ms and its synapses.
    `on_weights` is given at the end what the plastic projections have learnt.
    """
    b2.prefs.codegen.target = "numpy"
    b2.seed(episode_seed(seed, episode))
    later_ones = {n for _, c, _ in stages for n, p in projections(c).items() if p.plastic}
    built = build(circuit, edges, inputs, currents_pa, seed, record_voltage, later_ones, episode)
    learnt = None
    if on_weights is not None:
        learnt = build_plastic.Recorder(built, learning_of(circuit), edges, weights_every_ms)
    if engine == "cython":
        _compile(built.network)
    watch = _watch(built, {n: p.count for n, p in populations(circuit).items()})
    built.network.add(watch)
    clock.lap("building")
    report("compiling", 0.0)
    built.network.run(0 * b2.ms)
    clock.lap("compiling")
    report("compiling", 1.0)
    first = min(first_ms, duration_ms) if on_first is not None else 0.0
    later = {t: (changed, synapses) for t, changed, synapses in stages}
    stops = sorted({t for t in (first, *later, duration_ms) if t > 0})
    for start, stop in pairwise((0.0, *stops)):
        if start in later:
            alter(built, *later[start], currents_pa, seed)

        def tell(
            elapsed: Any, fraction: float, begin: Any, span: Any, a: float = start, b: float = stop
        ) -> None:
            report("simulating", (a + fraction * (b - a)) / duration_ms)

        built.network.run((stop - start) * b2.ms, report=tell, report_period=0.5 * b2.second)
        if stop == first and on_first is not None:
            on_first(spikes_of(built))
    clock.lap("simulating")
    if on_weights is not None and learnt is not None:
        on_weights(learnt.weights())
    return spikes_of(built), voltages_of(built), built.recorded


def flags() -> list[str]:
    """Give Brian2's flags for the compiler and our own (see `circuits.cache`)."""
    given = b2.prefs.codegen.cpp.extra_compile_args_gcc
    return [*(flag for flag in given if flag not in cache.FLAGS), *cache.FLAGS]


def _compile(network: b2.Network) -> None:
    """Have the costly objects of a network compiled, into a folder of their own."""
    prefs = b2.prefs
    prefs.codegen.runtime.cython.cache_dir = str(cache.folder("cython"))
    prefs.codegen.cpp.extra_compile_args_gcc = flags()
    objects = [part for whole in network.objects for part in (whole, *whole.contained_objects)]
    for part in objects:
        if part.name not in COMPILED:
            continue
        part.codeobj_class = CythonCodeObject
        if hasattr(part, "_pushspikes_codeobj"):
            # Pushing spikes into the queue is one call of a method; Brian2 would compile it too.
            space = f"_{part.event}space"
            part._pushspikes_codeobj = create_runner_codeobj(
                part,
                "",
                "synapses_push_spikes",
                name=f"{part.name}_push_spikes",
                check_units=False,
                additional_variables=part.variables,
                needed_variables=[space],
                template_kwds={"eventspace_variable": part.source.variables[space]},
                run_namespace={},
                codeobj_class=NumpyCodeObject,
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
