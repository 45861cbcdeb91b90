"""A probe into the relay cells: one brief strong input to chosen cells at a chosen time, in the running circuit.

The probe is a population of spike sources, one for each relay cell and laid out as they are, with one fibre onto a
relay cell of the same orientation. It is no part of the anatomy: it is what an electrode would be, and it is silent
unless it is given spikes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from circuits.layout import coordinates
from circuits.records import Projection, Spikes, Topographic
from circuits.spec import Circuit, added, assemble, populations
from circuits.wiring import orientation_distance
from sims.prediction.epoch import RELAY, RETINA

PROBE = "Probe.EL"
#: What one pulse gives a relay cell, nS: enough for a spike in most cells that TRN and zona incerta do not hold.
PULSE_NS = 40.0
DELAY_MS = 1.0
#: Cells of the foretold orientation prefer what lies within this of it, deg: half of what items lie apart.
WITHIN_DEG = 11.25

Floats = NDArray[np.float64]

_FIBRE = Projection(
    source=PROBE,
    target=RELAY,
    role="driver",
    rule=Topographic(orientation_deg=2.0),
    fibres=1.0,
    modelled=1,
    receptors={"AMPA": PULSE_NS, "NMDA": 0.0},
    pooling="sum",
    weight_cv=0.0,
    delay_ms=DELAY_MS,
    delay_cv=0.0,
    sources={"*": "assumed: a probe, there is no such pathway"},
)


def with_probe(circuit: Circuit) -> Circuit:
    """Give the circuit with a silent probe."""
    known = populations(circuit)
    probe = replace(
        known[RETINA], name=PROBE, area="Probe", map="orientation", count=known[RELAY].count,
        sources={"*": "assumed: a probe, not anatomy"},
    )  # fmt: skip
    bare = assemble([probe], [])
    more = circuit.copy()
    more.add_nodes_from(bare.nodes(data=True))
    return added(more, _FIBRE)


def near(preferred_deg: Floats, centre_deg: float) -> NDArray[np.bool_]:
    """Find cells that prefer an orientation within `WITHIN_DEG` of one, (cells,)."""
    found: NDArray[np.bool_] = (
        orientation_distance(preferred_deg, np.array(centre_deg)) <= WITHIN_DEG
    )
    return found


def foretold_deg(prediction_hz: Floats, preferred_deg: Floats) -> Floats:
    """Give the orientation that relay cells foretell in each cycle: the direction of their summed rates, deg.

    Parameters
    ----------
    prediction_hz : array (cycles, relay cells)
    preferred_deg : array (relay cells,)

    Returns
    -------
    array (cycles,)
        0-180.
    """
    direction = prediction_hz @ np.exp(2j * np.deg2rad(preferred_deg))
    found: Floats = (np.rad2deg(np.angle(direction)) / 2.0) % 180.0
    return found


def pulses(circuit: Circuit, seed: int, centre_deg: Floats, at_ms: Floats) -> Spikes:
    """Give the probe's spikes: in each cycle its cells near an orientation spike once.

    Parameters
    ----------
    circuit : Circuit
        With the probe.
    seed : int
    centre_deg, at_ms : array (pulses,)
        Around which orientation, and when they reach the relay cells, ms.
    """
    preferred = coordinates(populations(circuit)[PROBE], seed).orientation_deg
    cells = [np.flatnonzero(near(preferred, centre)) for centre in centre_deg]
    times = [np.full(c.size, t - DELAY_MS) for c, t in zip(cells, at_ms, strict=True)]
    none = np.empty(0), np.empty(0, dtype=np.int64)
    return Spikes(np.concatenate([none[0], *times]), np.concatenate([none[1], *cells]))
