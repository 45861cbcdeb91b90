"""The corticothalamic loops: drivers and modulators down, relays up.

Follows the macaque: V1 L6CT reach LGN and TRN but no pulvinar, V1 L5IB drive the pulvinar, V2 L6CT
reach pulvinar and TRN. L5IB send no branch to the TRN, every L6CT does.
"""

from __future__ import annotations

from areas.potjans_diesmann import THALAMIC
from circuits.records import STP, Gabor, Projection, Topographic
from thalamus import nuclei

#: L5 driver terminals depress. Lemniscal D (2350 ms) is no measurement of L5 terminals; U and D
#: are declared free and swept (.3-.8, 300-2350 ms).
DRIVER = STP(U=0.5, D_ms=300.0, F_ms=1.0)
DRIVER_TO_IN = STP(U=0.48, D_ms=690.0, F_ms=57.0)
#: L6 corticothalamic terminals facilitate.
MODULATOR = STP(U=0.09, D_ms=138.0, F_ms=670.0)
#: Slices give U .72, D 227 ms, which would hand cortex the same input at every relay rate above
#: 6 Hz; in vivo these synapses rest partly depressed and depress little further.
RELAY_TO_CORTEX = STP(U=0.2, D_ms=100.0, F_ms=14.0)

#: The reference thalamus knows no cortical retinotopy or orientation; both are assumed to be kept.
TO_THALAMUS = {
    **nuclei.SOURCES,
    "rule": "assumed: topographic in orientation or the visual field; widths ours",
}
FEWER_ON_IN = {
    "fibres": "assumed: half of a relay cell's; no count found",
    "contacts": "assumed: as on relay cells",
}
DRIVER_SOURCES = {
    **TO_THALAMUS,
    "source": "TrojanowskiJacobson1977",
    "fibres": "assumed: 2-3 are active (Mease2016), 1-6 in the theory (OReilly2026)",
    "contacts": "assumed: as the lemniscal driver (Iavarone2023)",
    "receptors": "assumed: as the lemniscal driver (Iavarone2023)",
    "delay_ms": "assumed: thick fast axons, 2-4 ms (recalled)",
}
#: A fibre's 0.5 mV on a cortical cell is its conductance times U.
TO_CORTEX = {
    "*": "Iavarone2023",
    "modelled": "assumed: fewer fibres than in tissue",
    "pooling": "assumed: summed, so that the mean drive stays that of all fibres",
    "weight_cv": "assumed: a tenth",
    "receptors": "assumed: 0.5 mV a fibre (ConstantinopleBruno2013)",
    "U": "assumed: slices give .72 (Iavarone2023); in vivo these synapses rest depressed",
    "D_ms": "assumed: slices give 227 ms (Iavarone2023); as U",
    "delay_ms": "HillTononi2005",
    "delay_cv": "assumed: a tenth, to the late side alone",
    "gain": "assumed: calibrated to awake rates",
}
GABOR_SOURCE = (
    "assumed: ON and OFF lobes (ReidAlonso1995) of parafoveal size, 2 cycles/deg; round onto PV"
)
FROM_PULVINAR = {
    "fibres": "assumed: a tenth of the 902 thalamic fibres under 1 mm2 (PotjansDiesmann2014) onto "
    "V2's L4, half of that onto L2/3 and onto V1's layer 1",
    "rule": "assumed: topographic in orientation; width ours",
}

ORIENTED = Topographic(orientation_deg=12.0)
WIDE = Topographic(orientation_deg=20.0)


def projections() -> list[Projection]:
    """Give the projections between cortex and thalamus."""
    return [*_drivers(), *_modulators(), *_lgn_to_v1(), *_pulvinar_to_cortex()]


def _drivers() -> list[Projection]:
    declared = {
        **DRIVER_SOURCES,
        "U": "assumed: L5 terminals depress; no value measured, swept .3-.8",
        "D_ms": "assumed: L5 terminals depress; no value measured, swept 300-2350 ms",
    }
    common = {"role": "driver", "fibres": 5.0, "modelled": 5, "contacts": 12.6}
    return [
        Projection(
            source="V1.L5IB",
            target="Pulvinar.TRC",
            rule=ORIENTED,
            receptors={"AMPA": 14.5, "NMDA": 5.9},
            pooling="sum",
            delay_ms=3.0,
            stp=DRIVER,
            gain=1.6,
            sources=declared,
            **common,  # type: ignore[arg-type]
        ),
        Projection(
            source="V1.L5IB",
            target="Pulvinar.IN",
            rule=ORIENTED,
            receptors={"AMPA": 14.5, "NMDA": 5.9},
            pooling="sum",
            delay_ms=3.0,
            stp=DRIVER_TO_IN,
            sources=DRIVER_SOURCES,
            **common,  # type: ignore[arg-type]
        ),
    ]


