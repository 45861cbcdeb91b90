"""A large simulation is thinned to a number of synapses before anything is drawn, and measured with its figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from circuits.errors import CtloopError
from circuits.spec import projections, save
from circuits.wiring import draw
from sims.benchmarks.circuit import benchmark_circuit
from sims.benchmarks.declaration import SizeRequest
from sims.benchmarks.size import measure, synapses_of, thinned
from sims.report.progress import SilentProgress


def test_a_thinned_circuit_has_so_many_synapses_and_conducts_as_much() -> None:
    whole = benchmark_circuit(30)
    part = thinned(whole, synapses_of(whole) // 2)
    drawn = sum(e.pre.size for e in draw(part, 0).values())
    assert drawn == synapses_of(part) == synapses_of(whole) // 2
    for name, p in projections(part).items():
        before = projections(whole)[name]
        assert p.modelled * p.pooled == pytest.approx(before.modelled * before.pooled)


def test_a_circuit_is_thinned_and_never_filled() -> None:
    circuit = benchmark_circuit(20)
    assert thinned(circuit, 0) is circuit
    with pytest.raises(CtloopError, match="larger --scale"):
        thinned(circuit, synapses_of(circuit) + 1)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="no /proc here")
def test_a_simulation_and_its_figures_are_measured(tmp_path: Path) -> None:
    file, pictures = tmp_path / "circuit.json", tmp_path / "pictures"
    save(benchmark_circuit(5), file)
    request = SizeRequest(
        circuit_file=str(file), engine="numpy", duration_ms=30.0, figures=str(pictures)
    )
    found = {str(row[0]): row[1] for row in measure(request, SilentProgress()).rows}
    assert found["cells"] == 100
    assert found["synapses"] == synapses_of(benchmark_circuit(5))
    assert list(pictures.glob("*.png"))
