"""The circuits that `ctloop bench` measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from circuits.spec import Circuit, populations, projections, with_projection

if TYPE_CHECKING:
    from circuits.engine.plan import Plan
    from circuits.records import Edges


def fixed_circuit() -> Circuit:
    """Give the fixed circuit: 20 populations of 200 cells, 60 projections, 120,000 synapses."""
    from sims.benchmarks.circuit import benchmark_circuit

    return benchmark_circuit()


def one_area() -> Circuit:
    """Give one area of the fixed circuit: 5 populations and the 10 projections among them."""
    from sims.benchmarks.circuit import AREAS

    whole = fixed_circuit()
    inside = [name for name, p in populations(whole).items() if p.area == AREAS[0]]
    part: Circuit = whole.subgraph(inside).copy()
    return part


def default_circuit() -> Circuit:
    """Give the corticothalamic loop at its default scale."""
    from thalamus.loop import DEFAULT_SCALE, corticothalamic_loop

    return corticothalamic_loop(DEFAULT_SCALE)


def learning(circuit: Circuit, *, learns: bool) -> Circuit:
    """Give the circuit with all cortical excitatory projections plastic, and no other; or none at all.

    Cortical is what has laminae.
    """
    known = populations(circuit)
    return with_projection(
        circuit,
        *(
            replace(
                p,
                plastic=learns
                and known[p.source].transmitter == "exc"
                and bool(known[p.source].lamina and known[p.target].lamina),
            )
            for p in projections(circuit).values()
        ),
    )


def plan_of(circuit: Circuit, edges: Mapping[str, Edges], seed: int, engine: str) -> Plan:
    """Give the plan of a circuit that runs by itself, for what takes the engine's records from one."""
    from circuits.engine.plan import Plan

    return Plan(
        circuit=circuit,
        edges=edges,
        inputs={},
        currents_pa={},
        seed=seed,
        record_voltage={},
        duration_ms=0.0,
        engine=engine,
        report=lambda *_: None,
        lap=lambda _: None,
    )
