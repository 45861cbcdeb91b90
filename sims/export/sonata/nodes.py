"""The cells of a circuit as SONATA nodes: one population of nodes, or two where given spikes are virtual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.engine.constants import CELL_PARAMETERS, IN_SECONDS
from circuits.engine.state import HELD_S, first_state
from circuits.layout import coordinates
from circuits.records import Population
from circuits.spec import Circuit, populations

#: The populations of nodes: simulated cells, and cells that only replay given spikes.
CELLS, INPUTS = "cells", "inputs"
#: What the root of a SONATA file holds.
MAGIC, VERSION = 0x0A7A, (0, 1)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Which nodes the cells of each population are.

    Attributes
    ----------
    known : dict of str to Population
        In the order of their nodes.
    home : dict of str to str
        The population of nodes that holds each population of the circuit.
    first : dict of str to int
        Its first node there.
    """

    known: dict[str, Population]
    home: dict[str, str]
    first: dict[str, int]

    def members(self, home: str) -> dict[str, Population]:
        """Give the populations of the circuit that a population of nodes holds, in order."""
        return {n: p for n, p in self.known.items() if self.home[n] == home}

    def size(self, home: str) -> int:
        """Count its nodes."""
        return sum(p.count for p in self.members(home).values())

    @property
    def homes(self) -> list[str]:
        """The populations of nodes there are."""
        return [h for h in (CELLS, INPUTS) if h in self.home.values()]


def layout(circuit: Circuit, *, virtual_inputs: bool) -> Layout:
    """Lay out the cells: those that are simulated first, then those that replay given spikes."""
    known = populations(circuit)
    ordered = sorted(known, key=lambda n: known[n].spike_source)  # stable
    home = {n: INPUTS if virtual_inputs and known[n].spike_source else CELLS for n in ordered}
    first: dict[str, int] = {}
    for one in (CELLS, INPUTS):
        names = [n for n in ordered if home[n] == one]
        begins = accumulate((known[n].count for n in names), initial=0)
        first |= dict(zip(names, begins, strict=False))
    return Layout(known={n: known[n] for n in ordered}, home=home, first=first)


def write_nodes(
    path: Path,
    laid: Layout,
    seed: int,
    *,
    templates: Mapping[str, tuple[str, str]],
    dynamics: Mapping[str, Mapping[str, NDArray[Any]]],
) -> None:
    """Write the nodes.

    Parameters
    ----------
    path : Path
    laid : Layout
    seed : int
    templates : mapping of str to (model_type, model_template)
        By population of the circuit.
    dynamics : mapping of str to mapping of str to array
        Further columns by population of nodes, one number a node.
    """
    import h5py

    with h5py.File(path, "w") as file:
        root(file)
        for home in laid.homes:
            members = laid.members(home)
            group = file.create_group(f"nodes/{home}")
            size, kinds = laid.size(home), list(members)
            numbers = np.repeat(np.arange(len(kinds)), [p.count for p in members.values()])
            group["node_type_id"] = numbers.astype(np.int64)
            group["node_id"] = np.arange(size, dtype=np.uint64)
            group["node_group_id"] = np.zeros(size, np.uint32)
            group["node_group_index"] = np.arange(size, dtype=np.uint64)
            own = group.create_group("0")
            words = {
                "cell_population": kinds,
                "area": [p.area for p in members.values()],
                "layer": [p.lamina or "none" for p in members.values()],
                "synapse_class": ["EXC" if p.transmitter == "exc" else "INH"
                                  for p in members.values()],
                "model_type": [templates[n][0] for n in kinds],
                "model_template": [templates[n][1] for n in kinds],
            }  # fmt: skip
            for name, by_population in words.items():
                enumerate_words(own, name, by_population, numbers)
            for name, values in {**_places(members, seed), **dynamics.get(home, {})}.items():
                own[name] = values


def _places(members: Mapping[str, Population], seed: int) -> dict[str, NDArray[np.float64]]:
    """Give where each cell is in the visual field and below the pia, and what it prefers."""
    where = [coordinates(p, seed) for p in members.values()]
    middle = [np.full(p.count, (p.depth_top_um + p.depth_bottom_um) / 2) for p in members.values()]
    tuned = [
        c.orientation_deg if p.map == "orientation" else np.full(p.count, np.nan)
        for c, p in zip(where, members.values(), strict=True)
    ]
    return {
        "field_x_deg": np.concatenate([c.x_deg for c in where]),
        "field_y_deg": np.concatenate([c.y_deg for c in where]),
        "depth_um": np.concatenate(middle),
        "orientation_deg": np.concatenate(tuned),
    }


def cell_columns(
    laid: Layout, home: str, seed: int, currents_pa: Mapping[str, NDArray[np.float64]]
) -> dict[str, NDArray[np.float64]]:
    """Give what the cell equation takes cell by cell: parameters and first state; times in ms.

    Cells that replay given spikes are held for ever.
    """
    rows: dict[str, list[NDArray[np.float64]]] = {}
    for population in laid.members(home).values():
        state: dict[str, Any] = dict(first_state(population, seed, 0, currents_pa))
        if population.spike_source:
            state["free"] = HELD_S
        values = {n: read(population.cell) for n, read in CELL_PARAMETERS.items()} | state
        values["I_noise"] = values["I_mean"]
        for name, value in values.items():
            scale = 1e3 if name in IN_SECONDS else 1.0
            rows.setdefault(name, []).append(np.broadcast_to(value * scale, population.count))
    return {name: np.concatenate(parts) for name, parts in rows.items()}


def root(file: Any) -> None:
    """Mark an open HDF5 file as SONATA."""
    file.attrs.create("magic", MAGIC, dtype=np.uint32)
    file.attrs.create("version", VERSION, dtype=np.uint32)


def enumerate_words(
    group: Any, name: str, by_kind: list[str], kinds: NDArray[np.integer[Any]]
) -> None:
    """Write a column of words as numbers into a library; `by_kind` has the word of each kind."""
    import h5py

    library = list(dict.fromkeys(by_kind))
    number = np.array([library.index(word) for word in by_kind], np.uint32)
    group[name] = number[kinds]
    group.require_group("@library").create_dataset(name, data=library, dtype=h5py.string_dtype())


def node_sets(laid: Layout) -> dict[str, Any]:
    """Give the sets of nodes: every population, every area and its laminae, transmitters, and inputs."""
    sets: dict[str, Any] = {n: {"cell_population": n} for n in laid.known}
    for population in laid.known.values():
        sets.setdefault(population.area, {"area": population.area})
        if population.lamina:
            both = {"area": population.area, "layer": population.lamina}
            sets.setdefault(f"{population.area}.{population.lamina}", both)
    sets.setdefault("excitatory", {"synapse_class": "EXC"})
    sets.setdefault("inhibitory", {"synapse_class": "INH"})
    given = [n for n, p in laid.known.items() if p.spike_source]
    sets["given spikes"] = {"cell_population": given}
    return sets
