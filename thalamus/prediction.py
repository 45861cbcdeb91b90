"""The loop that learns to predict: what differs from `thalamus.circuit`, as data.

Before training a prediction can be of any orientation: the plastic pathway V2.L6CT -> Pulvinar.TRC
begins broad instead of topographic. What V2.L6CT says has to be about the item before, so it gets the
context pathway of the theory: V2.L5IB of the same column, with slow NMDA.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from circuits.learning import Learning
from circuits.records import Projection, Topographic, Uniform
from circuits.spec import (
    Circuit,
    assemble,
    find_projection,
    populations,
    projections,
    set_parameter,
    with_learning,
)
from thalamus.circuit import DEFAULT_SCALE, corticothalamic_loop

#: The pathway that learns first.
PLASTIC = "V2.L6CT -> Pulvinar.TRC"
#: Those that may learn too, each by a switch of its own ("<name>.plastic=1").
LATER = (
    "V1.L23E -> V2.L4E",
    "V2.L23E -> V1.L23E",
    "Pulvinar.TRC -> V2.L4E",
    "Pulvinar.TRC -> V2.L23E",
)
CONTEXT = "V2.L5IB -> V2.L6CT #context"

#: Fibres simulated onto a relay cell. All of V2's layer-6 corticothalamic cells could be met.
MODELLED = 120

LEARNING = Learning(readout="burst", burst_source="V1.L5IB", rate=0.05, homeostasis="zero-sum")

#: Numbers that differ from the loop's, as a user would write them. (Placeholder: none found yet.)
SETTINGS: tuple[str, ...] = ()

#: What is changed for a control: settings, then lesions.
CONTROLS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "no drivers": ((), ("V1.L5IB -> Pulvinar.TRC",)),
    "frozen": ((), (f"freeze {PLASTIC}",)),
    "no feedback": ((), ("Pulvinar.TRC -> V*",)),
    "hebb": (("learning.rule=hebb",), ()),
    "bcm": (("learning.rule=bcm",), ()),
    "stdp": (("learning.rule=stdp",), ()),
    # Read out before the next burst, when the prediction is the later of the two.
    "outcome first": (("learning.burst_delay=110ms",), ()),
    # Layer 4 of V2 shows the present item; its cells stand in for the bursters' context.
    "peeking": (("V2.L4E -> V2.L6CT.gain=*10", f"{CONTEXT}.gain=0"), ()),
    "no context": ((), (CONTEXT,)),
}


def prediction_circuit(scale: float = DEFAULT_SCALE) -> Circuit:
    """Give the spec of the loop that learns to predict.

    Parameters
    ----------
    scale : float
        See `thalamus.circuit.corticothalamic_loop`.
    """
    base = corticothalamic_loop(scale)
    people = populations(base)
    plastic = find_projection(base, PLASTIC)
    broad = replace(
        plastic,
        rule=Uniform(),
        modelled=min(MODELLED, people[plastic.source].count),
        plastic=True,
        sources={
            **plastic.sources,
            "rule": "assumed: any orientation can be predicted before anything is learnt",
            "modelled": "assumed: more of the fibres than elsewhere, so that each can be chosen",
        },
    )
    known = {**projections(base), PLASTIC: broad}
    circuit = assemble(people.values(), [*known.values(), context()])
    circuit = with_learning(circuit, LEARNING)
    for text in SETTINGS:
        circuit = set_parameter(circuit, text)
    return circuit


def context() -> Projection:
    """Give the context pathway: bursters onto the layer-6 cells of their own column."""
    return Projection(
        source="V2.L5IB",
        target="V2.L6CT",
        key="context",
        role="local",
        rule=Topographic(orientation_deg=12.0),
        fibres=20.0,
        modelled=20,
        receptors={"AMPA": 0.0, "NMDA": 0.3},
        delay_ms=2.0,
        sources={
            "source": "OReilly2026",
            "fibres": "assumed: a column's bursters, no count found",
            "modelled": "assumed: as many as in tissue",
            "contacts": "assumed: one",
            "rule": "assumed: the column's own bursters",
            "receptors": "assumed: slow NMDA alone carries the item before",
            "pooling": "assumed: one fibre is one fibre",
            "weight_cv": "PotjansDiesmann2014",
            "delay_ms": "assumed: within a column",
            "delay_cv": "assumed: a tenth, to the late side alone",
            "gain": "assumed: to be calibrated",
        },
    )
