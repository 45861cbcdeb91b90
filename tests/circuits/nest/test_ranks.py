"""A circuit over two MPI processes fires as in one; needs a NEST that was built with MPI."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from circuits.errors import CtloopError
from circuits.nest.ranks import gathered
from circuits.spec import save
from sims.benchmarks.circuit import benchmark_circuit

ROOT = Path(__file__).parents[3]
#: The folder into which NEST with MPI was installed.
BUILT = os.environ.get("CTLOOP_NEST_MPI", "")


def test_a_folder_without_all_processes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CtloopError, match="all processes"):
        gathered(tmp_path)
    np.savez(tmp_path / "rank-0.npz", processes=np.array(2))
    with pytest.raises(CtloopError, match="all processes"):
        gathered(tmp_path)


@pytest.mark.skipif(not BUILT, reason="CTLOOP_NEST_MPI names no NEST that was built with MPI")
@pytest.mark.skipif(shutil.which("mpirun") is None, reason="no mpirun here")
def test_two_processes_give_the_spikes_of_one(tmp_path: Path) -> None:
    save(benchmark_circuit(20, fibres=5), tmp_path / "circuit.json")
    packages = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{Path(BUILT) / packages}"}
    found = []
    for processes in (1, 2):
        out = tmp_path / str(processes)
        command = ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", str(processes)]
        command += [sys.executable, "-m", "circuits.nest.ranks", str(tmp_path / "circuit.json")]
        command += [str(out), "--duration", "0.1"]
        done = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        found.append(gathered(out))
    one, two = found
    assert sum(spikes.cells.size for spikes in one.values()) > 100
    for name, spikes in one.items():
        np.testing.assert_array_equal(two[name].cells, spikes.cells)
        np.testing.assert_array_equal(two[name].times_ms, spikes.times_ms)
