"""What is compared does the same: one group, a group a population, and the loop written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from circuits.engine.simulate import simulate
from circuits.errors import CtloopError
from circuits.machine import compiler
from circuits.records import STP, Uniform
from circuits.spec import Circuit, assemble, populations, projections
from sims.benchmarks import floor, uniform
from sims.benchmarks.circuit import benchmark_circuit
from sims.benchmarks.per_population import PerPopulationNetwork
from sims.benchmarks.recompiled import changes
from sims.benchmarks.subjects import default_circuit, learning, static, two_populations
from tiny import firing, projection

MS = 30.0


def small() -> Circuit:
    """Two populations without noise, one projection of each kind of synapse."""
    cells = [firing(name, noise_pa=0.0, count=10) for name in ("A.E", "B.E")]
    return assemble(
        cells,
        [
            projection("A.E", "B.E", receptors={"AMPA": 2.0, "NMDA": 0.5}),
            projection("B.E", "A.E", stp=STP(U=0.4, D_ms=100.0, F_ms=50.0)),
        ],
    )


def test_a_group_a_population_gives_the_spikes_of_one_group() -> None:
    circuit = small()
    expected = simulate(circuit, duration_ms=MS, seed=1, engine="numpy").spikes
    network = PerPopulationNetwork(circuit, 1, "numpy")
    try:
        network.run(MS / 2)
        assert network.run(MS / 2) >= 0
        found = network.spikes()
    finally:
        network.close()
    assert sum(s.cells.size for s in found.values()) > 10
    for name, spikes in expected.items():
        np.testing.assert_array_equal(np.sort(found[name].cells), np.sort(spikes.cells))
        np.testing.assert_allclose(np.sort(found[name].times_ms), np.sort(spikes.times_ms))


def test_a_group_a_population_is_refused_where_there_is_none() -> None:
    with pytest.raises(CtloopError, match="cython or numpy"):
        PerPopulationNetwork(small(), 0, "standalone")
    with pytest.raises(CtloopError, match="plastic"):
        PerPopulationNetwork(learning(benchmark_circuit(20)), 0, "numpy")


@pytest.mark.compile
@pytest.mark.skipif(not compiler.compiler(), reason="no C++ compiler")
def test_the_loop_written_by_hand_fires_as_often_as_the_engine() -> None:
    circuit, ms = small(), 200.0
    spikes = simulate(circuit, duration_ms=ms, seed=0, engine="numpy").spikes
    with floor.floor(circuit, ms) as (program, folder):
        found = floor.run(program, folder, round(ms / 0.1))
    expected = sum(s.cells.size for s in spikes.values())
    assert expected > 50
    assert found["spikes"] == pytest.approx(expected, rel=0.03)
    # Five synapses leave each cell on average, and all arrive but those of the last ms.
    assert found["delivered"] == pytest.approx(5 * found["spikes"], rel=0.1)


def test_quickly_drawn_synapses_are_those_of_the_spec_in_number() -> None:
    edges = uniform.draw(benchmark_circuit(30), 0)
    for name, p in projections(benchmark_circuit(30)).items():
        one = edges[name]
        assert one.pre.size == 30 * p.modelled
        pairs = set(zip(one.pre.tolist(), one.post.tolist(), strict=True))
        assert len(pairs) == one.pre.size
        assert p.source != p.target or all(a != b for a, b in pairs)
        assert (one.delay_ms >= p.delay_ms).all()
        for receptor, g in p.receptors.items():
            assert one.weight_ns[receptor].mean() == pytest.approx(g * p.pooled, rel=0.1)


def test_only_uniform_projections_are_drawn_quickly() -> None:
    with pytest.raises(CtloopError, match="not uniform"):
        uniform.draw(default_circuit(), 0)


def test_two_populations_are_there_with_what_connects_them() -> None:
    assert len(populations(two_populations())) == 2
    assert len(projections(two_populations())) == 3
    assert all(isinstance(p.rule, Uniform) for p in projections(two_populations()).values())


def test_cortical_excitatory_projections_learn_and_no_other() -> None:
    known = populations(default_circuit())
    learns = [p for p in projections(learning(default_circuit())).values() if p.plastic]
    assert learns
    assert all(known[p.source].transmitter == "exc" and known[p.source].lamina for p in learns)
    assert not any(known[p.target].lamina == "" for p in learns)
    still = static(default_circuit())
    assert not any(p.plastic for p in projections(still).values())


def test_every_change_changes_the_circuit_and_wiring_is_cythons_alone() -> None:
    circuit = benchmark_circuit(20)
    changed = changes("cython", circuit)
    assert set(changed) - set(changes("standalone", circuit)) == {"scale", "wiring"}
    assert all(one is circuit or name != "seed" for name, one in changed.items())
    assert sum(one is not circuit for one in changed.values()) == len(changed) - 1
