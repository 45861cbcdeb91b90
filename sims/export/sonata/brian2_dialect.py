"""The Brian2 dialect of SONATA: node type `brian2_point`, edge type `brian2_synapse`, equations as JSON.

Equations, constants and first values are those of the engine. Beyond what the dialect's documents have, a
model of cells lists the columns of its nodes (`dynamics`, as a model of synapses does) and what is done at
intervals (`run_regularly`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits import equations as eq
from circuits.engine.constants import IN_SECONDS, constants, rate_per_step, utilisation
from circuits.records import Edges
from circuits.spec import WINDOWED_LESIONS, Circuit, populations, projections
from sims.export.sonata.edges import Bundle

CELL_MODEL, SYNAPSE_MODEL = "ctloop_cell", "ctloop_synapse"
CELL_TEMPLATE, SYNAPSE_TEMPLATE = f"json:{CELL_MODEL}", f"json:{SYNAPSE_MODEL}"
NODE_TYPE, EDGE_TYPE = "brian2_point", "brian2_synapse"
#: Of a synapse's own numbers those that the engine looks up by projection; here each has them.
_SHARED = (*(f"w_{receptor}" for receptor in eq.RECEPTORS), "U", "rate_D", "rate_F")


def models(columns: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the files of models by name: one for all cells, one for all synapses.

    Parameters
    ----------
    columns : mapping
        Of the nodes: what differs by cell.
    """
    cell = {
        "params": {
            "model": _lines(eq.CELL),
            "method": "euler",
            "threshold": eq.THRESHOLD,
            "reset": eq.RESET.strip(),
            "refractory": "",
        },
        "namespace": {**{n: [v, "1"] for n, v in constants().items()}, "per_ms": [1.0, "kHz"]},
        "initial": {},
        "dynamics": {name: "ms" if name in IN_SECONDS else "1" for name in columns},
        "run_regularly": {"code": _lines(eq.SLOW), "dt": [eq.SLOW_DT_MS, "ms"]},
    }
    own = [line for line in _lines(eq.SYNAPSE) if "linked" not in line and "kind" not in line]
    synapse = {
        "params": {
            "model": [*(f"{name} : 1 (constant)" for name in _SHARED), *own],
            "on_pre": eq.ON_SPIKE.strip(),
        },
        "dynamics": {"delay": "ms", **dict.fromkeys(("weight", "u", *_SHARED), "1")},
    }
    return {CELL_MODEL: cell, SYNAPSE_MODEL: synapse}


def _lines(text: str) -> list[str]:
    """Split equations into whole ones: a line that goes on an equation belongs to it."""
    whole: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line[0] in "+-*":
            whole[-1] += f" {line}"
        else:
            whole.append(line)
    return whole


def bundles(circuit: Circuit, edges: Mapping[str, Edges]) -> Iterator[Bundle]:
    """Give the synapses of every projection; conductances in nS, rates per step of `DT_MS`."""
    for name, projection in projections(circuit).items():
        own, conductances = edges[name], edges[name].conductances
        count = own.pre.size
        shared = {
            **{f"w_{r}": conductances.mix_ns.get(r, 0.0) for r in eq.RECEPTORS},
            "U": utilisation(projection),
            "rate_D": rate_per_step(projection, "D_ms", eq.DT_MS),
            "rate_F": rate_per_step(projection, "F_ms", eq.DT_MS),
        }
        columns: dict[str, NDArray[Any]] = {
            "delay": own.delay_ms.astype(np.float32),
            "weight": conductances.factor.astype(np.float64),
            # For readers that know one weight: the peak conductance of all receptors together, nS.
            "syn_weight": conductances.factor * np.float64(sum(conductances.mix_ns.values())),
            "u": np.full(count, utilisation(projection)),
            **{n: np.full(count, value, np.float64) for n, value in shared.items()},
        }
        yield Bundle(
            name=name, source=projection.source, target=projection.target,
            template=SYNAPSE_TEMPLATE, pre=own.pre, post=own.post, columns=columns,
        )  # fmt: skip


def limits(circuit: Circuit) -> list[str]:
    """Say what a reader of the dialect has to know, and what of the circuit is left out."""
    known = projections(circuit)
    found = [
        "numbers differ by cell and by synapse: they are columns, listed under dynamics in models/*.json",
        f"noise and magnesium block are set every {eq.SLOW_DT_MS:g} ms (run_regularly in models/"
        f"{CELL_MODEL}.json), which runners with one template and scalars alone (obi-one, 2026) do not take",
        "cells that replay given spikes are nodes too, held for ever; spikes are replayed for them",
        "currents that the experiment injected are in I_ext, if the run names them (currents_pa in run.json)",
    ]  # fmt: skip
    if any(p.noise_pa > 0 for p in populations(circuit).values()):
        found.append("background noise: another program draws other numbers, so other spikes")
    return found + frozen(known, circuit)


def frozen(known: Mapping[str, Any], circuit: Circuit) -> list[str]:
    """Say what no dialect takes: plastic synapses, surrogates, lesions with a window in time."""
    lists = {
        "plastic synapses keep the weights they have": [n for n, p in known.items() if p.plastic],
        "surrogates are left out; the source itself drives": [
            n for n, p in known.items() if p.surrogate
        ],
        "lesions with a window in time are left out": circuit.graph.get(WINDOWED_LESIONS, ()),
    }
    return [f"{what}: {', '.join(names)}" for what, names in lists.items() if names]
