"""The circuits that `ctloop bench` measures."""

from __future__ import annotations

from dataclasses import replace

from circuits.spec import Circuit, populations, projections, with_projection


def fixed_circuit() -> Circuit:
    """Give the fixed circuit: 20 populations of 200 cells, 60 projections, 120,000 synapses."""
    from sims.benchmarks.circuit import benchmark_circuit

    return benchmark_circuit()


def half_circuit() -> Circuit:
    """Give two areas of the fixed circuit: 10 populations of 200 cells, 30 projections, 60,000 synapses."""
    from sims.benchmarks.circuit import benchmark_circuit

    return benchmark_circuit(areas=2)


def two_populations() -> Circuit:
    """Give two populations of the fixed circuit, which inhibit and excite, and the 3 projections among them."""
    from sims.benchmarks.circuit import AREAS, EXCITATORY, INHIBITORY

    whole = fixed_circuit()
    inside = [f"{AREAS[0]}.{layer}" for layer in (EXCITATORY[0], INHIBITORY)]
    part: Circuit = whole.subgraph(inside).copy()
    return part


def default_circuit() -> Circuit:
    """Give the corticothalamic loop at its default scale."""
    from thalamus.loop import DEFAULT_SCALE, corticothalamic_loop

    return corticothalamic_loop(DEFAULT_SCALE)


def loop_that_learns() -> Circuit:
    """Give the loop that learns to predict, with its one plastic pathway."""
    from thalamus.predictive import prediction_circuit

    return prediction_circuit()


def learning(circuit: Circuit) -> Circuit:
    """Give the circuit with all cortical excitatory projections plastic, and no other.

    Cortical is what has laminae.
    """
    known = populations(circuit)
    return with_projection(
        circuit,
        *(
            replace(
                p,
                plastic=known[p.source].transmitter == "exc"
                and bool(known[p.source].lamina and known[p.target].lamina),
            )
            for p in projections(circuit).values()
        ),
    )


def static(circuit: Circuit) -> Circuit:
    """Give the circuit with no projection plastic."""
    return with_projection(
        circuit, *(replace(p, plastic=False) for p in projections(circuit).values())
    )
