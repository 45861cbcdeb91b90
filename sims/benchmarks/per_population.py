"""A circuit as one usually writes it in Brian2: a NeuronGroup for each population, a Synapses for each projection.

Equations, parameters, first state and wiring are those of `circuits.engine`; only the layout differs. It is here
to be compared with, and simulates nothing for anybody.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Any

import numpy as np

from circuits import equations as eq
from circuits.engine.cells import clock, shared_constants
from circuits.engine.constants import CELL_PARAMETERS, IN_SECONDS
from circuits.engine.kinds import kind_group
from circuits.engine.plan import Plan
from circuits.engine.sets import SynapseSet, sources_of
from circuits.engine.state import first_state
from circuits.engine.synapses import connected
from circuits.errors import CtloopError
from circuits.machine.brian import b2, own_settings
from circuits.records import Population, Spikes
from circuits.spec import Circuit, populations, projections
from circuits.wiring import draw


class PerPopulationNetwork:
    """A circuit in this layout, built once and run in pieces.

    Parameters
    ----------
    circuit : networkx.MultiDiGraph
        Without spike sources and without plastic projections.
    seed : int
    engine : {"cython", "numpy"}
        Brian2's code generation, of all objects.

    Raises
    ------
    CtloopError
        For another engine or circuit.
    """

    def __init__(self, circuit: Circuit, seed: int, engine: str) -> None:
        if engine not in ("cython", "numpy"):
            msg = f"one group a population runs in cython or numpy, not in {engine}"
            raise CtloopError(msg)
        if sources_of(circuit) or any(p.plastic for p in projections(circuit).values()):
            msg = "a circuit with spike sources or plastic projections has no such layout here"
            raise CtloopError(msg)
        self._settings, self._begun = ExitStack(), False
        self._settings.enter_context(own_settings(engine))
        b2.prefs.codegen.target = engine
        b2.seed(seed)
        plan = _plan(circuit, seed, engine)
        fast, slow = clock("cells", eq.DT_MS), clock("cells_slow", eq.SLOW_DT_MS)
        groups = {
            name: _group(population, seed, f"cells_{k}", (fast, slow))
            for k, (name, population) in enumerate(populations(circuit).items())
        }
        kinds = kind_group(circuit, fast)
        synapses = [
            connected(
                plan,
                # From another group than that of its cells, as given spikes are.
                SynapseSet([name], f"synapses_{k}", learns=False, from_given=True),
                {name: (0, 0)},
                (groups[p.target], groups[p.source], kinds),
                None,
            ).synapses
            for k, (name, p) in enumerate(projections(circuit).items())
            if plan.edges[name].pre.size
        ]
        self._monitors = {
            n: b2.SpikeMonitor(g, name=f"spikes_of_{g.name}") for n, g in groups.items()
        }
        self.network = b2.Network(
            kinds, *groups.values(), *synapses, *self._monitors.values(), name="network"
        )

    def close(self) -> None:
        """Give Brian2 back as it was."""
        self._settings.close()

    def run(self, duration_ms: float) -> float:
        """Go on for so many ms; give the wall seconds of the steps alone, not of preparing to run."""
        if not self._begun:
            self.network.run(0 * b2.ms)
            self._begun = True
        begun = time.perf_counter()
        self.network.run(0 * b2.ms)  # Brian2 makes its code objects again for every run
        prepared = time.perf_counter()
        self.network.run(duration_ms * b2.ms)
        return max(time.perf_counter() - prepared - (prepared - begun), 0.0)

    def spikes(self) -> dict[str, Spikes]:
        """Give all spikes since time 0, by population."""
        return {
            name: Spikes(np.asarray(m.t / b2.ms), np.asarray(m.i, dtype=np.int64))
            for name, m in self._monitors.items()
        }

    def spike_count(self) -> int:
        """Count all spikes since time 0."""
        return sum(int(m.num_spikes) for m in self._monitors.values())


def _plan(circuit: Circuit, seed: int, engine: str) -> Plan:
    return Plan(
        circuit=circuit,
        edges=draw(circuit, seed),
        inputs={},
        currents_pa={},
        seed=seed,
        record_voltage={},
        duration_ms=0.0,
        engine=engine,
        report=lambda *_: None,
        lap=lambda _: None,
    )


def _group(population: Population, seed: int, name: str, clocks: tuple[Any, Any]) -> Any:
    group = b2.NeuronGroup(
        population.count,
        eq.CELL,
        threshold=eq.THRESHOLD,
        reset=eq.RESET,
        method="euler",
        namespace=shared_constants(),
        clock=clocks[0],
        name=name,
    )
    for variable, value in CELL_PARAMETERS.items():
        setattr(group, variable, value(population.cell))
    for variable, values in first_state(population, seed, 0, {}).items():
        setattr(group, variable, values * b2.second if variable in IN_SECONDS else values)
    group.I_noise = group.I_mean[:]
    group.run_regularly(eq.SLOW, clock=clocks[1], name=f"{name}_slow")
    return group
