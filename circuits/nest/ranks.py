"""A circuit in NEST over several MPI processes: each simulates its share of the cells.

    mpirun -n 2 python -m circuits.nest.ranks circuit.json FOLDER --duration 0.5 --seed 0

Every process draws the same wiring and state, keeps the spikes of its own cells in FOLDER, and `gathered`
puts them together. It takes a NEST that was built with MPI; the wheel was not.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from circuits.errors import CtloopError
from circuits.nest.simulate import imported, simulate_in_nest
from circuits.records import Spikes
from circuits.spec import load


def gathered(folder: Path) -> dict[str, Spikes]:
    """Give the spikes of all processes, by population, in the order of time and cell.

    Raises
    ------
    CtloopError
        If a process left nothing there.
    """
    files = sorted(folder.glob("rank-*.npz"))
    parts = [np.load(file) for file in files]
    if not parts or any(int(one["processes"]) != len(parts) for one in parts):
        msg = f"{folder} does not hold the spikes of all processes; empty it and run again"
        raise CtloopError(msg)
    out = {}
    for name in (key.removesuffix("/cells") for key in parts[0].files if key.endswith("/cells")):
        times = np.concatenate([one[f"{name}/times_ms"] for one in parts])
        cells = np.concatenate([one[f"{name}/cells"] for one in parts])
        order = np.lexsort((cells, times))
        out[name] = Spikes(times[order], cells[order])
    return out


def main() -> None:
    """Simulate this process's share and keep its spikes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("circuit", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--duration", type=float, default=1.0, help="s")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    nest = imported()
    circuit = load(asked.circuit)
    spikes, *_ = simulate_in_nest(circuit, asked.duration, asked.seed, asked.threads)
    asked.folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {f"{n}/times_ms": s.times_ms for n, s in spikes.items()}
    arrays |= {f"{n}/cells": s.cells for n, s in spikes.items()}
    file = asked.folder / f"rank-{nest.Rank()}.npz"
    np.savez(file, processes=np.array(nest.NumProcesses()), **arrays)


if __name__ == "__main__":
    main()
