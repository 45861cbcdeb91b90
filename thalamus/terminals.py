"""The synapses of the thalamus and of its axons in cortex: what one fibre does, by its terminals.

Contacts, conductances (a contact's times the contacts) and dynamics are those of the reference
thalamus, a rodent's VPL (Iavarone et al. 2023, table S1), where nothing else is said. Which
populations are joined by which terminals is in `thalamus.pathways`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from circuits.records import STP, Role

#: Where the numbers of every row are from; a row adds and replaces.
SOURCES = {
    "*": "Iavarone2023",
    "rule": "assumed: closed loops, near cells likelier; widths ours",
    "modelled": "assumed: fewer fibres than in tissue, as many as their summed noise allows",
    "pooling": "assumed: summed, so that the balance of the pathways stays that of all fibres",
    "weight_cv": "assumed: a tenth",
    "delay_ms": "HillTononi2005",
    "delay_cv": "assumed: a tenth, to the late side alone",
}
#: The reference thalamus knows no cortical retinotopy or orientation; both are assumed to be kept.
FROM_CORTEX = {
    **SOURCES,
    "rule": "assumed: topographic in orientation or the visual field; widths ours",
}
DRIVER_SOURCES = {
    **FROM_CORTEX,
    "source": "TrojanowskiJacobson1977",
    "fibres": "assumed: 2-3 are active (Mease2016), 1-6 in the theory (OReilly2026)",
    "contacts": "assumed: as the lemniscal driver (Iavarone2023)",
    "receptors": "assumed: as the lemniscal driver (Iavarone2023)",
    "delay_ms": "assumed: thick fast axons, 2-4 ms (recalled)",
}
UNTUNED = (
    "assumed: to all alike; it reaches all higher-order nuclei (TrageserKeller2004) and no map of "
    "orientation is known in it"
)
#: A fibre's 0.5 mV on a cortical cell is its conductance times U.
TO_CORTEX_SOURCES = {
    "*": "Iavarone2023",
    "modelled": "assumed: fewer fibres than in tissue",
    "pooling": "assumed: summed, so that the mean drive stays that of all fibres",
    "weight_cv": "assumed: a tenth",
    "receptors": "assumed: 0.5 mV a fibre (ConstantinopleBruno2013)",
    "U": "assumed: slices give .72 (Iavarone2023); in vivo these synapses rest depressed",
    "D_ms": "assumed: slices give 227 ms (Iavarone2023); as U",
    "delay_ms": "HillTononi2005",
    "delay_cv": "assumed: a tenth, to the late side alone",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """What one fibre of a kind does.

    Attributes
    ----------
    role : Role
        What it does for its target.
    contacts : float
        Synaptic contacts of one fibre on one target cell.
    receptors : mapping of receptor to float
        Maximal conductance of one fibre, all its contacts together, nS.
    stp : STP
        Short-term plasticity.
    delay_ms : float
        Axon and synapse, ms.
    sources : mapping
        Where its numbers are from, and those of a pathway with such terminals.
    """

    role: Role
    contacts: float
    receptors: Mapping[str, float]
    stp: STP
    delay_ms: float
    sources: Mapping[str, str]


# --- the retina ----------------------------------------------------------------------------------

RETINA_TO_RELAY = Terminal(
    role="driver",
    contacts=12.6,
    receptors={"AMPA": 14.5, "NMDA": 5.9},
    stp=STP(U=0.7, D_ms=125.0, F_ms=1.0),
    delay_ms=1.0,
    sources={
        **SOURCES,
        "rule": "Sincich2007",
        "contacts": "assumed: as the lemniscal driver (Iavarone2023)",
        "receptors": "assumed: as the lemniscal driver (Iavarone2023)",
        "U": "Chen2002",
        "D_ms": "Chen2002",
    },
)

# --- inside the thalamus -------------------------------------------------------------------------

RELAY_TO_TRN = Terminal(
    role="local",
    contacts=1.54,
    receptors={"AMPA": 4.3, "NMDA": 2.45},
    stp=STP(U=0.86, D_ms=671.0, F_ms=17.0),
    delay_ms=2.0,
    sources=SOURCES,
)

#: The rodent's 113 fibres of 4.63 contacts make inhibition a third of all contacts on a pulvinar
#: relay cell; in cat pulvinar 12 % are counted (Wang, Eisenback & Bickford 2002). No source
#: settles it.
TRN_TO_RELAY = Terminal(
    role="inhibitory",
    contacts=4.63,
    receptors={"GABA_A": 5.1, "GABA_B": 0.1},
    stp=STP(U=0.32, D_ms=352.0, F_ms=2.0),
    delay_ms=2.0,
    sources={**SOURCES, "GABA_B": "assumed: small; the slow IPSP follows volleys alone"},
)

TRN_TO_TRN = Terminal(
    role="inhibitory",
    contacts=1.53,
    receptors={"GABA_A": 1.38},
    stp=STP(U=0.41, D_ms=464.0, F_ms=54.0),
    delay_ms=2.0,
    sources=SOURCES,
)

INTERNEURON_TO_RELAY = Terminal(
    role="inhibitory",
    contacts=1.0,
    receptors={"GABA_A": 0.4},
    stp=STP(U=0.47, D_ms=137.0, F_ms=239.0),
    delay_ms=2.0,
    sources={**SOURCES, "contacts": "assumed: one; no count found"},
)

# --- from the zona incerta -----------------------------------------------------------------------

#: Large terminals with several release sites on proximal dendrites, of higher-order relay cells alone
#: (Bartho, Freund & Acsady 2002). Terminals of the same kind from the anterior pretectum are strong: one
#: fibre makes a relay cell rebound (Bokor et al. 2005). No conductance is published: a contact is taken as
#: one of the TRN's, and a fibre has ten of them.
INCERTA_TO_RELAY = Terminal(
    role="inhibitory",
    contacts=10.0,
    receptors={"GABA_A": 11.0},
    stp=STP(U=0.3, D_ms=100.0, F_ms=1.0),
    delay_ms=2.0,
    sources={
        **SOURCES,
        "*": "Bartho2002",
        "rule": UNTUNED,
        "fibres": "assumed: ten converge; no count found",
        "contacts": "assumed: ten; large terminals, several contacts and release sites (Bartho2002)",
        "receptors": "assumed: 1.1 nS a contact, as the TRN's (Iavarone2023); one fibre makes rebounds "
        "(Bokor2005), and all together shunt a driver (Lavallee2005)",
        "stp": "assumed: terminals with several release sites depress little (HalassaAcsady2016)",
        "delay_ms": "assumed: a short way, as from the TRN",
    },
)

# --- from cortex ---------------------------------------------------------------------------------

#: Layer-5 terminals depress. The lemniscal D (2350 ms) is no measurement of them.
DRIVER_TO_RELAY = Terminal(
    role="driver",
    contacts=12.6,
    receptors={"AMPA": 14.5, "NMDA": 1.0},
    stp=STP(U=0.5, D_ms=250.0, F_ms=1.0),
    delay_ms=3.0,
    sources={
        **DRIVER_SOURCES,
        "NMDA": "assumed: under a fifth of the lemniscal driver's (Iavarone2023), calibrated so that the outcome "
        "ends with its burst; no value measured for layer 5",
        "U": "assumed: L5 terminals depress; no value measured, swept .3-.8",
        "D_ms": "assumed: L5 terminals depress; no value measured, swept 300-2350 ms",
    },
)

DRIVER_TO_INTERNEURON = Terminal(
    role="driver",
    contacts=12.6,
    receptors={"AMPA": 14.5, "NMDA": 5.9},
    stp=STP(U=0.48, D_ms=690.0, F_ms=57.0),
    delay_ms=3.0,
    sources=DRIVER_SOURCES,
)

#: Branches of the same layer-5 axons end in the zona incerta (Bartho et al. 2007).
DRIVER_TO_INCERTA = Terminal(
    role="driver",
    contacts=1.0,
    receptors={"AMPA": 58.0},
    stp=STP(U=0.5, D_ms=300.0, F_ms=1.0),
    delay_ms=3.0,
    sources={
        **DRIVER_SOURCES,
        "source": "Bartho2007",
        "rule": UNTUNED,
        "fibres": "assumed: pooled over all orientations; no count found",
        "contacts": "assumed: one; no count found",
        "receptors": "assumed: a few fibres together fire a cell",
        "stp": "assumed: as the same axons in the pulvinar",
    },
)

#: As a branch of the drivers in the TRN would act, if there were one (`thalamus.pathways.ABSENT`).
DRIVER_TO_TRN = replace(
    DRIVER_TO_INCERTA,
    receptors={"AMPA": 14.5},
    sources={
        **DRIVER_SOURCES,
        "source": "Hadinger2023",
        "fibres": "assumed: as many as reach a relay cell",
        "contacts": "assumed: one; no count found",
        "stp": "assumed: as the same axons in the pulvinar",
    },
)

#: Layer-6 corticothalamic terminals facilitate.
MODULATOR = STP(U=0.09, D_ms=138.0, F_ms=670.0)

MODULATOR_TO_RELAY = Terminal(
    role="modulator",
    contacts=1.22,
    receptors={"AMPA": 0.195, "NMDA": 0.372},
    stp=MODULATOR,
    delay_ms=8.0,
    sources=FROM_CORTEX,
)

MODULATOR_TO_INTERNEURON = Terminal(
    role="modulator",
    contacts=1.22,
    receptors={"AMPA": 0.195, "NMDA": 0.193},
    stp=MODULATOR,
    delay_ms=8.0,
    sources={**FROM_CORTEX, "contacts": "assumed: as on relay cells"},
)

MODULATOR_TO_TRN = Terminal(
    role="modulator",
    contacts=1.14,
    receptors={"AMPA": 0.182, "NMDA": 0.18},
    stp=MODULATOR,
    delay_ms=8.0,
    sources=FROM_CORTEX,
)

# --- to cortex -----------------------------------------------------------------------------------

#: Slices give U .72 and D 227 ms, which would hand cortex the same input at every relay rate above
#: 6 Hz; in vivo these synapses rest partly depressed and depress little further.
LGN_TO_CORTEX = Terminal(
    role="driver",
    contacts=9.0,
    receptors={"AMPA": 4.0, "NMDA": 0.8},
    stp=STP(U=0.2, D_ms=100.0, F_ms=14.0),
    delay_ms=3.0,
    sources={
        **TO_CORTEX_SOURCES,
        "fibres": "PotjansDiesmann2014",
        "rule": "assumed: ON and OFF lobes (ReidAlonso1995) of parafoveal size, 2 cycles/deg; round "
        "onto PV",
    },
)

PULVINAR_TO_MIDDLE_LAYERS = replace(
    LGN_TO_CORTEX,
    role="feedforward",
    sources={
        **TO_CORTEX_SOURCES,
        "fibres": "assumed: a tenth of the 902 thalamic fibres under 1 mm2 (PotjansDiesmann2014) onto "
        "V2's L4, half of that onto L2/3 and onto V1's layer 1",
        "rule": "assumed: topographic in orientation; width ours",
    },
)

PULVINAR_TO_LAYER_1 = replace(PULVINAR_TO_MIDDLE_LAYERS, role="modulator")
