"""The pathways of the thalamus: from the retina, inside it, from cortex and to cortex, one a row.

Follows the macaque: V1 L6CT reach LGN and TRN but no pulvinar, V1 L5IB drive the pulvinar, V2 L6CT
reach pulvinar and TRN. L5IB send no branch to the TRN, every L6CT does. Branches of L5IB also excite the
zona incerta, which inhibits the pulvinar (Bartho et al. 2002, 2007). What one fibre of a row does is its
terminal (`thalamus.terminals`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from areas.potjans_diesmann import THALAMIC
from areas.sourced import Sourced
from circuits.records import Gabor, OneToFew, Projection, Rule, Topographic, Uniform
from thalamus.terminals import (
    DRIVER_TO_INCERTA,
    DRIVER_TO_INTERNEURON,
    DRIVER_TO_RELAY,
    DRIVER_TO_TRN,
    INCERTA_TO_RELAY,
    INTERNEURON_TO_RELAY,
    LGN_TO_CORTEX,
    MODULATOR_TO_INTERNEURON,
    MODULATOR_TO_RELAY,
    MODULATOR_TO_TRN,
    PULVINAR_TO_LAYER_1,
    PULVINAR_TO_MIDDLE_LAYERS,
    RELAY_TO_TRN,
    RETINA_TO_RELAY,
    TRN_TO_RELAY,
    TRN_TO_TRN,
    Terminal,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway:
    """One row: who reaches whom, with which terminals, by how many fibres.

    Attributes
    ----------
    source, target : str
        Populations.
    terminal : Terminal
        What one fibre does.
    fibres : float
        Fibres onto one target cell in tissue.
    modelled : int
        Fibres simulated onto one target cell; they stand for all, summed.
    rule : Rule
        Which cells of the target a source prefers.
    gain : Sourced
        Dimensionless factor on the conductance: the calibration.
    lamina : str
        Where the terminals end; "" is the target's own lamina.
    sources : mapping
        Where this row's numbers are from, where it is not as with the terminal.
    """

    source: str
    target: str
    terminal: Terminal
    fibres: float
    modelled: int
    rule: Rule
    gain: Sourced
    lamina: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)

    def projection(self) -> Projection:
        """Give the row as a projection of the circuit."""
        return Projection(
            source=self.source,
            target=self.target,
            role=self.terminal.role,
            rule=self.rule,
            fibres=self.fibres,
            modelled=self.modelled,
            contacts=self.terminal.contacts,
            receptors=self.terminal.receptors,
            pooling="sum",
            delay_ms=self.terminal.delay_ms,
            stp=self.terminal.stp,
            lamina=self.lamina,
            gain=self.gain.value,
            sources={**self.terminal.sources, **self.sources, "gain": self.gain.source},
        )


CALIBRATED = "assumed: calibrated to awake rates"
AS_THE_TERMINAL = Sourced(1.0, "assumed: 1, as strong as the terminal")
#: Relay cells and TRN reach each other about half as strongly as the sources say.
ONTO_TRN = Sourced(
    0.5, "assumed: half of the cited conductance (Iavarone2023), calibrated to awake TRN rates"
)
ONTO_RELAY = Sourced(
    0.6, "assumed: .6 of the cited conductance (Iavarone2023), calibrated to awake relay rates"
)
AMONG_TRN = Sourced(
    0.5,
    "assumed: half of the cited conductance (Iavarone2023); weak or absent in some preparations (Hou2016)",
)

# --- where the rows' own numbers are from --------------------------------------------------------

FROM_RETINA = {"fibres": "Sincich2007"}
INTERNEURONS = {"fibres": "assumed: a fifth of the TRN's 113; no count found"}
FEWER_ON_INTERNEURONS = {"fibres": "assumed: half of a relay cell's; no count found"}

# --- the rows ------------------------------------------------------------------------------------

# fmt: off
#: One retinal fibre can fire a relay cell (Sincich et al. 2007).
RETINA: tuple[Pathway, ...] = (
    Pathway(source="Retina.GC", target="LGN.TC", terminal=RETINA_TO_RELAY, fibres=2.0, modelled=2, rule=OneToFew(),
            gain=Sourced(3.5, "assumed: one retinal fibre can fire a relay cell (Sincich2007)"), sources=FROM_RETINA),
)

#: Closed loops of a relay nucleus and its sector of the TRN; interneurons in the pulvinar.
INSIDE_THALAMUS: tuple[Pathway, ...] = (
    Pathway(source="LGN.TC", target="TRN.LGN", terminal=RELAY_TO_TRN, fibres=123.0, modelled=15,
            rule=Topographic(field_deg=0.25), gain=ONTO_TRN),
    Pathway(source="TRN.LGN", target="LGN.TC", terminal=TRN_TO_RELAY, fibres=113.0, modelled=15,
            rule=Topographic(field_deg=0.25), gain=ONTO_RELAY),
    Pathway(source="Pulvinar.TRC", target="TRN.PUL", terminal=RELAY_TO_TRN, fibres=123.0, modelled=15,
            rule=Topographic(orientation_deg=20.0), gain=ONTO_TRN),
    Pathway(source="TRN.PUL", target="Pulvinar.TRC", terminal=TRN_TO_RELAY, fibres=113.0, modelled=15,
            rule=Topographic(orientation_deg=60.0), gain=ONTO_RELAY),
    Pathway(source="TRN.LGN", target="TRN.LGN", terminal=TRN_TO_TRN, fibres=47.0, modelled=8,
            rule=Topographic(field_deg=0.25), gain=AMONG_TRN),
    Pathway(source="TRN.PUL", target="TRN.PUL", terminal=TRN_TO_TRN, fibres=47.0, modelled=8,
            rule=Topographic(orientation_deg=20.0), gain=AMONG_TRN),
    Pathway(source="Pulvinar.IN", target="Pulvinar.TRC", terminal=INTERNEURON_TO_RELAY, fibres=20.0, modelled=6,
            rule=Topographic(orientation_deg=20.0), gain=AS_THE_TERMINAL, sources=INTERNEURONS),
)

#: Layer 5 of V1: few fibres of many contacts, never thinned.
DRIVERS: tuple[Pathway, ...] = (
    Pathway(source="V1.L5IB", target="Pulvinar.TRC", terminal=DRIVER_TO_RELAY, fibres=5.0, modelled=5,
            rule=Topographic(orientation_deg=12.0), gain=Sourced(7.0, CALIBRATED)),
    Pathway(source="V1.L5IB", target="Pulvinar.IN", terminal=DRIVER_TO_INTERNEURON, fibres=5.0, modelled=5,
            rule=Topographic(orientation_deg=12.0), gain=AS_THE_TERMINAL),
)

#: Inhibition from outside the thalamus: branches of the drivers excite it, it inhibits every relay cell of
#: the pulvinar. Neither layer 6 nor the pulvinar reaches it (Bartho, Freund & Acsady 2002).
EXTRATHALAMIC: tuple[Pathway, ...] = (
    Pathway(source="V1.L5IB", target="ZI.GABA", terminal=DRIVER_TO_INCERTA, fibres=20.0, modelled=20,
            rule=Uniform(), gain=AS_THE_TERMINAL),
    Pathway(source="ZI.GABA", target="Pulvinar.TRC", terminal=INCERTA_TO_RELAY, fibres=10.0, modelled=10,
            rule=Uniform(), gain=Sourced(1.1, CALIBRATED)),
)

#: What is held to be absent, as alternatives to test: gain 0, and `--set "V1.L5IB->TRN.PUL.gain=1"` brings it
#: (sims/alternation/inhibition.toml). Macaque drivers leave no branch in the TRN (Guillery & Sherman).
ABSENT: tuple[Pathway, ...] = (
    Pathway(source="V1.L5IB", target="TRN.PUL", terminal=DRIVER_TO_TRN, fibres=8.0, modelled=8,
            rule=Topographic(orientation_deg=20.0),
            gain=Sourced(0.0, "assumed: absent from visual areas; layer 5 of frontal areas reaches the TRN "
                         "(Hadinger2023)")),
)

#: Layer 6: many fibres of few contacts.
MODULATORS: tuple[Pathway, ...] = (
    Pathway(source="V2.L6CT", target="Pulvinar.TRC", terminal=MODULATOR_TO_RELAY, fibres=859.0, modelled=50,
            rule=Topographic(orientation_deg=20.0), gain=Sourced(1.5, CALIBRATED)),
    Pathway(source="V2.L6CT", target="Pulvinar.IN", terminal=MODULATOR_TO_INTERNEURON, fibres=430.0, modelled=30,
            rule=Topographic(orientation_deg=20.0), gain=Sourced(0.5, CALIBRATED), sources=FEWER_ON_INTERNEURONS),
    Pathway(source="V2.L6CT", target="TRN.PUL", terminal=MODULATOR_TO_TRN, fibres=402.0, modelled=40,
            rule=Topographic(orientation_deg=20.0), gain=AS_THE_TERMINAL),
    Pathway(source="V1.L6CT", target="LGN.TC", terminal=MODULATOR_TO_RELAY, fibres=859.0, modelled=50,
            rule=Topographic(field_deg=0.3), gain=AS_THE_TERMINAL),
    Pathway(source="V1.L6CT", target="TRN.LGN", terminal=MODULATOR_TO_TRN, fibres=402.0, modelled=40,
            rule=Topographic(field_deg=0.3), gain=AS_THE_TERMINAL),
)

#: Onto excitatory cells by oriented fields, onto PV cells by round ones.
LGN_TO_V1: tuple[Pathway, ...] = (
    Pathway(source="LGN.TC", target="V1.L4E", terminal=LGN_TO_CORTEX, fibres=THALAMIC["L4E"], modelled=22,
            rule=Gabor(sigma_deg=0.25, sf_cpd=2.0), gain=Sourced(3.0, CALIBRATED)),
    Pathway(source="LGN.TC", target="V1.L4PV", terminal=LGN_TO_CORTEX, fibres=THALAMIC["L4I"], modelled=30,
            rule=Topographic(field_deg=0.3), gain=Sourced(5.0, CALIBRATED)),
    Pathway(source="LGN.TC", target="V1.L6CT", terminal=LGN_TO_CORTEX, fibres=THALAMIC["L6E"], modelled=14,
            rule=Gabor(sigma_deg=0.25, sf_cpd=2.0), gain=Sourced(0.5, CALIBRATED)),
    Pathway(source="LGN.TC", target="V1.L6CC", terminal=LGN_TO_CORTEX, fibres=THALAMIC["L6E"], modelled=14,
            rule=Gabor(sigma_deg=0.25, sf_cpd=2.0), gain=AS_THE_TERMINAL),
    Pathway(source="LGN.TC", target="V1.L6PV", terminal=LGN_TO_CORTEX, fibres=THALAMIC["L6I"], modelled=8,
            rule=Topographic(field_deg=0.3), gain=AS_THE_TERMINAL),
)

#: Thalamic fibres onto a cell of layer 5: .35, .5 and 1.49 of those onto one of layer 4 (Billeh et al. 2020).
ONTO_LAYER_5 = {"fibres": "Billeh2020"}
ONTO_BURSTERS = {**ONTO_LAYER_5, "rule": "assumed: round, for thick-tufted cells are complex and pool all phases"}
LGN_TO_LAYER_5: tuple[Pathway, ...] = (
    Pathway(source="LGN.TC", target="V1.L5IT", terminal=LGN_TO_CORTEX, fibres=0.35 * THALAMIC["L4E"], modelled=14,
            rule=Gabor(sigma_deg=0.25, sf_cpd=2.0), gain=AS_THE_TERMINAL, sources=ONTO_LAYER_5),
    Pathway(source="LGN.TC", target="V1.L5IB", terminal=LGN_TO_CORTEX, fibres=0.5 * THALAMIC["L4E"], modelled=22,
            rule=Topographic(field_deg=0.3), gain=AS_THE_TERMINAL, sources=ONTO_BURSTERS),
    Pathway(source="LGN.TC", target="V1.L5PV", terminal=LGN_TO_CORTEX, fibres=1.49 * THALAMIC["L4E"], modelled=22,
            rule=Topographic(field_deg=0.3), gain=Sourced(0.4, CALIBRATED), sources=ONTO_LAYER_5),
)

#: Into the middle layers of V2; into layer 1 of V1, onto tufts, as a modulator.
PULVINAR_TO_CORTEX: tuple[Pathway, ...] = (
    Pathway(source="Pulvinar.TRC", target="V2.L4E", terminal=PULVINAR_TO_MIDDLE_LAYERS, fibres=90.0, modelled=15,
            rule=Topographic(orientation_deg=20.0), lamina="L4", gain=Sourced(0.12, CALIBRATED)),
    Pathway(source="Pulvinar.TRC", target="V2.L4PV", terminal=PULVINAR_TO_MIDDLE_LAYERS, fibres=56.0, modelled=10,
            rule=Topographic(orientation_deg=20.0), lamina="L4", gain=Sourced(0.3, CALIBRATED)),
    Pathway(source="Pulvinar.TRC", target="V2.L23E", terminal=PULVINAR_TO_MIDDLE_LAYERS, fibres=40.0, modelled=8,
            rule=Topographic(orientation_deg=20.0), lamina="L2/3", gain=Sourced(0.12, CALIBRATED)),
    Pathway(source="Pulvinar.TRC", target="V1.L23E", terminal=PULVINAR_TO_LAYER_1, fibres=45.0, modelled=8,
            rule=Topographic(orientation_deg=20.0), lamina="L1", gain=Sourced(0.05, CALIBRATED)),
    Pathway(source="Pulvinar.TRC", target="V1.L5IB", terminal=PULVINAR_TO_LAYER_1, fibres=45.0, modelled=8,
            rule=Topographic(orientation_deg=20.0), lamina="L1", gain=Sourced(0.05, CALIBRATED)),
)
# fmt: on

PATHWAYS: tuple[Pathway, ...] = (
    *RETINA,
    *INSIDE_THALAMUS,
    *DRIVERS,
    *EXTRATHALAMIC,
    *ABSENT,
    *MODULATORS,
    *LGN_TO_V1,
    *LGN_TO_LAYER_5,
    *PULVINAR_TO_CORTEX,
)


def projections(pathways: Iterable[Pathway] = PATHWAYS) -> list[Projection]:
    """Give the rows as projections of the circuit; all of them unless some are given."""
    return [row.projection() for row in pathways]
