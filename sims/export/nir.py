"""A circuit as a graph of the Neuromorphic Intermediate Representation: its structure, and a list of what was dropped.

Cells become current-based leaky integrators, synapses a weight from each sender to each receiver. That carries the
charge of a spike and little else, so the graph does not do what the circuit does; the command says so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from circuits.equations import RECEPTORS, magnesium_block
from circuits.errors import CtloopError
from circuits.files import unwritable
from circuits.records import Edges, Population, Projection
from circuits.spec import WINDOWED_LESIONS, Circuit, populations, projections, to_dict
from sims.export.source import Source, needed

#: The decay of the one synaptic current of a cell, ms: that of AMPA.
TAU_SYN_MS = RECEPTORS["AMPA"].tau_ms
#: More weights than fit into memory as matrices.
MOST_WEIGHTS = 5 * 10**8


def write_nir(source: Source, out: Path, options: Mapping[str, Any]) -> list[str]:
    """Write a circuit as a NIR graph.

    Parameters
    ----------
    source : Source
    out : Path
        The file to be.
    options : mapping
        None are used.

    Returns
    -------
    list of str
        What is in it, and what was dropped.

    Raises
    ------
    CtloopError
        If nir is not installed, the circuit is too large, or the file cannot be written.
    """
    nir = needed("nir", "nir", "export --to nir")
    circuit = source.needed_circuit()
    known, fibres = populations(circuit), projections(circuit)
    weights = sum(known[p.source].count * known[p.target].count for p in fibres.values())
    if weights > MOST_WEIGHTS:
        msg = f"NIR holds a weight for every pair of cells, here {weights:.2g}; make the circuit smaller with --scale"
        raise CtloopError(msg)
    graph = graph_of(circuit, source.edges, nir)
    part = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        nir.write(part, graph)
        part.replace(out)
    except OSError as error:
        raise unwritable(out, error) from error
    finally:
        part.unlink(missing_ok=True)
    return [
        f"{len(graph.nodes)} nodes, {len(graph.edges)} edges: structure alone, it does not do what the circuit does",
        *(f"dropped: {text}" for text in dropped(circuit)),
    ]


def graph_of(circuit: Circuit, edges: Mapping[str, Edges], nir: Any) -> Any:
    """Make the graph: an input or cells for each population, weights and a delay for each projection."""
    known = populations(circuit)
    nodes: dict[str, Any] = {}
    links: list[tuple[str, str]] = []
    for name, p in known.items():
        if p.spike_source:
            nodes[name] = nir.Input({"input": np.array([p.count])})
        else:
            nodes[name] = _cells(p, nir)
            nodes[f"{name} out"] = nir.Output({"output": np.array([p.count])})
            links.append((name, f"{name} out"))
    for name, fibre in projections(circuit).items():
        matrix = charge_matrix(fibre, edges[name], known[fibre.source].count, known[fibre.target])
        late = f"{name}, delay"
        nodes[name] = nir.Linear(matrix)
        nodes[late] = nir.Delay(np.full(matrix.shape[0], fibre.delay_ms * 1e-3))
        links += [(fibre.source, name), (name, late), (late, fibre.target)]
    return nir.NIRGraph(nodes, links, metadata={"circuit": json.dumps(to_dict(circuit))})


def _cells(population: Population, nir: Any) -> Any:
    """Make the cells of a population: times in s, potentials in mV, currents in pA."""
    cell, ones = population.cell, np.ones(population.count)
    return nir.CubaLIF(
        tau_syn=ones * TAU_SYN_MS * 1e-3,
        tau_mem=ones * cell.C_pf / cell.gL_ns * 1e-3,
        r=ones / cell.gL_ns,
        v_leak=ones * (cell.EL_mv + population.background_pa / cell.gL_ns),
        v_threshold=ones * cell.VT_mv,
        v_reset=ones * cell.Vr_mv,
    )


def charge_matrix(
    projection: Projection, edges: Edges, senders: int, target: Population
) -> NDArray[np.float32]:
    """Give the current of a spike, pA, from each sender (columns) into each receiver (rows).

    It brings the charge that the conductances of a rested synapse would bring at the leak reversal, each over its own
    decay; NMDA as free of magnesium as it is at threshold.
    """
    share = 1.0 if projection.stp is None else projection.stp.U
    matrix = np.zeros((target.count, senders), np.float32)
    for receptor, conductance in edges.weight_ns.items():
        kinetics = RECEPTORS[receptor]
        tau_ms = target.cell.tau_nmda_ms if receptor == "NMDA" else kinetics.tau_ms
        free = float(magnesium_block(np.asarray(target.cell.VT_mv))) if receptor == "NMDA" else 1.0
        drive_mv = kinetics.reversal_mv - target.cell.EL_mv
        current = conductance * (free * share * drive_mv * tau_ms / TAU_SYN_MS)
        np.add.at(matrix, (edges.post, edges.pre), current.astype(np.float32))
    return matrix


def dropped(circuit: Circuit) -> list[str]:
    """List what of a circuit the graph does not hold."""
    cells = [p for p in populations(circuit).values() if not p.spike_source]
    fibres = projections(circuit)
    kinds = {r for p in fibres.values() for r in p.receptors}
    reasons = {
        "the exponential upstroke of spikes, and refractory times": True,
        "adaptation, and with it the bursts of layer 5": any(
            p.cell.b_pa or p.cell.a_ns for p in cells
        ),
        "the T-current, and with it rebound bursts": any(p.cell.gT_ns > 0 for p in cells),
        "conductances: a synapse is a current of one decay, so nothing shunts": True,
        "the magnesium block of NMDA": "NMDA" in kinds,
        f"decays of {', '.join(sorted(kinds - {'AMPA'}))}": kinds > {"AMPA"},
        "short-term plasticity: a synapse always releases as if rested": any(
            p.stp for p in fibres.values()
        ),
        "delays that differ by synapse: a projection has one": bool(fibres),
        "background noise, and how it differs from cell to cell (its mean is in v_leak)": any(
            p.noise_pa or p.spread_pa for p in cells
        ),
        "learning": any(p.plastic for p in fibres.values()),
        "surrogates": any(p.surrogate for p in fibres.values()),
        "silenced cells and injected currents": any(
            p.silenced_fraction or p.currents for p in cells
        ),
        "lesions with a window in time": bool(circuit.graph.get(WINDOWED_LESIONS)),
    }
    return [text for text, there in reasons.items() if there]
