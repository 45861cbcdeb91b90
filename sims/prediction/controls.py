"""The controls of learning to predict: what is taken from the circuit, or added, and learnt again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from circuits.errors import UnknownName
from circuits.records import Projection, Topographic
from thalamus.predictive import CONTEXT, PLASTIC


@dataclass(frozen=True, kw_only=True)
class Control:
    """What is changed for a control, in this order.

    Attributes
    ----------
    added : tuple of Projection
        Pathways the circuit does not have.
    settings : tuple of str
        Numbers, as in `circuits.spec.set_parameter`.
    lesions : tuple of str
        Lesions, as in `circuits.lesions.lesion`.
    """

    added: tuple[Projection, ...] = ()
    settings: tuple[str, ...] = ()
    lesions: tuple[str, ...] = ()


#: The pathway of the control "peeking": V1's layer 4 shows layer 6 of V2 the item that is there now.
#: No such pathway is in the circuit. It has to come before V1's bursters, or layer 6 would still
#: hold the last item when the outcome comes; and by AMPA, for slow NMDA would hold the item until it
#: is the last.
PEEK = Projection(
    source="V1.L4E",
    target="V2.L6CT",
    key="peek",
    role="feedforward",
    rule=Topographic(orientation_deg=5.0),
    fibres=20.0,
    modelled=20,
    receptors={"AMPA": 1.0, "NMDA": 0.0},
    pooling="sum",
    delay_ms=2.0,
    gain=8.0,
    sources={
        "*": "assumed: a control, there is no such pathway",
        "rule": "assumed: as narrow as layer 4 is joined to V2's bursters",
        "modelled": "assumed: as many as of the context",
        "pooling": "assumed: one fibre is one fibre",
        "weight_cv": "PotjansDiesmann2014",
        "delay_cv": "assumed: a tenth, to the late side alone",
        "gain": "assumed: layer 6 then fires about as much as by the context (seeds 100 and 101)",
    },
)

#: Pathways of cortex that may learn: forwards, backwards, and from the pulvinar.
CORTICAL = ("V1.L23E -> V2.L4E", "V2.L23E -> V1.L23E", "Pulvinar.TRC -> V2.L4E")

CONTROLS: Mapping[str, Control] = MappingProxyType(
    {
        "no drivers": Control(lesions=("V1.L5IB -> Pulvinar.TRC",)),
        "frozen": Control(lesions=(f"freeze {PLASTIC}",)),
        "no feedback": Control(lesions=("Pulvinar.TRC -> V*",)),
        "hebb": Control(settings=("learning.rule=hebb",)),
        "bcm": Control(settings=("learning.rule=bcm",)),
        "stdp": Control(settings=("learning.rule=stdp",)),
        "delta": Control(settings=("learning.rule=delta",)),
        # Read out before the next burst, when the prediction is the later of the two.
        "outcome first": Control(settings=("learning.burst_delay=110ms",)),
        "peeking": Control(added=(PEEK,), settings=(f"{CONTEXT}.gain=0",)),
        "cortex learns": Control(settings=tuple(f"{name}.plastic=1" for name in CORTICAL)),
        "no context": Control(lesions=(CONTEXT,)),
    }
)


def control_of(name: str | None) -> Control:
    """Give a control by its name; None changes nothing.

    Raises
    ------
    UnknownName
        With the nearest ones.
    """
    if name is None:
        return Control()
    if name not in CONTROLS:
        raise UnknownName("control", name, CONTROLS)
    return CONTROLS[name]
