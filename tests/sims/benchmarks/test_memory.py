"""The estimate by which too large circuits are refused is near what a simulation takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from circuits.engine.choose import available_engines
from circuits.engine.simulate import memory_needed
from sims.benchmarks.declaration import MemoryRequest
from sims.benchmarks.engines import starts


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="no /proc here")
@pytest.mark.parametrize("engine", ["numpy", pytest.param("standalone", marks=pytest.mark.compile)])
def test_the_estimate_is_within_a_fifth_of_the_peak(engine: str) -> None:
    if engine not in available_engines():
        pytest.skip(f"{engine} does not work here")
    request = MemoryRequest(scale=0.01, duration_ms=100.0)
    estimate = memory_needed(request.circuits()[1], engine) / 1e6
    ((_, found),) = starts(request, engine)
    assert estimate == pytest.approx(found["mb"], rel=0.2)
