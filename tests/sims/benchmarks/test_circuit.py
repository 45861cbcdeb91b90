from circuits.spec import populations, projections
from circuits.spec.sources import check_sources
from circuits.wiring import draw
from sims.benchmarks.circuit import benchmark_circuit


def test_the_circuit_of_the_benchmarks_has_4000_cells_and_120000_synapses() -> None:
    circuit = benchmark_circuit()

    assert len(populations(circuit)) == 20
    assert sum(p.count for p in populations(circuit).values()) == 4000
    assert len(projections(circuit)) == 60
    assert sum(edges.pre.size for edges in draw(circuit, 0).values()) == 120_000


def test_every_number_of_the_circuit_of_the_benchmarks_has_a_source() -> None:
    check_sources(benchmark_circuit(20, fibres=5))
