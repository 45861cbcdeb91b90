"""The synapses of a circuit as SONATA edges, with delays, weights and indices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sims.export.sonata.nodes import Layout, enumerate_words, root


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Synapses of one projection that share what is not a number: cells by local index.

    Attributes
    ----------
    name : str
        The projection.
    source, target : str
        Populations of the circuit.
    template : str
    pre, post : arrays (synapses,)
    columns : dict of str to array (synapses,)
    """

    name: str
    source: str
    target: str
    template: str
    pre: NDArray[Any]
    post: NDArray[Any]
    columns: dict[str, NDArray[Any]]


def edge_name(source_home: str, target_home: str) -> str:
    """Name a population of edges as SONATA circuits do: "cells__cells__chemical"."""
    return f"{source_home}__{target_home}__chemical"


def write_edges(path: Path, laid: Layout, bundles: Sequence[Bundle]) -> list[str]:
    """Write all synapses and their indices; give the names of the populations of edges.

    The indices are written by libsonata, after the file is closed.
    """
    import h5py
    import libsonata

    written: dict[str, tuple[int, int]] = {}
    with h5py.File(path, "w") as file:
        root(file)
        for source in laid.homes:
            for target in laid.homes:
                inside = [
                    b for b in bundles
                    if (laid.home[b.source], laid.home[b.target]) == (source, target) and b.pre.size
                ]  # fmt: skip
                if not inside:
                    continue
                name = edge_name(source, target)
                _write_population(file.create_group(f"edges/{name}"), laid, inside, source, target)
                written[name] = (laid.size(source), laid.size(target))
    for name, sizes in written.items():
        libsonata.EdgePopulation.write_indices(str(path), name, *sizes)
    return list(written)


def _write_population(
    group: Any, laid: Layout, bundles: Sequence[Bundle], source: str, target: str
) -> None:
    counts = [b.pre.size for b in bundles]
    total = sum(counts)
    ends = {
        "source_node_id": (source, [b.pre + np.uint64(laid.first[b.source]) for b in bundles]),
        "target_node_id": (target, [b.post + np.uint64(laid.first[b.target]) for b in bundles]),
    }
    for key, (home, parts) in ends.items():
        group.create_dataset(key, data=np.concatenate(parts).astype(np.uint64))
        group[key].attrs["node_population"] = home
    kinds = np.repeat(np.arange(len(bundles)), counts)
    group["edge_type_id"] = kinds.astype(np.int64)
    group["edge_group_id"] = np.zeros(total, np.uint32)
    group["edge_group_index"] = np.arange(total, dtype=np.uint64)
    own = group.create_group("0")
    enumerate_words(own, "projection", [b.name for b in bundles], kinds)
    enumerate_words(own, "model_template", [b.template for b in bundles], kinds)
    for name in dict.fromkeys(n for b in bundles for n in b.columns):
        parts = [b.columns.get(name, np.full(b.pre.size, np.nan)) for b in bundles]
        own[name] = np.concatenate(parts)
