"""`--to sonata`: the folder of a circuit, whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from circuits.equations import DT_MS
from circuits.errors import UnknownName
from circuits.files import unwritable
from circuits.records import Spikes
from sims.export.sonata import allen_dialect, brian2_dialect
from sims.export.sonata.edges import write_edges
from sims.export.sonata.nodes import (
    CELLS,
    INPUTS,
    Layout,
    cell_columns,
    layout,
    node_sets,
    root,
    write_nodes,
)
from sims.export.source import Source, needed

DIALECTS = ("brian2", "allen")
#: How long a simulation of a circuit without a run is by its configuration, ms.
USUAL_MS = 1000.0


def write_sonata(source: Source, out: Path, options: Mapping[str, Any]) -> list[str]:
    """Write a circuit, and the spikes if it is of a run, as a SONATA folder.

    Parameters
    ----------
    source : Source
    out : Path
        The folder to be.
    options : mapping
        "dialect": one of `DIALECTS`.

    Returns
    -------
    list of str
        What is in it, and the limits of the dialect.

    Raises
    ------
    CtloopError
        If libsonata is not installed, the run stores no circuit, or the folder cannot be written.
    """
    dialect = options.get("dialect") or DIALECTS[0]
    if dialect not in DIALECTS:
        kind = "dialect"
        raise UnknownName(kind, dialect, DIALECTS)
    needed("libsonata", "libsonata", "export --to sonata")
    source.needed_circuit()
    part = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        part.mkdir()
        lines = _write(source, part, dialect)
        part.rename(out)
    except OSError as error:
        raise unwritable(out, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return lines


def _write(source: Source, folder: Path, dialect: str) -> list[str]:
    circuit, seed = source.needed_circuit(), source.seed
    allen = dialect == "allen"
    laid = layout(circuit, virtual_inputs=allen)
    place = folder / "models"
    place.mkdir()
    if allen:
        bundles = list(allen_dialect.bundles(circuit, source.edges))
        models, templates = (
            allen_dialect.models(circuit, seed, source.currents_pa),
            allen_dialect.templates(circuit),
        )
        limits, dynamics = allen_dialect.limits(circuit), {}
        allen_dialect.write_types(folder, laid, bundles, set(models), templates)
    else:
        bundles = list(brian2_dialect.bundles(circuit, source.edges))
        dynamics = {CELLS: cell_columns(laid, CELLS, seed, source.currents_pa)}
        models = brian2_dialect.models(dynamics[CELLS])
        templates = dict.fromkeys(
            laid.known, (brian2_dialect.NODE_TYPE, brian2_dialect.CELL_TEMPLATE)
        )
        limits = brian2_dialect.limits(circuit)
    for name, model in models.items():
        _json(place / f"{name}.json", model)
    write_nodes(folder / "nodes.h5", laid, seed, templates=templates, dynamics=dynamics)
    edges = write_edges(folder / "edges.h5", laid, bundles)
    _json(folder / "node_sets.json", node_sets(laid))
    _json(folder / "circuit_config.json", _circuit_config(laid, edges, allen))
    spikes = _write_spikes(folder, laid, source)
    _json(folder / "simulation_config.json", _simulation_config(laid, source, allen))
    synapses = sum(b.pre.size for b in bundles)
    cells = sum(p.count for p in laid.known.values())
    return [f"{cells} nodes, {synapses} edges{spikes}", *(f"limit: {text}" for text in limits)]


def _circuit_config(laid: Layout, edges: list[str], allen: bool) -> dict[str, Any]:
    types: tuple[str, str] = (
        (allen_dialect.NODE_TYPE, allen_dialect.EDGE_TYPE)
        if allen
        else (brian2_dialect.NODE_TYPE, brian2_dialect.EDGE_TYPE)
    )
    nodes = {h: {"type": "virtual" if h == INPUTS else types[0]} for h in laid.homes}
    config: dict[str, Any] = {
        "version": 2.4,
        "manifest": {"$BASE_DIR": "."},
        "components": {"point_neuron_models_dir": "$BASE_DIR/models"},
        "node_sets_file": "$BASE_DIR/node_sets.json",
        "target_simulator": "NEST" if allen else "Brian2",
    }
    if allen:  # bmtk: a file of types for each population
        config["networks"] = {
            "nodes": [
                {"nodes_file": "$BASE_DIR/nodes.h5", "populations": {h: about},
                 "node_types_file": f"$BASE_DIR/{h}_node_types.csv"}
                for h, about in nodes.items()
            ],
            "edges": [
                {"edges_file": "$BASE_DIR/edges.h5", "populations": {e: {"type": types[1]}},
                 "edge_types_file": f"$BASE_DIR/{e.partition('__')[0]}_edge_types.csv"}
                for e in edges
            ],
        }  # fmt: skip
        return config
    config["networks"] = {
        "nodes": [{"nodes_file": "$BASE_DIR/nodes.h5", "populations": nodes}],
        "edges": [
            {"edges_file": "$BASE_DIR/edges.h5", "populations": {e: {"type": types[1]} for e in edges}}
        ],
    }  # fmt: skip
    return config


def _simulation_config(laid: Layout, source: Source, allen: bool) -> dict[str, Any]:
    duration_ms = USUAL_MS if source.run is None else source.run.duration_ms
    config: dict[str, Any] = {
        "version": 2.4,
        "manifest": {"$OUTPUT_DIR": "./output"},
        "network": "./circuit_config.json",
        "node_sets_file": "./node_sets.json",
        "run": {"tstop": duration_ms, "dt": DT_MS, "random_seed": source.seed},
        "conditions": {"v_init": -65.0},
        "output": {"output_dir": "$OUTPUT_DIR", "spikes_file": "spikes.h5"},
    }
    if _given(laid, source):
        config["inputs"] = {
            "given_spikes": {
                "module": "synapse_replay",
                "input_type": "spikes",
                "delay": 0.0,
                "duration": duration_ms,
                "spike_file": "./given_spikes.h5",
                "node_set": "given spikes",
            }
        }
    return config


def _given(laid: Layout, source: Source) -> dict[str, Spikes]:
    """Give the spikes that are replayed, by population; none without a run."""
    spikes = {} if source.run is None else source.run.spikes
    return {n: spikes[n] for n, p in laid.known.items() if p.spike_source and n in spikes}


def _write_spikes(folder: Path, laid: Layout, source: Source) -> str:
    """Write all spikes of the run, and those that are to be replayed; say how many."""
    if source.run is None:
        return ""
    every = {n: s for n, s in source.run.spikes.items() if n in laid.known}
    given = _given(laid, source)
    _spike_file(folder / "spikes.h5", laid, every)
    if given:
        _spike_file(folder / "given_spikes.h5", laid, given)
    return f", {sum(s.times_ms.size for s in every.values())} spikes"


def _spike_file(path: Path, laid: Layout, spikes: Mapping[str, Spikes]) -> None:
    import h5py

    sorting = h5py.enum_dtype({"none": 0, "by_id": 1, "by_time": 2}, basetype="u1")
    with h5py.File(path, "w") as file:
        root(file)
        for home in laid.homes:
            inside = [(laid.first[n], s) for n, s in spikes.items() if laid.home[n] == home]
            if not inside:
                continue
            times = np.concatenate([s.times_ms for _, s in inside])
            ids = np.concatenate([s.cells + first for first, s in inside])
            order = np.lexsort((ids, times))
            group = file.create_group(f"spikes/{home}")
            group.attrs.create("sorting", 2, dtype=sorting)
            group["timestamps"], group["node_ids"] = times[order], ids[order].astype(np.uint64)
            group["timestamps"].attrs["units"] = "ms"


def _json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
