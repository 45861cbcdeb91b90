"""One side of a benchmark in a process of its own: simulates a circuit whenever it is asked to.

    python -m sims.benchmarks.trial '{"circuit_file": "circuit.json", ...}'

Every line of standard input asks for a simulation: `{"duration_ms": 100.0}`, and what differs from the trial.
Every line of standard output is what it took. `sims.benchmarks.worker` asks.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from circuits.errors import CtloopError
from circuits.machine.processes import end_with

if TYPE_CHECKING:
    from circuits.records import Edges, Spikes
    from circuits.spec import Circuit

Answer = dict[str, Any]
#: How the process ends if something cannot be done; the last line on standard error says what.
CANNOT = 2


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What one side simulates.

    Attributes
    ----------
    circuit_file : str
    engine : str
        One of `circuits.engine.choose.ENGINES`, or "nest".
    seed : int
    stimulus : str
        What the circuit's retina sees, if it has one.
    per_population : bool
        One Brian2 object for each population and projection, instead of one group for all.
    uniform : bool
        Draw synapses the quick way of `sims.benchmarks.uniform`.
    threads : int
        Of NEST, or of the C++ program.
    dt_ms : float
        Step of integration.
    spike_times : bool
        Whether the answer holds them, and which cells fired.
    """

    circuit_file: str
    engine: str
    seed: int = 0
    stimulus: str = ""
    per_population: bool = False
    uniform: bool = False
    threads: int = 1
    dt_ms: float = 0.1
    spike_times: bool = False


class Side(Protocol):
    """What simulates."""

    def run(self, duration_ms: float, **changes: Any) -> Answer:
        """Simulate, with changes of the trial if the side takes any; give seconds by stage and the spikes."""


class Engine:
    """A circuit in the engine of this project, built anew for every simulation."""

    def __init__(self, trial: Trial) -> None:
        import circuits.engine.simulate as engine
        from circuits.machine import compiler

        if trial.threads > 1:
            vars(compiler)["THREADS"] = trial.threads
        self.trial, self.circuit = trial, circuit_of(trial)
        if trial.uniform:
            from sims.benchmarks.uniform import draw

            vars(engine)["draw"] = (
                draw  # anew for each simulation: nothing is held but what that one holds
            )
        self.simulate = engine.simulate

    def run(self, duration_ms: float, **changes: Any) -> Answer:
        """Simulate, see `Side.run`; also processor seconds, compilers included."""
        trial = replace(self.trial, **changes)
        circuit = circuit_of(trial) if "circuit_file" in changes else self.circuit
        begun: list[float] = []

        def report(stage: str, _done: float) -> None:
            if stage == "simulating" and not begun:
                begun.append(_processor_s())

        before = _processor_s()
        result = self.simulate(
            circuit,
            duration_ms=duration_ms,
            seed=trial.seed,
            engine=trial.engine,
            inputs=_inputs(trial, circuit, duration_ms),
            dt_ms=trial.dt_ms,
            report=report,
        )
        after = _processor_s()
        return {
            **result.wall_s,
            "processor": after - before,
            "processor_simulating": after - begun[0] if begun else float("nan"),
            **_counts(circuit, result.spikes, result.edges),
            **_times(trial, result.spikes),
        }


class PerPopulation:
    """A circuit as one Brian2 object for each population and projection; goes on where it was."""

    def __init__(self, trial: Trial) -> None:
        from sims.benchmarks.per_population import PerPopulationNetwork

        self.network = PerPopulationNetwork(circuit_of(trial), trial.seed, trial.engine)

    def run(self, duration_ms: float, **_: Any) -> Answer:
        """Simulate, see `Side.run`."""
        return {"simulating": self.network.run(duration_ms), "spikes": self.network.spike_count()}


class Nest:
    """A circuit in NEST."""

    def __init__(self, trial: Trial) -> None:
        from circuits.nest.simulate import simulate_in_nest

        self.trial, self.circuit = trial, circuit_of(trial)
        self.simulate: Callable[..., tuple[dict[str, Spikes], float, float]] = simulate_in_nest

    def run(self, duration_ms: float, **changes: Any) -> Answer:
        """Simulate, see `Side.run`."""
        trial = replace(self.trial, **changes)
        spikes, build_s, run_s = self.simulate(
            self.circuit, duration_ms / 1e3, trial.seed, trial.threads, trial.dt_ms
        )
        return {
            "building": build_s,
            "simulating": run_s,
            "spikes": sum(s.times_ms.size for s in spikes.values()),
            **_times(trial, spikes),
        }


def circuit_of(trial: Trial) -> Circuit:
    """Load the circuit of a trial."""
    from circuits.spec import load

    return load(Path(trial.circuit_file))


def side_of(trial: Trial) -> Side:
    """Make what a trial asks for."""
    if trial.engine == "nest":
        return Nest(trial)
    return PerPopulation(trial) if trial.per_population else Engine(trial)


def _inputs(trial: Trial, circuit: Circuit, duration_ms: float) -> dict[str, Spikes]:
    if not trial.stimulus:
        return {}
    from sims.stimuli.parse import parse
    from sims.stimuli.retina import see

    return see(circuit, parse(trial.stimulus, 1.0), duration_ms, trial.seed)


def _counts(
    circuit: Circuit, spikes: Mapping[str, Spikes], edges: Mapping[str, Edges]
) -> dict[str, int]:
    """Count the spikes of simulated cells, the synapses, and the spikes these deliver."""
    import numpy as np

    from circuits.spec import populations, projections

    known = populations(circuit)
    delivered = 0
    for name, projection in projections(circuit).items():
        cells = known[projection.source].count
        fired = np.bincount(spikes[projection.source].cells, minlength=cells)
        delivered += int(fired @ np.bincount(edges[name].pre, minlength=cells))
    return {
        "spikes": sum(s.times_ms.size for n, s in spikes.items() if not known[n].spike_source),
        "synapses": sum(e.pre.size for e in edges.values()),
        "delivered": delivered,
    }


def _times(trial: Trial, spikes: Mapping[str, Spikes]) -> Answer:
    if not trial.spike_times:
        return {}
    return {
        "times_ms": {name: s.times_ms.tolist() for name, s in spikes.items()},
        "cells": {name: s.cells.tolist() for name, s in spikes.items()},
    }


def _processor_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def main() -> None:
    """Answer until nobody asks any more."""
    end_with(os.getppid())
    # What NEST and compilers print must not stand among the answers.
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)
        try:
            side = side_of(Trial(**json.loads(sys.argv[1])))
            for line in sys.stdin:
                print(json.dumps(side.run(**json.loads(line))), file=answers, flush=True)
        except CtloopError as error:
            print(error, file=sys.stderr)
            sys.exit(CANNOT)


if __name__ == "__main__":
    main()
