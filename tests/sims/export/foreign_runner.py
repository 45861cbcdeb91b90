"""A SONATA folder of the Brian2 dialect, run by a program that knows nothing of ctloop.

python foreign_runner.py FOLDER OUT.npz
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import brian2 as b2
import h5py
import numpy as np


def quantity(value: Any, unit: str) -> Any:
    return value if unit == "1" else value * getattr(b2, unit)


def run(folder: Path) -> dict[str, Any]:
    circuit = json.loads((folder / "circuit_config.json").read_text())
    simulation = json.loads((folder / "simulation_config.json").read_text())
    models = folder / circuit["components"]["point_neuron_models_dir"].removeprefix("$BASE_DIR/")
    ((nodes_name,),) = (n["populations"] for n in circuit["networks"]["nodes"])
    ((edges_name,),) = (e["populations"] for e in circuit["networks"]["edges"])
    b2.prefs.codegen.target = "numpy"
    b2.defaultclock.dt = simulation["run"]["dt"] * b2.ms

    with h5py.File(folder / "nodes.h5") as file:
        group = file[f"nodes/{nodes_name}"]
        (template,) = group["0/@library/model_template"].asstr()[:]
        cell = json.loads((models / f"{template.split(':')[1]}.json").read_text())
        size, columns = (
            len(group["node_type_id"]),
            {n: group[f"0/{n}"][:] for n in cell["dynamics"]},
        )
    cells = b2.NeuronGroup(
        size,
        "\n".join(cell["params"]["model"]),
        threshold=cell["params"]["threshold"],
        reset=cell["params"]["reset"],
        method=cell["params"]["method"],
        namespace={n: quantity(*v) for n, v in cell["namespace"].items()},
    )
    for name, unit in cell["dynamics"].items():
        setattr(cells, name, quantity(columns[name], unit))
    regular = cell["run_regularly"]
    cells.run_regularly("\n".join(regular["code"]), dt=quantity(*regular["dt"]))

    replay = simulation.get("inputs", {}).get("given_spikes")
    sources = [cells]
    if replay:
        with h5py.File(folder / replay["spike_file"]) as file:
            given = file[f"spikes/{nodes_name}"]
            ids, times = given["node_ids"][:].astype(int), given["timestamps"][:]
        sources.append(b2.SpikeGeneratorGroup(size, ids, times * b2.ms))
    with h5py.File(folder / "edges.h5") as file:
        group = file[f"edges/{edges_name}"]
        (template,) = group["0/@library/model_template"].asstr()[:]
        synapse = json.loads((models / f"{template.split(':')[1]}.json").read_text())
        pre, post = group["source_node_id"][:].astype(int), group["target_node_id"][:].astype(int)
        values = {n: group[f"0/{n}"][:] for n in synapse["dynamics"]}
    made = []
    for source in sources:
        own = b2.Synapses(source, cells, "\n".join(synapse["params"]["model"]),
                          on_pre=synapse["params"]["on_pre"])  # fmt: skip
        own.connect(i=pre, j=post)
        for name, unit in synapse["dynamics"].items():
            setattr(own, name, quantity(values[name], unit))
        made.append(own)
    spikes = b2.SpikeMonitor(cells)
    b2.Network(*sources, *made, spikes).run(simulation["run"]["tstop"] * b2.ms)
    return {"times_ms": np.asarray(spikes.t / b2.ms), "cells": np.asarray(spikes.i)}


if __name__ == "__main__":
    found = run(Path(sys.argv[1]))
    assert not {"circuits", "sims", "areas", "thalamus"} & set(sys.modules)
    np.savez(sys.argv[2], **found)
