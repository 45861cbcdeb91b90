"""The pathways between a lower and a higher area of cortex.

Forward fibres start mostly above layer 4 (SLN .70-.76) and end in layer 4; feedback starts in all
layers but 4 (SLN .32-.50) and ends in layers 1, 2/3, 5 and 6, never 4 (Markov et al. 2014). Cells
that project to the thalamus send nothing to other areas (Petrof et al. 2012), so the infragranular
fibres come from L5IT and L6CC. Connections are counted in fibres times target cells. The tables are
those of V1 and V2; another pair of areas uses them too, or gives its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from areas.area import Area
from areas.sourced import Sourced
from circuits.records import Projection, Topographic

SOURCES = {
    "source": "Petrof2012",
    "contacts": "Schmidt2018",  # whose fibres are synapses
    "rule": "assumed: orientation columns of the two areas are linked like to like (Gilbert1989)",
    "lamina": "Markov2014",
    "modelled": "assumed: fibres thinned with the cells",
    "pooling": "vanAlbada2015",
    "weight_cv": "PotjansDiesmann2014",
    "AMPA": "PotjansDiesmann2014",
    "NMDA": "assumed: a tenth of the AMPA conductance",
    "delay_cv": "assumed: a tenth, to the late side alone",
    "gain": "assumed: calibrated to awake rates",
}
FORWARD_SOURCES = {
    **SOURCES,
    "fibres": "assumed: near Schmidt2018 in L4, less below it; with the infragranular starts and the "
    "weight in layer 4 that Markov2014 asks for",
}
FEEDBACK_SOURCES = {
    **SOURCES,
    "fibres": "assumed: Schmidt2018 onto L2/3, less onto L5 and L6; with the SLN of Markov2014",
}

#: Like to like between the areas, deg of orientation; one fibre is one synapse of 0.15 mV at rest.
RULE = Topographic(orientation_deg=20.0)
RECEPTORS = {"AMPA": 0.3, "NMDA": 0.03}
#: A fibre alone would stand for all; so many are modelled however few thinning leaves.
FEWEST_MODELLED = 2
#: V1 to V2: 17.9 mm of axon (Schmidt et al. 2018) at 3.5 m/s (Girard et al. 2001).
V1_V2_DELAY_MS = Sourced(5.1, "Girard2001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway:
    """One row: from a class of one area to a class of the other.

    Attributes
    ----------
    source, target : str
        Classes of `areas.column.CLASSES`.
    role : "feedforward" or "feedback"
        From the lower to the higher area, or back.
    fibres : float
        Fibres onto one target cell in tissue.
    gain : float
        Dimensionless factor on the conductance.
    oversampling : float
        How many times more fibres are modelled than thinning with the cells leaves.
    lamina : str
        Where the terminals end; "" is the target's own lamina.
    sources : mapping
        Where each number is from.
    """

    source: str
    target: str
    role: Literal["feedforward", "feedback"]
    fibres: float
    gain: float = 1.0
    oversampling: float = 1.0
    lamina: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)


def _forward(
    source: str, target: str, fibres: float, gain: float = 1.0, oversampling: float = 1.0
) -> Pathway:
    return Pathway(
        source=source, target=target, role="feedforward", fibres=fibres, gain=gain,
        oversampling=oversampling, sources=FORWARD_SOURCES,
    )  # fmt: skip


def _feedback(source: str, target: str, fibres: float, lamina: str, gain: float) -> Pathway:
    return Pathway(
        source=source, target=target, role="feedback", fibres=fibres, gain=gain,
        lamina=lamina, sources=FEEDBACK_SOURCES,
    )  # fmt: skip


# fmt: off
#: Fibres per target are scaled so that at least 60 % of the forward weight ends in layer 4.
FORWARD: tuple[Pathway, ...] = (
    _forward("L23E", "L4E",  fibres=800.0, gain=2.5, oversampling=5.0),
    _forward("L23E", "L4PV", fibres=560.0),
    _forward("L5IT", "L4E",  fibres=160.0),
    _forward("L6CC", "L4E",  fibres=130.0),
    _forward("L23E", "L5IT", fibres=100.0),
    _forward("L6CC", "L6CC", fibres=100.0),
)
FEEDBACK: tuple[Pathway, ...] = (
    _feedback("L23E", "L23E",  fibres=344.0, lamina="L1",   gain=0.08),
    _feedback("L23E", "L23PV", fibres=70.0,  lamina="L2/3", gain=0.15),
    _feedback("L5IT", "L23E",  fibres=257.0, lamina="L1",   gain=0.08),
    _feedback("L6CC", "L23E",  fibres=257.0, lamina="L1",   gain=0.08),
    _feedback("L23E", "L5IB",  fibres=220.0, lamina="L1",   gain=0.05),
    _feedback("L5IT", "L5IT",  fibres=170.0, lamina="L5",   gain=0.5),
    _feedback("L6CC", "L6CC",  fibres=120.0, lamina="L6",   gain=0.5),
)
# fmt: on


def between(
    lower: Area,
    higher: Area,
    scale: float,
    *,
    pathways: Sequence[Pathway] = (*FORWARD, *FEEDBACK),
    delay_ms: Sourced = V1_V2_DELAY_MS,
) -> list[Projection]:
    """Give the projections between two areas, forward ones first.

    Parameters
    ----------
    lower, higher : Area
        Feedforward fibres go from the lower to the higher area, feedback back.
    scale : float
        Fraction of the cells under 1 mm2, more than 0, at most 1.
    pathways : sequence of Pathway
        The rows; those of V1 and V2 unless others are given.
    delay_ms : Sourced
        Conduction between the two areas, ms, with its source.
    """
    return [
        Projection(
            source=f"{(lower if row.role == 'feedforward' else higher).name}.{row.source}",
            target=f"{(higher if row.role == 'feedforward' else lower).name}.{row.target}",
            role=row.role,
            rule=RULE,
            fibres=row.fibres,
            modelled=max(FEWEST_MODELLED, round(row.fibres * min(scale * row.oversampling, 1.0))),
            receptors=RECEPTORS,
            delay_ms=delay_ms.value,
            lamina=row.lamina,
            gain=row.gain,
            sources={**row.sources, "delay_ms": delay_ms.source},
        )
        for row in pathways
    ]
