"""Allen's dialect of SONATA, for bmtk's PointNet on NEST: node and edge types as CSV, models of NEST.

Cells and synapses become what `circuits.nest.translate` makes of them; a fibre with two receptors is two edges.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.engine.state import first_state
from circuits.equations import DT_MS
from circuits.nest.counterparts import missing, receptors_onto
from circuits.nest.translate import cell_parameters, model_of, synapses
from circuits.records import Edges
from circuits.spec import Circuit, populations, projections
from sims.export.sonata.brian2_dialect import frozen
from sims.export.sonata.edges import Bundle, edge_name
from sims.export.sonata.nodes import Layout

NODE_TYPE, EDGE_TYPE = "point_neuron", "point_synapse"


def templates(circuit: Circuit) -> dict[str, tuple[str, str]]:
    """Give the model of each population: a NEST model, or virtual for given spikes."""
    onto = receptors_onto(circuit)
    return {
        n: ("virtual", "virtual") if p.spike_source else (NODE_TYPE, f"nest:{model_of(onto[n])}")
        for n, p in populations(circuit).items()
    }


def models(
    circuit: Circuit, seed: int, currents_pa: Mapping[str, NDArray[np.float64]]
) -> dict[str, dict[str, Any]]:
    """Give the parameters of each population in NEST; what differs by cell is a mean."""
    onto = receptors_onto(circuit)
    found = {}
    for name, p in populations(circuit).items():
        if not p.spike_source:
            each = cell_parameters(p, onto[name], first_state(p, seed, 0, currents_pa), DT_MS)
            means = {key: float(np.mean([c[key] for c in each])) for key in ("V_m", "I_e")}
            found[name] = {**each[0], **means}
    return found


def bundles(circuit: Circuit, edges: Mapping[str, Edges]) -> Iterator[Bundle]:
    """Give the synapses of every projection, receptor by receptor, weights in nS as NEST has them."""
    known, onto = populations(circuit), receptors_onto(circuit)
    for name, p in projections(circuit).items():
        parts = synapses(p, edges[name], known[p.target], onto[p.target], DT_MS)
        for part in parts:
            own = {k: v for k, v in part.parameters.items() if k not in ("weight", "u", "x")}
            columns = {**own, "syn_weight": part.parameters["weight"]}
            yield Bundle(
                name=name, source=p.source, target=p.target, template=part.model, pre=part.pre,
                post=part.post, columns=columns,
            )  # fmt: skip


def write_types(folder: Path, laid: Layout, bundled: list[Bundle], models_of: set[str],
                templates_of: Mapping[str, tuple[str, str]]) -> None:  # fmt: skip
    """Write node_types.csv and edge_types.csv of every population, space separated."""
    for home in laid.homes:
        rows = [
            (k, home, n, *templates_of[n], f"{n}.json" if n in models_of else "NULL")
            for k, n in enumerate(laid.members(home))
        ]
        heads = ("node_type_id", "population", "pop_name", "model_type", "model_template",
                 "dynamics_params")  # fmt: skip
        _csv(folder / f"{home}_node_types.csv", heads, rows)
    for source in laid.homes:
        inside = [b for b in bundled if laid.home[b.source] == source and b.pre.size]
        edge_rows = [
            (k, edge_name(source, laid.home[b.target]), json.dumps(b.name), b.template)
            for k, b in enumerate(inside)
        ]
        _csv(folder / f"{source}_edge_types.csv",
             ("edge_type_id", "population", "projection", "model_template"), edge_rows)  # fmt: skip


def _csv(path: Path, heads: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    text = "\n".join(" ".join(map(str, row)) for row in [heads, *rows])
    path.write_text(f"{text}\n", encoding="utf-8")


def limits(circuit: Circuit) -> list[str]:
    """Say what of the circuit NEST's models leave out or replace."""
    said_below = ("plastic", "surrogates", "lesions")
    found = [
        f"{one}: {one.stand_in}" for one in missing(circuit) if not one.what.startswith(said_below)
    ]
    found.append("background noise is left out; means of V_m and I_e stand for every cell")
    return found + frozen(projections(circuit), circuit)
