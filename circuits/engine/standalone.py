"""Run a circuit as a C++ program of its own (Brian2's C++ standalone mode).

The program is kept by a hash of its source, so whatever leaves the source as it is compiles
nothing: another weight, wiring, projection, parameter, seed, duration or lesion, windowed or not (the program
reads its synapses, and what else differs is padded). Another scale does compile, and says so, as does the first plastic
projection. Every simulation has a folder of its own, so several can run at once.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.engine import compact, program
from circuits.engine.build import altered, build
from circuits.engine.built import Built
from circuits.engine.padding import padded_edges, padded_inputs
from circuits.engine.plan import Outcome, Plan, Stage
from circuits.engine.plastic import Recorder, trimmed
from circuits.engine.runtime import spikes_of, voltages_of
from circuits.engine.watch import CHECK_MS, check_rates, refuse_nan, split_spikes
from circuits.learning.record import learning_of
from circuits.machine import scratch
from circuits.machine.brian import b2, own_settings
from circuits.records import Edges
from circuits.seeds import episode_seed
from circuits.spec import populations


def run_standalone(plan: Plan) -> Outcome:
    """Build, compile if need be, and run."""
    with own_settings("standalone"), _device(), scratch.folder() as folder:
        noise = episode_seed(plan.seed, plan.episode)
        edges = padded_edges(plan.circuit, plan.edges, plan.plastic_later)
        inputs = padded_inputs(plan.circuit, plan.inputs, plan.duration_ms, plan.dt_ms)
        b2.seed(noise)
        built = build(replace(plan, edges=edges, inputs=inputs), folder)
        learnt = None
        if plan.learns:
            learnt = Recorder(built, learning_of(plan.circuit), edges, plan.weights_every_ms)
        _forget_when_done(built)
        built.network.run(plan.duration_ms * b2.ms)
        b2.device.build(directory=str(folder), compile=False, run=False, with_output=False)
        plan.lap("building")
        made_with = b2.prefs.devices.cpp_standalone.extra_make_args_unix
        program.make(folder, made_with, lambda stage: plan.report(stage, 0.0))
        plan.lap("compiling")
        plan.report("compiling", 1.0)
        legs = _legs(plan, built, edges)
        _let_go(plan, built)
        _watch(folder, plan, built, legs)
        b2.get_device().has_been_run = True  # so Brian2 reads what the program left
        plan.lap("simulating")
        held = [] if learnt is None else learnt.collect()
        done = Outcome(spikes_of(built), voltages_of(built), built.recorded)
    if learnt is not None:
        padded = learnt.weights(held, plan.duration_ms)
        sizes = {n: plan.edges[n].pre.size for n in padded}
        done.weights.update({n: trimmed(w, sizes[n]) for n, w in padded.items()})
    return done


def _let_go(plan: Plan, built: Built) -> None:
    """Let go of what this process need not hold while the program simulates."""
    for wired in built.synapses:
        wired.let_go()
    plan.let_go()


def _forget_when_done(built: Built) -> None:
    """Have the program drop what synapses that learn nothing hold, once it has simulated."""
    for wired in built.synapses:
        if not wired.plastic:
            compact.forget_when_done(wired.synapses)


@contextmanager
def _device() -> Iterator[None]:
    """Have Brian2 write C++ instead of running, for a while."""
    # Brian2 numbers its names after what an earlier simulation left in memory, and they are in the
    # source.
    gc.collect()
    b2.set_device("cpp_standalone", build_on_run=False)
    try:
        yield
    finally:
        b2.device.reinit()
        b2.set_device("runtime")


def _legs(plan: Plan, built: Built, edges: Mapping[str, Edges]) -> list[program.Leg]:
    """Cut the run where it is looked at and where another stage takes over."""
    before = Stage(0.0, plan.circuit, edges)
    later = {s.start_ms: s for s in plan.stages}
    legs = []
    for begin, end in plan.legs(CHECK_MS):
        changes: dict[str, NDArray[Any]] = {}
        if begin in later:
            after = later[begin]
            padded = padded_edges(after.circuit, after.edges, plan.plastic_later)
            after = Stage(after.start_ms, after.circuit, padded)
            by_owner = altered(built, before, after, plan.currents_pa, plan.seed)
            changes = {
                f"{o}.{n}": v for o, variables in by_owner.items() for n, v in variables.items()
            }
            before = after
        legs.append(program.Leg(begin, end, changes))
    return legs


def _watch(folder: Path, plan: Plan, built: Built, legs: list[program.Leg]) -> None:
    """Run the program; report how far it is, hand over what comes first, and end a runaway."""
    counts = {n: p.count for n, p in populations(plan.circuit).items()}
    first_ms = min(plan.first_ms, plan.duration_ms)
    times: list[NDArray[np.float64]] = []
    ids: list[NDArray[np.int64]] = []
    plan.report("simulating", 0.0)
    since, checked = 0, 0.0
    for ended in program.run(folder, episode_seed(plan.seed, plan.episode), legs):
        now = ended.leg.end_ms
        times.append(ended.times_ms)
        ids.append(ended.ids)
        if ended.v_mv is not None:
            refuse_nan(ended.v_mv, built.slices, now)
        if now - checked >= CHECK_MS - 1e-6:  # a shorter stretch says little about a rate
            recent = np.concatenate(times[since:]), np.concatenate(ids[since:])
            check_rates(split_spikes(*recent, built.slices), counts, checked, now)
            since, checked = len(times), now
        plan.report("simulating", now / plan.duration_ms)
        if plan.on_first is not None and now == first_ms:
            plan.on_first(split_spikes(np.concatenate(times), np.concatenate(ids), built.slices))
