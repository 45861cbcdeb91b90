"""What the populations and pathways of the loop are called, and which part each plays."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Ganglion cells: the only population that replays given spikes.
RETINA = "Retina.GC"
#: Relay cells of the LGN, and of the pulvinar, which show prediction and outcome.
LGN_RELAY = "LGN.TC"
RELAY = "Pulvinar.TRC"
#: Bursters of the lower area: their volleys carry the outcome.
BURSTER = "V1.L5IB"
#: Layer-6 corticothalamic cells of the higher area: the context from which relay cells predict.
CONTEXT_SOURCE = "V2.L6CT"
#: The pathway of the outcome, and the one of the prediction.
DRIVER_PATHWAY = f"{BURSTER} -> {RELAY}"
MODULATOR_PATHWAY = f"{CONTEXT_SOURCE} -> {RELAY}"

#: What a run needs to know of the circuit besides its numbers: part -> population or projection.
ROLES: Mapping[str, str] = MappingProxyType(
    {
        "relay": RELAY,
        "lgn_relay": LGN_RELAY,
        "retina": RETINA,
        "burster": BURSTER,
        "modulator_source": CONTEXT_SOURCE,
        "driver": DRIVER_PATHWAY,
        "modulator": MODULATOR_PATHWAY,
    }
)