def _modulators() -> list[Projection]:
    """L6CT to relay cells, interneurons and TRN."""
    # target: source, fibres, modelled, contacts, AMPA nS, NMDA nS, rule, gain
    rows = (
        ("V2.L6CT", "Pulvinar.TRC", 859.0, 50, 1.22, 0.195, 0.372, WIDE, 0.74),
        ("V2.L6CT", "Pulvinar.IN", 430.0, 30, 1.22, 0.195, 0.193, WIDE, 0.5),
        ("V2.L6CT", "TRN.PUL", 402.0, 40, 1.14, 0.182, 0.18, WIDE, 1.0),
        ("V1.L6CT", "LGN.TC", 859.0, 50, 1.22, 0.195, 0.372, Topographic(field_deg=0.3), 1.0),
        ("V1.L6CT", "TRN.LGN", 402.0, 40, 1.14, 0.182, 0.18, Topographic(field_deg=0.3), 1.0),
    )
    return [
        Projection(
            source=source,
            target=target,
            role="modulator",
            rule=rule,
            fibres=fibres,
            modelled=modelled,
            contacts=contacts,
            receptors={"AMPA": ampa, "NMDA": nmda},
            pooling="sum",
            delay_ms=8.0,
            stp=MODULATOR,
            gain=gain,
            sources={**TO_THALAMUS, **FEWER_ON_IN} if target == "Pulvinar.IN" else TO_THALAMUS,
        )
        for source, target, fibres, modelled, contacts, ampa, nmda, rule, gain in rows
    ]


def _lgn_to_v1() -> list[Projection]:
    rows = (
        ("V1.L4E", THALAMIC["L4E"], 22, Gabor(sigma_deg=0.25, sf_cpd=2.0), 3.0),
        ("V1.L4PV", THALAMIC["L4I"], 30, Topographic(field_deg=0.3), 5.0),
        ("V1.L6CT", THALAMIC["L6E"], 14, Gabor(sigma_deg=0.25, sf_cpd=2.0), 0.5),
        ("V1.L6CC", THALAMIC["L6E"], 14, Gabor(sigma_deg=0.25, sf_cpd=2.0), 1.0),
        ("V1.L6PV", THALAMIC["L6I"], 8, Topographic(field_deg=0.3), 1.0),
    )
    return [
        Projection(
            source="LGN.TC",
            target=target,
            role="driver",
            rule=rule,
            fibres=fibres,
            modelled=modelled,
            contacts=9.0,
            receptors={"AMPA": 4.0, "NMDA": 0.8},
            pooling="sum",
            delay_ms=3.0,
            stp=RELAY_TO_CORTEX,
            gain=gain,
            sources={**TO_CORTEX, "fibres": "PotjansDiesmann2014", "rule": GABOR_SOURCE},
        )
        for target, fibres, modelled, rule, gain in rows
    ]


def _pulvinar_to_cortex() -> list[Projection]:
    """Drive V2's middle layers; end in layer 1 of V1, on tufts, as a modulator."""
    # target, fibres, modelled, lamina, role, gain
    rows = (
        ("V2.L4E", 90.0, 15, "L4", "feedforward", 0.3),
        ("V2.L4PV", 56.0, 10, "L4", "feedforward", 0.3),
        ("V2.L23E", 40.0, 8, "L2/3", "feedforward", 0.3),
        ("V1.L23E", 45.0, 8, "L1", "modulator", 0.1),
        ("V1.L5IB", 45.0, 8, "L1", "modulator", 0.1),
    )
    return [
        Projection(
            source="Pulvinar.TRC",
            target=target,
            role=role,  # type: ignore[arg-type]
            rule=WIDE,
            fibres=fibres,
            modelled=modelled,
            contacts=9.0,
            receptors={"AMPA": 4.0, "NMDA": 0.8},
            pooling="sum",
            delay_ms=3.0,
            stp=RELAY_TO_CORTEX,
            lamina=lamina,
            gain=gain,
            sources={**TO_CORTEX, **FROM_PULVINAR},
        )
        for target, fibres, modelled, lamina, role, gain in rows
    ]
